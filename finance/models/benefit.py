"""What the work was worth, and who else looked at it."""

from django.db import models
from django.db.models import F, Q

from roi_project.db.facts import Fact
from roi_project.db.fields import MinorField, MonthField, ShareField


class BenefitClass(models.TextChoices):
    """What sort of money a benefit is; classes are never added up unasked."""

    HARD_CASH = "hard_cash"
    COST_AVOIDANCE = "cost_avoidance"
    CAPACITY_FREED = "capacity_freed"
    EXPECTED_LOSS = "expected_loss"


class Decision(models.TextChoices):
    """What a review found."""

    VALIDATED = "validated"
    REJECTED = "rejected"


class BenefitEntry(Fact):
    """Money somebody says the work brought in a month; below zero for a change that hurt.

    It is claimed until somebody else has validated just this amount (BenefitReview).
    `external_share` is what others brought about; null = as the outcome says.
    """

    outcome = models.ForeignKey("outcomes.Outcome", models.PROTECT, null=True, blank=True, related_name="+")
    epic = models.ForeignKey("outcomes.Epic", models.PROTECT, null=True, blank=True, related_name="+")
    month = MonthField()
    amount_minor = MinorField()
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    benefit_class = models.CharField(max_length=14, choices=BenefitClass)
    external_share = ShareField(null=True, blank=True, help_text="what others brought about; 0 = nothing")
    evidence = models.CharField(max_length=1000, blank=True, default="", help_text="where it can be seen")
    note = models.CharField(max_length=1000, blank=True, default="")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(month__day=1), name="finance_benefitentry_first_of_month"),
            models.CheckConstraint(
                condition=Q(benefit_class__in=BenefitClass.values), name="finance_benefitentry_benefit_class"
            ),
            models.CheckConstraint(
                condition=Q(external_share=None) | Q(external_share__gte=0, external_share__lte=1),
                name="finance_benefitentry_external_share",
            ),
        ]
        indexes = [
            models.Index(
                fields=["month"], condition=Q(superseded_at=None, withdrawn=False), name="finance_benefitentry_month"
            )
        ]


class BenefitReview(Fact):
    """A decision on one benefit of one month: a benefit entry, or what a valuation makes of that month.

    Kept with it is what was seen (month, class and amount): a benefit that says something else today
    has not been reviewed. `author` and `reviewer` are the people behind the benefit and the decision,
    whether they came signed in or with a token; they are the same only where one person keeps the
    books of the whole organisation, and then the review is marked `relaxed`.
    """

    benefit_key = models.UUIDField(null=True, blank=True)
    valuation_key = models.UUIDField(null=True, blank=True)
    month = MonthField()
    benefit_class = models.CharField(max_length=14, choices=BenefitClass)
    amount_minor = MinorField()
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    decision = models.CharField(max_length=9, choices=Decision)
    reason = models.CharField(max_length=500, blank=True, default="")
    author = models.CharField(max_length=200)
    reviewer = models.CharField(max_length=200)
    relaxed = models.BooleanField(default=False)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["benefit_key"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="finance_benefitreview_one_a_benefit",
            ),
            models.UniqueConstraint(
                fields=["valuation_key", "month"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="finance_benefitreview_one_a_valuation_month",
            ),
            models.CheckConstraint(
                condition=Q(benefit_key__isnull=False, valuation_key=None)
                | Q(benefit_key=None, valuation_key__isnull=False),
                name="finance_benefitreview_one_subject",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="finance_benefitreview_first_of_month"),
            models.CheckConstraint(
                condition=Q(benefit_class__in=BenefitClass.values), name="finance_benefitreview_benefit_class"
            ),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="finance_benefitreview_decision"),
            models.CheckConstraint(
                condition=~Q(author=F("reviewer")) | Q(relaxed=True), name="finance_benefitreview_four_eyes"
            ),
        ]
