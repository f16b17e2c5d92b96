"""Work moved to teams: an epic, the teams that do it, and the value streams it is for."""

from django.db import models
from django.db.models import F, Q

from roi_project.db.facts import DatedFact, Master
from roi_project.db.fields import ShareField
from teams.models.conditions import SHARE_WITHIN_ONE


class WorkType(models.TextChoices):
    """What sort of work it is: buying the future, or paying for the past."""

    FEATURE = "feature"
    DEBT = "debt"
    DEFECT = "defect"
    RISK = "risk"
    EXPERIMENT = "experiment"
    RUN = "run"


class Epic(Master):
    """A piece of work large enough to be asked what it was for."""

    work_type = models.CharField(max_length=10, choices=WorkType)
    purpose = models.TextField(blank=True, default="", db_default="", help_text="what it is for, in a sentence")
    started_on = models.DateField(null=True, blank=True)
    released_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True, help_text="given up, or nobody works on it any more")
    learned = models.TextField(
        blank=True, default="", db_default="", help_text="what it taught, above all where it brought less than promised"
    )

    class Meta(Master.Meta):
        constraints = [
            *Master.Meta.constraints,
            models.CheckConstraint(condition=Q(work_type__in=WorkType.values), name="outcomes_epic_work_type"),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(released_on=None) | Q(released_on__gte=F("started_on")),
                name="outcomes_epic_released_after_start",
            ),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(stopped_on=None) | Q(stopped_on__gte=F("started_on")),
                name="outcomes_epic_stopped_after_start",
            ),
        ]


class EpicTeam(DatedFact):
    """A team works on an epic for a while."""

    epic = models.ForeignKey(Epic, models.PROTECT, related_name="team_links")
    team = models.ForeignKey("teams.Team", models.PROTECT, related_name="+")


class EpicStreamShare(DatedFact):
    """The part of an epic that is for one value stream, for a while; often one row of 1."""

    epic = models.ForeignKey(Epic, models.PROTECT, related_name="stream_shares")
    stream = models.ForeignKey("teams.ValueStream", models.PROTECT, related_name="+")
    share = ShareField(help_text="0.25 = a quarter")

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=SHARE_WITHIN_ONE, name="outcomes_epicstreamshare_share_within_one"),
        ]
