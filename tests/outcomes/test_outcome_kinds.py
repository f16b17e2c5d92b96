"""What can come in on this floor, through the one way in."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes.models import Attribution, Effort, Epic, EpicStreamShare, Outcome
from roi_project.access.audience import Audience, Group
from roi_project.db.models import Touch
from roi_project.kernel.errors import Conflict, Forbidden, Invalid

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
FINANCE = Audience(actor="user:ada", groups=frozenset({Group.FINANCE}))
LEADER = Audience(actor="user:bob", groups=frozenset({Group.LEADER}))


def refusal_of(send, kind: str, *rows: dict) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        send(kind, *rows)
    return [(problem.pointer, problem.detail) for problem in refusal.value.problems]


def test_a_new_organisation_can_send_everything_in_this_order(send, payments, buy):
    send("metrics", {"code": "orders", "name": "Orders", "unit": "orders", "aggregate": "sum"})
    send("epics", {"code": "checkout", "name": "One-page checkout", "work_type": "feature"})
    send("epic-teams", {"epic": "checkout", "team": "payments", "starts_on": "2026-01-01"})
    send("epic-stream-shares", {"epic": "checkout", "stream": "buy", "share": "1", "starts_on": "2026-01-01"})
    send("efforts", {"team": "payments", "month": "2026-06", "epic": "checkout", "share": "0.6"})
    send(
        "outcomes",
        {
            "code": "faster",
            "name": "More orders",
            "epic": "checkout",
            "metric": "orders",
            "kind": "revenue",
            "baseline": "2.4",
            "target": "2.64",
            "due_on": "2026-12-31",
            "external_share": "0.2",
        },
    )
    send("attributions", {"outcome": "faster", "team": "payments", "stream": "buy", "share": "0.75"})
    send("observations", {"metric": "orders", "observed_on": "2026-06-30", "value": "2.5"})

    faster = Outcome.objects.get()
    assert (faster.baseline, faster.target, faster.window_months) == (Decimal("2.4"), Decimal("2.64"), 36)
    assert (faster.attribution_model, faster.external_share) == ("effort", Decimal("0.2"))
    assert Attribution.current.get().share == Decimal("0.75")


def test_effort_says_where_it_went_in_one_way(send, payments, checkout):
    row = {"team": "payments", "month": "2026-06"}

    assert refusal_of(send, "efforts", {**row, "share": "1"}) == [
        ("/rows/0/epic", "Row 1, epic: give epic or work_type.")
    ]
    both = {**row, "share": "1", "item_days": "2", "work_type": "debt"}
    assert refusal_of(send, "efforts", both) == [
        ("/rows/0/item_days", "Row 1, item_days: give share or item_days, not both.")
    ]
    assert not Effort.objects.exists()


def test_effort_touches_every_later_month_because_shares_are_carried_on(send, payments):
    send("efforts", {"team": "payments", "month": "2026-06", "work_type": "run", "share": "1"})

    assert list(Touch.objects.values_list("first_month", "end_month")) == [(JUNE, None)]


def test_the_shares_of_an_outcome_sum_to_at_most_one_over_all_requests(send, faster, payments, search):
    send("attributions", {"outcome": "faster", "team": "payments", "share": "0.7"})

    with pytest.raises(Conflict, match=r"shares of outcome faster sum to 1\.1"):
        send("attributions", {"outcome": "faster", "team": "search", "share": "0.4"})

    assert Attribution.current.get().team == payments
    send(
        "attributions",
        {"outcome": "faster", "team": "search", "share": "0.4"},
        {"outcome": "faster", "team": "payments", "share": "0.6"},
    )
    assert sum(Attribution.current.values_list("share", flat=True)) == 1


def test_an_attribution_without_anybody_is_refused(send, faster):
    assert refusal_of(send, "attributions", {"outcome": "faster", "share": "0.4"}) == [
        ("/rows/0/team", "Row 1, team: give at least one of epic, team and stream.")
    ]


def test_an_epic_is_for_at_most_itself_on_any_day(send, checkout, buy, deliver):
    first = {"epic": "checkout", "stream": "buy", "share": "0.7", "starts_on": "2026-01-01", "ends_on": "2026-07-01"}
    send("epic-stream-shares", first)
    send("epic-stream-shares", {"epic": "checkout", "stream": "deliver", "share": "1", "starts_on": "2026-07-01"})

    early = {
        "epic": "checkout",
        "stream": "deliver",
        "share": "0.7",
        "starts_on": "2026-06-01",
        "ends_on": "2026-07-01",
    }
    with pytest.raises(Conflict, match=r"epic checkout sum to 1\.4 on 2026-06-01"):
        send("epic-stream-shares", early)

    assert EpicStreamShare.current.count() == 2


def test_an_epic_is_not_released_before_it_was_started(send):
    row = {"code": "a", "name": "A", "work_type": "run", "started_on": "2026-06-02", "released_on": "2026-06-01"}

    assert [pointer for pointer, _ in refusal_of(send, "epics", row)] == ["/rows/0/released_on"]


def test_a_rename_of_an_epic_touches_no_book_and_a_new_work_type_every_one(send):
    send("epics", {"code": "checkout", "name": "Checkout", "work_type": "feature"})
    Touch.objects.all().delete()

    send("epics", {"code": "checkout", "name": "One page", "work_type": "feature"})
    assert not Touch.objects.exists()
    assert Epic.objects.get().revision == 1

    send("epics", {"code": "checkout", "name": "One page", "work_type": "debt"})
    assert Touch.objects.get().end_month is None
    assert Epic.objects.get().revision == 2


def test_leaders_state_outcomes_and_where_a_month_went_and_tools_what_was_observed(send, payments, checkout, orders):
    outcome = {
        "code": "o",
        "name": "O",
        "epic": "checkout",
        "metric": "orders",
        "kind": "cost",
        "baseline": "1",
        "target": "2",
        "due_on": "2026-12-31",
    }
    assert send("outcomes", outcome, audience=LEADER).created == 1

    effort = {"team": "payments", "month": "2026-06", "work_type": "run", "share": "1"}
    assert send("efforts", effort, audience=LEADER).created == 1
    with pytest.raises(Forbidden):
        send("observations", {"metric": "orders", "observed_on": "2026-06-30", "value": "2"}, audience=LEADER)


def test_what_others_brought_about_is_not_unsaid_of_revenue(send, checkout, orders):
    outcome = {
        "code": "more", "name": "More", "epic": "checkout", "metric": "orders", "baseline": "1", "target": "2",
        "due_on": "2026-12-31",
    }  # fmt: skip
    send("outcomes", {**outcome, "kind": "revenue"})
    send("outcomes", {**outcome, "kind": "revenue", "external_share": "0.2"})
    send("outcomes", {**outcome, "kind": "revenue", "external_share": "0"})

    with pytest.raises(Conflict, match="Outcome more is about revenue"):
        send("outcomes", {**outcome, "kind": "revenue", "external_share": None})
    assert Outcome.objects.get(code="more").external_share == 0

    send("outcomes", {**outcome, "code": "cheaper", "kind": "cost"})
    with pytest.raises(Conflict, match="Outcome cheaper"):
        send("outcomes", {**outcome, "code": "cheaper", "kind": "revenue"})
    assert Outcome.objects.get(code="cheaper").kind == "cost"
