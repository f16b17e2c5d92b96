"""By how much a unit of a role's work became dearer from one month to another, as its rate cards say."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q

from finance.models import ExchangeRate, RateCard
from finance.selectors.facts import FX_LOOK_BACK
from finance.selectors.months import MonthBook
from roi_project.db.facts import believed_at
from roi_project.kernel.money import to_decimal
from roi_project.kernel.period import month_start

Level = tuple[str, str]
"""A card's level and country."""


@dataclass(frozen=True)
class Price:
    """What a unit of work costs all through a month, in the reporting currency."""

    unit: str
    amount: Fraction


def price_moves(then: MonthBook, now: MonthBook) -> dict[int, Fraction]:
    """role -> price now / price then, where all of its cards hold all through both months and moved alike.

    The cards are those the books were made of. Two queries a month; one where no card is in another currency.
    """
    before, after = _prices(then), _prices(now)
    found = {}
    for role in before.keys() & after.keys():
        move = _move(before[role], after[role])
        if move is not None:
            found[role] = move
    return found


def _move(before: dict[Level, Price | None], after: dict[Level, Price | None]) -> Fraction | None:
    if before.keys() != after.keys():
        return None
    moves = set()
    for level, old in before.items():
        new = after[level]
        if old is None or new is None or old.unit != new.unit or not old.amount or not new.amount:
            return None
        moves.add(new.amount / old.amount)
    return moves.pop() if len(moves) == 1 else None


def _prices(book: MonthBook) -> dict[int, dict[Level, Price | None]]:
    """The price of each role, level and country; None where it is another one within the month, or not known."""
    first, end = month_start(book.month), month_start(book.month + 1)
    in_force = Q(starts_on__lt=end) & (Q(ends_on=None) | Q(ends_on__gt=first))
    cards = list(RateCard._default_manager.filter(believed_at(book.latest_fact_at) & in_force))
    worth = _worth(book, {card.currency for card in cards} - {book.currency})
    found: dict[int, dict[Level, Price | None]] = defaultdict(dict)
    for card in cards:
        holds = card.starts_on <= first and (card.ends_on is None or card.ends_on >= end)
        level = (card.level, card.country)
        price = None
        if holds and card.currency in worth and level not in found[card.role_id]:
            price = Price(card.unit, Fraction(to_decimal(card.amount_minor, card.currency)) * worth[card.currency])
        found[card.role_id][level] = price
    return found


def _worth(book: MonthBook, currencies: Iterable[str]) -> dict[str, Fraction]:
    """Units of the reporting currency for one of each of these, in the month or carried forward to it."""
    worth = {book.currency: Fraction(1)}
    if wanted := sorted(currencies):
        rates = ExchangeRate._default_manager.filter(
            believed_at(book.latest_fact_at),
            currency__in=wanted,
            rate_type="average",
            month__gte=month_start(book.month - FX_LOOK_BACK),
            month__lte=month_start(book.month),
        )
        worth |= {row.currency: Fraction(row.rate) for row in rates.order_by("month")}
    return worth
