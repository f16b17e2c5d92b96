"""Observations are reduced to one row per metric and month when they arrive."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from outcomes.models import Metric, MetricMonth, Observation
from outcomes.selectors.metrics import NOTHING, value_of
from roi_project.access.audience import Audience, Group
from roi_project.db.models import Touch
from roi_project.intake.change import withdraw
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import Conflict, Reason

MAY, JUNE, JULY = dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 7, 1)
NOW = dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC)
CAROL = Audience(actor="user:carol", groups=frozenset({Group.PLANNER}))


def seen(metric: str, day: str, value: str, **more) -> dict:
    return {"metric": metric, "observed_on": day, "value": value, **more}


def month_of(metric: Metric, month: dt.date) -> tuple:
    row = MetricMonth.objects.get(metric=metric, month=month)
    return row.count, row.total, row.last_on, row.last_value, row.revision


def test_the_observations_of_a_month_become_one_row(send, orders):
    send(
        "observations",
        seen("orders", "2026-06-01", "10.5"),
        seen("orders", "2026-06-30", "2.25"),
        seen("orders", "2026-07-01", "4"),
    )

    assert month_of(orders, JUNE) == (2, Decimal("12.75"), dt.date(2026, 6, 30), Decimal("2.25"), 1)
    assert month_of(orders, JULY) == (1, Decimal("4"), dt.date(2026, 7, 1), Decimal("4"), 1)
    assert MetricMonth.objects.count() == 2


def test_a_correction_replaces_what_it_corrects_and_counts_the_revision_up(send, orders):
    send("observations", seen("orders", "2026-06-01", "10"), seen("orders", "2026-06-02", "5"))

    send("observations", seen("orders", "2026-06-01", "11"))

    assert month_of(orders, JUNE) == (2, Decimal("16"), dt.date(2026, 6, 2), Decimal("5"), 2)


def test_the_same_again_changes_nothing(send, orders):
    send("observations", seen("orders", "2026-06-01", "10"))

    receipt = send("observations", seen("orders", "2026-06-01", "10"))

    assert (receipt.unchanged, receipt.changed) == (1, 0)
    assert month_of(orders, JUNE)[-1] == 1


def test_an_observation_that_moves_to_another_month_leaves_the_old_one(send, orders):
    send("observations", seen("orders", "2026-05-31", "10", source="shop", external_id="7"))

    send("observations", seen("orders", "2026-06-01", "10", source="shop", external_id="7"))

    assert month_of(orders, MAY) == (0, Decimal(0), None, None, 2)
    assert month_of(orders, JUNE) == (1, Decimal(10), JUNE, Decimal(10), 1)


def test_a_withdrawn_observation_no_longer_counts(send, orders):
    send("observations", seen("orders", "2026-06-01", "10"), seen("orders", "2026-06-02", "5"))
    second = Observation.current.get(observed_on="2026-06-02")

    withdraw(CAROL, kind_named("observations"), second.key)

    assert month_of(orders, JUNE) == (1, Decimal("10"), JUNE, Decimal("10"), 2)


def test_of_several_on_the_last_day_the_name_decides_and_not_the_order_of_arrival(send, orders):
    send("observations", seen("orders", "2026-06-30", "2", source="shop", external_id="b"))
    send("observations", seen("orders", "2026-06-30", "1", source="shop", external_id="a"))
    send("observations", seen("orders", "2026-06-30", "3", source="shop", external_id="B"))

    assert month_of(orders, JUNE) == (3, Decimal(6), dt.date(2026, 6, 30), Decimal(2), 3)


def test_other_metrics_and_months_are_left_alone(send, orders):
    Metric.objects.create(code="visits", name="Visits", unit="visits", aggregate="sum")
    send("observations", seen("orders", "2026-05-01", "1"), seen("visits", "2026-06-01", "1"))

    send("observations", seen("orders", "2026-06-01", "1"))

    assert set(MetricMonth.objects.values_list("revision", flat=True)) == {1}


@pytest.mark.parametrize(
    ("aggregate", "value"), [("sum", Fraction(10)), ("mean", Fraction(10, 3)), ("last", Fraction(5))]
)
def test_a_month_has_one_exact_value_by_the_aggregate_of_its_metric(send, orders, aggregate, value):
    Metric.objects.filter(pk=orders.pk).update(aggregate=aggregate)
    orders.refresh_from_db()
    send(
        "observations",
        seen("orders", "2026-06-01", "2"),
        seen("orders", "2026-06-02", "3"),
        seen("orders", "2026-06-03", "5"),
    )

    assert value_of(orders, JUNE).value == value


def test_a_month_without_observations_is_unknown_and_not_zero(send, orders):
    send("observations", seen("orders", "2026-06-01", "2"))
    withdraw(CAROL, kind_named("observations"), Observation.current.get().key)

    assert value_of(orders, JUNE) == NOTHING
    assert value_of(orders, JULY).reason is Reason.NO_DATA


def test_a_sum_that_cannot_be_kept_is_refused_with_a_sentence(send, orders):
    with pytest.raises(Conflict, match="larger unit"):
        send(
            "observations",
            seen("orders", "2026-06-01", "9000000000000"),
            seen("orders", "2026-06-02", "9000000000000"),
        )

    assert not Observation.objects.exists()


def test_the_months_observed_are_touched(send, orders):
    send("observations", seen("orders", "2026-06-01", "2"), seen("orders", "2026-06-02", "2"))

    assert list(Touch.objects.values_list("kind", "first_month", "end_month")) == [("observations", JUNE, JULY)]


def test_ten_thousand_observations_are_taken_and_reduced_in_bulk(send, orders, django_assert_max_num_queries):
    day = dt.date(2024, 1, 1)
    rows = [
        seen("orders", (day + dt.timedelta(days=n % 900)).isoformat(), "1", source="shop", external_id=str(n))
        for n in range(10_000)
    ]

    with django_assert_max_num_queries(200):
        receipt = send("observations", *rows)

    assert receipt.created == 10_000
    assert sum(MetricMonth.objects.values_list("count", flat=True)) == 10_000
