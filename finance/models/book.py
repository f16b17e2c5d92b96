"""Books: the computed account of each month. Written once per version, never edited.

The large tables keep plain ids without a database foreign key: rows arrive a million at a time, masters they point at
are never deleted, and the guard on each statement refuses rows of a book that is not there or is sealed.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from finance.engine.accounts import CARRIED_BY_NO_STREAM, Account, WorkType
from roi_project.db.fields import MinorField, MonthField


class MonthState(models.TextChoices):
    """How far a month's book may still move."""

    OPEN = "open"
    SOFT_CLOSED = "soft_closed"
    CLOSED = "closed"
    REOPENED = "reopened"


class Book(models.Model):
    """One version of the account of one month. `sealed` means published by a close: nothing in it changes again."""

    month = MonthField()
    version = models.PositiveIntegerField()
    sealed = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    computed_at = models.DateTimeField(db_default=Now())
    latest_fact_at = models.DateTimeField(null=True)
    latest_fact_without_pay_at = models.DateTimeField(null=True, help_text="the same for those who may not see pay")
    touches = models.BigIntegerField(default=0, help_text="how many touches of the month the facts had")
    last_touch = models.BigIntegerField(default=0)
    touches_without_pay = models.BigIntegerField(null=True, help_text="the same for those who may not see pay")
    identities = models.JSONField(default=dict, help_text="sums of sources and postings, in minor units")
    lines = models.PositiveIntegerField(default=0)
    postings = models.PositiveIntegerField(default=0)
    minutes = models.BigIntegerField(default=0)
    priced_minutes = models.BigIntegerField(default=0)
    checksum = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 over the postings, at close")

    class Meta:
        ordering = ["-month", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["month", "version"], name="finance_book_one_version"),
            models.CheckConstraint(condition=Q(month__day=1), name="finance_book_first_of_month"),
            models.CheckConstraint(
                condition=Q(sealed=False) | ~Q(checksum=""), name="finance_book_sealed_has_checksum"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} version {self.version}"


class BookMonth(models.Model):
    """Which book of a month counts now, and who closed it."""

    month = MonthField(unique=True)
    state = models.CharField(max_length=11, choices=MonthState, default=MonthState.OPEN)
    current_book = models.OneToOneField(Book, models.PROTECT, null=True, related_name="current_of")
    close_requested_by = models.CharField(max_length=200, blank=True, default="")
    close_requested_at = models.DateTimeField(null=True)
    close_fingerprint = models.CharField(max_length=64, blank=True, default="")
    closed_by = models.CharField(max_length=200, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    relaxed = models.BooleanField(default=False, help_text="closed by one person alone, as the settings allow")

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="finance_bookmonth_first_of_month"),
            models.CheckConstraint(condition=Q(state__in=MonthState.values), name="finance_bookmonth_state"),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(current_book__isnull=False) & ~Q(closed_by="")),
                name="finance_bookmonth_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_by="") | Q(relaxed=True) | ~Q(closed_by=F("close_requested_by")),
                name="finance_bookmonth_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.state}"


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(model, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+")


class OfBook(models.Model):
    """A row of a book."""

    book = models.ForeignKey(Book, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        abstract = True


class Line(OfBook):
    """One posted source amount and the part of it that went here. `source_id` is a person, or the row of a fact."""

    kind = models.SmallIntegerField()
    source_id = models.BigIntegerField()
    team = _to("teams.Team")
    pool = _to("finance.Pool")
    stream = _to("teams.ValueStream")
    epic = _to("outcomes.Epic")
    role = _to("teams.RoleFamily")
    account = models.SmallIntegerField()
    category = _to("finance.CostCategory")
    benefit_class = models.SmallIntegerField()
    state = models.SmallIntegerField()
    whole = MinorField()
    amount = MinorField()
    variance_whole = MinorField()
    variance = MinorField()
    minutes = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["book", "team"], name="finance_line_book_team")]


class Component(OfBook):
    """The sum of lines of one owner, account and category; what a posting is split from."""

    team = _to("teams.Team")
    pool = _to("finance.Pool")
    origin_pool = _to("finance.Pool")
    stream = _to("teams.ValueStream")
    account = models.SmallIntegerField()
    category = _to("finance.CostCategory")
    benefit_class = models.SmallIntegerField()
    state = models.SmallIntegerField()
    amount = MinorField()
    minutes = models.BigIntegerField()
    priced_minutes = models.BigIntegerField()
    fte_nano = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["book", "team"], name="finance_component_book_team")]


class Posting(OfBook):
    """One exact amount with every dimension a report can ask for. Every report is a sum of these."""

    team = _to("teams.Team")
    pool = _to("finance.Pool")
    origin_pool = _to("finance.Pool")
    stream = _to("teams.ValueStream")
    epic = _to("outcomes.Epic")
    work_type = models.SmallIntegerField()
    effort_source = models.SmallIntegerField()
    account = models.SmallIntegerField()
    category = _to("finance.CostCategory")
    benefit_class = models.SmallIntegerField()
    state = models.SmallIntegerField()
    adjusts_period = MonthField(null=True)
    amount = MinorField()
    minutes = models.BigIntegerField()
    priced_minutes = models.BigIntegerField()
    fte_nano = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["book", "team"], name="finance_posting_book_team"),
            models.Index(  # few of the rows: what came of epics is held against what was promised on every first page
                fields=["book"],
                include=["epic", "stream", "benefit_class", "state", "amount"],
                condition=Q(account=int(Account.BENEFIT), epic__isnull=False),
                name="finance_posting_came_of_epic",
            ),
        ]


class RollUp(OfBook):
    """Sums of postings written when a book is published, so that reading a report adds up little."""

    account = models.SmallIntegerField()
    benefit_class = models.SmallIntegerField()
    state = models.SmallIntegerField()
    amount = MinorField()
    effort_amount = MinorField(help_text="the part of it that declared effort explains")
    minutes = models.BigIntegerField()
    priced_minutes = models.BigIntegerField()
    fte_nano = models.BigIntegerField()

    class Meta:
        abstract = True


class TeamMonth(RollUp):
    """Per team (or pool without a team, or nobody) and account."""

    team = _to("teams.Team")
    pool = _to("finance.Pool")

    class Meta:
        indexes = [models.Index(fields=["book"], name="finance_teammonth_book")]


class StreamMonth(RollUp):
    """Per value stream (or none) and account; `pooled` marks what pools own themselves."""

    stream = _to("teams.ValueStream")
    pooled = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["book"], name="finance_streammonth_book")]


class WorkMonth(OfBook):
    """Cost per value stream (or none) and type of work; `residual` is the account of what no stream carries, else 0."""

    stream = _to("teams.ValueStream")
    pooled = models.BooleanField()
    residual = models.SmallIntegerField()
    work_type = models.SmallIntegerField()
    amount = MinorField(help_text="at standard rates")
    variance = MinorField(help_text="what actual pay adds to it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("book"), Coalesce(F("stream"), 0), F("pooled"), F("residual"), F("work_type"),
                name="finance_workmonth_once",
            ),
            models.CheckConstraint(
                condition=Q(residual=0)
                | Q(residual__gte=int(min(CARRIED_BY_NO_STREAM)), residual__lte=int(max(CARRIED_BY_NO_STREAM))),
                name="finance_workmonth_residual",
            ),
            models.CheckConstraint(
                condition=Q(work_type__gte=int(min(WorkType)), work_type__lte=int(max(WorkType))),
                name="finance_workmonth_work_type",
            ),
        ]  # fmt: skip


class Finding(OfBook):
    """Something a reader of the book should know: what is missing, stale or over-allocated."""

    code = models.CharField(max_length=40)
    team = _to("teams.Team")
    pool = _to("finance.Pool")
    person = _to("teams.Person")
    role = _to("teams.RoleFamily")
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["book"], name="finance_finding_book")]
