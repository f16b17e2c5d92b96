"""Stable, cross-functional teams, and the streams they work for."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import DatedFact, Master
from roi_project.db.fields import ShareField
from teams.models.conditions import LIVES_FORWARD, SHARE_WITHIN_ONE
from teams.models.value_stream import ValueStream


class Topology(models.TextChoices):
    """What a team is for other teams (Team Topologies)."""

    STREAM_ALIGNED = "stream_aligned", "Stream-aligned: works for a value stream"
    PLATFORM = "platform", "Platform: is used by other teams"
    ENABLING = "enabling", "Enabling: coaches other teams"
    COMPLICATED_SUBSYSTEM = "complicated_subsystem", "Complicated subsystem: keeps a special part for other teams"


class Team(Master):
    """People who stay together; work is moved to a team, not people to work."""

    topology = models.CharField(max_length=30, choices=Topology, default=Topology.STREAM_ALIGNED)
    purpose = models.TextField(blank=True, default="", help_text="why the team exists, in a sentence")
    starts_on = models.DateField(null=True, blank=True, help_text="empty = always there")
    ends_on = models.DateField(null=True, blank=True, help_text="first day not counted; empty = still there")

    class Meta(Master.Meta):
        constraints = [
            *Master.Meta.constraints,
            models.CheckConstraint(condition=Q(topology__in=Topology.values), name="teams_team_known_topology"),
            models.CheckConstraint(condition=LIVES_FORWARD, name="teams_team_ends_after_start"),
        ]


class TeamName(DatedFact):
    """What a system calls a team from a day on: after a rename, a merger or a split its rows find the right one."""

    system = models.CharField(max_length=64, blank=True, default="", help_text="who calls it so; empty = it is a code")
    called = models.CharField(max_length=300, help_text="an external id there, or an old code")
    team = models.ForeignKey(Team, models.PROTECT, related_name="names")

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=~Q(called=""), name="teams_teamname_is_called_something"),
        ]
        indexes = [models.Index(fields=["called"], name="teams_teamname_called")]


class TeamStreamShare(DatedFact):
    """The part of a team that works for a value stream for a while; what is left over is unassigned."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="stream_shares")
    stream = models.ForeignKey(ValueStream, models.PROTECT, related_name="team_shares")
    share = ShareField(help_text="0.25 = a quarter of the team")

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=SHARE_WITHIN_ONE, name="%(app_label)s_%(class)s_share_within_one"),
        ]
