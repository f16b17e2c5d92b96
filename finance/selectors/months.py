"""Which book of each month counts, whether it is stale, and what state the month is in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Subquery

from finance.models import Book, BookMonth, MonthState
from finance.selectors.fingerprints import without_pay
from roi_project.db.touches import touch_state
from roi_project.kernel.period import month_index, month_start


class Known(dict[int, str]):
    """Fingerprints of current books by month index, with which months are closed and which book is current."""

    closed: set[int]
    books: dict[int, int]


def current_fingerprints(first: int, last: int) -> Known:
    """Fingerprints of the current books of the months first..last that have one."""
    known = Known()
    known.closed, known.books = set(), {}
    for row in BookMonth.objects.filter(month__gte=month_start(first), month__lte=month_start(last)).select_related(
        "current_book"
    ):
        index = month_index(row.month)
        if row.state == MonthState.CLOSED:
            known.closed.add(index)
        if row.current_book is not None:
            known[index] = row.current_book.fingerprint
            known.books[index] = row.current_book.pk
    return known


PAY_KINDS = frozenset({"person-rates"})


@dataclass(frozen=True)
class MonthBook:
    """The current book of one month as a report needs it; `version` as its reader counts them."""

    month: int
    book_id: int
    version: int
    state: str
    sealed: bool
    engine_version: str
    currency: str
    computed_at: dt.datetime
    latest_fact_at: dt.datetime | None
    stale: bool
    identities: dict[str, int] = field(default_factory=dict)

    @property
    def provisional(self) -> bool:
        return not self.sealed


def books_without_pay(books: Iterable[Book]) -> dict[int, tuple[Book, int]]:
    """For each of these books, by id: what is read by those who may not see pay, and the version it is to them.

    It is the first book of the month since anything but pay changed, and has the same figures at standard rates.
    Versions are counted without those that only pay made, so that nothing a reader is shown, no address of a
    component and no ETag tells that somebody's pay changed. One query.
    """
    wanted = list(books)
    versions = Book.objects.filter(month__in={book.month for book in wanted}).order_by("month", "version")
    return _without_pay(wanted, versions)


def _without_pay(books: Iterable[Book], versions: Iterable[Book]) -> dict[int, tuple[Book, int]]:
    """The same of every version of their months, in their order."""
    wanted = {book.pk for book in books}
    found: dict[int, tuple[Book, int]] = {}
    first: Book | None = None
    number = 0
    for book in versions:
        if first is None or first.month != book.month:
            first, number = book, 1
        elif without_pay(first.fingerprint) != without_pay(book.fingerprint):
            first, number = book, number + 1
        if book.pk in wanted:
            found[book.pk] = (first, number)
    return found


def month_book(
    book: Book, *, state: str, stale: bool, read: tuple[Book, int] | None, sealed: bool | None = None
) -> MonthBook:
    """A book as its reader sees it; `read` is the book without pay, for those who may not see pay.

    `sealed` is as it was at the moment that is asked for; None = as it is.
    """
    shown, version = read or (book, book.version)
    return MonthBook(
        month=month_index(book.month),
        book_id=shown.pk,
        version=version,
        state=state,
        sealed=book.sealed if sealed is None else sealed,
        engine_version=shown.engine_version,
        currency=shown.currency,
        computed_at=shown.computed_at,
        latest_fact_at=shown.latest_fact_at if read is None else shown.latest_fact_without_pay_at,
        stale=stale,
        identities=shown.identities,
    )


def current_books(first: int, last: int, *, sees_pay: bool = False) -> list[MonthBook]:
    """Current books of the months first..last that have one, oldest first. Two queries."""
    rows, versions = _rows(Q(month__gte=month_start(first), month__lte=month_start(last)), sees_pay=sees_pay)
    return _current(rows, versions, sees_pay=sees_pay)


def book_as_read(book: Book, *, sees_pay: bool) -> MonthBook:
    """This one book as its reader sees it; one that another has followed is stale. At most three queries."""
    month = month_index(book.month)
    (current,) = current_books(month, month, sees_pay=sees_pay)
    if current.book_id == book.pk:
        return current
    read = None if sees_pay else books_without_pay([book])[book.pk]
    return month_book(book, state=current.state, stale=True, read=read)


def latest_books(count: int, *, sees_pay: bool = False) -> list[MonthBook]:
    """Current books of the last month that has one and of the count - 1 months before it, oldest first."""
    return shelf(count, sees_pay=sees_pay).books


@dataclass(frozen=True)
class Shelf:
    """Some books, oldest first, and the first and last month that have any; None where there is no book there."""

    books: list[MonthBook]
    first: int | None = None
    last: int | None = None


def shelf(count: int, *, last: int | None = None, since: int | None = None, sees_pay: bool = False) -> Shelf:
    """Current books of the count months that end with `last` (None: the last that has one), and those from `since`.

    Two queries.
    """
    newest = _with_book().order_by("-month").values("month")
    months = Q(month__in=newest[:count]) if last is None else Q(month__gt=month_start(last - count))
    if since is not None:
        months |= Q(month__gte=month_start(since))
    if last is not None:
        months &= Q(month__lte=month_start(last))
    ends = {"oldest": Subquery(_with_book().order_by("month").values("month")[:1]), "newest": Subquery(newest[:1])}
    rows, versions = _rows(months, sees_pay=sees_pay, **ends)
    if not rows:
        return Shelf([])
    found = (versions or rows)[0]
    books = _current(rows, versions, sees_pay=sees_pay)
    first = (books[-1].month if last is None else last) - count + 1
    wanted = [book for book in books if book.month >= (first if since is None else min(since, first))]
    return Shelf(wanted, month_index(found.oldest), month_index(found.newest))


def latest_month() -> int | None:
    """The last month that has a book."""
    return _book_month("-month")


def earliest_month() -> int | None:
    """The first month that has a book."""
    return _book_month("month")


def _book_month(order: str) -> int | None:
    month = _with_book().order_by(order).values_list("month", flat=True).first()
    return None if month is None else month_index(month)


def months_with_books() -> tuple[int, int] | None:
    """The first and the last month that has a book. One query."""
    found = _with_book().aggregate(first=Min("month"), last=Max("month"))
    return None if found["first"] is None else (month_index(found["first"]), month_index(found["last"]))


def _with_book() -> QuerySet[BookMonth]:
    return BookMonth.objects.filter(current_book__isnull=False)


def _rows(months: Q, *, sees_pay: bool, **more: Any) -> tuple[list[BookMonth], list[Book]]:
    """Months with their current books, oldest first; for those who may not see pay with every version of them."""
    if sees_pay:
        found = _with_book().filter(months).annotate(**more).select_related("current_book").order_by("month")
        return list(found), []
    versions = Book.objects.filter(months).annotate(**more).select_related("current_of").order_by("month", "version")
    rows = []
    for book in versions:
        if hasattr(book, "current_of"):
            book.current_of.current_book = book
            rows.append(book.current_of)
    return rows, list(versions)


def _current(rows: list[BookMonth], versions: list[Book], *, sees_pay: bool) -> list[MonthBook]:
    if not rows:
        return []
    read = {} if sees_pay else _without_pay([row.current_book for row in rows], versions)
    marks = touch_state(rows[0].month, rows[-1].month, without=frozenset() if sees_pay else PAY_KINDS)

    def stale(row: BookMonth) -> bool:
        book = row.current_book
        count, newest = marks[row.month]
        if sees_pay:
            return (count, newest) != (book.touches, book.last_touch)
        if book.touches_without_pay is None:  # of a book from before this was counted
            return newest > book.last_touch
        return count != book.touches_without_pay

    return [
        month_book(row.current_book, state=row.state, stale=stale(row), read=read.get(row.current_book.pk))
        for row in rows
    ]


def closed_among(months: Iterable[dt.date]) -> set[dt.date]:
    """Which of these months are closed, so that no book of theirs is made again."""
    rows = BookMonth.objects.filter(month__in=set(months), state=MonthState.CLOSED)
    return set(rows.values_list("month", flat=True))


def is_stale(row: BookMonth) -> bool:
    """Whether facts of the month were touched after its current book was compiled."""
    book = row.current_book
    return book is None or touch_state(row.month, row.month)[row.month] != (book.touches, book.last_touch)


def stale_months(*, today: dt.date) -> list[int]:
    """Months that have books, or lie between such months, whose facts have changed since.

    Which months have books is for finance to say: an invoice for a year or somebody employed would otherwise bring
    months that nobody has asked for, with costs and no benefits yet. Only while the books reach to the month before
    today's, or further, they go on with the calendar. Closed months are left out: what comes in about them is late
    and stays beside their books.
    """
    span, this_month = months_with_books(), month_index(today)
    if span is None or span[0] > this_month:
        return []
    oldest, newest = span
    first, last = month_start(oldest), month_start(this_month if newest >= this_month - 1 else newest)
    marks = touch_state(first, last)
    rows = {
        row.month: row
        for row in BookMonth.objects.filter(month__gte=first, month__lte=last).select_related("current_book")
    }
    stale = []
    for month, state in marks.items():
        row = rows.get(month)
        if row is not None and row.state == MonthState.CLOSED:
            continue
        book = row.current_book if row else None
        if state[0] and (book is None or (book.touches, book.last_touch) != state):
            stale.append(month_index(month))
    return stale
