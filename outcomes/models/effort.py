"""Where the work of a team went in a month: by epic, or by type of work. No story points, no timesheets."""

from django.db import models
from django.db.models import Q

from outcomes.models.epic import Epic, WorkType
from roi_project.db.facts import Fact
from roi_project.db.fields import MonthField, ScaledDecimalField, ShareField


class Effort(Fact):
    """What one team spent on one epic (or one type of work) in a month.

    Either declared as a share of the team's month, or counted as item-days by a tool. Declared
    shares come first; item-days only count relative to the other item-days of that team and month.
    """

    team = models.ForeignKey("teams.Team", models.PROTECT, related_name="+")
    month = MonthField()
    epic = models.ForeignKey(Epic, models.PROTECT, null=True, blank=True, related_name="efforts")
    work_type = models.CharField(max_length=10, choices=WorkType, blank=True, default="")
    share = ShareField(null=True, blank=True, help_text="0.25 = a quarter of the team's month")
    item_days = ScaledDecimalField(places=6, null=True, blank=True)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(month__day=1), name="outcomes_effort_first_of_month"),
            models.CheckConstraint(
                condition=Q(epic__isnull=False, work_type="") | Q(epic=None, work_type__in=WorkType.values),
                name="outcomes_effort_epic_or_work_type",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=False, item_days=None) | Q(share=None, item_days__isnull=False),
                name="outcomes_effort_share_or_item_days",
            ),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="outcomes_effort_share_within_one"
            ),
            models.CheckConstraint(
                condition=Q(item_days=None) | Q(item_days__gte=0), name="outcomes_effort_item_days_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["month", "team"], condition=Q(superseded_at=None, withdrawn=False), name="outcomes_effort_month"
            )
        ]
