"""“Open in Excel” on a page leads to a file that has what the page shows."""

import csv
import io
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from outcomes.models import Epic
from teams.models import Team, ValueStream
from tests.finance.sending import compile_months, dollars, send
from tests.golden import JULY

pytestmark = pytest.mark.django_db

SUBJECTS = {"stream": (ValueStream, "discovery"), "team": (Team, "checkout"), "epic": (Epic, "faster-pay")}


@pytest.fixture
def read(client, leader):
    """A page, and the rows of the CSV file behind a link of it."""
    client.force_login(leader)

    def reading(address, link=lambda context: context["excel_url"]):
        page = client.get(address)
        url = link(page.context)
        assert f'<a class="console-link overview-exact" href="{url}">Open in Excel</a>' in unescape(
            page.content.decode()
        )
        files = client.get(url)
        text = b"".join(client.get(dict(files.context["files"])["CSV"]).streaming_content).decode()
        return page.context, list(csv.DictReader(io.StringIO(text, newline="")))

    return reading


def number(exact):
    """“1,234.50 USD” as a number."""
    return Decimal(exact.split("\u00a0")[0].replace(",", "").replace("−", "-"))


def summed(rows, column):
    return sum(Decimal(row[column]) for row in rows if row[column])


@pytest.mark.parametrize("query", ["", f"?from={JULY}&through={JULY}", "?stream=commerce&stream=discovery"])
def test_the_file_of_the_first_page_adds_up_to_its_numbers(validated, read, query):
    page, rows = read(f"/admin/{query}")

    own = [row for row in rows if row["row_kind"] != "external"]
    shown = [number(one["exact"]) for one in page["numbers"][:2]]
    assert [summed(own, "cost"), summed(own, "benefit_validated_cash")] == shown
    assert shown[0] > 0


def test_the_file_of_value_streams_has_each_row_of_the_page(validated, read):
    page, rows = read(reverse("admin:leader_streams"))

    in_file = {row["group_name"]: Decimal(row["cost"]) for row in rows if row["row_kind"] == "group"}
    shown = {row["name"]: number(row["cost"]["exact"]) for row in page["streams"]["rows"] if not row["is_residual"]}
    assert shown == {name: cost for name, cost in in_file.items() if name in shown}
    assert shown.keys() == {"Commerce", "Discovery"}


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_file_of_a_subject_is_its_own_row(validated, read, name):
    model, code = SUBJECTS[name]

    page, (row,) = read(reverse(f"admin:leader_{name}", args=[model.objects.get(code=code).pk]))

    assert row["group_code"] == code
    columns = ("cost", "benefit_validated_cash", "benefit_claimed")
    assert [Decimal(row[column] or 0) for column in columns] == [number(one["exact"]) for one in page["numbers"][:3]]


def test_the_file_of_capacity_has_the_months_and_full_time_people_of_the_page(golden_facts, read):
    page, rows = read(reverse("admin:leader_capacity"))

    last = max(row["period_start"] for row in rows)
    assert len({row["period_start"] for row in rows}) == len(page["capacity"]["months"]) == 12
    (engineers,) = page["capacity"]["rows"]
    on_teams = summed([row for row in rows if row["period_start"] == last], "allocated_fte")
    assert f"{on_teams:.1f}" == engineers["fte"][-1]


def test_the_file_of_how_a_team_is_made_up_has_the_quarters_of_the_page(golden_facts, read):
    page, rows = read(reverse("admin:leader_team_design", args=[Team.objects.get(code="checkout").pk]))

    assert [
        (int(row["members_start"]), int(row["joins"]), int(row["leaves"]), int(row["members_end"])) for row in rows
    ] == [(row["start"], row["joins"], row["leaves"], row["end"]) for row in page["quarters"]]
    assert {row["team_code"] for row in rows} == {"checkout"}


def test_the_file_of_promises_has_what_was_promised(golden_facts, read):
    send("epics", {"code": "next-pay", "name": "Next pay", "work_type": "feature"})
    promise = {"epic": "next-pay", "amount": dollars("50.00"), "benefit_class": "hard_cash", "first_month": JULY}
    send("anticipated-benefits", promise)
    compile_months(JULY)

    page, rows = read("/admin/", lambda context: context["promises"]["excel_url"])

    shown = [number(row["promised"]["exact"]) for stream in page["promises"]["streams"] for row in stream["rows"]]
    assert {Decimal(row["promised"]) for row in rows if row["group_code"] == "next-pay"} == set(shown)


@pytest.mark.parametrize("who", ["finance", "leader", "auditor"])
def test_each_reader_of_the_first_page_may_open_it(validated, client, request, who):
    client.force_login(request.getfixturevalue(who))

    url = client.get("/admin/").context["excel_url"]

    assert client.get(url).status_code == 200
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked["report"] == "report-roi"
    assert asked["through"] == JULY


def test_a_page_without_figures_has_no_link(client, leader):
    client.force_login(leader)

    assert b"Open in Excel" not in client.get("/admin/").content
