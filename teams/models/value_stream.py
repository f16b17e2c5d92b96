"""What the organisation offers its customers, as a tree; a product is a leaf of it."""

from django.db import models
from django.db.models import F, Q

from roi_project.db.facts import Master
from teams.models.conditions import LIVES_FORWARD


class ValueStream(Master):
    """A chain of work that ends at a customer; costs and benefits are read by it."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", help_text="the stream it is part of"
    )
    is_product = models.BooleanField(default=False, help_text="a product is a stream without parts")
    charter = models.TextField(
        blank=True, default="", db_default="", help_text="what it promises its customers, and how far it reaches"
    )
    starts_on = models.DateField(null=True, blank=True, help_text="empty = always there")
    ends_on = models.DateField(null=True, blank=True, help_text="first day not counted; empty = still there")

    class Meta(Master.Meta):
        constraints = [
            *Master.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="teams_valuestream_not_its_own_parent"
            ),
            models.CheckConstraint(condition=LIVES_FORWARD, name="teams_valuestream_ends_after_start"),
        ]
