"""How the return of a row compares with its own past; never with another row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from finance.engine.returns import Ratio, Undefined
from finance.selectors.roi import CASH, ROLLING, return_on
from finance.selectors.sums import Key, Sums

HALF_A_YEAR = 6
SHORTEST_HALF = 3
"""Halves of fewer months would compare one month's chance with another's."""
AS_GOOD_AS_EQUAL = Fraction(1, 100)


@dataclass(frozen=True)
class Trend:
    """The return over the last `months` months, and over as many that end `apart` months earlier."""

    months: int
    apart: int
    now: Ratio
    before: Ratio

    @property
    def direction(self) -> int:
        """1 better, -1 worse, 0 about the same."""
        if isinstance(self.now, Undefined) or isinstance(self.before, Undefined):
            raise ValueError("a return that is not known has no direction")
        moved = self.now - self.before
        return 0 if abs(moved) < AS_GOOD_AS_EQUAL else (1 if moved > 0 else -1)


def trends(by_month: Mapping[int, Mapping[Key, Sums]]) -> dict[Key, Trend]:
    """Of each row that has a known return now and before: its rolling twelve months and those of half a year ago, as
    the organisation's return is compared; with fewer months the later half and the earlier one."""
    months = sorted(by_month)
    if len(months) >= ROLLING + HALF_A_YEAR:
        size, apart = ROLLING, HALF_A_YEAR
    else:
        size = apart = min(ROLLING, len(months)) // 2
    if size < SHORTEST_HALF:
        return {}
    later, earlier = months[-size:], months[-size - apart : -apart]
    found = {}
    for key in {key for month in months for key in by_month[month]}:
        trend = Trend(size, apart, _return(by_month, later, key), _return(by_month, earlier, key))
        if not isinstance(trend.now, Undefined) and not isinstance(trend.before, Undefined):
            found[key] = trend
    return found


def _return(by_month: Mapping[int, Mapping[Key, Sums]], months: Sequence[int], key: Key) -> Ratio:
    return return_on(total(by_month[month].get(key, Sums()) for month in months), CASH)


def total(parts: Iterable[Sums]) -> Sums:
    """All of them added up."""
    whole = Sums()
    for part in parts:
        whole.add(part)
    return whole
