"""What an hour, a month or a year of work costs: by role for everyone, by person for finance and audit."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import DatedFact
from roi_project.db.fields import MinorField
from teams.models.conditions import COUNTRY_IS_ISO


class RateUnit(models.TextChoices):
    """What a rate is for. Months and years are spread over working days, hours are multiplied."""

    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"


class Rate(DatedFact):
    """An amount for a unit of full-time work, for a while."""

    unit = models.CharField(max_length=5, choices=RateUnit)
    amount_minor = MinorField()
    currency = models.CharField(max_length=3, help_text="ISO 4217")

    class Meta(DatedFact.Meta):
        abstract = True
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=Q(unit__in=RateUnit.values), name="%(app_label)s_%(class)s_unit"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="%(app_label)s_%(class)s_not_negative"),
        ]


class RateCard(Rate):
    """The standard rate of a role; level and country narrow it, and empty means any."""

    role = models.ForeignKey("teams.RoleFamily", models.PROTECT, related_name="+")
    level = models.CharField(max_length=50, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166")

    class Meta(Rate.Meta):
        constraints = [
            *Rate.Meta.constraints,
            models.CheckConstraint(condition=COUNTRY_IS_ISO, name="finance_ratecard_country_is_iso"),
        ]


class PersonRate(Rate):
    """What one person is really paid, loaded. Finance writes it; only finance and audit ever see it."""

    person = models.ForeignKey("teams.Person", models.PROTECT, related_name="+")
