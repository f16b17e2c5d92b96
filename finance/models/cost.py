"""What was spent besides people: invoices, licences, cloud bills."""

from django.db import models
from django.db.models import F, Q

from finance.models.pool import Pool
from roi_project.db.facts import Fact, Master
from roi_project.db.fields import MinorField

FRACTIONS_OF_A_MINOR_UNIT = 10**12


class CostCategory(Master):
    """What sort of cost it is: licences, cloud, travel."""


class CostEntry(Fact):
    """One amount that was spent, for exactly one team, value stream or pool.

    `amount_fraction` keeps what is below a minor unit, in 1e-12 of it: cloud bills have such prices,
    and their sum is rounded once, not line by line. The amount is `amount_minor + amount_fraction * 1e-12`.
    With a service period the amount is spread over its months, otherwise it falls on `incurred_on`.
    """

    team = models.ForeignKey("teams.Team", models.PROTECT, null=True, blank=True, related_name="+")
    stream = models.ForeignKey("teams.ValueStream", models.PROTECT, null=True, blank=True, related_name="+")
    pool = models.ForeignKey(Pool, models.PROTECT, null=True, blank=True, related_name="costs")
    category = models.ForeignKey(CostCategory, models.PROTECT, related_name="costs")
    incurred_on = models.DateField()
    amount_minor = MinorField(help_text="below zero for a credit")
    amount_fraction = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    service_from = models.DateField(null=True, blank=True)
    service_until = models.DateField(null=True, blank=True, help_text="first day not counted")
    gl_account = models.CharField(max_length=60, blank=True, default="")
    cost_centre = models.CharField(max_length=60, blank=True, default="")
    vendor = models.CharField(max_length=200, blank=True, default="")
    document_number = models.CharField(max_length=100, blank=True, default="")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(team__isnull=False, stream=None, pool=None)
                | Q(team=None, stream__isnull=False, pool=None)
                | Q(team=None, stream=None, pool__isnull=False),
                name="finance_costentry_one_bearer",
            ),
            models.CheckConstraint(
                condition=Q(service_from=None, service_until=None)
                | Q(service_from__isnull=False, service_until__isnull=False, service_until__gt=F("service_from")),
                name="finance_costentry_service_period",
            ),
            models.CheckConstraint(
                condition=Q(amount_fraction__gte=0, amount_fraction__lt=FRACTIONS_OF_A_MINOR_UNIT),
                name="finance_costentry_fraction",
            ),
        ]
        indexes = [
            models.Index(
                fields=["incurred_on"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="finance_costentry_incurred",
            ),
            models.Index(
                fields=["service_until"],
                condition=Q(superseded_at=None, withdrawn=False, service_until__isnull=False),
                name="finance_costentry_service",
            ),
        ]
