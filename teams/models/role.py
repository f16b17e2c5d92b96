"""What people do, in families coarse enough to carry one rate and one limit."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import Master


class RoleFamily(Master):
    """A sort of work: developer, designer, product manager."""

    shared = models.BooleanField(default=False, help_text="usually serves more than one team")
    max_teams = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="more teams than this at once is a finding; empty = no limit"
    )

    class Meta(Master.Meta):
        verbose_name_plural = "role families"
        constraints = [
            *Master.Meta.constraints,
            models.CheckConstraint(
                condition=Q(max_teams=None) | Q(max_teams__gte=1), name="teams_rolefamily_max_teams_at_least_one"
            ),
        ]
