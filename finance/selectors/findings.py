"""What readers of a book should know about it: stored with the book, served with its month."""

from collections.abc import Iterable

from django.db.models import QuerySet

from finance.engine.book import OF_PAY
from finance.models import Finding
from finance.selectors.months import MonthBook
from roi_project.access.audience import Audience


def findings(
    audience: Audience, books: Iterable[MonthBook], *, codes: Iterable[str] | None = None
) -> QuerySet[Finding]:
    """Findings of these books in a stable order."""
    found = Finding.objects.filter(book_id__in=[book.book_id for book in books])
    if not audience.sees_pay:
        found = found.exclude(code__endswith=OF_PAY)
    if codes is not None:
        found = found.filter(code__in=list(codes))
    return found.select_related("book", "team", "pool", "person", "role").order_by("book__month", "code", "id")
