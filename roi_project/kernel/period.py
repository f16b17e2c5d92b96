"""Half-open spans of days, and calendar months as whole numbers.

A month index is year * 12 + month - 1; a day index is days since 1970-01-01. Columns hold these
integers; everything else holds dates.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

EPOCH = dt.date(1970, 1, 1)
OPEN_DAY = int(np.iinfo(np.int32).max)


def month_index(day: dt.date) -> int:
    """The month a day lies in, as a whole number that counts up by one each month."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=1_200)
def month_start(index: int) -> dt.date:
    """The first day of a month index."""
    return dt.date(index // 12, index % 12 + 1, 1)


def month_text(index: int) -> str:
    """2026-07"""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def parse_month(text: str) -> int:
    """The index of a month written YYYY-MM; ValueError for anything else."""
    if len(text) != 7 or text[4] != "-" or not text.isascii() or not (text[:4] + text[5:]).isdigit():
        raise ValueError(f"“{text}” is not a month written as YYYY-MM")
    year, month = int(text[:4]), int(text[5:])
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        raise ValueError(f"“{text}” is not a month between 2000-01 and 2100-12")
    return year * 12 + month - 1


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def from_day_number(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(number))


def month_starts(first: int, count: int) -> npt.NDArray[np.int32]:
    """Day numbers of the first days of `count` months from `first`, and of the month after: count + 1 values."""
    return np.array([day_number(month_start(first + k)) for k in range(count + 1)], dtype=np.int32)


@dataclass(frozen=True)
class Period:
    """Days from `start` until before `end`; no end means still running."""

    start: dt.date
    end: dt.date | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a period must end after it starts, not {self.start} until {self.end}")

    @classmethod
    def months(cls, first: int, last: int) -> "Period":
        """The days of the months first..last, both inside."""
        return cls(month_start(first), month_start(last + 1))

    def contains(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day; periods that only touch do not."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def days(self) -> Iterator[dt.date]:
        if self.end is None:
            raise ValueError("an open period has no last day to count to")
        for offset in range((self.end - self.start).days):
            yield self.start + dt.timedelta(days=offset)

    def __str__(self) -> str:
        return f"{self.start} until {self.end or 'further notice'}"
