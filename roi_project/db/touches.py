"""Which months were touched: written by whoever stores facts, asked by whoever compiles books."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Count, Max, Q, QuerySet

from roi_project.db.models import Frozen, Touch

Months = tuple[dt.date, dt.date | None]

# A master has no dates of its own: its change can alter any month. No fact is older than this.
EVERY_MONTH: Months = (dt.date(2000, 1, 1), None)
_NEVER = dt.date.max


def first_of_month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def next_month(month: dt.date) -> dt.date:
    return dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)


def merged(ranges: Iterable[Months]) -> list[Months]:
    """The same months as the fewest ranges: overlapping and adjoining ones become one. Ends are not counted."""
    result: list[list[dt.date]] = []
    for first, end in sorted((first, end or _NEVER) for first, end in ranges):
        if result and first <= result[-1][1]:
            result[-1][1] = max(result[-1][1], end)
        else:
            result.append([first, end])
    return [(first, None if end == _NEVER else end) for first, end in result]


def touch(kind: str, ranges: Iterable[Months]) -> None:
    """Write down that facts of this kind can change these months, in the transaction of the facts."""
    Touch.objects.bulk_create(
        [Touch(kind=kind, first_month=first, end_month=end) for first, end in merged(ranges)], batch_size=1_000
    )


def touch_state(
    first: dt.date, last: dt.date, *, without: frozenset[str] = frozenset()
) -> dict[dt.date, tuple[int, int]]:
    """Per month of first..last, both inside: how many touches it has, and the highest id among them.

    Both together change with every touch, also with one that was committed late. `without`: kinds not counted.
    """
    groups = (
        _touching(first, last)
        .exclude(kind__in=without)
        .values("first_month", "end_month")
        .annotate(touches=Count("id"), newest=Max("id"))
        .values_list("first_month", "end_month", "touches", "newest")
    )
    state = dict.fromkeys(_months(first, last), (0, 0))
    for begins, ends, touches, newest in groups:
        for month in _months(max(begins, first), last):
            if ends is not None and month >= ends:
                break
            count, highest = state[month]
            state[month] = (count + touches, max(highest, newest))
    return state


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    while first <= last:
        yield first
        first = next_month(first)


def latest_fact_at(first: dt.date, last: dt.date, *, without: frozenset[str] = frozenset()) -> dt.datetime | None:
    """When something last came in that can change one of the months first..last, both inside.

    `without`: kinds not counted.
    """
    newest: dt.datetime | None = _touching(first, last).exclude(kind__in=without).aggregate(at=Max("at"))["at"]
    return newest


def _touching(first: dt.date, last: dt.date) -> QuerySet[Touch]:
    return Touch.objects.filter(first_month__lte=last).filter(Q(end_month=None) | Q(end_month__gt=first))


def frozen_months() -> list[dt.date]:
    """The months whose books are closed, oldest first."""
    return list(Frozen.objects.order_by("month").values_list("month", flat=True))
