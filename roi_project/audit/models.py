"""The audit trail: one row per change, written with the change and never touched again."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class Action(models.TextChoices):
    """What was done."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    READ = "read"


class Change(models.Model):
    """Who did what to which object, when, in which request, from what to what, and why.

    Updates and deletions are refused by the database itself. Pay is never written here:
    the caller passes only what every reader of the trail may see.
    """

    at = models.DateTimeField(db_default=Now(), editable=False)
    actor = models.CharField(max_length=200, editable=False)
    request_id = models.CharField(max_length=128, blank=True, default="", editable=False)
    action = models.CharField(max_length=8, choices=Action.choices, editable=False)
    kind = models.CharField(max_length=64, editable=False)
    object_id = models.CharField(max_length=64, editable=False)
    object_code = models.CharField(max_length=300, blank=True, default="", editable=False)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder, editable=False)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder, editable=False)
    reason = models.CharField(max_length=500, blank=True, default="", editable=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="audit_change_object"),
            models.Index(fields=["actor", "at"], name="audit_change_actor"),
            models.Index(fields=["at"], name="audit_change_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(action__in=Action.values), name="audit_change_action_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.kind} {self.object_code or self.object_id}"
