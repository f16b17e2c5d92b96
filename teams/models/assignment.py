"""Who is assigned to which team, and for how much."""

from django.db import models

from roi_project.db.facts import DatedFact
from roi_project.db.fields import ShareField
from teams.models.conditions import SHARE_WITHIN_ONE
from teams.models.person import Person
from teams.models.team import Team


class Assignment(DatedFact):
    """A share of one person's working time, given to one team for a while.

    The same person and team may not overlap; different teams may, and a sum above one is a finding by the day.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    team = models.ForeignKey(Team, models.PROTECT, related_name="assignments")
    share = ShareField(help_text="0.25 = a quarter of the person")

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=SHARE_WITHIN_ONE, name="%(app_label)s_%(class)s_share_within_one"),
        ]
