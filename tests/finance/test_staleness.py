"""A fact makes the months it can change stale and no other; a new book replaces the old one whole or not at all."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.utils import timezone

from finance.models import (
    Book,
    BookMonth,
    Component,
    CostEntry,
    Finding,
    Line,
    Posting,
    StreamMonth,
    TeamMonth,
    WorkMonth,
)
from finance.services import books
from roi_project.access.audience import SYSTEM
from roi_project.db.models import Touch
from roi_project.intake.change import withdraw
from roi_project.intake.kinds import kind_named
from roi_project.kernel.period import parse_month
from tests.finance.sending import (
    compile_months,
    dollars,
    figures,
    send,
    send_card,
    send_golden,
    stale_months,
    touches_of,
)
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db

FIRST, LAST = "2026-05", "2026-10"
ALL = ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]


def months(first, last):
    return [month for month in ALL if f"2026-{first:02}" <= month <= f"2026-{last:02}"]


@pytest.fixture
def half_a_year():
    """The golden organisation with books from May to October, though its money is July's."""
    send_golden()
    assert compile_months(FIRST, LAST) == ALL
    assert stale_months(FIRST, LAST) == []


def cost(**more):
    return {
        "external_id": "trip",
        "incurred_on": "2026-08-31",
        "amount": dollars("90.00"),
        "category": "rent",
        "team": "search",
        **more,
    }


CHANGES = {
    "a share of a person for two months": (
        "assignments",
        {"person": "ana", "team": "search", "share": "0.25", "starts_on": "2026-08-10", "ends_on": "2026-10-01"},
        months(8, 9),
    ),
    "an assignment that ends on the first of a month": (
        "assignments",
        {"person": "ben", "team": "search", "share": "0.1", "starts_on": "2026-08-31", "ends_on": "2026-09-01"},
        months(8, 8),
    ),
    "terms of a person": (
        "person-terms",
        {"person": "dee", "level": "senior", "starts_on": "2026-08-15", "ends_on": "2026-09-02"},
        months(8, 9),
    ),
    "unpaid leave over the end of a month": (
        "absences",
        {"person": "ana", "reason": "unpaid", "starts_on": "2026-07-31", "ends_on": "2026-08-02"},
        months(7, 8),
    ),
    "a day on which the company is closed": ("closures", {"on": "2026-09-30", "name": "Moving"}, months(9, 9)),
    "settings from a day on": (
        "organisation-settings",
        {"starts_on": "2026-09-01", "country": "US", "reporting_currency": "USD", "full_time_week_minutes": 2250},
        months(9, 10),
    ),
    "a team's share of a stream": (
        "team-stream-shares",
        {"team": "search", "stream": "commerce", "share": "0.1", "starts_on": "2026-10-01"},
        months(10, 10),
    ),
    "a team that joins an epic": (
        "epic-teams",
        {"epic": "faster-pay", "team": "checkout", "starts_on": "2026-09-30"},
        months(9, 10),
    ),
    "effort, which later months carry on": (
        "efforts",
        {"team": "checkout", "month": "2026-09", "epic": "faster-pay", "share": "0.5"},
        months(9, 10),
    ),
    "an observation": (
        "observations",
        {"metric": "conversion-rate", "observed_on": "2026-08-20", "value": "2.51"},
        months(8, 8),
    ),
    "a valuation of some months": (
        "valuations",
        {
            "outcome": "conversion",
            "volume": "10",
            "unit_value": dollars("3.00"),
            "margin": "0.5",
            "starts_on": "2026-06-30",
            "ends_on": "2026-08-01",
        },
        months(6, 7),
    ),
    "a benefit": (
        "benefit-entries",
        {
            "external_id": "pay-june",
            "outcome": "conversion",
            "month": "2026-06",
            "amount": dollars("12.00"),
            "benefit_class": "hard_cash",
        },
        months(6, 6),
    ),
    "agreed shares of an outcome, which may bring benefits in any month": (
        "attributions",
        {"outcome": "conversion", "team": "search", "share": "0.10"},
        ALL,
    ),
    "a standard rate from a day on": (
        "rate-cards",
        {"role": "engineer", "unit": "hour", "amount": dollars("80.00"), "starts_on": "2026-09-15"},
        months(9, 10),
    ),
    "pay that was always another one": (
        "person-rates",
        {"person": "ana", "unit": "month", "amount": dollars("14100.00"), "starts_on": "2026-01-01"},
        ALL,
    ),
    "hours of a contractor": (
        "contractor-lines",
        {
            "supplier": "Hal",
            "role": "engineer",
            "team": "search",
            "month": "2026-06",
            "hours": "10",
            "rate": dollars("70.00"),
        },
        months(6, 6),
    ),
    "a cost of one day": ("cost-entries", cost(), months(8, 8)),
    "a cost that is spread over its service period": (
        "cost-entries",
        cost(service_from="2026-06-15", service_until="2026-09-01"),
        months(6, 8),
    ),
    "a driver row, which the month after carries on": (
        "driver-rows",
        {"pool": "cloud", "month": "2026-08", "target_kind": "team", "team": "search", "quantity": "1"},
        months(8, 9),
    ),
    "a fixed share of a pool": (
        "allocation-shares",
        {"pool": "facilities", "target_kind": "team", "team": "search", "share": "0.5", "starts_on": "2026-09-15"},
        months(9, 10),
    ),
    "an exchange rate, which later months carry on": (
        "exchange-rates",
        {"currency": "EUR", "month": "2026-06", "rate": "1.1"},
        months(6, 10),
    ),
}


@pytest.mark.parametrize(("kind", "row", "stale"), CHANGES.values(), ids=CHANGES)
def test_a_new_fact_makes_its_own_months_stale_and_no_other(half_a_year, kind, row, stale):
    send(kind, row)

    assert stale_months(FIRST, LAST) == stale
    assert compile_months(FIRST, LAST) == stale
    assert stale_months(FIRST, LAST) == []


def test_a_change_of_pay_alone_is_told_only_to_those_who_see_pay(half_a_year):
    send("person-rates", {"person": "ana", "unit": "month", "amount": dollars("1.00"), "starts_on": "2026-01-01"})

    assert stale_months(FIRST, LAST, sees_pay=False) == []
    assert stale_months(FIRST, LAST) == ALL


@pytest.mark.parametrize("sees_pay", [True, False])
def test_a_fact_that_began_before_a_book_and_commits_after_it_makes_it_stale_for_everybody(half_a_year, sees_pay):
    began_first = Touch.objects.earliest("id").pk - 1
    send("cost-entries", {**ROWS["cost-entries"][0], "external_id": "slow", "incurred_on": "2026-06-09"})
    Touch.objects.filter(pk=Touch.objects.latest("id").pk).update(id=began_first)

    assert stale_months(FIRST, LAST, sees_pay=sees_pay) == ["2026-06"]
    assert compile_months(FIRST, LAST) == ["2026-06"]
    assert stale_months(FIRST, LAST, sees_pay=sees_pay) == []


LOOKED_BACK = {
    "an exchange rate is carried for twelve months": (
        "exchange-rates",
        {"currency": "EUR", "month": "2025-06", "rate": "1.1"},
        months(5, 6),
    ),
    "effort counts for benefits of thirty-six months": (
        "efforts",
        {"team": "checkout", "month": "2023-05", "epic": "faster-pay", "share": "0.5"},
        months(5, 5),
    ),
}


@pytest.mark.parametrize(("kind", "row", "compiled"), LOOKED_BACK.values(), ids=LOOKED_BACK)
def test_an_old_fact_is_looked_at_in_every_later_month_and_changes_those_that_look_back_to_it(
    half_a_year, kind, row, compiled
):
    send(kind, row)

    assert stale_months(FIRST, LAST) == ALL
    assert compile_months(FIRST, LAST) == compiled
    assert stale_months(FIRST, LAST) == []


def test_a_fact_that_moves_makes_the_months_it_left_stale_too(half_a_year):
    send("cost-entries", cost(incurred_on="2026-06-10"))
    compile_months(FIRST, LAST)

    assert send("cost-entries", cost(incurred_on="2026-09-10")).changed == 1

    assert stale_months(FIRST, LAST) == ["2026-06", "2026-09"]
    assert compile_months(FIRST, LAST) == ["2026-06", "2026-09"]


def test_a_fact_that_is_withdrawn_leaves_the_book_as_it_was_without_it(half_a_year):
    without = figures("2026-08")
    send("cost-entries", cost())
    compile_months("2026-08")
    assert figures("2026-08") != without

    withdraw(SYSTEM, kind_named("cost-entries"), CostEntry.current.get(external_id="trip").key)

    assert stale_months(FIRST, LAST) == ["2026-08"]
    assert compile_months(FIRST, LAST) == ["2026-08"]
    assert figures("2026-08") == without


def test_a_review_of_a_benefit_makes_its_month_stale(half_a_year, api, second_finance):
    caller = api(second_finance)
    entry = caller.get("/api/v1/benefit-entries/").json()["results"][0]
    row = {"benefit": entry["key"], "decision": "validated", "amount": entry["amount"]}

    answer = caller.post("/api/v1/benefit-entries/review/", {"rows": [row]}, headers={"Idempotency-Key": "one"})

    assert answer.status_code == 200, answer.json()
    assert stale_months(FIRST, LAST) == [JULY]
    assert compile_months(FIRST, LAST) == [JULY]


def test_the_same_facts_again_make_nothing_stale(half_a_year):
    before = touches_of(FIRST, LAST)

    for kind, rows in ROWS.items():
        assert send(kind, *rows).unchanged == len(rows)

    assert touches_of(FIRST, LAST) == before
    assert stale_months(FIRST, LAST) == []
    assert compile_months(FIRST, LAST) == []


NEW_MASTERS = {
    "value-streams": {"code": "delivery", "name": "Delivery"},
    "role-families": {"code": "designer", "name": "Designer"},
    "teams": {"code": "loans", "name": "Loans"},
    "metrics": {"code": "churn", "name": "Churn", "unit": "percent", "aggregate": "last"},
    "epics": {"code": "loan-offer", "name": "Loan offer", "work_type": "feature"},
    "cost-categories": {"code": "travel", "name": "Travel"},
    "pools": {"code": "office", "name": "Office"},
    "outcomes": ROWS["outcomes"][0] | {"code": "more-loans", "name": "More loans"},
}


def test_new_masters_make_nothing_stale_until_a_fact_points_at_them(half_a_year):
    for kind, row in NEW_MASTERS.items():
        assert send(kind, row).created == 1

    assert stale_months(FIRST, LAST) == []
    assert compile_months(FIRST, LAST) == []
    send("assignments", {"person": "ana", "team": "loans", "share": "0.1", "starts_on": "2026-10-05"})
    assert compile_months(FIRST, LAST) == ["2026-10"]


def test_a_new_name_makes_nothing_stale(half_a_year):
    for kind in ("value-streams", "role-families", "teams", "metrics", "epics", "cost-categories", "pools", "outcomes"):
        assert send(kind, ROWS[kind][0] | {"name": "Another name"}).changed == 1

    assert stale_months(FIRST, LAST) == []
    assert compile_months(FIRST, LAST) == []


def test_a_new_person_makes_the_months_of_their_employment_stale(half_a_year):
    send("people", {"code": "hal", "role": "engineer", "employed_from": "2026-08-17", "employed_until": "2026-10-01"})

    assert stale_months(FIRST, LAST) == months(8, 9)
    assert compile_months(FIRST, LAST) == months(8, 9)


def test_what_a_master_means_for_books_makes_every_month_stale(half_a_year):
    send("epics", ROWS["epics"][0] | {"work_type": "debt"})

    assert stale_months(FIRST, LAST) == ALL
    assert compile_months(FIRST, LAST) == ALL


def test_only_stale_months_are_asked_for_and_only_once(half_a_year):
    send("cost-entries", cost(incurred_on="2026-06-10"))
    send("cost-entries", cost(external_id="another", incurred_on="2026-08-10"))

    asked = books.request_stale(SYSTEM, today=dt.date(2026, 10, 31))
    again = books.request_stale(SYSTEM, today=dt.date(2026, 10, 31))

    assert spans_of(asked) == [("2026-06", "2026-06"), ("2026-08", "2026-08")]
    assert [job.pk for job in again] == [job.pk for job in asked]


def spans_of(jobs):
    return [(job.arguments["first"], job.arguments["last"]) for job in jobs]


def asked_for(today):
    return spans_of(books.request_stale(SYSTEM, today=today))


def test_no_month_is_asked_for_before_finance_has_asked_for_one():
    send_golden()

    assert asked_for(dt.date(2026, 10, 31)) == []


def test_books_go_on_with_the_calendar_while_they_reach_to_the_month_before(half_a_year):
    """Ana is employed on and on, so every month to come has facts, and would have costs without benefits."""
    assert asked_for(dt.date(2026, 10, 31)) == []
    assert asked_for(dt.date(2026, 11, 1)) == [("2026-11", "2026-11")]
    assert asked_for(dt.date(2026, 12, 1)) == []


def test_a_month_left_out_between_two_books_is_asked_for(half_a_year):
    BookMonth.objects.filter(month=dt.date(2026, 8, 1)).update(current_book=None)

    assert asked_for(dt.date(2027, 3, 1)) == [("2026-08", "2026-08")]


def test_months_to_come_are_not_asked_for_though_they_have_books(half_a_year):
    send("cost-entries", cost(incurred_on="2026-06-10"))
    send("cost-entries", cost(external_id="another", incurred_on="2026-08-10"))

    assert asked_for(dt.date(2026, 7, 31)) == [("2026-06", "2026-06")]
    assert asked_for(dt.date(2026, 4, 30)) == []


# --- the same book whatever the span ---------------------------------------------------------------------------


def test_a_month_is_the_same_alone_and_in_a_span(half_a_year):
    send_card()
    send("efforts", {"team": "search", "month": "2026-06", "epic": "faster-pay", "share": "0.3"})
    send("exchange-rates", {"currency": "EUR", "month": "2025-07", "rate": "1.2"})
    send(
        "organisation-settings",
        {"starts_on": "2026-08-01", "country": "GB", "reporting_currency": "USD", "full_time_week_minutes": 2250},
    )
    compile_months(FIRST, LAST)
    together = {month: figures(month) for month in ALL}

    BookMonth.objects.update(current_book=None)
    for month in reversed(ALL):
        assert compile_months(month) == [month]

    assert {month: figures(month) for month in ALL} == together


# --- versions --------------------------------------------------------------------------------------------------


def roi(caller, **query):
    asked = {"group_by": "team", "rates": "actual", "window": "period", "from": JULY, "through": JULY} | query
    answer = caller.get("/api/v1/reports/roi/", asked)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_as_of_answers_what_was_served_then(half_a_year, api, finance):
    caller = api(finance)
    served = roi(caller)
    at = served["computed_at"]
    send("cost-entries", cost(incurred_on="2026-07-10"))
    compile_months(JULY)

    now, then = roi(caller), roi(caller, as_of=at)

    def told(body):
        return [{name: row[name] for name in ("group_code", "cost", "benefit_claimed")} for row in body["results"]]

    assert told(then) == told(served)
    assert told(now) != told(served)
    assert ([b["version"] for b in then["books"]], [b["version"] for b in now["books"]]) == ([1], [2])
    long_ago = roi(caller, as_of="2020-01-01T00:00:00Z")
    assert (long_ago["results"], long_ago["books"]) == ([], [])


def test_a_book_that_was_closed_later_was_provisional_then(half_a_year, api, audience, finance, second_finance):
    caller, month, now = api(finance), parse_month(JULY), timezone.now()
    send_card()
    compile_months(JULY)
    open_at = timezone.now()
    books.request_close(audience(finance), month, now=now + dt.timedelta(hours=1))
    books.approve_close(audience(second_finance), month, now=now + dt.timedelta(hours=1))

    then, later = roi(caller, as_of=open_at.isoformat()), roi(caller, as_of=(now + dt.timedelta(hours=2)).isoformat())

    assert (then["books"][0]["state"], then["books"][0]["period_state"]) == ("provisional", "open")
    assert (later["books"][0]["state"], later["books"][0]["period_state"]) == ("final", "closed")


def test_while_a_book_is_written_the_one_before_it_still_counts(half_a_year, api, finance):
    caller = api(finance)
    served = roi(caller)
    send("cost-entries", cost(incurred_on="2026-07-10"))
    moments = []

    def notes_when(execute, sql, params, many, context):
        if "finance_teammonth" in sql:  # after the rows of the book, before it becomes current
            moments.append(timezone.now())
            time.sleep(0.02)  # a database may keep no more than milliseconds
        return execute(sql, params, many, context)

    with connection.execute_wrapper(notes_when):
        compile_months(JULY)

    then = roi(caller, as_of=moments[-1].isoformat())
    assert [book["version"] for book in then["books"]] == [1]
    assert then["total"]["cost"] == served["total"]["cost"]


def test_a_figure_as_of_a_moment_opens_into_the_book_of_that_moment(half_a_year, api, finance):
    caller = api(finance)
    at = roi(caller)["computed_at"]
    send("cost-entries", cost(incurred_on="2026-07-10"))
    compile_months(JULY)

    for body in (roi(caller), roi(caller, as_of=at)):
        for row in body["results"]:
            opened = caller.get(row["explain_url"]).json()
            assert opened["amount"] == row["cost"], row["group_code"]


TABLES = (Book, Line, Component, Posting, TeamMonth, StreamMonth, WorkMonth, Finding)


UNDONE_BY_THE_DATABASE = ("ROLLBACK", "RELEASE", "PRAGMA")
"""What a database does by itself when its client is gone."""


class Killed(BaseException):
    """The process is gone; nobody catches this."""


def test_killed_at_any_statement_the_old_book_stays_and_the_next_attempt_does_it_all(half_a_year):
    send("cost-entries", cost(incurred_on="2026-07-10"))
    before = [list(table.objects.order_by("pk").values()) for table in TABLES]
    old = figures(JULY)
    spared = 0

    while True:
        said = []

        def dies(execute, sql, params, many, context, said=said, spared=spared):
            if not sql.startswith(UNDONE_BY_THE_DATABASE):
                said.append(sql)
                if len(said) > spared:
                    raise Killed
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(dies):
                published = compile_months(JULY)
        except Killed:
            assert figures(JULY) == old
            assert [list(table.objects.order_by("pk").values()) for table in TABLES] == before
            spared += 1
        else:
            break

    assert spared > 20
    assert published == [JULY]
    assert figures(JULY) != old
    assert Book.objects.filter(month="2026-07-01").count() == 2
