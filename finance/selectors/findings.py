"""What readers of a book should know about it: stored with the book, served with its month."""

from collections.abc import Iterable

from django.db.models import QuerySet

from finance.engine.findings import OF_PAY, FindingCode
from finance.models import Finding
from finance.selectors.months import MonthBook
from roi_project.access.audience import Audience


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
    return found.select_related("book", "team", "pool", "person", "role").order_by("book__month", "code", "id")
