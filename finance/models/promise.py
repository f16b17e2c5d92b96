"""What an epic was meant to bring, said before anybody worked on it."""

from django.db import models
from django.db.models import F, Q

from finance.models.benefit import BenefitClass
from roi_project.db.facts import Fact
from roi_project.db.fields import MinorField, MonthField


class AnticipatedBenefit(Fact):
    """Money an epic is expected to bring in each of some months. It never stands in a book.

    Without `last_month` it ends with the benefit window of the epic's outcomes. Once work on the epic has
    begun it stays as it is: a promise that follows the facts says nothing.
    """

    epic = models.ForeignKey("outcomes.Epic", models.PROTECT, related_name="+")
    amount_minor = MinorField(help_text="a month")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    benefit_class = models.CharField(max_length=14, choices=BenefitClass)
    first_month = MonthField()
    last_month = MonthField(null=True, blank=True, help_text="counted too")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="finance_anticipatedbenefit_not_negative"),
            models.CheckConstraint(
                condition=Q(benefit_class__in=BenefitClass.values), name="finance_anticipatedbenefit_benefit_class"
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1) & (Q(last_month=None) | Q(last_month__day=1)),
                name="finance_anticipatedbenefit_first_of_month",
            ),
            models.CheckConstraint(
                condition=Q(last_month=None) | Q(last_month__gte=F("first_month")),
                name="finance_anticipatedbenefit_months_in_order",
            ),
        ]
