"""Which rate cards priced whom, and by how much their prices moved from one month to another."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from finance.models import Book, ExchangeRate, RateCard
from finance.selectors.believed import believed, holds, in_force, month_of
from finance.selectors.facts import FX_LOOK_BACK
from finance.selectors.rate_cards import exactness
from roi_project.audit.selectors import before_changes
from roi_project.kernel.money import to_decimal
from roi_project.kernel.period import month_index, month_start
from teams.models import OrganisationSettings, Person, PersonTerms


def cards_of(book: Book, people: set[int], terms: Iterable[PersonTerms]) -> Iterator[tuple[int, RateCard]]:
    """The cards each person was priced by in the month, each once, in the order of their first day.

    `terms` are those of these people that hold in the month, by their first day.
    """
    rows = list(Person.objects.filter(pk__in=people).select_related("role"))
    earlier = before_changes("people", people, book.latest_fact_at) if book.latest_fact_at else {}
    settings = believed(OrganisationSettings, book).filter(starts_on__lte=book.month).order_by("-starts_on").first()
    country = settings.country if settings else ""
    by_role: dict[str, list[RateCard]] = defaultdict(list)
    for card in believed(RateCard, book).filter(in_force(book)).select_related("role").order_by("id"):
        by_role[card.role.code].append(card)
    own_terms: dict[int, list[PersonTerms]] = defaultdict(list)
    for term in terms:
        own_terms[term.person_id].append(term)
    roles = {term.role_id: term.role.code for own in own_terms.values() for term in own if term.role_id}
    turns = _turns(book, (card for cards in by_role.values() for card in cards))
    for person in rows:
        then = {"role": person.role.code, "level": person.level, "country": person.country} | earlier.get(person.pk, {})
        seen: set[int] = set()
        for day in _first_days(book, person, turns | _turns(book, own_terms[person.pk])):
            now = dict(then)
            for term in own_terms[person.pk]:
                if holds(term, day):
                    told = {"role": roles.get(term.role_id), "level": term.level, "country": term.country}
                    now |= {name: value for name, value in told.items() if value is not None}
            fits = [
                (how, card.pk, card)
                for card in by_role[now["role"]]
                if holds(card, day)
                and (how := exactness((card.level, card.country), (now["level"], now["country"] or country)))
                is not None
            ]
            if fits and (best := max(fits)[2]).pk not in seen:
                seen.add(best.pk)
                yield person.pk, best


def _turns(book: Book, rows: Iterable[RateCard | PersonTerms]) -> set[dt.date]:
    """Days within the month from which another one of these may hold."""
    first, end = month_of(book)
    return {day for row in rows for day in (row.starts_on, row.ends_on) if day and first < day < end}


def _first_days(book: Book, person: Person, turns: set[dt.date]) -> Sequence[dt.date]:
    """Days of the month, while the person was employed, from which something else may hold."""
    first, end = month_of(book)
    first, end = max(first, person.employed_from), min(end, person.employed_until or end)
    inside = sorted({first, *(day for day in turns if first < day < end), end})
    return [begin for begin, until in pairwise(inside) if begin < until]


def price_moves(then: Book, now: Book, people: set[int]) -> dict[int, Fraction]:
    """person -> the price of their work now / then, where one card priced it now and one of its kind held then.

    The cards are those the books were made of. A card of the same role, level and country is of its kind, for the same
    unit of work: so it tells how prices moved, and not who is another person or what is another month.
    """
    cards: dict[int, list[RateCard]] = defaultdict(list)
    terms = believed(PersonTerms, now).filter(in_force(now), person_id__in=people)
    for person, card in cards_of(now, people, terms.select_related("role").order_by("starts_on")):
        cards[person].append(card)
    earlier: dict[tuple[int, str, str], list[RateCard]] = defaultdict(list)
    for card in believed(RateCard, then).filter(in_force(then)):
        earlier[card.role_id, card.level, card.country].append(card)
    worth_then, worth_now = (_worth(book) for book in (then, now))
    found = {}
    for person, of_person in cards.items():
        new = of_person[0]
        of_its_kind = earlier[new.role_id, new.level, new.country]
        if len(of_person) == len(of_its_kind) == 1 and of_its_kind[0].unit == new.unit:
            before, after = _price(of_its_kind[0], worth_then), _price(new, worth_now)
            if before and after:
                found[person] = after / before
    return found


def _price(card: RateCard, worth: dict[str, Fraction]) -> Fraction | None:
    """In the reporting currency; None where there is no exchange rate."""
    if card.currency not in worth:
        return None
    return Fraction(to_decimal(card.amount_minor, card.currency)) * worth[card.currency]


def _worth(book: Book) -> dict[str, Fraction]:
    """Units of the reporting currency for one of each currency, in the month or carried forward to it."""
    oldest = month_start(month_index(book.month) - FX_LOOK_BACK)
    rates = believed(ExchangeRate, book).filter(month__gte=oldest, month__lte=book.month, rate_type="average")
    return {row.currency: Fraction(row.rate) for row in rates.order_by("month")} | {book.currency: Fraction(1)}
