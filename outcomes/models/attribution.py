"""Agreed shares of an outcome: who brought it about."""

from django.db import models
from django.db.models import Q

from outcomes.models.epic import Epic
from outcomes.models.outcome import Outcome
from roi_project.db.facts import Fact
from roi_project.db.fields import ShareField
from teams.models.conditions import SHARE_WITHIN_ONE


class Attribution(Fact):
    """A fixed share of what is left of an outcome after its external share, for an epic, team or value stream.

    The shares of an outcome sum to at most one (checked when they come in); the rest is unattributed.
    """

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="attributions")
    epic = models.ForeignKey(Epic, models.PROTECT, null=True, blank=True, related_name="attributions")
    team = models.ForeignKey("teams.Team", models.PROTECT, null=True, blank=True, related_name="+")
    stream = models.ForeignKey("teams.ValueStream", models.PROTECT, null=True, blank=True, related_name="+")
    share = ShareField(help_text="0.25 = a quarter")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(epic__isnull=False) | Q(team__isnull=False) | Q(stream__isnull=False),
                name="outcomes_attribution_to_somebody",
            ),
            models.CheckConstraint(condition=SHARE_WITHIN_ONE, name="outcomes_attribution_share_within_one"),
        ]
