"""What moved a figure from one month to another: prices or people, and which benefits came, went or changed.

    P     = sum(labour now) / sum(labour now / move of its price), over the work of a team
    rates = round(labour now * (1 - 1 / P)), people = what remains of the change
See docs/algorithms/changes.md.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar

from roi_project.kernel.money import round_half_away


class Work(NamedTuple):
    """What one role did for a team in a month: scheduled minutes, and what they cost in minor units."""

    minutes: int
    cost: int


class Priced(NamedTuple):
    """Work of a role now, and its price now by the price then; None where no card tells."""

    role: Hashable
    work: Work
    move: Fraction | None = None


def at_earlier_prices(then: Mapping[Hashable, Work], now: Sequence[Priced]) -> Fraction:
    """1 / P: what a unit of today's labour of a team would have cost at the prices of then.

    Where no card tells how a price moved, the cost of a minute of the role is compared with that of `then`; a role that
    had no minutes then counts as unchanged. One where nothing is paid now: there is no price to compare.
    """
    paid = sum(priced.work.cost for priced in now)
    if paid == 0:
        return Fraction(1)
    return sum((_earlier(priced, then.get(priced.role)) for priced in now), Fraction(0)) / paid


def _earlier(priced: Priced, then: Work | None) -> Fraction:
    if priced.move is not None:
        return priced.work.cost / priced.move
    if then is None or then.minutes == 0:
        return Fraction(priced.work.cost)
    return Fraction(priced.work.minutes * then.cost, then.minutes)


def rate_effect(labour: int, at_earlier: Fraction) -> int:
    """How much of today's labour is there because prices changed, in whole minor units."""
    return round_half_away(labour * (1 - at_earlier))


def running_parts(amount: int, weights: Sequence[int]) -> list[int]:
    """One amount in proportion to weights of either sign: each part is the running sum up to it less the one before.

    The parts add up to the amount exactly, because only running sums are rounded. The weights must not sum to zero.
    """
    whole, done, before = sum(weights), 0, 0
    parts = []
    for weight in weights:
        done += weight
        upto = round_half_away(Fraction(amount * done, whole))
        parts.append(upto - before)
        before = upto
    return parts


Cell = TypeVar("Cell", bound=Hashable)
Source = Hashable


@dataclass(frozen=True)
class Moves:
    """The change of one benefit figure by what became of its sources."""

    before: int = 0
    after: int = 0
    new: int = 0
    ended: int = 0
    corrected: int = 0

    def __add__(self, other: "Moves") -> "Moves":
        return Moves(
            self.before + other.before,
            self.after + other.after,
            self.new + other.new,
            self.ended + other.ended,
            self.corrected + other.corrected,
        )


def moves(then: Iterable[tuple[Cell, Source, int]], now: Iterable[tuple[Cell, Source, int]]) -> dict[Cell, Moves]:
    """Parts of benefits (where they stand, their source, amount) of two months, compared where they stand.

    A source of both months is corrected wherever its parts differ, also where it moved to another place or state;
    a source of one month alone is ended or new.
    """
    earlier, later = list(then), list(now)
    both = {source for _, source, _ in earlier} & {source for _, source, _ in later}
    out: dict[Cell, Moves] = {}
    for cell, source, amount in earlier:
        ended, corrected = (0, -amount) if source in both else (-amount, 0)
        out[cell] = out.get(cell, Moves()) + Moves(before=amount, ended=ended, corrected=corrected)
    for cell, source, amount in later:
        new, corrected = (0, amount) if source in both else (amount, 0)
        out[cell] = out.get(cell, Moves()) + Moves(after=amount, new=new, corrected=corrected)
    return out
