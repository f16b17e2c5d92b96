"""Days on which nobody works here, and days on which somebody is away."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import DatedFact, Fact
from teams.models.conditions import COUNTRY_IS_ISO
from teams.models.person import Person


class Closure(Fact):
    """A day the organisation closes, beside the public holidays; like them it is no working day. Told twice is told."""

    country = models.CharField(max_length=2, blank=True, default="", help_text="two letters; empty = everywhere")
    on = models.DateField(help_text="the day nobody works")
    name = models.CharField(max_length=200, blank=True, default="")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=COUNTRY_IS_ISO, name="teams_closure_country_is_iso"),
        ]


class AbsenceReason(models.TextChoices):
    """Why somebody is away. Only unpaid leave lowers cost; all lower what a team can do."""

    PAID_LEAVE = "paid_leave", "Paid leave"
    SICK = "sick", "Sick"
    PARENTAL = "parental", "Parental leave"
    UNPAID = "unpaid", "Unpaid leave"


class Absence(DatedFact):
    """Whole days a person is away."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    reason = models.CharField(max_length=20, choices=AbsenceReason)

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=Q(reason__in=AbsenceReason.values), name="teams_absence_known_reason"),
        ]
