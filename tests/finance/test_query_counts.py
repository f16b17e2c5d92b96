"""A page of figures runs a fixed number of queries however much there is to add up: those of `query_counts.json`.

Set UPDATE_QUERY_COUNTS=1 to write that file anew, on each database, after a change that was meant. PostgreSQL may show
fewer of the same queries: those through a cursor of its own do not pass where they are counted.
"""

import json
import os
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outcomes.models import Epic
from teams.models import Team, ValueStream
from tests.finance.sending import compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY

pytestmark = pytest.mark.django_db

BASELINE = Path(__file__).with_name("query_counts.json")
UPDATE = bool(os.environ.get("UPDATE_QUERY_COUNTS"))
AUGUST, OCTOBER, JANUARY = "2026-08", "2026-10", "2026-01-01"
SMALL, LARGE = f"from={JULY}&through={JULY}", f"from={JULY}&through={OCTOBER}"
TWO_MONTHS = f"from={JULY}&through={AUGUST}"

PAGES = {
    "roi by organisation": "reports/roi/?{span}&group_by=organisation",
    "roi by value stream": "reports/roi/?{span}&group_by=value_stream",
    "roi by team": "reports/roi/?{span}&group_by=team",
    "roi by epic": "reports/roi/?{span}&group_by=epic",
    "roi by team and month": "reports/roi/?{span}&group_by=team&grain=month&window=rolling12",
    "roi by team, direct": "reports/roi/?{span}&group_by=team&view=direct",
    "roi by team as a file": "reports/roi/?{span}&group_by=team&format=csv",
    "roi by team as of a moment": "reports/roi/?{span}&group_by=team&as_of=2100-01-01T00:00:00Z",
    "investment": "reports/investment/?{span}",
    "investment as a file": "reports/investment/?{span}&format=csv",
    "investment of some teams": "reports/investment/?{span}&team=checkout,search",
    "changes by value stream": "reports/changes/?{two_months}",
    "changes by team": "reports/changes/?{two_months}&group_by=team",
    "changes by team, direct": "reports/changes/?{two_months}&group_by=team&view=direct",
    "changes by team as a file": "reports/changes/?{two_months}&group_by=team&format=csv",
    "promises by epic": "reports/promises/",
    "promises by value stream": "reports/promises/?group_by=value_stream",
    "capacity": "reports/capacity/?{span}",
    "team design": "reports/team-design/?{span}",
    "reconciliation": "reconciliation/?{span}",
    "explain the organisation's cost": "explain/?{span}&figure=cost&group_by=organisation",
    "explain a team's cost": "explain/?{span}&figure=cost&group_by=team&code=checkout",
    "explain a stream's benefit": "explain/?{span}&figure=benefit_claimed&group_by=value_stream&code=commerce",
    "explain labour of a team": "{labour}",
    "explain shared cost of a team": "{shared}",
    "explain cost entries of a pool": "{direct}",
    "findings": "findings/?{span}",
    "books": "books/?{span}",
    "months": "months/",
}
ROWS_OF_BOOKS = re.compile(r"\bfinance_(line|component|posting|teammonth|streammonth|workmonth|finding)\b")
OF_KNOWN_BOOKS = re.compile(r'\bbook_id"? (IN \(\d+[\d, ]*\)|= \d+)')
ONE_COMPONENT = re.compile(r'"finance_component"\."id" = \d+')
LOOKS_FOR_A_VERSION = re.compile(r"finance_bookmonth|current_book|\bMAX\(|ROW_NUMBER|DISTINCT ON|\bversion\b", re.I)


@pytest.fixture
def small():
    """The golden July, and the August after it."""
    send_golden()
    send_card()
    send_promises("next")
    compile_months(JULY, AUGUST)
    return SMALL


@pytest.fixture
def large():
    """Four months of a company with many times the teams, people, epics, pools and costs."""
    send_golden()
    send_card()
    numbers = range(1, 25)
    send("value-streams", *({"code": f"s{n}", "name": f"Stream {n}"} for n in numbers))
    send("teams", *({"code": f"t{n}", "name": f"Team {n}"} for n in numbers))
    send("team-stream-shares", *(dated(team=f"t{n}", stream=f"s{n}", share="0.9") for n in numbers))
    send("people", *({"code": f"p{n}", "role": "engineer", "employed_from": JANUARY} for n in numbers))
    send("assignments", *(dated(person=f"p{n}", team=f"t{n}", share="0.8") for n in numbers))
    send("assignments", *(dated(person=f"p{n}", team="checkout", share="0.3") for n in numbers))
    send("epics", *({"code": f"e{n}", "name": f"Epic {n}", "work_type": "feature"} for n in numbers))
    send("pools", *({"code": f"x{n}", "name": f"Pool {n}"} for n in numbers))
    send("allocation-rules", *(dated(pool=f"x{n}", driver="headcount") for n in numbers))
    send_promises(*(f"next{n}" for n in numbers))
    months = [f"2026-{month:02}" for month in range(7, 11)]
    send("efforts", *({"team": f"t{n}", "month": m, "epic": f"e{n}", "share": "0.5"} for n in numbers for m in months))
    send("cost-entries", *(cost(n, month) for n in numbers for month in months))
    assert compile_months(JULY, OCTOBER) == months
    return LARGE


def send_promises(*epics):
    """Of epics that nobody works on yet."""
    send("epics", *({"code": code, "name": code, "work_type": "feature"} for code in epics))
    promised = {"amount": dollars("50.00"), "benefit_class": "hard_cash", "first_month": JULY}
    send("anticipated-benefits", *({"epic": code, **promised} for code in epics))


def dated(**row):
    return row | {"starts_on": JANUARY}


def cost(number, month):
    return {
        "external_id": f"bill-{number}-{month}",
        "incurred_on": f"{month}-10",
        "amount": dollars(f"{number}.50"),
        "category": "cloud",
        "pool": f"x{number}",
    }


@pytest.fixture
def pages(api, finance, leader):
    """`pages(span)`: the SQL of every page, by page and by who reads it."""

    def read(span):
        said = {}
        for who, user in (("finance", finance), ("leader", leader)):
            caller, browser = api(user), Client()
            opened = {"span": span, "two_months": TWO_MONTHS, **components(caller, span)}
            for page, address in PAGES.items():
                said[page, who] = selects(caller, f"/api/v1/{address.format(**opened)}")
            browser.force_login(user)
            for page, address in leader_pages().items():
                said[page, who] = selects(browser, address)
        return said

    return read


def leader_pages():
    """Addresses of the pages of results."""
    codes = {"stream": (ValueStream, "commerce"), "team": (Team, "checkout"), "epic": (Epic, "faster-pay")}
    of_one = {name: model.objects.get(code=code).pk for name, (model, code) in codes.items()}
    return {
        "overview": "/admin/",
        "overview of a stream and months": f"/admin/?from={JULY}&through={JULY}&stream=commerce",
        **{f"page of {name}s": reverse(f"admin:leader_{name}s") for name in of_one},
        "page of capacity": reverse("admin:leader_capacity"),
        "page of how a team is made up": reverse("admin:leader_team_design", args=[of_one["team"]]),
        "page of findings": reverse("admin:leader_findings"),
        **{f"page of one {name}": reverse(f"admin:leader_{name}", args=[pk]) for name, pk in of_one.items()},
    }


def components(caller, span):
    """Addresses of a component of labour, one that was allocated to a team, and one of cost entries of a pool."""
    answer = caller.get(f"/api/v1/explain/?{span}&figure=cost&group_by=organisation").json()
    address = {}
    for part in answer["parts"]:
        if part["team"] == "checkout" and part["account"] in ("labour", "shared_in"):
            address.setdefault(part["account"], part["explain_url"])
        if part["pool"] == "cloud" and part["account"] == "direct":
            address.setdefault("direct", part["explain_url"])
    names = {"labour": "labour", "shared": "shared_in", "direct": "direct"}
    return {name: address[account].removeprefix("/api/v1/") for name, account in names.items()}


def selects(caller, address):
    with CaptureQueriesContext(connection) as captured:
        answer = caller.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (address, body)
    found = [query["sql"].strip() for query in captured.captured_queries]
    return [sql for sql in found if sql.startswith(("SELECT", "COPY")) and not sql.startswith("SELECT 1")]


def counted(said):
    counts = {}
    for (page, who), statements in said.items():
        counts.setdefault(page, {})[who] = len(statements)
    return counts


def baseline():
    return json.loads(BASELINE.read_text(encoding="utf-8"))


def test_every_page_runs_the_queries_of_the_baseline_when_there_is_little(small, pages):
    found = counted(pages(small))

    if UPDATE:
        kept = baseline() | {connection.vendor: found}
        BASELINE.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    assert found == baseline()[connection.vendor]


def test_every_page_runs_the_same_queries_when_there_is_much(large, pages):
    assert counted(pages(large)) == baseline()[connection.vendor]


def test_no_page_of_a_leader_asks_more_than_fifteen_questions_three_of_them_to_know_the_caller(small):
    pages = leader_pages()

    for vendor, counts in baseline().items():
        asked = {page: max(counts[page].values()) for page in pages}
        assert {page: count for page, count in asked.items() if count > 15} == {}, vendor


def test_rows_of_books_are_asked_for_by_the_ids_of_books_that_are_known(large, pages):
    looked = 0
    for (page, _), statements in pages(large).items():
        for sql in filter(ROWS_OF_BOOKS.search, statements):
            looked += 1
            assert OF_KNOWN_BOOKS.search(sql) or ONE_COMPONENT.search(sql), (page, sql)
            wanted = sql[sql.index(" FROM ") :]
            assert not LOOKS_FOR_A_VERSION.search(wanted), (page, sql)
    assert looked > len(PAGES)
