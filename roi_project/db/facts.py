"""Facts are appended and never changed: a correction is a new version, the old one is stamped superseded.

Valid time (when it is true) is in the fact's own columns; recorded time (when we knew) is here.
"""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

ENDS_AFTER_START = Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))


def believed_at(moment: dt.datetime | None, through: str = "") -> Q:
    """The versions that were believed at a moment by the database's clock; None = now. `through`: the way to them.

    A stamp on a replaced version is never later than the record of its successor, so there is at most one of each.
    """
    counts = Q((f"{through}withdrawn", False))
    still = Q((f"{through}superseded_at", None))
    if moment is None:
        return still & counts
    return (still | Q((f"{through}superseded_at__gt", moment))) & Q((f"{through}recorded_at__lte", moment)) & counts


class CurrentManager(models.Manager):
    """What is believed now: not superseded and not withdrawn."""

    def get_queryset(self):
        return super().get_queryset().filter(believed_at(None))


class Fact(models.Model):
    """Something people or systems told us. `key` is stable over versions and is what a URL addresses."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=64, blank=True, default="", help_text="the system it came from")
    external_id = models.CharField(max_length=300, help_text="its name in that system")
    source_updated_at = models.DateTimeField(null=True, blank=True, help_text="newer data is never replaced by older")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.CharField(max_length=200, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn = models.BooleanField(default=False, editable=False)

    objects = models.Manager()
    current = CurrentManager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at=None), name="%(app_label)s_%(class)s_one_current"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="%(app_label)s_%(class)s_source_id",
            ),
        ]


class DatedFact(Fact):
    """A fact that holds from a day until before another day; no end means still true."""

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="first day not counted")

    class Meta(Fact.Meta):
        abstract = True
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=ENDS_AFTER_START, name="%(app_label)s_%(class)s_ends_after_start"),
        ]


class Master(models.Model):
    """A thing with a name that facts point at: ordinary rows, changes kept by the audit trail.

    `revision` rises with each change that can alter a book (see Kind.material); a rename does not.
    """

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=64, blank=True, default="")
    external_id = models.CharField(max_length=300, blank=True, default="")
    source_updated_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="%(app_label)s_%(class)s_source_id",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="%(app_label)s_%(class)s_has_code"),
        ]

    def __str__(self) -> str:
        return self.code
