"""What was promised, what of it is due and what came: sums over months, split over value streams exactly.

    gap = matured - arrived         gap share = gap / matured
See docs/reports/promises.md.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from finance.engine.returns import Ratio, Undefined, ratio
from roi_project.kernel.errors import Reason
from roi_project.kernel.shares import split

ONE = 10**6


@dataclass(frozen=True)
class StreamShare:
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
    streams = sorted(weights, key=lambda stream: (stream is None, stream or 0))
    parts = split(amount, [weights[stream] for stream in streams])
    return dict(zip(streams, parts, strict=True))


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

    def add(self, other: "Promised") -> None:
        self.promised += other.promised
        self.matured += other.matured
        self.arrived += other.arrived
        self.waiting += other.waiting
        self.due = self.due or other.due
