"""What a metric read in a month."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import OuterRef, Subquery

from outcomes.models import Aggregate, Metric, MetricMonth
from roi_project.kernel.errors import Reason


@dataclass(frozen=True)
class Reading:
    """The figure of a month, exact, or null with the reason why there is none."""

    value: Fraction | None
    reason: Reason | None = None


NOTHING = Reading(None, Reason.NO_DATA)


def value_of(metric: Metric, month: dt.date) -> Reading:
    """The metric's one figure of the month that begins on that day, by its own aggregate."""
    return values_of([(metric.pk, month)]).get((metric.pk, month), NOTHING)


def values_of(pairs: Iterable[tuple[int, dt.date]]) -> dict[tuple[int, dt.date], Reading]:
    """The figures of these (metric id, first day of the month) pairs, in one query; without those never observed."""
    wanted = set(pairs)
    rows = MetricMonth.objects.select_related("metric").filter(
        metric__in={metric_id for metric_id, _ in wanted}, month__in={month for _, month in wanted}
    )
    found = {(row.metric_id, row.month): _reading(row) for row in rows}
    return {pair: reading for pair, reading in found.items() if pair in wanted}


def newest_of(metrics: Iterable[int]) -> dict[int, tuple[dt.date, Reading]]:
    """By metric (id), the newest month in which it was observed, with its figure; without those never observed."""
    observed = MetricMonth.objects.filter(count__gt=0)
    newest = observed.filter(metric=OuterRef("metric")).order_by("-month").values("month")[:1]
    rows = observed.filter(metric__in=set(metrics), month=Subquery(newest)).select_related("metric")
    return {row.metric_id: (row.month, _reading(row)) for row in rows}


def _reading(row: MetricMonth) -> Reading:
    if row.count == 0:
        return NOTHING
    if row.metric.aggregate == Aggregate.SUM:
        return Reading(Fraction(row.total))
    if row.metric.aggregate == Aggregate.MEAN:
        return Reading(Fraction(row.total) / row.count)
    return Reading(Fraction(row.last_value))
