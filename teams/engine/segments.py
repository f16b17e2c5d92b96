"""Cutting people's time into stretches in which nothing about them changes.

Shares of a person are judged per stretch, never netted over a month: one week over and one week under
are two findings, not an average (docs/algorithms/shared-people.md).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi_project.kernel.integers import distinct

Ints = npt.NDArray[np.int64]

ONE = 1_000_000
"""A whole share in millionths."""


@dataclass(frozen=True)
class Segments:
    """Rows (person, [start, end)) in order of person and day; together they cover every day of every person."""

    person: Ints
    start: Ints
    end: Ints
    month: Ints
    first_day: int
    span: int

    def keys_of(self, person: Ints, day: Ints) -> Ints:
        """One sortable number for a person and a day; days outside the span count as its edges."""
        return person * (self.span + 1) + np.clip(day - self.first_day, 0, self.span)

    @property
    def keys(self) -> Ints:
        return self.keys_of(self.person, self.start)

    def spread(self, person: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Which segments each row (person, [start, end)) covers: pairs (row, segment)."""
        keys = self.keys
        low, high = (np.searchsorted(keys, self.keys_of(person, day)) for day in (start, end))
        return expand(low, high - low)


def expand(low: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Pairs (row, low[row] + 0..count[row]-1) for every row."""
    rows = np.repeat(np.arange(low.size, dtype=np.int64), count)
    offsets = np.arange(rows.size, dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    return rows, low[rows] + offsets


def cut(*, people: int, month_starts: Ints, dated: list[tuple[Ints, Ints, Ints]]) -> Segments:
    """Cut `people` persons' days at every month start and at every start and end in `dated` (person, start, end).

    month_starts holds the day numbers of the months of the span and of the day after it.
    """
    first_day, last_day = int(month_starts[0]), int(month_starts[-1])
    span = last_day - first_day
    keys = [
        (np.arange(people, dtype=np.int64)[:, None] * (span + 1) + (month_starts[:-1] - first_day)[None, :]).ravel()
    ]
    for person, start, end in dated:
        for day in (start, end):
            inside = (day > first_day) & (day < last_day)
            keys.append(person[inside] * (span + 1) + (day[inside].astype(np.int64) - first_day))
    cuts = distinct(np.concatenate(keys))
    person = cuts // (span + 1)
    start = cuts % (span + 1) + first_day
    after = np.r_[start[1:], last_day][: start.size]
    end = np.where(after > start, after, last_day)  # the next person's first day is not after this one's last
    month = np.searchsorted(month_starts, start, side="right") - 1
    return Segments(person=person, start=start, end=end, month=month, first_day=first_day, span=span)
