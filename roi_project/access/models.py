"""Bearer tokens: how an integration shows whose behalf it acts on."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Token(models.Model):
    """One integration's key to the API: the secret is kept only as a keyed hash and shown only once."""

    name = models.CharField(max_length=100, help_text="what uses it: 'planning tool', 'finance workbook'")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    key = models.CharField(max_length=16, unique=True, editable=False, help_text="public part, safe to show")
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list, help_text="some of read, write, reports, jobs")
    sources = models.JSONField(default=list, blank=True, help_text="systems whose rows it may write; none = of any")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="to the minute")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.key} ({self.name})"
