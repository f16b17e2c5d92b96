"""Benefits, and whether somebody else has looked at them."""

from enum import StrEnum

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from finance.models import BenefitEntry, BenefitReview, Decision
from roi_project.access.audience import Audience, Group

READERS = frozenset({Group.FINANCE, Group.LEADER, Group.AUDITOR})


class State(StrEnum):
    """What a benefit is worth to a reader: somebody says so, two people say so, or one said no."""

    CLAIMED = "claimed"
    VALIDATED = Decision.VALIDATED.value
    REJECTED = Decision.REJECTED.value


def listed(audience: Audience) -> QuerySet[BenefitEntry]:
    """Every current benefit entry the caller may see, each with its `state` and whether its review was `relaxed`."""
    visible = BenefitEntry.current.all() if audience.within(READERS) else BenefitEntry.current.none()
    return with_state(visible.order_by("id"))


def with_state(entries: QuerySet[BenefitEntry]) -> QuerySet[BenefitEntry]:
    """The same entries with `state` and `relaxed`.

    A review speaks of what was seen: an entry of another month, class or amount today is claimed again.
    """
    review = BenefitReview.current.filter(
        benefit_key=OuterRef("key"),
        month=OuterRef("month"),
        benefit_class=OuterRef("benefit_class"),
        amount_minor=OuterRef("amount_minor"),
        currency=OuterRef("currency"),
    )
    decision = Subquery(review.values("decision")[:1], output_field=CharField())
    return entries.annotate(
        state=Coalesce(decision, Value(State.CLAIMED.value), output_field=CharField()),
        relaxed=Exists(review.filter(relaxed=True)),
    )
