"""What readers of a book should know about it: stored with the book, served with its month and who looks after it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from finance.engine.findings import OF_PAY, FindingCode
from finance.models import Finding, FindingFollowUp
from finance.selectors.months import MonthBook
from roi_project.access.audience import Audience

SUBJECT = ("team", "pool", "person", "role")
"""What a finding may be about, beside its code."""


def codes_for(audience: Audience) -> list[str]:
    """Every code of a finding that the caller may be told."""
    return [code.value for code in FindingCode if audience.sees_pay or code not in OF_PAY]


def findings(
    audience: Audience, books: Iterable[MonthBook], *, codes: Iterable[str] | None = None
) -> QuerySet[Finding]:
    """Findings of these books in a stable order."""
    found = Finding.objects.filter(book_id__in=[book.book_id for book in books])
    if not audience.sees_pay:
        found = found.exclude(code__in=OF_PAY)
    if codes is not None:
        found = found.filter(code__in=list(codes))
    return found.select_related("book", *SUBJECT).order_by("book__month", "code", "id")


def open_on(found: QuerySet[Finding], today: dt.date) -> QuerySet[Finding]:
    """The findings that nobody has accepted for this day."""
    accepted = FindingFollowUp.objects.filter(code=OuterRef("code"), accepted_until__gt=today)
    for name in SUBJECT:
        accepted = accepted.annotate(**{f"of_{name}": Coalesce(f"{name}_id", 0)})
        accepted = accepted.filter(**{f"of_{name}": Coalesce(OuterRef(f"{name}_id"), 0)})
    return found.filter(~Exists(accepted))


@dataclass(frozen=True)
class Followed:
    """Who looks after a finding, as it stands on a day."""

    owner: str
    due_on: dt.date | None
    overdue: bool
    accepted_until: dt.date | None
    accepted: bool
    reason: str
    pk: int | None = None
    """Of the row that says so."""


NOBODY = Followed("", None, False, None, False, "")


def followed(row: FindingFollowUp, today: dt.date) -> Followed:
    """What is accepted is not overdue; `accepted_until` is the first day on which it counts again."""
    accepted = row.accepted_until is not None and today < row.accepted_until
    overdue = row.due_on is not None and row.due_on < today and not accepted
    return Followed(row.owner, row.due_on, overdue, row.accepted_until, accepted, row.reason, row.pk)


def with_follow_ups(audience: Audience, rows: Iterable[Finding], today: dt.date) -> list[tuple[Finding, Followed]]:
    """Findings, each with who looks after it. One query beside that of the findings."""
    known = {_about(row): row for row in FindingFollowUp.objects.filter(code__in=codes_for(audience))}
    return [(row, followed(known[_about(row)], today) if _about(row) in known else NOBODY) for row in rows]


def _about(row: Finding | FindingFollowUp) -> tuple[str | int | None, ...]:
    return (row.code, *(getattr(row, f"{name}_id") for name in SUBJECT))
