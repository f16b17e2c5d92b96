"""What comes in says which months it can change, and whether one of them is closed."""

import datetime as dt
from dataclasses import replace

import pytest

from roi_project.access.audience import SYSTEM
from roi_project.db.models import Frozen, Touch
from roi_project.db.touches import latest_fact_at, merged, touch, touch_state
from roi_project.intake.change import change, withdraw
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from teams.models import Assignment

from .conftest import NOW, assignment, observation

pytestmark = pytest.mark.django_db


def month(number, year=2026):
    return dt.date(year, number, 1)


@pytest.fixture
def touched(cast):
    """The touches of what comes in after the cast."""
    Touch.objects.all().delete()
    return lambda: list(Touch.objects.order_by("id").values_list("kind", "first_month", "end_month"))


def test_ranges_that_overlap_or_adjoin_become_one():
    ranges = [
        (month(5), month(7)),
        (month(1), month(3)),
        (month(3), month(4)),
        (month(6), month(9)),
        (month(1), month(2)),
    ]

    assert merged(ranges) == [(month(1), month(4)), (month(5), month(9))]
    assert merged([(month(3), None), (month(1), month(2)), (month(4), month(5))]) == [
        (month(1), month(2)),
        (month(3), None),
    ]
    assert merged([]) == []


def test_a_request_leaves_one_touch_per_range_of_months(send, touched):
    send(
        "assignments",
        assignment(starts_on="2026-01-15", ends_on="2026-02-10"),
        assignment(person="bob", starts_on="2026-03-01", ends_on="2026-04-01"),
        assignment(team="search", starts_on="2026-06-30", ends_on="2026-07-01"),
    )

    assert touched() == [("assignments", month(1), month(4)), ("assignments", month(6), month(7))]


def test_a_correction_touches_the_months_it_had_and_the_months_it_has(send, touched):
    send("assignments", assignment(ends_on="2026-02-01", external_id="a"))
    send("assignments", assignment(starts_on="2026-05-01", external_id="a"))

    assert touched()[1:] == [("assignments", month(1), month(2)), ("assignments", month(5), None)]


def test_what_changes_nothing_touches_nothing(send, touched):
    send("assignments", assignment())
    before = touched()

    send("assignments", assignment())
    send("assignments", assignment(share="0.7"), dry_run=True)
    send("assignments", assignment(share="7"))

    assert touched() == before


def test_a_withdrawal_touches_the_months_it_leaves(send, touched):
    send("assignments", assignment(ends_on="2026-03-01"))
    Touch.objects.all().delete()

    withdraw(SYSTEM, kind_named("assignments"), Assignment.current.get().key)

    assert touched() == [("assignments", month(1), month(3))]


def test_a_material_change_of_a_master_touches_every_month_and_a_rename_none(send, touched):
    send("teams", {"code": "search", "name": "Find"})
    assert touched() == []

    send("teams", {"code": "search", "name": "Find", "topology": "platform"})
    assert touched() == [("teams", dt.date(2000, 1, 1), None)]


def test_a_new_master_touches_every_month_unless_its_kind_says_that_it_cannot_matter(send, touched):
    kind = kind_named("teams")

    receive(SYSTEM, replace(kind, new_matters=False), [(1, {"code": "a", "name": "A"}, "json")])
    assert touched() == []

    receive(SYSTEM, replace(kind, new_matters=True), [(1, {"code": "b", "name": "B"}, "json")])
    assert touched() == [("teams", dt.date(2000, 1, 1), None)]


def test_facts_about_closed_months_are_accepted_and_counted_late(send, touched):
    Frozen.objects.create(month=month(1))
    Frozen.objects.create(month=month(2))

    receipt = send(
        "assignments",
        assignment(starts_on="2026-02-28", external_id="late"),
        assignment(person="bob", starts_on="2026-03-01", external_id="in time"),
        assignment(person="bob", team="search", starts_on="2025-01-01", ends_on="2026-01-01", external_id="before"),
    )

    assert (receipt.created, receipt.late) == (3, 1)
    assert receipt.words()[1] == (
        "1 of them is about a closed month: kept as late, and the closed book stays as it is. "
        "No report from it shows it."
    )


def test_a_correction_is_late_when_its_old_months_are_closed(send, touched):
    send("assignments", assignment(starts_on="2026-01-01", ends_on="2026-02-01", external_id="a"))
    Frozen.objects.create(month=month(1))

    row = assignment(starts_on="2026-03-01", external_id="a")
    assert send("assignments", row, dry_run=True).late == 1
    assert send("assignments", row, frozen_check=False).late == 0
    key = Assignment.current.get().key
    assert change(SYSTEM, kind_named("assignments"), key, {"share": "0.1"}).late == 0


def test_the_state_of_a_month_counts_its_touches(touched):
    touch("a", [(month(1), month(3))])
    touch("b", [(month(2), None)])
    first, second = Touch.objects.order_by("id").values_list("id", flat=True)

    assert touch_state(month(1), month(3)) == {
        month(1): (1, first),
        month(2): (2, second),
        month(3): (1, second),
    }
    assert touch_state(month(12, 2025), month(12, 2025)) == {month(12, 2025): (0, 0)}


def test_the_latest_fact_is_that_of_the_months_asked_for(touched):
    early, late = NOW, NOW + dt.timedelta(days=1)
    Touch.objects.create(kind="a", first_month=month(1), end_month=month(2), at=early)
    Touch.objects.create(kind="a", first_month=month(2), end_month=month(3), at=late)

    assert latest_fact_at(month(1), month(1)) == early
    assert latest_fact_at(month(1), month(2)) == late
    assert latest_fact_at(month(3), month(4)) is None


def test_many_rows_of_a_month_leave_one_touch(send, touched):
    send("observations", *(observation(number) for number in range(300)))

    assert len(touched()) <= 1
