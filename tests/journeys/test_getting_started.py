"""The ten minutes of docs/getting-started.md, walked as they are written."""

import csv
import io
import re
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command

from finance.models import BenefitEntry, Decision, Valuation
from finance.services.benefits import Item, decide
from finance.services.books import compile_span
from finance.services.workbook.taking import take
from roi_project.access.audience import Group
from roi_project.kernel.money import Money
from roi_project.kernel.period import parse_month
from teams.selectors.organisation import settings_on
from tests.finance.workbooks import workbook

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "getting-started.md").read_text()
FILES = dict(re.findall(r"`([a-z-]+)\.csv`\n\n```csv\n(.*?)```", PAGE, re.DOTALL))
SHEETS = {
    title: list(csv.DictReader(io.StringIO(re.sub("^ +", "", rows, flags=re.MULTILINE))))
    for title, rows in re.findall(r"Sheet `(\w+)`\n\n +```csv\n(.*?)```", PAGE, re.DOTALL)
}
KINDS = re.search(r"for kind in (.*?); do", PAGE, re.DOTALL)[1].replace("\\", "").split()
TABLES = [
    [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    for table in re.findall(r"(?:^\|.*\|\n)+", PAGE, re.MULTILINE)
]


def test_three_sheets_lead_to_the_first_figure_on_the_page(person, audience, api):
    finance, controller = (person(name, Group.FINANCE) for name in ("finance", "controller"))
    numbers = {"Amount": float}
    rows = {
        title: [{k: numbers.get(k, str)(v) for k, v in row.items()} for row in some] for title, some in SHEETS.items()
    }
    assert take(audience(finance), workbook(rows), currency="EUR").stored
    entry = BenefitEntry.current.get()
    item = Item(Decision.VALIDATED, seen=Money(entry.amount_minor, entry.currency), benefit=entry.key)
    decide(audience(controller), [item], settings=settings_on(entry.month))
    compile_span(parse_month("2026-01"), parse_month("2026-01"))

    report = {row["group_code"]: row for row in api(finance).get("/api/v1/reports/roi/").json()["results"]}

    assert report["visit"]["cost"]["amount"] == "14400.00"
    assert "has cost 14,400.00" in PAGE
    assert report["visit"]["roi_validated_cash"] == "0.388889"
    assert "*visit* reads 38.9 %" in PAGE


@pytest.fixture
def people(person):
    return {name: person(name, Group.FINANCE) for name in ("finance", "controller")}


def compile_months():
    call_command("compile_books", "2026-01", "2026-03", "--by", "finance", stdout=io.StringIO())
    call_command("run_jobs")


def read(client, table: list[list[str]]) -> list[list[str]]:
    """The rows and columns of the report that the page shows, as the file has them."""
    columns, _, *shown = table
    answer = client.get("/api/v1/reports/roi/?group_by=value_stream&format=csv")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    rows = {row["group_code"]: row for row in csv.DictReader(io.StringIO(text))}
    return [[rows[code][column] for column in columns] for code, *_ in shown]


def test_the_page_names_every_file_it_shows_in_an_order_that_works():
    assert len(FILES) == 18
    assert sorted(FILES) == sorted(KINDS)


@pytest.mark.django_db(transaction=True)
def test_ten_minutes_lead_to_the_figures_on_the_page(people, api, tmp_path):
    for kind in KINDS:
        (tmp_path / f"{kind}.csv").write_text(FILES[kind])
        call_command("import_rows", kind, str(tmp_path / f"{kind}.csv"), "--by", "finance", stdout=io.StringIO())
    compile_months()
    waiting, signed = TABLES
    assert read(api(people["finance"]), waiting) == waiting[2:]

    body = re.search(r"-d '(\{\"rows\".*?)'\n", PAGE, re.DOTALL)[1].replace("THE KEY", str(Valuation.current.get().key))
    answer = api(people["controller"]).post(
        "/api/v1/benefit-entries/review/",
        body,
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
    )
    assert answer.status_code == 200, answer.content
    compile_months()

    assert read(api(people["finance"]), signed) == signed[2:]
