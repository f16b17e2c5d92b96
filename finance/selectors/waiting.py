"""Benefits that wait for a second person: entries, and what valuations made of months that have a book."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from finance.engine.accounts import BenefitState, LineKind
from finance.models import BenefitEntry, BenefitReview, BookMonth, Line, Valuation
from finance.selectors.benefits import State, listed
from finance.selectors.valued import amounts_of
from roi_project.access.audience import Audience
from roi_project.kernel.money import Money, round_half_away


@dataclass(frozen=True)
class Waiting:
    """One benefit as it stands now: an entry by `benefit`, or a month of a `valuation`.

    `number` is what those who sent it call it, `author` who recorded it, and `metric` what a valuation was measured by.
    `external` is the share that others than the teams brought about.
    """

    benefit: uuid.UUID | None
    valuation: uuid.UUID | None
    number: str
    month: dt.date
    amount: Money
    benefit_class: str
    outcome: str
    epic: str
    evidence: str
    author: str
    metric: str = ""
    external: Decimal = Decimal(0)

    @property
    def external_minor(self) -> int:
        """What of the amount reports leave out, roughly: to the cent it is settled when the amount is split."""
        return round_half_away(Fraction(self.amount.minor) * Fraction(self.external))


def waiting(audience: Audience) -> list[Waiting]:
    """Every benefit the caller may see that nobody has decided on, oldest month first. A fixed number of queries."""
    entries = listed(audience).filter(state=State.CLAIMED).select_related("outcome__epic", "epic")
    found = [
        Waiting(
            benefit=entry.key,
            valuation=None,
            number=entry.external_id,
            month=entry.month,
            amount=Money(entry.amount_minor, entry.currency),
            benefit_class=entry.benefit_class,
            outcome=entry.outcome.code if entry.outcome else "",
            epic=(entry.epic or entry.outcome.epic).code if entry.epic or entry.outcome else "",
            evidence=entry.evidence or entry.note,
            author=entry.recorded_by,
            external=_external(entry),
        )
        for entry in entries
    ]
    return sorted(
        [*found, *_valued()], key=lambda one: (one.month, one.outcome, one.epic, one.number, str(one.benefit))
    )


def _external(entry: BenefitEntry) -> Decimal:
    """As the entry says, else as its outcome."""
    own, outcome = entry.external_share, entry.outcome
    return (own if own is not None or outcome is None else outcome.external_share) or Decimal(0)


def _valued() -> list[Waiting]:
    """Months of valuations that stand as claimed in a current book, at what they come to now."""
    months = dict(BookMonth.objects.filter(current_book__isnull=False).values_list("current_book_id", "month"))
    lines = Line.objects.filter(book_id__in=months, kind=LineKind.VALUATION, state=BenefitState.CLAIMED)
    posted = set(lines.values_list("book_id", "source_id").distinct())
    keys = dict(Valuation.objects.filter(pk__in={source for _, source in posted}).values_list("pk", "key"))
    related = Valuation.current.select_related("outcome__metric", "outcome__epic")
    current = {row.key: row for row in related.filter(key__in=set(keys.values()))}
    asked = [(current[keys[pk]], months[book]) for book, pk in posted if keys.get(pk) in current]
    reviews = BenefitReview.current.filter(valuation_key__in=current)
    decided = set(reviews.values_list("valuation_key", "month", "benefit_class", "amount_minor", "currency"))
    return [
        Waiting(
            benefit=None,
            valuation=valuation.key,
            number=valuation.external_id,
            month=month,
            amount=amount,
            benefit_class=valuation.benefit_class,
            outcome=valuation.outcome.code,
            epic=valuation.outcome.epic.code,
            evidence=f"measured by {valuation.outcome.metric.code}",
            author=valuation.recorded_by,
            metric=valuation.outcome.metric.code,
            external=valuation.outcome.external_share or Decimal(0),
        )
        for (valuation, month), amount in zip(asked, amounts_of(asked), strict=True)
        if amount is not None
        and amount.minor
        # Decided since the book was compiled: what was seen is what it says now.
        and (valuation.key, month, valuation.benefit_class, amount.minor, amount.currency) not in decided
    ]
