"""Promised against arrived: said before the work, frozen when it begins, and held against validated benefits."""

import csv
import io
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from finance.engine.promises import Promised, StreamShare, stream_parts
from finance.engine.returns import Undefined
from finance.models import AnticipatedBenefit
from outcomes.models import Epic
from roi_project.kernel.errors import Conflict, Reason
from tests.architecture.source import ROOT
from tests.finance.sending import compile_months, dollars, figures, send, send_golden, stale_months
from tests.golden import JULY

URL = "/api/v1/reports/promises/"
EPIC = {"work_type": "feature"}
PAST, FUTURE = "2020-01-01", "2099-01-01"


def promise(epic, amount, first_month, **more):
    row = {"epic": epic, "amount": dollars(amount), "benefit_class": "hard_cash", "first_month": first_month}
    return row | more


@pytest.fixture
def company(api, finance):
    """Three epics with promises: one that works, one that was given up, one whose time has not come."""
    send(
        "epics",
        *({"code": code, "name": code.title(), **EPIC} for code in ("faster-pay", "badges", "next-pay")),
    )
    send(
        "anticipated-benefits",
        promise("faster-pay", "60000.00", JULY, last_month="2026-08"),
        promise("badges", "9000.00", "2026-06", last_month="2026-09"),
        promise("badges", "100.00", JULY, last_month=JULY, benefit_class="cost_avoidance"),
        promise("next-pay", "50.00", "2027-01"),
    )
    send("epics", {"code": "badges", "name": "Badges", **EPIC, "started_on": PAST, "stopped_on": "2026-07-20"})
    send_golden()
    caller = api(finance)
    [entry] = caller.get("/api/v1/benefit-entries/").json()["results"]
    decided = {"benefit": entry["key"], "amount": entry["amount"], "decision": "validated"}
    caller.post(
        "/api/v1/benefit-entries/review/", {"rows": [decided]}, format="json", headers={"Idempotency-Key": "july"}
    )
    benefit = {"outcome": "conversion", "month": JULY, "benefit_class": "hard_cash", "amount": dollars("1000.00")}
    send("benefit-entries", {"external_id": "waits", **benefit})
    compile_months("2026-06", JULY)
    return caller


def asked(caller, **query):
    answer = caller.get(URL, query)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def amounts(row):
    names = ("promised", "matured", "not_yet_due", "arrived", "waiting", "gap")
    return tuple(row[name]["amount"] for name in names)


@pytest.mark.django_db
def test_what_is_due_stands_first_with_the_largest_gap_and_what_is_not_apart(company):
    report = asked(company)

    assert [(row["group_code"], row["benefit_class"], amounts(row)) for row in report["results"]] == [
        # June and July of four months, and nothing came of it before it was given up.
        ("badges", "hard_cash", ("36000.00", "18000.00", "18000.00", "0.00", "0.00", "18000.00")),
        # A fifth of 61,234.57 is the market's; the same of the 1,000 that wait.
        ("faster-pay", "hard_cash", ("120000.00", "60000.00", "60000.00", "48987.66", "800.00", "11012.34")),
        ("badges", "cost_avoidance", ("100.00", "100.00", "0.00", "0.00", "0.00", "100.00")),
        ("next-pay", "hard_cash", ("1800.00", "0.00", "1800.00", "0.00", "0.00", "0.00")),
    ]
    shares = [(row["gap_share"], row["gap_reason"]) for row in report["results"]]
    assert shares == [("1.000000", None), ("0.183539", None), ("1.000000", None), (None, "immature")]
    assert [row["stopped_on"] for row in report["results"]] == ["2026-07-20", None, "2026-07-20", None]
    assert report["covers"] == "promises due up to 2026-07; 3 of 4 rows have months that are due"


@pytest.mark.django_db
def test_classes_are_not_added_up_and_each_total_is_the_sum_of_its_rows(company):
    report = asked(company)

    assert [(total["benefit_class"], amounts(total)) for total in report["totals"]] == [
        ("hard_cash", ("157800.00", "78000.00", "79800.00", "48987.66", "800.00", "29012.34")),
        ("cost_avoidance", ("100.00", "100.00", "0.00", "0.00", "0.00", "100.00")),
    ]


@pytest.mark.django_db
def test_a_stream_has_its_shares_of_the_epics_and_what_no_share_covers_is_of_no_stream(company):
    report = asked(company, group_by="value_stream")

    rows = [(row["row_kind"], row["group_code"], row["benefit_class"], amounts(row)) for row in report["results"]]
    assert rows == [
        ("group", "commerce", "hard_cash", ("90000.00", "45000.00", "45000.00", "36740.74", "600.00", "8259.26")),
        ("group", "discovery", "hard_cash", ("30000.00", "15000.00", "15000.00", "12246.92", "200.00", "2753.08")),
        ("unassigned", "", "hard_cash", ("37800.00", "18000.00", "19800.00", "0.00", "0.00", "18000.00")),
        ("unassigned", "", "cost_avoidance", ("100.00", "100.00", "0.00", "0.00", "0.00", "100.00")),
    ]
    assert report["totals"] == asked(company)["totals"]


@pytest.mark.django_db
def test_a_row_opens_into_what_arrived_and_a_stream_into_its_epics(company):
    first = asked(company, epic="faster-pay")["results"][0]
    stream = asked(company, group_by="value_stream")["results"][0]

    assert company.get(first["explain_url"]).json()["amount"] == first["arrived"]
    [epic] = company.get(stream["explain_url"]).json()["results"]
    assert (epic["group_code"], amounts(epic)) == ("faster-pay", amounts(stream))


@pytest.mark.django_db
def test_a_month_before_the_last_book_can_be_asked_for_and_one_after_it_is_not_due(company):
    june = asked(company, through="2026-06")
    later = asked(company, through="2027-12")

    assert june["filters"]["through"] == "2026-06"
    assert amounts(june["totals"][0])[1] == "9000.00"
    assert later["filters"]["through"] == JULY
    assert later["results"] == asked(company)["results"]


@pytest.mark.django_db
def test_an_open_promise_runs_as_long_as_the_window_of_the_epics_outcome(company):
    metric = {"code": "clicks", "name": "Clicks", "unit": "clicks", "aggregate": "sum"}
    send("metrics", metric)
    outcome = {"epic": "next-pay", "metric": "clicks", "kind": "cost", "baseline": "1", "target": "2"}
    for code, months in (("short", 6), ("long", 18)):
        send("outcomes", {"code": code, "name": code, "due_on": FUTURE, "window_months": months, **outcome})

    [row] = asked(company, epic="next-pay")["results"]

    assert (row["first_month"], row["last_month"], row["promised"]["amount"]) == ("2027-01", "2028-06", "900.00")


@pytest.mark.django_db
def test_the_file_has_the_columns_of_its_page_and_the_amounts_of_the_answer(company):
    rows = asked(company)["results"]

    answer = company.get(URL, {"format": "csv"})
    told = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    named = (ROOT / "docs/reports/promises.md").read_text(encoding="utf-8")
    assert [name for name in told[0] if f"`{name}`" not in named] == []
    assert [(row["group_code"], row["gap"], row["gap_share"], row["gap_reason"]) for row in told] == [
        (row["group_code"], row["gap"]["amount"], row["gap_share"] or "", row["gap_reason"] or "") for row in rows
    ]


@pytest.mark.django_db
def test_a_promise_stands_in_no_book_and_makes_none_stale(company):
    before = figures(JULY)
    send("anticipated-benefits", promise("next-pay", "77.00", JULY))

    assert stale_months("2026-06", JULY) == []
    assert compile_months("2026-06", JULY) == []
    assert figures(JULY) == before


@pytest.mark.django_db
def test_without_a_book_nothing_is_due_and_without_a_promise_there_is_nothing(api, leader):
    send("epics", {"code": "next-pay", "name": "Next pay", **EPIC})
    assert asked(api(leader))["results"] == []
    send("organisation-settings", {"starts_on": PAST, "country": "US", "reporting_currency": "USD"})
    send("anticipated-benefits", promise("next-pay", "50.00", "2020-01", last_month="2020-02"))

    report = asked(api(leader))

    assert report["covers"] == "no month has a book yet, so nothing is due"
    assert api(leader).get(URL, {"format": "xlsx"}).status_code == 200
    assert [amounts(row) for row in report["results"]] == [("100.00", "0.00", "100.00", "0.00", "0.00", "0.00")]


@pytest.mark.django_db
def test_a_promise_in_another_currency_than_the_books_is_told(company, as_problem):
    euros = {"amount": {"amount": "5.00", "currency": "EUR"}}
    send("anticipated-benefits", promise("next-pay", "5.00", "2027-03") | euros)

    as_problem(company.get(URL), 409, "currency-mismatch")


# --- frozen when work begins -----------------------------------------------------------------------------------------


def frozen(epic="next"):
    """Whether a promise of the epic is refused; nothing is stored then."""
    before = AnticipatedBenefit.objects.count()
    try:
        send("anticipated-benefits", promise(epic, "50.00", f"2027-{before % 12 + 1:02}"))
    except Conflict as refusal:
        slug = refusal.slug
    else:
        return False
    assert AnticipatedBenefit.objects.count() == before
    return slug == "promise-frozen"


def planned(**days):
    send("epics", {"code": "next", "name": "Next", **EPIC, **days})


@pytest.mark.django_db
@pytest.mark.parametrize("beginning", ["started_on", "released_on"])
def test_a_promise_is_taken_until_the_day_on_which_work_begins(beginning):
    planned()
    assert not frozen()
    planned(**{beginning: FUTURE})
    assert not frozen()
    planned(**{beginning: PAST})

    assert frozen()


@pytest.mark.django_db
def test_a_start_that_was_taken_back_unfreezes_nothing_unless_its_day_had_not_come():
    planned(started_on=FUTURE)
    planned(started_on="2098-01-01")
    planned(started_on=None)
    assert not frozen()
    planned(started_on=PAST)
    planned(started_on=None)
    assert Epic.objects.get(code="next").started_on is None

    assert frozen()


@pytest.mark.django_db
def test_effort_is_a_beginning_also_when_it_was_withdrawn():
    planned()
    send("teams", {"code": "search", "name": "Search"})
    effort = {"team": "search", "month": JULY, "epic": "next", "share": "0.5", "external_id": "e"}
    assert not frozen()
    send("efforts", effort)
    assert frozen()
    send("efforts", effort | {"withdrawn": True})

    assert frozen()


@pytest.mark.django_db
def test_once_begun_a_promise_is_neither_changed_nor_withdrawn_and_the_same_again_changes_nothing(
    api, finance, as_problem
):
    planned()
    row = promise("next", "50.00", JULY)
    send("anticipated-benefits", row)
    planned(started_on=PAST)
    caller = api(finance)
    [stored] = caller.get("/api/v1/anticipated-benefits/").json()["results"]
    address = f"/api/v1/anticipated-benefits/{stored['key']}/"

    told = as_problem(caller.patch(address, {"amount": dollars("1.00")}, format="json"), 409, "promise-frozen")
    as_problem(caller.delete(address), 409, "promise-frozen")

    assert told["detail"] == (
        "Work on epic next has begun, so what was promised of it stays as it is. "
        "Benefits are anticipated before the work; what it brings is told as benefit entries."
    )
    assert send("anticipated-benefits", row).unchanged == 1
    assert caller.get(address).json() == stored


@pytest.mark.django_db
def test_a_promise_does_not_leave_an_epic_that_has_begun_for_one_that_has_not(api, finance, as_problem):
    planned()
    send("epics", {"code": "other", "name": "Other", **EPIC})
    send("anticipated-benefits", promise("next", "50.00", JULY))
    planned(started_on=PAST)
    caller = api(finance)
    [stored] = caller.get("/api/v1/anticipated-benefits/").json()["results"]

    moved = caller.patch(f"/api/v1/anticipated-benefits/{stored['key']}/", {"epic": "other"}, format="json")

    as_problem(moved, 409, "promise-frozen")


@pytest.mark.django_db
def test_the_last_month_is_not_before_the_first_here_and_in_the_database(api, finance, as_problem):
    planned()
    row = promise("next", "50.00", JULY, last_month="2026-06")

    sent = api(finance).post(
        "/api/v1/anticipated-benefits/", row, format="json", headers={"Idempotency-Key": "backwards"}
    )
    told = as_problem(sent, 400, "invalid")

    assert told["errors"][0]["pointer"] == "/last_month"
    send("anticipated-benefits", promise("next", "50.00", JULY))
    stored = AnticipatedBenefit.objects.get()
    for field, value, rule in (
        ("last_month", "2026-06-01", "months_in_order"),
        ("first_month", "2026-07-02", "first_of_month"),
        ("amount_minor", -1, "not_negative"),
        ("benefit_class", "gold", "benefit_class"),
    ):
        with pytest.raises(IntegrityError, match=f"finance_anticipatedbenefit_{rule}"), transaction.atomic():
            AnticipatedBenefit.objects.filter(pk=stored.pk).update(**{field: value})


# --- arithmetic ------------------------------------------------------------------------------------------------------


def test_a_gap_has_no_share_where_nothing_is_due_or_nothing_was_promised():
    assert Promised(promised=10).gap_share == Undefined(Reason.IMMATURE)
    assert Promised(arrived=10, due=True).gap_share == Undefined(Reason.ZERO_ANTICIPATED)
    assert Promised(promised=9, matured=6, arrived=8, due=True).gap_share == Fraction(-1, 3)


def test_a_share_counts_by_the_days_on_which_it_holds():
    half = StreamShare(stream=1, share=500_000, start=0, end=10)
    rest = StreamShare(stream=2, share=1_000_000, start=20, end=99)

    assert stream_parts(300, [half, rest], 0, 30) == {1: 50, 2: 100, None: 150}
    assert stream_parts(300, [], 0, 30) == {None: 300}
    assert stream_parts(300, [StreamShare(1, 1_000_000, 0, 99), StreamShare(2, 500_000, 0, 99)], 0, 30) == {
        1: 200,
        2: 100,
    }


shares = st.lists(
    st.builds(
        StreamShare,
        stream=st.integers(1, 4),
        share=st.integers(1, 10**6),
        start=st.integers(0, 40),
        end=st.integers(0, 40),
    ),
    max_size=6,
)


@given(amount=st.integers(0, 10**14), shares=shares)
def test_a_month_over_streams_neither_loses_nor_invents_a_cent(amount, shares):
    assert sum(stream_parts(amount, shares, 0, 31).values()) == amount
