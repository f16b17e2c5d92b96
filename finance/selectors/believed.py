"""The versions of facts that a book was made of, and which of them hold in its month."""

import datetime as dt
from typing import Any

from django.db.models import Model, Q, QuerySet

from finance.models import Book
from roi_project.db.facts import believed_at
from roi_project.kernel.period import month_index, month_start


def believed(model: type[Model], book: Book) -> QuerySet[Any]:
    """The versions of a kind of fact that the book was made of."""
    return model._default_manager.filter(believed_at(book.latest_fact_at))


def in_force(book: Book) -> Q:
    """What holds on a day of the book's month."""
    first, end = month_of(book)
    return Q(starts_on__lt=end) & (Q(ends_on=None) | Q(ends_on__gt=first))


def month_of(book: Book) -> tuple[dt.date, dt.date]:
    """The first day of the book's month, and the day after its last."""
    return book.month, month_start(month_index(book.month) + 1)


def holds(row: Any, day: dt.date) -> bool:
    return bool(row.starts_on <= day and (row.ends_on is None or row.ends_on > day))
