"""Return on what was spent, and the windows it is read over.

    ROI = (benefit - cost) / cost       ratios of sums, never means of ratios
See docs/algorithms/returns.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from finance.engine.accounts import NEW_WORK, WorkType
from roi_project.kernel.errors import Reason


@dataclass(frozen=True)
class Undefined:
    """A figure that has no value, and why."""

    reason: Reason


Ratio = Fraction | Undefined


def roi(benefit: int, cost: int) -> Ratio:
    """Return on investment as a share of what was spent: 0.25 = a quarter earned on top.

    Units: benefit and cost in minor units of one currency, for the same rows and window.
    Undefined when cost is zero or negative; below -1 is legal when the benefit is negative.
    """
    if cost == 0:
        return Undefined(Reason.ZERO_COST)
    if cost < 0:
        return Undefined(Reason.NEGATIVE_COST)
    return Fraction(benefit - cost, cost)


def ratio(part: int, whole: int) -> Ratio:
    """A coverage: part of whole, undefined on zero."""
    return Fraction(part, whole) if whole else Undefined(Reason.NO_DATA)


def innovation_capacity(by_type: Mapping[WorkType, int]) -> Ratio:
    """The part of cost that goes into what is new, features and experiments; see docs/algorithms/investment-mix.md."""
    return ratio(sum(by_type.get(kind, 0) for kind in NEW_WORK), sum(by_type.values()))


def rolling(benefits: Sequence[int], costs: Sequence[int], *, window: int = 12) -> list[Ratio]:
    """ROI over the last `window` periods ending at each; undefined until the window is full."""
    return [
        roi(sum(benefits[t - window + 1 : t + 1]), sum(costs[t - window + 1 : t + 1]))
        if t + 1 >= window
        else Undefined(Reason.WINDOW_INCOMPLETE)
        for t in range(len(costs))
    ]


def cumulative(benefits: Sequence[int], costs: Sequence[int]) -> list[Ratio]:
    """ROI from the first period to each."""
    return [roi(sum(benefits[: t + 1]), sum(costs[: t + 1])) for t in range(len(costs))]


def decimal_text(value: Ratio, places: int = 6) -> str | None:
    """A ratio as a plain decimal text, rounded half away from zero for the eye; None when undefined."""
    if isinstance(value, Undefined):
        return None
    # In whole numbers alone: a file has a ratio in each row, and every step of a Fraction looks for a common divisor.
    over, under = abs(value.numerator) * 10**places, value.denominator
    whole = (2 * over + under) // (2 * under)
    sign = "-" if value.numerator < 0 and whole else ""
    return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d}" if places else f"{sign}{whole}"
