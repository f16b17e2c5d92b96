"""Reviewing benefits: somebody other than the author validates or rejects exactly what they saw."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from finance.models import BenefitEntry, BenefitReview, Decision, Valuation
from finance.selectors.valued import amounts_of
from finance.services.four_eyes import person_behind
from roi_project.access.audience import Audience, Group
from roi_project.db.touches import next_month, touch
from roi_project.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Refusal
from roi_project.kernel.money import Money
from teams.selectors.organisation import Organisation

Name = tuple[uuid.UUID | None, uuid.UUID | None, dt.date | None]


@dataclass(frozen=True)
class Item:
    """One decision: about a benefit entry, or about what a valuation makes of a month. `seen` is what was read."""

    decision: Decision
    seen: Money
    benefit: uuid.UUID | None = None
    valuation: uuid.UUID | None = None
    month: dt.date | None = None
    reason: str = ""

    @property
    def name(self) -> Name:
        return self.benefit, self.valuation, self.month


@dataclass(frozen=True)
class Subject:
    """What an item is about, as it stands now. No amount: there is no such benefit any more."""

    author: str
    month: dt.date
    benefit_class: str
    amount: Money | None


@dataclass
class Refusals:
    """What is wrong with the items of a request, told together; the first one names the problem."""

    found: list[tuple[int, str, Refusal]] = field(default_factory=list)

    def raise_any(self) -> None:
        if self.found:
            first = self.found[0][2]
            first.problems = [
                FieldProblem(f"/rows/{number}" + (f"/{column}" if column else ""), refusal.slug, refusal.detail)
                for number, column, refusal in self.found
            ]
            raise first


@transaction.atomic
def decide(audience: Audience, items: Sequence[Item], *, settings: Organisation) -> list[BenefitReview]:
    """Validate or reject these benefits, all of them or none; answers the reviews in the order of the items.

    A second decision about the same benefit supersedes the first. Raises Forbidden (four-eyes) where the
    caller wrote the benefit, unless `settings` say that one person keeps the books: then the review is
    stored as relaxed, for everybody to see. Raises Conflict (changed-since-submit) where a benefit is no
    longer what was seen.
    """
    if not audience.within(frozenset({Group.FINANCE})):
        raise Forbidden("Only finance reviews benefits.")
    reviewer = person_behind(audience.actor)
    alone = settings.single_controller
    subjects = _entries(items) | _valued_months(items)
    refusals, told, reviews = Refusals(), set(), []
    for number, item in enumerate(items):
        subject = subjects.get(item.name)
        wrong = ("", NotFound()) if subject is None else _wrong(item, subject, reviewer=reviewer, alone=alone)
        if item.name in told:
            wrong = ("", Invalid("The same benefit is decided twice in this request."))
        told.add(item.name)
        if wrong is not None:
            refusals.found.append((number, *wrong))
        elif subject is not None:
            reviews.append(_review(audience, item, subject, reviewer=reviewer))
    refusals.raise_any()
    _store(reviews)
    touch("benefit-reviews", [(review.month, next_month(review.month)) for review in reviews])
    return reviews


def _entries(items: Sequence[Item]) -> dict[Name, Subject]:
    """The benefit entries the items name, locked: a correction waits for the decision, and the other way round."""
    keys = {item.benefit for item in items if item.benefit is not None}
    locked = BenefitEntry.current.select_for_update(no_key=True).filter(key__in=keys).order_by("pk")
    return {
        (entry.key, None, None): Subject(
            author=person_behind(entry.recorded_by),
            month=entry.month,
            benefit_class=entry.benefit_class,
            amount=Money(entry.amount_minor, entry.currency),
        )
        for entry in locked
    }


def _valued_months(items: Sequence[Item]) -> dict[Name, Subject]:
    """The valuations and months the items name, with what they make of it now."""
    named = {(item.valuation, item.month) for item in items if item.valuation is not None and item.month is not None}
    locked = Valuation.current.select_for_update(no_key=True, of=("self",)).order_by("pk")
    related = locked.select_related("outcome__metric", "outcome__epic")
    valuations = {valuation.key: valuation for valuation in related.filter(key__in={key for key, _ in named})}
    asked = [(valuations[key], month) for key, month in sorted(named) if key in valuations]
    return {
        (None, valuation.key, month): Subject(
            author=person_behind(valuation.recorded_by),
            month=month,
            benefit_class=valuation.benefit_class,
            amount=amount,
        )
        for (valuation, month), amount in zip(asked, amounts_of(asked), strict=True)
    }


def _wrong(item: Item, subject: Subject, *, reviewer: str, alone: bool) -> tuple[str, Refusal] | None:
    """The column and the refusal of an item that cannot be stored."""
    if subject.author == reviewer and not alone:
        return "", Forbidden(
            f"You ({reviewer}) wrote this benefit; somebody else of finance has to decide on it.", slug="four-eyes"
        )
    if subject.amount != item.seen:
        is_now = f"it is {subject.amount} {subject.amount.currency} now" if subject.amount else "it is no benefit now"
        return "amount", Conflict(
            f"You saw {item.seen} {item.seen.currency}, and {is_now}. Read it again, then decide.",
            slug="changed-since-submit",
        )
    if item.decision == Decision.REJECTED and not item.reason.strip():
        return "reason", Invalid("Say why this benefit is rejected.")
    return None


def _review(audience: Audience, item: Item, subject: Subject, *, reviewer: str) -> BenefitReview:
    return BenefitReview(
        external_id=str(item.benefit) if item.benefit else f"{item.valuation}/{subject.month:%Y-%m}",
        recorded_by=audience.actor,
        benefit_key=item.benefit,
        valuation_key=item.valuation,
        month=subject.month,
        benefit_class=subject.benefit_class,
        amount_minor=item.seen.minor,
        currency=item.seen.currency,
        decision=item.decision,
        reason=item.reason,
        author=subject.author,
        reviewer=reviewer,
        relaxed=subject.author == reviewer,
    )


def _store(reviews: Sequence[BenefitReview]) -> None:
    """Append the reviews as new versions of what was decided before about the same benefits."""
    before: dict[Any, BenefitReview] = {review.external_id: review for review in _earlier(reviews)}
    BenefitReview.objects.filter(pk__in=[review.pk for review in before.values()]).update(superseded_at=Now())
    for review in reviews:
        if review.external_id in before:
            review.key = before[review.external_id].key
    BenefitReview.objects.bulk_create(reviews, batch_size=1_000)


def _earlier(reviews: Sequence[BenefitReview]) -> list[BenefitReview]:
    benefits = {review.benefit_key for review in reviews} - {None}
    valuations = {review.valuation_key for review in reviews} - {None}
    found = BenefitReview.current.filter(Q(benefit_key__in=benefits) | Q(valuation_key__in=valuations))
    names = {review.external_id for review in reviews}
    return [review for review in found if review.external_id in names]
