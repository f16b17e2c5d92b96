"""Work bought by the hour."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import Fact
from roi_project.db.fields import MinorField, MonthField, ScaledDecimalField


class ContractorLine(Fact):
    """Hours a supplier worked for a team in a month, at an hourly rate.

    Cost = hours x rate + overtime hours x rate x multiplier, in the currency of the contract.
    """

    supplier = models.CharField(max_length=200)
    role = models.ForeignKey("teams.RoleFamily", models.PROTECT, related_name="+")
    team = models.ForeignKey("teams.Team", models.PROTECT, related_name="+")
    month = MonthField()
    hours = ScaledDecimalField(places=4)
    overtime_hours = ScaledDecimalField(places=4, default=0)
    overtime_multiplier = ScaledDecimalField(places=4, default=1)
    rate_minor = MinorField()
    currency = models.CharField(max_length=3, help_text="ISO 4217")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(month__day=1), name="finance_contractorline_first_of_month"),
            models.CheckConstraint(
                condition=Q(hours__gte=0, overtime_hours__gte=0, rate_minor__gte=0),
                name="finance_contractorline_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(overtime_multiplier__gte=1), name="finance_contractorline_overtime_costs_no_less"
            ),
        ]
