"""One workbook brings an organisation in, all of it or nothing; what is wrong is said where it was written."""

import io
import time

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from finance.models import BenefitEntry, CostCategory, CostEntry, RateCard
from finance.services.workbook.sheets import SHEETS
from finance.services.workbook.taking import take
from finance.services.workbook.writing import problem_workbook, template
from outcomes.models import Epic, EpicStreamShare, EpicTeam, Metric, Outcome
from roi_project.access.audience import SYSTEM, Audience, Group
from roi_project.intake.written_numbers import Numbers
from roi_project.kernel.errors import Forbidden, Invalid
from teams.models import Assignment, OrganisationSettings, Person, RoleFamily, Team, ValueStream
from tests.finance.sending import send
from tests.finance.workbooks import LANTERN, filled, saved, workbook

pytestmark = pytest.mark.django_db
KNOWN = "Streams, Teams, People & assignments, Rates, Costs, Epics & outcomes, Benefits"
TABLES = (OrganisationSettings, ValueStream, Team, Person, RoleFamily, CostCategory, CostEntry, BenefitEntry, Epic)


def taken(rows, **more):
    return take(SYSTEM, workbook(rows), **{"currency": "EUR", **more})


def refusal(file, **more):
    with pytest.raises(Invalid) as refused:
        take(SYSTEM, file, **{"currency": "EUR", **more})
    assert stored() == {}
    return refused.value.detail


def stored():
    return {table.__name__: table.objects.count() for table in TABLES if table.objects.exists()}


def problems(rows, **more):
    """The refused rows in words; nothing else happened."""
    found = taken(rows, **more)
    assert not found.stored
    assert stored() == {}
    return found.problems()


# --- the template --------------------------------------------------------------------------------------------------


def test_the_template_has_headings_what_to_write_two_examples_a_frozen_head_and_lists_to_choose_from():
    book = openpyxl.load_workbook(io.BytesIO(template()))

    assert book.sheetnames == [sheet.title for sheet in SHEETS]
    for sheet in SHEETS:
        page = book[sheet.title]
        assert [cell.value for cell in page[1]] == ["Note", *(heading.title for heading in sheet.headings)]
        assert page["A2"].value == "what to write"
        assert all(cell.value for cell in page[2])
        assert [page["A3"].value, page["A4"].value] == ["example, not imported"] * 2
        assert page.max_row == 4
        assert page.freeze_panes == "A3"
    (sort_of_team, stream) = book["Teams"].data_validations.dataValidation
    assert (sort_of_team.formula1, str(sort_of_team.sqref)) == (
        '"stream aligned,platform,enabling,complicated subsystem"',
        "E3:E10001",
    )
    assert stream.formula1 == "'Streams'!$B$5:$B$10000"
    outcomes = book["Benefits"].data_validations.dataValidation[-1]
    assert (outcomes.formula1, str(outcomes.sqref)) == ("'Epics & outcomes'!$I$5:$I$10000", "I3:I10001")
    assert book["Epics & outcomes"]["I1"].value == book["Benefits"]["I1"].value == "Outcome"


def test_the_sheets_that_are_enough_for_a_first_figure_stand_out():
    book = openpyxl.load_workbook(io.BytesIO(template()))

    marked = [page.title for page in book if page.sheet_properties.tabColor is not None]

    assert marked == ["Teams", "Costs", "Benefits"]


def test_a_template_that_nobody_filled_is_refused_with_where_to_begin():
    assert refusal(io.BytesIO(template())) == (
        "The workbook has no rows of your own yet. The 14 rows marked as examples are not counted. Write some below "
        "the examples; the sheets Teams, Costs and Benefits are enough to begin with."
    )


def test_the_examples_are_rows_that_could_be_sent():
    book = openpyxl.load_workbook(io.BytesIO(template()))
    for page in book:
        for row in page.iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("EXAMPLE-", "").replace("example, not imported", "")

    found = take(SYSTEM, saved(book), currency="EUR")

    assert found.problems() == []
    assert stored() == {
        "OrganisationSettings": 1,
        "ValueStream": 2,
        "Team": 2,
        "Person": 1,
        "RoleFamily": 1,
        "CostCategory": 2,
        "CostEntry": 2,
        "BenefitEntry": 2,
        "Epic": 2,
    }
    assert Outcome.objects.get().metric == Metric.objects.get()


# --- what comes in -------------------------------------------------------------------------------------------------


def test_three_sheets_alone_make_the_masters_they_speak_of():
    found = taken(LANTERN)

    assert found.stored
    assert found.months == ("2026-01", "2026-01")
    assert OrganisationSettings.current.get().reporting_currency == "EUR"
    assert sorted(ValueStream.objects.values_list("code", "name")) == [("sell", "sell"), ("visit", "visit")]
    assert sorted(CostCategory.objects.values_list("code", flat=True)) == ["general", "office"]
    assert sorted(CostEntry.current.values_list("amount_minor", "currency")) == [(300000, "EUR"), (1440050, "EUR")]
    assert EpicTeam.current.get().epic == BenefitEntry.current.get().epic
    assert Epic.objects.get().code == "work-of-gates"
    assert EpicTeam.current.get().team.code == "gates"


def test_a_workbook_sent_twice_changes_nothing():
    taken(LANTERN)

    again = taken(LANTERN, currency="")

    assert {receipt.kind: (receipt.unchanged, receipt.rows) for receipt in again.receipts} == {
        "teams": (2, 2),
        "team-stream-shares": (2, 2),
        "cost-entries": (2, 2),
        "benefit-entries": (1, 1),
    }


def test_a_person_of_two_teams_and_an_epic_of_two_outcomes_stand_on_two_rows():
    outcome = {"Sort of outcome": "experience", "Without the epic": 4, "Target": 3, "Due on": "2026-06-30"}
    metric = {"Metric": "queue", "Metric in words": "Waiting", "Unit": "minutes", "A month is the": "mean"}
    found = taken(
        {
            **LANTERN,
            "People & assignments": [
                {"Person": "p1", "Name": "Ada", "Role": "engineer", "Employed from": "2024-05-01", "Team": "gates"}
                | {"Share of time": 0.5},
                {"Person": "p1", "Team": "box-office", "Share of time": 0.5, "In the team from": "2025-01-01"},
            ],
            "Rates": [{"Role": "engineer", "Amount": 7000}],
            "Epics & outcomes": [
                {"Epic": "e1", "Name": "Check-in", "Team": "gates", "Value stream": "visit", "Outcome": "faster"}
                | {"Outcome in words": "Faster", **metric, **outcome},
                {"Epic": "e1", "Team": "gates", "Outcome": "calmer", "Outcome in words": "Calmer", "Metric": "queue"}
                | outcome,
            ],
            "Benefits": [{"Number": "b1", "Month": "2026-01", "Amount": 10, "Epic": "e1"}],
        }
    )

    assert found.problems() == []
    assert sorted((a.team.code, f"{a.share:f}", str(a.starts_on)) for a in Assignment.current.all()) == [
        ("box-office", "0.500000", "2025-01-01"),
        ("gates", "0.500000", "2024-05-01"),
    ]
    assert (Person.objects.get().name, RoleFamily.objects.get().code) == ("Ada", "engineer")
    assert (RateCard.current.get().amount_minor, RateCard.current.get().unit) == (700000, "month")
    assert sorted(Outcome.objects.values_list("code", "epic__code")) == [("calmer", "e1"), ("faster", "e1")]
    assert (EpicTeam.current.count(), EpicStreamShare.current.count()) == (1, 1)


def test_a_blank_behind_a_role_is_no_other_role():
    people = [{"Person": "p1", "Role": "engineer ", "Employed from": "2024-05-01", "Team": "gates"}]

    assert taken({**LANTERN, "People & assignments": people, "Rates": [{"Role": " engineer", "Amount": 7000}]}).stored
    assert RateCard.current.get().role == Person.objects.get().role == RoleFamily.objects.get()


def test_a_dry_run_says_what_would_happen_and_stores_nothing():
    found = taken(LANTERN, dry_run=True)

    assert not found.stored
    assert stored() == {}
    assert {receipt.kind: receipt.created for receipt in found.receipts}["cost-entries"] == 2


def test_a_german_amount_comes_in_exactly_when_its_sender_says_so():
    costs = [{**LANTERN["Costs"][0], "Amount": "1.234,56"}]

    assert taken({**LANTERN, "Costs": costs}, numbers=Numbers.COMMA).stored
    assert CostEntry.current.get().amount_minor == 123456


# --- what is refused -----------------------------------------------------------------------------------------------


def test_a_german_amount_is_refused_when_nobody_said_so():
    assert problems({**LANTERN, "Costs": [{**LANTERN["Costs"][0], "Amount": "1.234,56"}]}) == [
        "Costs, row 5: Amount: “1.234,56” is not a number with a decimal point, as in 1,234.50; if the file "
        "writes 1.234,50, choose that under “Numbers that are written as text look like” (--numbers comma on the "
        "command line)."
    ]


def test_a_number_that_stands_twice_is_called_as_its_column_is():
    first, second = LANTERN["Costs"]

    assert problems({**LANTERN, "Costs": [first, {**second, "Number": "rent-01"}]}) == [
        "Costs, row 6: Number: rent-01 is already in row 5."
    ]


@pytest.mark.parametrize(
    ("sheet", "row", "told"),
    [
        ("Costs", {"Day": "2026-01-09", "Amount": 100, "Team": "gates"}, "Costs, row 5: Number: is required."),
        ("Benefits", {"Month": "2026-01", "Amount": 9, "Team": "gates"}, "Benefits, row 5: Number: is required."),
        ("Teams", {"Name": "Gates", "Value stream": "visit"}, "Teams, row 5: Code: is required."),
        ("Rates", {"Amount": 7000}, "Rates, row 5: Role: is required."),
        (
            "Teams",
            {"Code": "gates", "Name": "Gates", "Share of the stream": 0.5},
            "Teams, row 5: Value stream: is required where “Share of the stream” is filled.",
        ),
        (
            "Epics & outcomes",
            {"Epic": "e1", "Outcome in words": "Visitors wait less"},
            "Epics & outcomes, row 5: Outcome: is required where “Outcome in words” is filled.",
        ),
    ],
)
def test_nothing_that_was_written_stays_out_without_a_word(sheet, row, told):
    assert problems({sheet: [row]}) == [told]


def test_a_benefit_that_nobody_is_credited_with_is_refused():
    assert problems({**LANTERN, "Benefits": [{"Number": "b1", "Month": "2026-01", "Amount": 100}]}) == [
        "Benefits, row 5: Team: give the team, the epic or the outcome that brought it."
    ]


def test_a_value_stream_in_other_capitals_is_not_made_a_second_time():
    first, second = LANTERN["Teams"]

    assert problems({"Teams": [first, {**second, "Value stream": "Sell"}]}) == [
        "Teams, row 6: Value stream: “Sell” differs from “sell” in capitals alone; write one of them."
    ]


def test_a_value_stream_in_other_capitals_than_a_known_one_is_refused():
    taken(LANTERN)
    first, _ = LANTERN["Teams"]

    again = taken({"Teams": [{**first, "Value stream": "SELL"}]})

    assert again.problems() == [
        "Teams, row 5: Value stream: “SELL” differs from “sell” in capitals alone; write one of them."
    ]


def test_a_team_in_other_capitals_than_a_known_one_is_not_made_beside_it():
    taken(LANTERN)
    first, second = LANTERN["Teams"]

    again = taken({"Teams": [{**first, "Code": first["Code"].upper()}, {**second, "Purpose": "More"}]})

    assert again.problems() == [
        f"Teams, row 5: Code: “{first['Code'].upper()}” differs from “{first['Code']}” in capitals alone; "
        "write one of them."
    ]
    assert not again.stored
    assert sorted(Team.objects.values_list("code", flat=True)) == sorted(team["Code"] for team in LANTERN["Teams"])


@pytest.mark.parametrize(
    ("sheet", "title", "rows"),
    [
        ("Teams", "Code", [{"Code": "shop", "Name": "Shop"}, {"Code": "Shop", "Name": "Shop"}]),
        ("Streams", "Code", [{"Code": "shop", "Name": "Shop"}, {"Code": "Shop", "Name": "Shop"}]),
        (
            "People & assignments",
            "Person",
            [{"Person": code, "Role": "dev", "Employed from": "2026-01-01"} for code in ("shop", "Shop")],
        ),
        ("Epics & outcomes", "Epic", [{"Epic": "shop"}, {"Epic": "Shop"}]),
    ],
)
def test_two_rows_of_a_sheet_do_not_make_one_thing_twice_in_other_capitals(sheet, title, rows):
    assert problems({sheet: rows}) == [
        f"{sheet}, row 6: {title}: “Shop” differs from “shop” in capitals alone; write one of them."
    ]


def test_a_workbook_writes_either_of_two_teams_that_differ_in_capitals_already():
    send("teams", {"code": "shop", "name": "Shop"}, {"code": "Shop", "name": "Other shop"})

    again = taken({"Teams": [{"Code": "Shop", "Name": "New shop"}, {"Code": "shop", "Name": "Shop"}]})

    assert again.problems() == []
    assert dict(Team.objects.values_list("code", "name")) == {"Shop": "New shop", "shop": "Shop"}


def test_ten_wrong_rows_of_a_thousand_are_named_and_no_others():
    wrong = set(range(100, 1001, 100))
    teams = [{"Code": f"t{n}", "Name": f"Team {n}", "Sort of team": "plaform" if n in wrong else None}
             for n in range(1, 1001)]  # fmt: skip
    costs = [{"Number": f"c{n}", "Day": "2026-01-02", "Amount": n, "Team": f"t{n}"} for n in range(1, 1001)]
    found = taken({"Teams": teams, "Costs": costs})

    told = found.problems()
    returned = openpyxl.load_workbook(io.BytesIO(problem_workbook(found.book)))

    assert stored() == {}
    assert [words.partition(":")[0] for words in told] == [f"Teams, row {n + 4}" for n in sorted(wrong)]
    page = returned["Teams"]
    places = {cell.value: cell.column for cell in page[1]}
    named = {row: page.cell(row, places["Problem"]).value for row in range(3, 1010)}
    assert {row for row, words in named.items() if words} == {n + 4 for n in wrong}
    assert named[104] == (
        "Sort of team: “plaform” is none of stream aligned, platform, enabling, complicated subsystem."
    )
    assert page.cell(104, places["Code"]).value == "t100"


def test_the_returned_workbook_comes_in_once_it_is_mended():
    found = taken({**LANTERN, "Costs": [{**LANTERN["Costs"][0], "Team": "gate"}]})
    assert found.problems() == [
        "Costs, row 5: Team: no team has code gate; 2 teams are known. Write it on its own sheet, or mend the code."
    ]
    returned = openpyxl.load_workbook(io.BytesIO(problem_workbook(found.book)))
    page = returned["Costs"]
    page.cell(5, [cell.value for cell in page[1]].index("Team") + 1, "gates")

    assert take(SYSTEM, saved(returned), currency="EUR").problems() == []
    assert CostEntry.current.get().team.code == "gates"


def test_a_formula_in_a_name_is_refused_by_its_address():
    teams = [{**LANTERN["Teams"][0], "Name": '="Box"&" office"'}]

    assert problems({"Teams": teams}) == ["Teams, row 5: Name: C5 has a formula; write the value itself there."]


def test_merged_cells_are_refused_by_their_address():
    book = filled(LANTERN)
    book["Teams"].merge_cells("C5:C6")

    assert refusal(saved(book)) == (
        "Sheet Teams: the cells C5:C6 are merged. Take them apart, and write into each cell what it means."
    )


def test_swapped_sheets_are_called_by_both_names():
    book = filled(LANTERN)
    book["Teams"].title, book["Costs"].title = "x", "Teams"

    assert refusal(saved(book)) == (
        "Sheet Teams has the headings of Costs. Give each sheet the name that belongs to its columns."
    )


def test_a_sheet_without_a_column_it_needs_says_which():
    book = filled(LANTERN)
    book["Costs"].delete_cols(4)

    assert refusal(saved(book)) == (
        "Sheet Costs has no column “Amount”. Write the heading into its first row, or take the template again and copy "
        "your rows into it."
    )


def test_a_column_nobody_knows_is_refused_with_the_one_that_was_meant():
    book = filled(LANTERN)
    book["Costs"]["H1"] = "Value straem"

    assert refusal(saved(book)) == (
        "Sheet Costs has a column “Value straem” that nobody knows; did you mean “Value stream”?"
    )


def test_an_example_whose_mark_was_taken_away_is_refused():
    book = filled(LANTERN)
    book["Streams"]["A3"] = None

    found = take(SYSTEM, saved(book), currency="EUR")

    assert stored() == {}
    assert found.problems()[0] == (
        "Streams, row 3: Code: is an example of the template; delete the row, or write your own over it."
    )


def test_a_sheet_of_ours_under_another_name_is_refused_with_the_name_it_should_have():
    book = filled(LANTERN)
    book["Costs"].title = "Kosten"

    assert refusal(saved(book)) == (
        "Sheet “Kosten” has the headings of Costs. Call it Costs, so that its rows come in, or take it out of the "
        f"workbook; sheets that are known are {KNOWN}."
    )


def test_a_sheet_that_nobody_knows_is_told_with_the_one_it_may_stand_for():
    book = filled(LANTERN)
    book["Costs"]["Z1"] = "Seen by"
    book["Costs"].title = "Kosten"

    found = take(SYSTEM, saved(book), currency="EUR", dry_run=True)

    assert found.book.not_read() == [
        f"Sheet “Kosten” was not read: sheets that are known are {KNOWN}. Did you mean Costs?",
        "The workbook has no sheet Costs.",
    ]


def test_notes_and_a_copy_beside_our_sheets_are_left_out_and_told():
    book = filled(LANTERN)
    book.copy_worksheet(book["Costs"]).title = "Costs before"
    book.create_sheet("Notes")["A1"] = "ask Ada"
    book.create_sheet("Sheet1")

    found = take(SYSTEM, saved(book), currency="EUR")

    assert CostEntry.current.count() == 2
    assert found.book.not_read() == [
        f"Sheet “Costs before” was not read: sheets that are known are {KNOWN}.",
        f"Sheet “Notes” was not read: sheets that are known are {KNOWN}.",
    ]


def test_a_workbook_of_other_sheets_is_refused():
    book = openpyxl.Workbook()

    assert refusal(saved(book)) == (
        "None of the sheets has a name of the template; those are Streams, Teams, People & assignments, Rates, Costs, "
        "Epics & outcomes, Benefits. Take the template again, and copy your rows into it."
    )


def test_a_new_organisation_says_its_currency():
    assert refusal(workbook(LANTERN), currency="") == (
        "Say in which currency your books are kept, as EUR: this organisation has no settings yet."
    )


def test_an_epic_that_is_called_otherwise_in_a_second_row_is_refused():
    rows = [{"Epic": "e1", "Name": "Check-in"}, {"Epic": "e1", "Name": "Check-out"}]

    assert problems({"Epics & outcomes": rows}) == [
        "Epics & outcomes, row 6: “Check-out” differs from “Check-in” in row 5."
    ]


def test_streams_in_a_circle_are_refused_and_not_every_team_of_theirs():
    circle = [{"Code": "sell", "Name": "Sell", "Part of": "visit"}, {"Code": "visit", "Name": "V", "Part of": "sell"}]

    told = problems({**LANTERN, "Streams": circle})

    assert [words.partition(":")[0] for words in told] == ["Streams, row 5", "Streams, row 6"]


def test_more_than_a_whole_team_is_refused_where_it_stands():
    taken(LANTERN)
    more = {"Code": "gates", "Name": "Gates", "Value stream": "sell", "Share of the stream": 0.5}

    found = taken({"Teams": [more]})

    assert not found.stored
    assert found.book.refused == 1


def test_only_finance_takes_a_workbook_in():
    with pytest.raises(Forbidden):
        take(Audience("eve", groups=frozenset({Group.ADMINISTRATOR, Group.PLANNER})), workbook(LANTERN), currency="EUR")


# --- many rows, and the command line -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ten_thousand():
    costs = [{"Number": f"c{n}", "Day": "2026-01-02", "Amount": n + 0.25, "Team": "gates"} for n in range(10_000)]
    return workbook({**LANTERN, "Costs": costs}).getvalue()


def test_ten_thousand_rows_come_in_within_seconds(ten_thousand):
    began = time.process_time()
    found = take(SYSTEM, io.BytesIO(ten_thousand), currency="EUR")

    assert (found.problems(), CostEntry.current.count()) == ([], 10_000)
    assert time.process_time() - began < 20


def test_the_command_line_tells_what_came_in_and_what_comes_next(tmp_path, person, capsys):
    person("ada", Group.FINANCE)
    file = tmp_path / "lantern.xlsx"
    file.write_bytes(workbook(LANTERN).getvalue())

    call_command("import_workbook", str(file), "--by", "ada", "--currency", "EUR")

    assert capsys.readouterr().out.endswith("Next: manage.py compile_books 2026-01 2026-01 --by USERNAME\n")
    assert CostEntry.current.count() == 2


def test_the_command_line_writes_the_problems_beside_the_file(tmp_path, person, capsys):
    person("ada", Group.FINANCE)
    file, back = tmp_path / "lantern.xlsx", tmp_path / "problems.xlsx"
    file.write_bytes(workbook({**LANTERN, "Benefits": [{"Number": "b", "Month": "January", "Amount": 1}]}).getvalue())

    with pytest.raises(SystemExit) as left:
        call_command("import_workbook", str(file), "--by", "ada", "--currency", "EUR", "--problems", str(back))

    assert left.value.code == 1
    assert "Benefits, row 5: Month: “January” is not a month; write YYYY-MM, as in 2026-01." in capsys.readouterr().err
    assert openpyxl.load_workbook(back).sheetnames == [sheet.title for sheet in SHEETS]
    assert stored() == {}


def test_the_command_for_rows_of_one_kind_names_the_one_for_the_workbook(tmp_path, person):
    person("ada", Group.FINANCE)
    file = tmp_path / "lantern.xlsx"
    file.write_bytes(workbook(LANTERN).getvalue())

    with pytest.raises(CommandError) as refused:
        call_command("import_rows", "cost-entries", str(file), "--by", "ada")

    assert str(refused.value) == (
        "Sheet Streams has none of the columns of cost entries. If this is the workbook of Get started, with a sheet "
        "for each subject, send it there, or with manage.py import_workbook.\nNothing was stored."
    )
    assert stored() == {}


def test_the_command_line_refuses_another_sort_of_file_in_a_sentence(tmp_path, person):
    person("ada", Group.FINANCE)
    file = tmp_path / "lantern.csv"
    file.write_text("code,name\n")

    with pytest.raises(CommandError, match=r"not a workbook in the format .xlsx(.|\n)*Nothing was stored."):
        call_command("import_workbook", str(file), "--by", "ada", "--currency", "EUR")
