"""Who looks after what books say should be known."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now

from finance.engine.findings import FindingCode


class FindingFollowUp(models.Model):
    """Who looks after a finding and by when, or until when it is accepted as it is.

    It is kept by what the finding is about, not by the book it stands in: the same finding of next month has the same
    owner. Findings about currencies or cycles of pools name no subject, so all of one code are looked after together.
    """

    code = models.CharField(max_length=40, choices=[(code.value, code.value) for code in FindingCode])
    team = models.ForeignKey("teams.Team", models.PROTECT, null=True, blank=True, related_name="+")
    pool = models.ForeignKey("finance.Pool", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey("teams.Person", models.PROTECT, null=True, blank=True, related_name="+")
    role = models.ForeignKey("teams.RoleFamily", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.CharField(max_length=200, blank=True, default="", help_text="who looks after it")
    due_on = models.DateField(null=True, blank=True, help_text="the last day on which it is not overdue")
    accepted_until = models.DateField(null=True, blank=True, help_text="the first day on which it counts again")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why it is accepted")
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_by = models.CharField(max_length=200, editable=False)

    class Meta:
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                "code",
                Coalesce("team", 0),
                Coalesce("pool", 0),
                Coalesce("person", 0),
                Coalesce("role", 0),
                name="finance_findingfollowup_one_subject",
                violation_error_message="Somebody looks after this finding already: change what is there.",
            ),
            models.CheckConstraint(
                condition=Q(code__in=[code.value for code in FindingCode]), name="finance_findingfollowup_code"
            ),
            models.CheckConstraint(
                condition=Q(accepted_until=None) | ~Q(reason=""),
                name="finance_findingfollowup_accepted_with_reason",
                violation_error_message="Say why it is accepted.",
            ),
        ]

    def __str__(self) -> str:
        about = (self.team, self.pool, self.person, self.role)
        return " ".join([self.code, *(str(one) for one in about if one is not None)])
