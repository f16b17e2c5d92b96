"""Which months were touched by what came in, and which months no longer change."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from roi_project.db.fields import MonthField


class Touch(models.Model):
    """Facts that came in together and can change the books of a range of months.

    Written in the transaction of the facts, so that a book can tell whether it is stale without
    looking at any fact: a new touch of its month is a new state of its inputs.
    """

    kind = models.CharField(max_length=64)
    first_month = MonthField()
    end_month = MonthField(null=True, help_text="first month not touched; empty = every later month too")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_month__day=1) & (Q(end_month=None) | Q(end_month__day=1)),
                name="facts_touch_first_of_month",
            ),
            models.CheckConstraint(
                condition=Q(end_month=None) | Q(end_month__gt=F("first_month")), name="facts_touch_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["first_month", "end_month"], name="facts_touch_months")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_month:%Y-%m} to {self.end_month or 'open'}"


class Frozen(models.Model):
    """A month whose book is closed: what comes in about it is late, and does not change that book."""

    month = MonthField(unique=True)

    class Meta:
        verbose_name_plural = "frozen months"
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="facts_frozen_first_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class AddressKey(models.Model):
    """The one key of the numbers by which rows are addressed. Drawn when the table was made, and kept for good."""

    LENGTH = 32

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    key = models.BinaryField(max_length=LENGTH)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="facts_address_key_only_one")]

    def __str__(self) -> str:
        return "the key of addresses"
