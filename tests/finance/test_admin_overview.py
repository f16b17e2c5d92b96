"""The first page: its figures are the report's, it is quick, and it says why it is empty where it is."""

import datetime as dt
import json
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from finance.admin.overview_words import work_words
from finance.engine.accounts import WorkType
from finance.models import Book, BookMonth
from finance.selectors.overview import overview
from finance.selectors.sums import RowKind
from finance.services import books
from roi_project.access.audience import Group
from roi_project.console import cells
from roi_project.kernel.period import parse_month
from tests.finance.sending import send
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
MONTH = parse_month(JULY)


@pytest.fixture
def page(client: Client, leader):
    client.force_login(leader)
    return lambda: client.get("/admin/")


def test_figures_are_those_of_the_report(validated, page, client):
    context = page().context
    report = client.get("/api/v1/reports/roi/?group_by=value_stream").json()

    def exact(row, column):
        return f"{cells.grouped(row[column]['amount'])}\u00a0{row[column]['currency']}"

    shown = {row["code"]: row for row in context["streams"]["rows"] if row["code"]}
    for row in report["results"]:
        if row["row_kind"] == "group":
            assert shown[row["group_code"]]["cost"]["exact"] == exact(row, "cost")
            assert shown[row["group_code"]]["cash"]["exact"] == exact(row, "benefit_validated_cash")
            assert shown[row["group_code"]]["waiting"]["exact"] == exact(row, "benefit_claimed")
    invested, returned, waiting, per_unit = context["numbers"]
    total = report["total"]
    assert invested["exact"] == exact(total, "cost")
    assert returned["exact"] == exact(total, "benefit_validated_cash")
    assert waiting["exact"] == exact(total, "benefit_claimed")
    assert float(per_unit["short"]) == pytest.approx(float(total["roi_validated_cash"]) + 1, abs=0.005)


def test_every_figure_opens_at_an_address_that_answers_with_just_it(validated, page, client):
    context = page().context
    invested, returned, *_ = context["numbers"]
    rows = [*context["streams"]["rows"], context["streams"]["total"]]
    months = [figure for month in context["months_chart"]["table"] for figure in month["amounts"]]
    work = [row["cost"] for row in (*context["work"]["rows"], context["work"]["total"])]
    figures = [invested, returned, *months, *work, *(row[name] for row in rows for name in ("cost", "cash", "net"))]

    for figure in figures:
        opened = client.get(figure["url"])
        assert opened.status_code == 200, figure["url"]
        assert opened.context["exact"] == figure["exact"], figure["url"]
        amount = client.get(opened.context["json"]).json()["amount"]
        assert f"{cells.grouped(amount['amount'])}\u00a0{amount['currency']}" == figure["exact"], figure["url"]


def test_a_figure_opens_down_to_its_facts(validated, client, finance):
    client.force_login(finance)
    figure = client.get("/admin/explain/", {"from": JULY, "through": JULY, "figure": "cost"})
    parts = [part for part in figure.context["parts"] if part["account"] == "labour"]

    opened = client.get(parts[0]["url"])
    facts = [fact["url"] for line in opened.context["lines"] for fact in line["facts"]]

    assert opened.context["exact"] == parts[0]["whole"]
    assert facts
    assert {client.get(address, follow=True).status_code for address in facts} == {200}


def test_a_leader_opens_labour_by_role_and_no_further(validated, client, leader):
    client.force_login(leader)
    figure = client.get("/admin/explain/", {"from": JULY, "through": JULY, "figure": "labour"})

    lines = [line for part in figure.context["parts"] for line in client.get(part["url"]).context["lines"]]

    assert {(line["kind"], line["label"]) for line in lines} == {("people of the role", "engineer")}
    assert all(line["whole"] == "–" for line in lines)
    assert {fact["kind"] for line in lines for fact in line["facts"]} == {"assignment", "rate card"}


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({}, 400, "A figure is opened from a month"),
        ({"from": JULY, "through": "2026-06"}, 400, "is before"),
        ({"from": JULY, "through": JULY, "figure": "salary"}, 400, "cannot be opened"),
        ({"from": JULY, "through": JULY, "rates": "actual"}, 403, "Actual rates are for finance and audit"),
        ({"from": JULY, "through": JULY, "group_by": "team", "code": "nobody"}, 404, "There is no team"),
    ],
)
def test_what_cannot_be_opened_is_told(validated, client, leader, query, status, words):
    client.force_login(leader)

    answer = client.get("/admin/explain/", query)

    assert answer.status_code == status
    assert words in answer.content.decode()


def test_an_administrator_opens_no_figure(validated, client, administrator):
    client.force_login(administrator)

    assert client.get("/admin/explain/", {"from": JULY, "through": JULY}).status_code == 403


def test_the_table_foots(validated, page, audience, leader):
    report = overview(audience(leader), today=NOW.date()).streams.report
    inside = [row for row in report.rows if row.kind not in ("external", "unattributed")]

    assert sum(row.sums.cost for row in inside) == report.total.sums.cost
    assert sum(row.benefit_cash for row in inside) == report.total.benefit_cash
    assert {row["name"] for row in page().context["streams"]["rows"]} >= {
        "Commerce",
        "Discovery",
        "Idle capacity of pools",
    }


def chart(body, name):
    return json.loads(re.search(rf'<script id="chart-{name}" type="application/json">(.*?)</script>', body)[1])


def test_charts_get_the_months_and_kinds_of_work_of_the_tables(validated, page):
    answer = page()
    body = answer.content.decode()
    months, work = chart(body, "months"), chart(body, "work")

    assert months["labels"] == ["Jul 26"]
    assert months["provisional"] == [True]
    assert [cells.grouped(text) for text in months["invested"]] == [answer.context["numbers"][0]["exact"].split()[0]]
    assert work["labels"] == [row["name"] for row in answer.context["streams"]["rows"] if not row["is_outside"]]
    total = sum(Decimal(amount) for amounts in work["amounts"] for amount in amounts)
    assert total == Decimal(months["invested"][0])
    assert 'src="/static/finance/overview.js"' in body
    assert "http://" not in body.replace("http://www.w3.org", "")
    assert "https://" not in body
    assert not re.search(
        r"<script>|<style>| style=| onclick=", body[body.index('<div class="overview">') :].split("</main>")[0]
    )


def test_the_strip_says_what_is_covered(validated, page):
    strip = page().context["strip"]

    assert strip[:3] == ["July 2026", "USD", "books to July 2026, all provisional"]
    assert strip[-1] == "standard rates"


def test_a_row_that_is_zero_in_every_column_is_left_out(golden_facts, page, audience, leader, validate):
    """Where the benefit is an avoided cost, what others brought about stands in no column of this table."""
    send("benefit-entries", {**ROWS["benefit-entries"][0], "benefit_class": "cost_avoidance"})
    validate()
    report = overview(audience(leader), today=NOW.date()).streams.report
    others = next(row for row in report.rows if row.kind is RowKind.EXTERNAL)

    rows = page().context["streams"]["rows"]

    assert others.benefit_all == 1_224_691
    assert [row["name"] for row in rows if row["is_outside"]] == []
    zero = "0.00\u00a0USD"
    assert all({row["cost"]["exact"], row["cash"]["exact"], row["waiting"]["exact"]} != {zero} for row in rows)
    assert {row["name"] for row in rows} >= {"Commerce", "Discovery", "Idle capacity of pools"}


def test_without_books_the_page_says_what_fills_it(db, page):
    body = page().content.decode()

    assert "There are no books yet" in body
    assert "This page fills with the first month that has a book." in body


def test_books_of_two_currencies_are_told_and_break_nothing(validated, page):
    Book.objects.create(month="2026-06-01", version=1, fingerprint="x", engine_version="1", currency="EUR")
    BookMonth.objects.create(month="2026-06-01", current_book=Book.objects.get(month="2026-06-01"))

    assert "ask for months of one currency" in page().content.decode()


def test_without_a_benefit_there_is_a_reason_and_no_figure(db, page):
    for kind, rows in ROWS.items():
        if kind != "benefit-entries":
            send(kind, *rows)
    books.compile_span(MONTH, MONTH)

    context = page().context

    assert "nobody has recorded what it brought" in context["sentence"]
    assert (context["numbers"][3]["short"], context["numbers"][3]["note"]) == ("–", "no cash validated yet")
    assert {row["why"] for row in context["streams"]["rows"] if row["code"]} == {"no cash validated yet"}


def test_what_only_waits_is_not_a_loss(golden_facts, page):
    books.compile_span(MONTH, MONTH)

    context = page().context

    assert "Nothing is validated yet" in context["sentence"]
    assert context["numbers"][1]["note"] == "nothing is signed yet"
    assert context["numbers"][3]["short"] == "–"
    rows = [*(row for row in context["streams"]["rows"] if row["code"]), context["streams"]["total"]]
    assert {row["net"]["short"] for row in rows} == {"–"}


def test_an_auditor_reads_it_too_and_an_administrator_does_not(validated, client, auditor, administrator):
    client.force_login(auditor)
    assert "Invested" in client.get("/admin/").content.decode()

    client.force_login(administrator)
    assert "Invested" not in client.get("/admin/").content.decode()


def test_actual_rates_reach_a_leader_in_no_way(golden_facts, page):
    """With official rates of actual pay, finance reads them here and a leader the rate card."""
    send("organisation-settings", {**ROWS["organisation-settings"][0], "official_rates": "actual"})
    books.compile_span(MONTH, MONTH)

    context = page().context

    assert context["strip"][-1] == "standard rates"
    assert all("rates=standard" in number["url"] for number in context["numbers"][:3])


@pytest.mark.parametrize(
    ("minor", "words"),
    [
        (0, "0"),
        (94_999, "950"),
        (41_200_000, "412 k"),
        (760_000_000, "7.6 M"),
        (-130_000_000, "−1.3 M"),
        (5, "0"),
        (50, "1"),
        (2_250_000, "23 k"),
        (-2_250_000, "−23 k"),
        (85_000_000, "850 k"),
    ],
)
def test_amounts_for_the_eye(minor, words):
    assert cells.for_the_eye(minor, "EUR") == words.replace(" ", "\u00a0")


def test_readers_of_the_page_are_readers_of_the_report(person, client, validated):
    assert reverse("report-roi")
    for group in (Group.FINANCE, Group.LEADER, Group.AUDITOR):
        client.force_login(person(f"reader-{group}", group))
        assert client.get(client.get("/admin/").context["report_url"]).status_code == 200


def test_an_opened_figure_is_told_as_a_sum_and_as_steps_that_meet(validated, client, finance):
    client.force_login(finance)
    query = {"from": JULY, "through": JULY, "figure": "cost", "group_by": "team", "code": "checkout", "rates": "actual"}

    context = client.get("/admin/explain/", query).context

    told = [(step["title"], step["amount"].split()[0]) for step in context["steps"]]
    assert context["equation"].endswith(f"= {context['exact']}")
    assert context["exact"].split()[0] == "54,958.68"
    assert [title for title, _ in told][:2] == ["contractors", "labour"]
    assert {"cloud", "platform"} <= {title for title, _ in told}
    assert sum(Decimal(amount.replace(",", "")) for _, amount in told) == Decimal("54958.68")
    edges = sorted((step["x"], step["x"] + step["width"]) for step in context["steps"])
    assert (edges[0][0], max(end for _, end in edges)) == (0, 1000)


def test_each_step_opens_its_parts_and_their_sum(validated, client, finance):
    client.force_login(finance)
    query = {"from": JULY, "through": JULY, "figure": "cost"}
    whole = client.get("/admin/explain/", query)

    opened = 0
    for step in whole.context["steps"]:
        assert f'href="{escape(step["url"])}"' in whole.content.decode()
        shown = client.get(f"/admin/explain/{step['url']}" if step["url"].startswith("?") else step["url"])
        assert shown.status_code == 200
        if step["url"].startswith("?"):
            opened += 1
            amounts = [Decimal(part["amount"].split()[0].replace(",", "")) for part in shown.context["parts"]]
            assert sum(amounts) == Decimal(step["amount"].split()[0].replace(",", ""))
            assert shown.context["heading"] == f"The parts of {step['title']}, together {step['amount']}"
            assert len(amounts) < len(whole.context["parts"])
            assert client.get(shown.context["json"]).status_code == 200
    assert opened
    assert client.get("/admin/explain/", {**query, "step": "nothing"}).status_code == 400


def test_a_return_says_how_it_is_computed(validated, client, finance):
    client.force_login(finance)
    query = {"from": JULY, "through": JULY, "figure": "roi_validated_cash", "group_by": "team", "code": "checkout"}

    answer = client.get("/admin/explain/", query)

    assert answer.context["title"] == "ROI on validated cash of checkout"
    assert "what is left of the benefit after cost, divided by cost" in answer.content.decode()


def test_work_that_nobody_described_is_said_to_be_just_that():
    assert work_words({WorkType.UNSPECIFIED: 500}) == (
        "Nobody has said what the work was for: tell where a month went, or give epics a type of work."
    )
    assert work_words({WorkType.UNSPECIFIED: 500, WorkType.RUN: 1_500}) == (
        "0\u00a0% buys the future (features and experiments), 0\u00a0% pays for the past (debt, defects and risk), "
        "75\u00a0% keeps things running. Of 25\u00a0% nobody has said what it was for."
    )
