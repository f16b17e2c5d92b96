"""What was promised, what of it is due and what came: sums over months, split over value streams exactly.

    gap = matured - arrived         gap share = gap / matured
See docs/reports/promises.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from finance.engine.returns import Ratio, Undefined, ratio
from roi_project.kernel.errors import Reason
from roi_project.kernel.period import month_index, month_start
from roi_project.kernel.shares import split

ONE = 10**6


class StreamShare(NamedTuple):
    """A part of an epic (in millionths) that is for one value stream, from a day until before another."""

    stream: int
    share: int
    start: int
    end: int


def stream_parts(amount: int, shares: Iterable[StreamShare], start: int, end: int) -> dict[int | None, int]:
    """An amount of a month (days start..end) over an epic's streams, by the days on which each share holds.

    What the shares leave uncovered belongs to no stream (None); shares above one keep their proportion.
    """
    weights: dict[int | None, int] = defaultdict(int)
    for each in shares:
        if (days := min(each.end, end) - max(each.start, start)) > 0:
            weights[each.stream] += each.share * days
    if (rest := ONE * (end - start) - sum(weights.values())) > 0:
        weights[None] = rest
    if len(weights) == 1:
        return dict.fromkeys(weights, amount)
    streams = sorted(weights, key=lambda stream: (stream is None, stream or 0))
    parts = split(amount, [weights[stream] for stream in streams])
    return dict(zip(streams, parts, strict=True))


class Stretch(NamedTuple):
    """Months first..until (not counted) of the same parts by stream each."""

    first: int
    until: int
    parts: dict[int | None, int]


def stretches(amount: int, shares: Sequence[StreamShare], first: int, last: int) -> Iterator[Stretch]:
    """The same amount in each of the months first..last, over an epic's streams: `stream_parts` of every month.

    While no share begins or ends, a month is split as the one before it, so it is split once.
    """
    start, end = _first_day(first), _first_day(last + 1)
    days = {day for each in shares for day in (each.start, each.end) if start < day < end}
    if not days:
        yield Stretch(first, last + 1, stream_parts(amount, shares, start, _first_day(first + 1)))
        return
    changes = {month for day in days for month in (_month_of(day), _month_of(day - 1) + 1)}
    begins = sorted({first, *(month for month in changes if first < month <= last)})
    for begin, until in zip(begins, [*begins[1:], last + 1], strict=True):
        yield Stretch(begin, until, stream_parts(amount, shares, _first_day(begin), _first_day(begin + 1)))


@cache
def _first_day(month: int) -> int:
    return month_start(month).toordinal()


def _month_of(day: int) -> int:
    return month_index(dt.date.fromordinal(day))


@dataclass
class Promised:
    """Whole minor units of what was promised, and of what came; `due` where some month of it has passed."""

    promised: int = 0
    matured: int = 0
    arrived: int = 0
    waiting: int = 0
    due: bool = False

    @property
    def not_yet_due(self) -> int:
        return self.promised - self.matured

    @property
    def gap(self) -> int:
        """What is missing of what is due; below zero where more came than was promised."""
        return self.matured - self.arrived

    @property
    def gap_share(self) -> Ratio:
        """The gap as a part of what is due; undefined while nothing is, or where nothing was promised for it."""
        if not self.due:
            return Undefined(Reason.IMMATURE)
        if self.matured == 0:
            return Undefined(Reason.ZERO_ANTICIPATED)
        return ratio(self.gap, self.matured)

    def __add__(self, other: "Promised") -> "Promised":
        return Promised(
            self.promised + other.promised,
            self.matured + other.matured,
            self.arrived + other.arrived,
            self.waiting + other.waiting,
            self.due or other.due,
        )

    def add(self, other: "Promised") -> None:
        self.promised += other.promised
        self.matured += other.matured
        self.arrived += other.arrived
        self.waiting += other.waiting
        self.due = self.due or other.due
