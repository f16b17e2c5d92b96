"""Promised against arrived: what epics were meant to bring, and what books say they brought in the same months.

Anticipated money is in no book; what arrived is a sum of postings. See docs/reports/promises.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db import connection

from finance.engine.accounts import Account, BenefitState
from finance.engine.accounts import BenefitClass as Class
from finance.engine.promises import ONE, Promised, StreamShare, stream_parts
from finance.models import AnticipatedBenefit, BenefitClass
from finance.selectors.months import MonthBook
from finance.selectors.roi import RESIDUAL_NAMES, latest_month
from finance.selectors.sums import RowKind, books_of, known_codes, one_currency
from outcomes.models import Epic, EpicStreamShare, Outcome
from roi_project.access.audience import Audience
from roi_project.db.facts import believed_at
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Conflict
from roi_project.kernel.period import month_index, month_start, month_text
from teams.models import ValueStream
from teams.selectors.organisation import settings_on

DEFAULT_WINDOW = 36
"""Months an open promise runs where its epic has no outcome to say."""


class PromisesBy(StrEnum):
    EPIC = "epic"
    VALUE_STREAM = "value_stream"


@dataclass(frozen=True)
class PromisesQuery:
    """What is asked; `last` None means the last month with a book."""

    group_by: PromisesBy = PromisesBy.EPIC
    last: int | None = None
    epics: tuple[str, ...] | None = None
    value_streams: tuple[str, ...] | None = None
    as_of: dt.datetime | None = None


@dataclass(frozen=True)
class PromiseRow:
    """One epic (or value stream) and class of benefit: from the first to the last month that was promised."""

    kind: RowKind
    code: str
    name: str
    benefit_class: str
    first: int
    last: int
    sums: Promised
    epic: Epic | None = None


@dataclass(frozen=True)
class PromisesReport:
    """The rows with what a reader needs to know about them. `last` None: no month has a book yet."""

    query: PromisesQuery
    last: int | None
    currency: str
    rows: Sequence[PromiseRow]
    totals: Mapping[str, Promised]
    books: Sequence[MonthBook]

    @property
    def covers(self) -> str:
        """“promises due up to 2026-06; 9 of 12 rows have months that are due”"""
        if self.last is None:
            return "no month has a book yet, so nothing is due"
        due = sum(row.sums.due for row in self.rows)
        return f"promises due up to {month_text(self.last)}; {due} of {len(self.rows)} rows have months that are due"


@dataclass(frozen=True)
class _Promise:
    epic: int
    benefit_class: str
    amount: int
    first: int
    last: int


Cell = tuple[int, str, int | None]
"""An epic, a class of benefit, a value stream (None: of none)."""
Span = tuple[int, int]


def promises_report(audience: Audience, query: PromisesQuery) -> PromisesReport:
    """What was promised and what of it is due, arrived and waits. A fixed number of queries, in one snapshot.

    Raises Conflict (currency-mismatch) where something was promised in another currency than that of the books.
    """
    with snapshot():
        known_codes(Epic, query.epics or (), "epic")
        known_codes(ValueStream, query.value_streams or (), "value stream")
        latest = latest_month()
        last = latest if query.last is None or latest is None else min(query.last, latest)
        found = AnticipatedBenefit.objects.filter(believed_at(query.as_of)).order_by("id")
        if query.epics is not None:
            found = found.filter(epic__code__in=query.epics)
        facts = list(found)
        promises = _promises(facts)
        first = min((promise.first for promise in promises), default=0)
        books = books_of(first, last, as_of=query.as_of, sees_pay=audience.sees_pay) if promises and last else []
        currency = one_currency(books, settings_on(month_start(last or first)).reporting_currency if promises else "")
        _check_currency(facts, currency)
        epics = Epic.objects.in_bulk({promise.epic for promise in promises})
        shares = _stream_shares(set(epics), query.as_of)
        spans = _spans(promises)
        cells = _promised(promises, shares, last)
        _arrived(cells, spans, books)
        streams = ValueStream.objects.in_bulk({stream for _, _, stream in cells if stream is not None})
    if query.value_streams is not None:
        wanted = {pk for pk, stream in streams.items() if stream.code in query.value_streams}
        cells = {cell: sums for cell, sums in cells.items() if cell[2] in wanted}
    by_epic = query.group_by is PromisesBy.EPIC
    rows = _by_epic(cells, spans, epics) if by_epic else _by_stream(cells, spans, streams)
    return PromisesReport(query, last, currency, sorted(rows, key=_place), _totals(rows), books)


def promises_by_epic(audience: Audience, books: Sequence[MonthBook], currency: str) -> PromisesReport | None:
    """The report by epic up to the last of these books, for a page that has read them; None without a promise.

    Two queries, three with promises that have no end; books from before these are looked up where promises began then.
    Raises Conflict (currency-mismatch) as the report does.
    """
    facts = list(AnticipatedBenefit.current.select_related("epic").order_by("id"))
    if not facts:
        return None
    _check_currency(facts, currency)
    promises = _promises(facts)
    first, last = min(promise.first for promise in promises), books[-1].month
    held = [book for book in books if book.month >= first]
    if first < books[0].month:
        held = [*books_of(first, books[0].month - 1, sees_pay=audience.sees_pay), *books]
        one_currency(held, currency)
    spans = _spans(promises)
    cells = _promised(promises, {}, last)
    _arrived(cells, spans, held)
    rows = _by_epic(cells, spans, {fact.epic_id: fact.epic for fact in facts})
    query = PromisesQuery()
    return PromisesReport(query, last, currency, sorted(rows, key=_place), _totals(rows), held)


def _totals(rows: Iterable[PromiseRow]) -> dict[str, Promised]:
    """By class of benefit, in the order of the classes."""
    totals: dict[str, Promised] = defaultdict(Promised)
    for row in rows:
        totals[row.benefit_class].add(row.sums)
    classes = BenefitClass.values
    return dict(sorted(totals.items(), key=lambda item: classes.index(item[0])))


def _place(row: PromiseRow) -> tuple[bool, bool, int, str, str]:
    """What is due first, the largest gap before the others, then what is not due yet; what is of no stream last."""
    due = row.sums.due
    return row.kind is not RowKind.GROUP, not due, -row.sums.gap if due else 0, row.code, row.benefit_class


def _check_currency(facts: Iterable[AnticipatedBenefit], currency: str) -> None:
    for fact in facts:
        if fact.currency != currency:
            raise Conflict(
                f"Something was promised in {fact.currency}, and the books are kept in {currency}: "
                "the rates of months to come are not known.",
                slug="currency-mismatch",
            )


def _promises(facts: Iterable[AnticipatedBenefit]) -> list[_Promise]:
    """Promises with both ends. One query for the windows of those that are open."""
    facts = list(facts)
    windows: dict[int, int] = {}
    open_epics = {fact.epic_id for fact in facts if fact.last_month is None}
    for epic, months in Outcome.objects.filter(epic__in=open_epics).values_list("epic_id", "window_months"):
        windows[epic] = max(months, windows.get(epic, 0))
    out = []
    for fact in facts:
        first = month_index(fact.first_month)
        open_end = first + windows.get(fact.epic_id, DEFAULT_WINDOW) - 1
        last = open_end if fact.last_month is None else month_index(fact.last_month)
        out.append(_Promise(fact.epic_id, fact.benefit_class, fact.amount_minor, first, last))
    return out


def _spans(promises: Iterable[_Promise]) -> dict[tuple[int, str], Span]:
    """From the first to the last month promised, by epic and class."""
    spans: dict[tuple[int, str], Span] = {}
    for promise in promises:
        key = promise.epic, promise.benefit_class
        first, last = spans.get(key, (promise.first, promise.last))
        spans[key] = min(first, promise.first), max(last, promise.last)
    return spans


def _stream_shares(epics: set[int], as_of: dt.datetime | None) -> dict[int, list[StreamShare]]:
    shares: dict[int, list[StreamShare]] = defaultdict(list)
    found = EpicStreamShare.objects.filter(believed_at(as_of), epic__in=epics).order_by("id")
    for share in found:
        end = dt.date.max if share.ends_on is None else share.ends_on
        part = int(share.share * ONE)
        shares[share.epic_id].append(StreamShare(share.stream_id, part, share.starts_on.toordinal(), end.toordinal()))
    return shares


def _promised(
    promises: Iterable[_Promise], shares: Mapping[int, Sequence[StreamShare]], last: int | None
) -> dict[Cell, Promised]:
    """Promised and matured amounts by epic, class and stream, month by month."""
    cells: dict[Cell, Promised] = defaultdict(Promised)
    for promise in promises:
        for month in range(promise.first, promise.last + 1):
            due = last is not None and month <= last
            days = month_start(month).toordinal(), month_start(month + 1).toordinal()
            for stream, part in stream_parts(promise.amount, shares.get(promise.epic, ()), *days).items():
                sums = cells[promise.epic, promise.benefit_class, stream]
                sums.promised += part
                if due:
                    sums.matured += part
                    sums.due = True
    return cells


def _arrived(cells: dict[Cell, Promised], spans: Mapping[tuple[int, str], Span], books: Sequence[MonthBook]) -> None:
    """Add what the books say came for the epics, in the months promised; one query."""
    month_of = {book.book_id: book.month for book in books}
    if not month_of:
        return
    with connection.cursor() as cursor:
        # What followed a pool's cost to other teams stays with its epic and stream, and cancels.
        cursor.execute(
            "SELECT book_id, epic_id, stream_id, benefit_class, state, SUM(amount) FROM finance_posting"
            f" WHERE book_id IN ({', '.join('%s' for _ in month_of)}) AND account = %s AND epic_id IS NOT NULL"
            " GROUP BY 1, 2, 3, 4, 5",
            [*month_of, int(Account.BENEFIT)],
        )
        found = cursor.fetchall()
    for book, epic, stream, klass, state, amount in found:
        benefit_class = Class(klass).name.lower()
        first, last = spans.get((epic, benefit_class), (0, -1))
        if first <= month_of[book] <= last:
            sums = cells.setdefault((epic, benefit_class, stream), Promised())
            if state == BenefitState.VALIDATED:
                sums.arrived += int(amount)
            else:
                sums.waiting += int(amount)


def _by_epic(
    cells: Mapping[Cell, Promised], spans: Mapping[tuple[int, str], Span], epics: Mapping[int, Epic]
) -> list[PromiseRow]:
    rows: dict[tuple[int, str], PromiseRow] = {}
    for (pk, benefit_class, _), sums in cells.items():
        row = rows.get((pk, benefit_class))
        if row is None:
            epic = epics[pk]
            span = spans[pk, benefit_class]
            row = PromiseRow(RowKind.GROUP, epic.code, epic.name, benefit_class, *span, Promised(), epic)
            rows[pk, benefit_class] = row
        row.sums.add(sums)
    return list(rows.values())


def _by_stream(
    cells: Mapping[Cell, Promised], spans: Mapping[tuple[int, str], Span], streams: Mapping[int, ValueStream]
) -> list[PromiseRow]:
    rows: dict[tuple[int | None, str], PromiseRow] = {}
    for (epic, benefit_class, pk), sums in cells.items():
        first, last = spans[epic, benefit_class]
        row = rows.get((pk, benefit_class))
        if row is None:
            kind = RowKind.UNASSIGNED if pk is None else RowKind.GROUP
            code, name = ("", RESIDUAL_NAMES[kind]) if pk is None else (streams[pk].code, streams[pk].name)
            row = PromiseRow(kind, code, name, benefit_class, first, last, Promised())
        row = replace(row, first=min(row.first, first), last=max(row.last, last))
        row.sums.add(sums)
        rows[pk, benefit_class] = row
    return list(rows.values())
