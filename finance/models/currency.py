"""What a unit of another currency was worth."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import Fact
from roi_project.db.fields import MonthField, ScaledDecimalField


class RateType(models.TextChoices):
    """Which rate of a month: costs and benefits flow, so they take its average."""

    AVERAGE = "average"


class ExchangeRate(Fact):
    """Units of the reporting currency for one unit of `currency`, on average over a month."""

    currency = models.CharField(max_length=3, help_text="ISO 4217")
    month = MonthField()
    rate = ScaledDecimalField(places=10)
    rate_type = models.CharField(max_length=7, choices=RateType, default=RateType.AVERAGE)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["currency", "month", "rate_type"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="finance_exchangerate_one_a_month",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="finance_exchangerate_first_of_month"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="finance_exchangerate_above_zero"),
            models.CheckConstraint(condition=Q(rate_type__in=RateType.values), name="finance_exchangerate_rate_type"),
        ]
