"""The command line is a door to the same importer."""

from decimal import Decimal

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from outcomes.models import Observation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

HEADER = "metric,observed_on,value,external_id\n"


@pytest.fixture
def imported(tmp_path, finance, capsys):
    """`imported("observations", text, partial=True)`: exit code, what was said, what was complained about."""

    def run(kind, text, **options):
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        code = 0
        try:
            call_command("import_rows", kind, str(path), **{"by": "ada", **options})
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err.splitlines()

    return run


def test_a_file_is_taken_in_and_told_in_words(imported):
    text = HEADER + "orders,2026-01-01,1.5,o1\norders,2026-01-02,2,o2\n"

    code, said, complained = imported("observations", text, source="grafana", control_total=Decimal("3.5"), row_count=2)

    assert (code, complained) == (0, [])
    assert said == [
        "observations: 2 rows read. Stored: 2 created, 0 refused.",
        "The column value of the rows taken adds up to 3.5.",
    ]
    assert set(Observation.objects.values_list("source", "recorded_by")) == {("grafana", "command:ada")}
    assert imported("observations", text, source="grafana")[1][0] == (
        "observations: 2 rows read. Stored: 2 unchanged, 0 refused."
    )


def test_a_bad_row_keeps_the_whole_file_out(imported):
    code, said, complained = imported("observations", HEADER + "orders,2026-01-01,1,o1\norders,2026-01-32,x,o2\n")

    assert code == 1
    assert said[0] == "observations: 2 rows read. Nothing was stored: 1 would be created, 1 refused."
    assert complained == [
        "Row 3, observed_on: “2026-01-32” is not a day of the calendar.",
        "Row 3, value: “x” is not a plain number.",
    ]
    assert not Observation.objects.exists()


def test_partial_takes_what_is_fine_and_still_exits_with_one(imported):
    code, said, _ = imported("observations", HEADER + "orders,2026-01-01,1,o1\norders,x,1,o2\n", partial=True)

    assert (code, Observation.objects.count()) == (1, 1)
    assert said[0] == "observations: 2 rows read. Stored: 1 created, 1 refused."


def test_a_dry_run_stores_nothing(imported):
    code, said, _ = imported("observations", HEADER + "orders,2026-01-01,1,o1\n", dry_run=True)

    assert (code, Observation.objects.count()) == (0, 0)
    assert said[0] == "observations: 1 row read. Only tried, nothing was stored: 1 would be created, 0 refused."


def test_a_file_that_was_cut_off_is_noticed(imported):
    code, _, complained = imported("observations", HEADER + "orders,2026-01-01,1,o1\n", row_count=2)

    assert (code, complained) == (1, ["row_count: 2 rows were announced, and 1 arrived."])
    assert not Observation.objects.exists()


def test_only_the_first_complaints_are_shown(imported):
    rows = "".join(f"orders,x,1,o{number}\n" for number in range(2000))

    code, said, complained = imported("observations", HEADER + rows)

    assert (code, len(complained), complained[-1]) == (1, 51, "… and 1,950 more.")
    assert said[0] == "observations: 2,000 rows read. Nothing was stored: no row taken, 2,000 refused."


@pytest.mark.parametrize(
    ("kind", "text", "by", "complaint"),
    [
        ("observation", HEADER, "ada", "There is no kind observation; known are organisation-settings"),
        ("observations", HEADER, "zoe", "There is no user named zoe."),
        ("observations", "metric,valeu\n", "ada", "Header, valeu: observations have no such column"),
        ("observations", HEADER, "dan", "Writing observations is for finance, planner."),
    ],
)
def test_what_cannot_be_begun_is_said(imported, auditor, kind, text, by, complaint):
    with pytest.raises(CommandError) as refused:
        imported(kind, text, by=by)

    assert str(refused.value).startswith(complaint)


def test_a_file_that_is_not_there_is_said(finance):
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read: No such file or directory\."):
        call_command("import_rows", "observations", "/nowhere.csv", by="ada")


def test_rows_beyond_one_batch_are_one_transaction(imported, monkeypatch):
    monkeypatch.setattr("roi_project.intake.request.BATCH", 3)
    rows = "".join(f"orders,2026-01-01,1,o{number}\n" for number in range(10))

    assert imported("observations", HEADER + rows + "orders,x,1,last\n")[0] == 1
    assert not Observation.objects.exists()
    assert imported("observations", HEADER + rows + "orders,2026-01-01,1,o0\n")[2] == [
        "Row 12, external_id: external id o0 is already in row 2."
    ]
    assert imported("observations", HEADER + rows)[0] == 0
    assert Observation.objects.count() == 10


def test_a_workbook_and_a_german_file_come_in_as_a_csv_does(tmp_path, finance, capsys):
    book, german = tmp_path / "categories.xlsx", tmp_path / "rates.csv"
    with xlsxwriter.Workbook(book) as made:
        made.add_worksheet().write_row(0, 0, ("code", "name"))
        made.worksheets()[0].write_row(1, 0, ("engineer", "Engineer"))
    german.write_text('role,unit,amount,currency,starts_on\nengineer,month,"7.000,50",EUR,2026-01-01\n')

    call_command("import_rows", "role-families", str(book), "--by", "ada")
    call_command("import_rows", "rate-cards", str(german), "--by", "ada", "--numbers", "comma")

    assert "The amounts taken add up to 7000.5." in capsys.readouterr().out
