"""The first page over the eighteen months of the demonstration: what it compares, and what it asks the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finance.admin.overview_words import percent
from finance.demo.close import close_past_months
from finance.selectors.roi import RoiQuery, Window, roi_report
from finance.selectors.sums import GroupBy
from outcomes.models import Epic
from roi_project.kernel.period import parse_month
from tests.finance.demo.conftest import NOW, of_finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


@pytest.fixture
def page(client):
    """`page(user)`: the answer to somebody who has signed in."""

    def read(user):
        client.force_login(user)
        return client.get("/admin/")

    return read


def test_after_the_close_one_month_may_still_move(page, leader):
    close_past_months(of_finance("finance"), of_finance("controller"), now=NOW)

    context = page(leader).context

    assert context["strip"][2] == "books to June 2026, June provisional"
    assert context["months_chart"]["provisional"] == [False] * 11 + [True]


@pytest.mark.parametrize("someone", ["auditor", "leader"])
def test_the_trend_is_the_report_of_either_twelve_months(page, audience, request, someone):
    user = request.getfixturevalue(someone)

    def roi(first, last):
        months = {"first": parse_month(first), "last": parse_month(last)}
        asked = RoiQuery(group_by=GroupBy.ORGANISATION, window=Window.PERIOD, **months)
        return percent(roi_report(audience(user), asked).total.roi_cash)

    now, before = roi("2025-07", "2026-06"), roi("2025-01", "2025-12")

    assert page(user).context["rolling"] == f"Rolling twelve months: ROI {now}, {before} half a year before."
    assert now != before


def test_the_answer_names_what_to_mend_and_what_to_repeat(page, leader):
    block = page(leader).context["promises"]

    assert block["answer"].replace("\u00a0", " ") == (
        "Of EUR 8.0 M of cash that was promised and is due, EUR 6.3 M arrived (79 %). "
        "8 epics brought less than promised, most of all Delivery promise (cost avoidance). "
        "6 epics brought more, most of all Self-service returns (hard cash)."
    )
    named = {row["name"]: row["class"] for one in block["streams"] for row in one["rows"]}
    assert (named["Bundle offers"], named["Order-core split"]) == ("", "capacity freed")


def test_what_missed_its_promise_says_what_was_learned(page, leader):
    streams = page(leader).context["promises"]["streams"]

    badges = next(row for one in streams for row in one["rows"] if row["name"] == "Loyalty badges")
    assert badges["note"] == "stopped 2026-01-30"
    assert badges["learned"].startswith("Who collected badges would have come back anyway.")
    assert [one["name"] for one in streams] == ["Buy", "Deliver", "Care"]
    assert [row["name"] for one in streams for row in one["rows"] if not row["is_due"]] == [
        "Saved baskets",
        "Same-day slots",
    ]


@pytest.mark.parametrize("someone", ["auditor", "leader"])
def test_it_asks_a_few_questions_only_three_of_them_to_know_the_caller(client, request, someone):
    client.force_login(request.getfixturevalue(someone))

    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/")

    asked = [query["sql"].strip() for query in captured.captured_queries]
    asked = [sql for sql in asked if sql.startswith(("SELECT", "COPY")) and not sql.startswith("SELECT 1")]
    assert len(asked) == 15
    assert len([sql for sql in asked if "auth_" in sql or "session" in sql]) == 3


@pytest.mark.parametrize(
    ("epic", "sentence", "note"),
    [
        (
            "delivery-promise",
            "EUR 115 k spent, and no cash validated yet. Beside cash: EUR 266 k cost avoided.",
            "beside it, not added: EUR 266 k cost avoided",
        ),
        (
            "outage-drill",
            "Nothing was spent here in these months. Beside cash: EUR 316 k cost avoided.",
            "beside it, not added: EUR 316 k cost avoided",
        ),
        (
            "bundle-offers",
            "EUR 235 k spent. Nothing is validated yet: EUR 412 k waits for a second signature.",
            "nothing is signed yet",
        ),
    ],
)
def test_an_epic_that_brought_no_cash_says_what_else_was_signed(client, leader, epic, sentence, note):
    client.force_login(leader)

    told = client.get(f"/admin/epics/{Epic.objects.get(code=epic).pk}/").context

    assert told["sentence"].replace("\u00a0", " ") == sentence
    assert told["numbers"][1]["note"].replace("\u00a0", " ") == note
