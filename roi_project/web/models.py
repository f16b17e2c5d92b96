"""What the web doors themselves remember."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """An answer already given to a caller's key: the same request again is answered from here."""

    caller = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="web_idempotencykey_once_per_caller"),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
