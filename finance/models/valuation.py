"""What a change is worth in money."""

from django.db import models
from django.db.models import Q

from finance.models.benefit import BenefitClass
from roi_project.db.facts import DatedFact
from roi_project.db.fields import MinorField, ScaledDecimalField, ShareField


class Valuation(DatedFact):
    """Turns the measured effect of an outcome into money, for a while.

    Benefit of a month = effect x volume x unit value x margin. The volume is a number, or a metric
    that is read each month. The margin is what remains of revenue after the cost of serving it; 1 where
    the unit value is already the benefit.
    """

    outcome = models.ForeignKey("outcomes.Outcome", models.PROTECT, related_name="+")
    volume = ScaledDecimalField(places=6, null=True, blank=True)
    volume_metric = models.ForeignKey("outcomes.Metric", models.PROTECT, null=True, blank=True, related_name="+")
    unit_value_minor = MinorField()
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    margin = ShareField(help_text="0.35 = 35 % remain")
    benefit_class = models.CharField(max_length=14, choices=BenefitClass, default=BenefitClass.HARD_CASH)

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(volume__isnull=False, volume_metric=None) | Q(volume=None, volume_metric__isnull=False),
                name="finance_valuation_one_volume",
            ),
            models.CheckConstraint(condition=Q(volume=None) | Q(volume__gte=0), name="finance_valuation_volume"),
            models.CheckConstraint(condition=Q(margin__gt=0, margin__lte=1), name="finance_valuation_margin"),
            models.CheckConstraint(
                condition=Q(benefit_class__in=BenefitClass.values), name="finance_valuation_benefit_class"
            ),
        ]
