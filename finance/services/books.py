"""Compiling, publishing and closing books: one transaction each, and nothing half done is ever seen.

A book is computed outside any write from one snapshot of the facts, then written, checked and made current in one
transaction. Killed anywhere, or run twice, nothing changes.
"""

import datetime as dt
import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from finance.engine.book import ENGINE_VERSION, compile_book
from finance.engine.book import Book as Compiled
from finance.engine.facts import NONE, Facts, Ints
from finance.engine.findings import FindingCode
from finance.models import Book, BookMonth, Finding, MonthState, Posting
from finance.selectors import months as month_selectors
from finance.selectors.facts import Undated, load, undated
from finance.selectors.fingerprints import fingerprints, spans
from finance.services.book_rows import check_written, write_rows
from roi_project.access.audience import Audience, Group
from roi_project.audit import services as audit
from roi_project.db.ahead import ahead, can_read_ahead
from roi_project.db.horizon import wait_for_writers
from roi_project.db.models import Frozen
from roi_project.db.snapshot import snapshot
from roi_project.db.touches import latest_fact_at, touch_state
from roi_project.jobs import services as jobs
from roi_project.jobs.lease import Lease
from roi_project.jobs.models import Job
from roi_project.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from roi_project.kernel.fingerprint import fingerprint
from roi_project.kernel.period import month_index, month_start, month_text
from teams.models import Person
from teams.selectors.organisation import settings_by_day, settings_on
from teams.services.months import ensure_months

MONTHS_AT_ONCE = 12
"""Months compiled and published in one transaction."""
PERSON_MONTHS_AT_ONCE = 100_000
"""Fewer months at once for many people: two parts are in a worker's memory, and a person's month takes some 3 KB."""
LONGEST_SPAN = 240
COMPILE = "compile_books"
FINANCE = frozenset({Group.FINANCE})
LONGEST_WAIT = 3.0
"""Seconds that a close waits for facts that are just being written."""
MISSING_RATES = (FindingCode.MISSING_RATE, FindingCode.MISSING_FX_RATE, FindingCode.MISSING_FX_RATE_OF_PAY)
"""Findings with which a month is not closed: without these rates its cost is not known."""


# --- asking ----------------------------------------------------------------------------------------------------


def request(audience: Audience, *, first: int, last: int) -> Job:
    """Ask for the books of a span of months; the same request over the same facts is the same job."""
    if not audience.within(FINANCE):
        raise Forbidden("Only finance can ask for books to be compiled.")
    if last < first:
        raise Invalid(f"The last month {month_text(last)} lies before the first {month_text(first)}.")
    if last - first >= LONGEST_SPAN:
        raise Invalid(f"One request compiles at most {LONGEST_SPAN} months; ask for a shorter span.")
    state = touch_state(month_start(first), month_start(last))
    key = fingerprint({month.isoformat(): list(marks) for month, marks in state.items()})
    return jobs.request(
        audience,
        COMPILE,
        {"first": month_text(first), "last": month_text(last)},
        coalesce_key=f"{COMPILE} {month_text(first)} {month_text(last)} {key[:16]}",
    )


def request_stale(audience: Audience, *, today: dt.date) -> list[Job]:
    """Ask for every month up to today's whose facts have changed since its book was compiled."""
    stale = month_selectors.stale_months(today=today)
    return [request(audience, first=first, last=last) for first, last in spans(stale)]


# --- compiling -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a compile did: months published, and months left because nothing had changed or they are closed."""

    published: list[str]
    unchanged: list[str]


def compile_span(first: int, last: int, *, lease: Lease | None = None) -> Outcome:
    """Compile and publish the months first..last whose facts have changed. Run twice, it does its work once.

    With a lease, results and the end of the job are one transaction, and a worker that lost its lease writes nothing.
    """
    ensure_months(month_start(first), month_start(last))
    published: list[str] = []
    for part in _parts(first, last):
        if isinstance(part, Unchanged):
            _note_touches(part)
            continue
        with transaction.atomic():
            if lease is not None:
                lease.fence()
            published += _publish(part)
        if lease is not None:
            lease.progress(part.months[-1] - first + 1, last - first + 1, f"{month_text(part.months[-1])} compiled")
    every = [month_text(m) for m in range(first, last + 1)]
    outcome = Outcome(published, [m for m in every if m not in set(published)])
    if lease is not None:
        with transaction.atomic():
            lease.finish({"published": outcome.published, "unchanged": outcome.unchanged})
    return outcome


class Mark(NamedTuple):
    """What had come in about a month when its facts were read, as its book keeps it."""

    touches: int
    last_touch: int
    touches_without_pay: int
    latest_fact_at: dt.datetime | None
    latest_fact_without_pay_at: dt.datetime | None


Marks = dict[int, Mark]


@dataclass(frozen=True)
class Unchanged:
    """Months whose book is of just these facts, by the marks of their last touches, and their current books."""

    marks: Marks
    books: dict[int, int]


@dataclass(frozen=True)
class Part:
    """Months in a row that take new books: read and computed, not yet written."""

    months: range
    facts: Facts
    book: Compiled
    prints: dict[int, str]
    marks: Marks


def _parts(first: int, last: int) -> Iterator[Part | Unchanged]:
    """What the months come to, a part at a time; the next part is made while the caller writes the one before."""
    size = max(1, min(MONTHS_AT_ONCE, PERSON_MONTHS_AT_ONCE // max(Person.objects.count(), 1)))
    if last - first >= size and can_read_ahead():
        yield from ahead(_compiled(first, last, size))
    else:
        for begin in range(first, last + 1, size):
            yield from tuple(_compiled(begin, min(begin + size - 1, last), size))


def _compiled(first: int, last: int, size: int) -> Generator[Part | Unchanged, None, None]:
    """Parts of at most `size` months, all of one snapshot, so that facts and fingerprints fit together."""
    with snapshot():
        prints = fingerprints(first, last)
        marks = _marks(month_start(first), month_start(last))
        known = month_selectors.current_fingerprints(first, last)
        changed = [m for m, value in prints.items() if known.get(m) != value and m not in known.closed]
        yield Unchanged({m: marks[m] for m in prints if m not in changed}, known.books)
        always = undated(first, last) if changed else None
        for months in _runs(changed, size):
            yield _part(months, always, prints, marks)  # no name here keeps it in memory until the next one is made


def _marks(first: dt.date, last: dt.date) -> Marks:
    pay = month_selectors.PAY_KINDS
    without_pay = touch_state(first, last, without=pay)
    return {
        month_index(month): Mark(
            touches=count,
            last_touch=newest,
            touches_without_pay=without_pay[month][0],
            latest_fact_at=latest_fact_at(month, month),
            latest_fact_without_pay_at=latest_fact_at(month, month, without=pay),
        )
        for month, (count, newest) in touch_state(first, last).items()
    }


def _part(months: range, always: Undated | None, prints: dict[int, str], marks: Marks) -> Part:
    facts = load(months[0], months[-1], always)
    try:
        book = compile_book(facts)
    except OverflowError:
        raise Invalid(
            f"The figures of {month_text(months[0])} to {month_text(months[-1])} are too large to be added up exactly. "
            "Look for an amount, a volume or hours that came in with too many digits."
        ) from None
    return Part(months, facts, book, prints, marks)


def _runs(months: list[int], size: int) -> Iterator[range]:
    """Months in a row, at most `size` of them, that the organisation counts by the same settings."""
    settings = settings_by_day([month_start(month) for month in months])
    begin = 0
    for end in range(1, len(months) + 1):
        goes_on = (
            end < len(months)
            and end - begin < size
            and months[end] == months[end - 1] + 1
            and settings[month_start(months[end])] == settings[month_start(months[begin])]
        )
        if not goes_on:
            yield range(months[begin], months[end - 1] + 1)
            begin = end


def _note_touches(unchanged: Unchanged) -> None:
    """A touch that changed nothing has been looked at: the book is not stale any more."""
    for month, mark in unchanged.marks.items():
        if month in unchanged.books:
            Book.objects.filter(pk=unchanged.books[month], sealed=False).exclude(
                touches=mark.touches, last_touch=mark.last_touch, touches_without_pay=mark.touches_without_pay
            ).update(**mark._asdict())


# --- publishing ------------------------------------------------------------------------------------------------


def _publish(part: Part) -> list[str]:
    """Write a new version of each month and make it current, in the caller's transaction."""
    facts, book, prints, marks, months = part.facts, part.book, part.prints, part.marks, part.months
    _lock_months(months)
    rows = BookMonth.objects.filter(month__in=[month_start(m) for m in months]).select_related("current_book")
    current = {month_index(row.month): row for row in rows}
    keep = [m for m in months if _wanted(current[m], prints[m], marks[m].touches)]
    if not keep:
        return []
    versions = dict(
        Book.objects.filter(month__in=[month_start(m) for m in keep])
        .values_list("month")
        .annotate(Max("version"))
        .values_list("month", "version__max")
    )
    minutes = _per_month(book, facts, "minutes")
    priced = _per_month(book, facts, "priced_minutes")
    line_count = np.bincount(book.lines["month"], minlength=facts.months)
    posting_count = np.bincount(book.postings["month"], minlength=facts.months)
    new = Book.objects.bulk_create(
        [
            Book(
                month=month_start(m),
                version=(versions.get(month_start(m)) or 0) + 1,
                fingerprint=prints[m],
                engine_version=ENGINE_VERSION,
                currency=facts.settings.currency,
                **marks[m]._asdict(),
                identities={name: int(values[m - facts.first_month]) for name, values in book.identities.items()},
                lines=int(line_count[m - facts.first_month]),
                postings=int(posting_count[m - facts.first_month]),
                minutes=int(minutes[m - facts.first_month]),
                priced_minutes=int(priced[m - facts.first_month]),
            )
            for m in keep
        ]
    )
    book_of = np.full(facts.months, NONE, dtype=np.int64)
    for row in new:
        book_of[month_index(row.month) - facts.first_month] = row.pk
    write_rows(facts, book, book_of)
    check_written(new)
    # A book counts from the moment it becomes current, which may be long after its first row: `as_of` asks for that.
    Book.objects.filter(pk__in=[row.pk for row in new]).update(computed_at=Now())
    for row in new:
        BookMonth.objects.filter(month=row.month).update(current_book=row)
    return [month_text(m) for m in keep]


def _wanted(row: BookMonth, wanted: str, touches: int) -> bool:
    """Whether a month takes this book: not closed, not the same, and not read before what it has now."""
    book = row.current_book
    if row.state == MonthState.CLOSED:
        return False
    return book is None or (book.fingerprint != wanted and book.touches <= touches)


def _lock_months(months: range) -> None:
    """One publisher at a time per month; rows are made where they are missing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # whoever publishes before us may write for longer than a request may wait
            cursor.execute("SET LOCAL lock_timeout = 0")
    BookMonth.objects.bulk_create([BookMonth(month=month_start(m)) for m in months], ignore_conflicts=True)
    days = [month_start(m) for m in months]
    list(BookMonth.objects.select_for_update().filter(month__in=days).order_by("month").values_list("pk"))


def _per_month(book: Compiled, facts: Facts, column: str) -> Ints:
    out = np.zeros(facts.months, dtype=np.int64)
    np.add.at(out, book.postings["month"], book.postings[column])
    return out


# --- closing ---------------------------------------------------------------------------------------------------


@transaction.atomic
def request_close(audience: Audience, month: int, *, now: dt.datetime) -> BookMonth:
    """Ask for a month to be closed: freezes what is asked for, so that the second person approves just that."""
    row = _closable(audience, month)
    row.close_requested_by, row.close_requested_at = audience.person, now
    row.close_fingerprint = row.current_book.fingerprint
    row.state = MonthState.SOFT_CLOSED
    row.save()
    _audited(audience, row, "close requested", now)
    return row


@transaction.atomic
def approve_close(audience: Audience, month: int, *, now: dt.datetime) -> BookMonth:
    """Close a month: its current book is sealed, and the database refuses any change to it from then on.

    Raises Conflict when nobody asked, or when the book is not the one that was asked for any more; Forbidden when
    the person who asked approves (unless the organisation runs with a single controller, which is then shown); a
    Refusal with status 503 while facts are being written.
    """
    # What is being written now is stamped before the close: once it is there, it makes the book stale and is refused.
    if not wait_for_writers(LONGEST_WAIT):
        detail = "Facts are being written right now, maybe about this month; approve again when that has ended."
        raise Refusal(detail, "busy", "Not available now", 503)
    row = _closable(audience, month)
    if not row.close_requested_by:
        raise Conflict(f"Nobody has asked to close {month_text(month)} yet.", slug="close-not-requested")
    relaxed = row.close_requested_by == audience.person
    if relaxed and not settings_on(row.month).single_controller:
        raise Forbidden("A month is closed by somebody else than the person who asked for it.", slug="four-eyes")
    if row.close_fingerprint != row.current_book.fingerprint:
        raise Conflict(
            "The book has been compiled anew since closing was asked for; look at it and ask again.",
            slug="changed-since-submit",
        )
    _seal(row.current_book)
    row.state, row.closed_by, row.closed_at, row.relaxed = MonthState.CLOSED, audience.person, now, relaxed
    row.save()
    Frozen.objects.get_or_create(month=row.month)
    _audited(audience, row, "closed", now)
    return row


def _closable(audience: Audience, month: int) -> BookMonth:
    """The locked row of a month that can be closed; says what stands in the way otherwise."""
    if not audience.within(FINANCE):
        raise Forbidden("Only finance closes months.")
    row = BookMonth.objects.select_for_update(of=("self",)).filter(month=month_start(month)).first()
    name = month_text(month)
    if row is None or row.current_book is None:
        raise Conflict(f"{name} has no book yet; compile it first.", slug="no-book")
    if row.state == MonthState.CLOSED:
        raise Conflict(f"{name} is closed already.", slug="period-closed")
    if month_selectors.is_stale(row):
        raise Conflict(f"Facts about {name} came in after its book was compiled; compile it first.", slug="stale-book")
    blockers = Finding.objects.filter(book=row.current_book, code__in=MISSING_RATES)
    if blockers.exists():
        count = blockers.count()
        many = f"{count} finding{'' if count == 1 else 's'}"
        raise Conflict(
            f"{name} has {many} of missing rates; without them its cost is not known.",
            slug="missing-rates",
        )
    return row


def _seal(book: Book) -> None:
    """Let nothing in a book change again, nor in the one that is read in its place by those who may not see pay."""
    read, _ = month_selectors.books_without_pay([book])[book.pk]
    for one in {book, read}:
        if not one.sealed:
            one.checksum = checksum(one)
            one.sealed = True
            one.save()


def checksum(book: Book) -> str:
    """SHA-256 over the postings of a book in a canonical order."""
    names = (
        "team_id", "pool_id", "origin_pool_id", "stream_id", "epic_id", "work_type", "effort_source", "account",
        "category_id", "benefit_class", "state", "adjusts_period", "amount", "minutes", "priced_minutes", "fte_nano",
    )  # fmt: skip
    digest = hashlib.sha256()
    rows = Posting.objects.filter(book=book).values_list(*names)
    for row in sorted("|".join("" if v is None else str(v) for v in row) for row in rows.iterator(chunk_size=10_000)):
        digest.update(row.encode() + b"\n")
    return digest.hexdigest()


def _audited(audience: Audience, row: BookMonth, what: str, now: dt.datetime) -> None:
    audit.record(
        audience,
        action="changed",
        kind="months",
        object_id=str(row.pk),
        object_code=f"{row.month:%Y-%m}",
        before={},
        after={"state": row.state, "what": what, "book_version": row.current_book.version, "relaxed": row.relaxed},
        now=now,
    )
