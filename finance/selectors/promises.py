"""Promised against arrived: what epics were meant to bring, and what books say they brought in the same months.

Anticipated money is in no book; what arrived is a sum of postings. See docs/reports/promises.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, FilteredRelation
from django.db.models.functions import Cast

from finance.engine.accounts import Account, BenefitState
from finance.engine.accounts import BenefitClass as Class
from finance.engine.promises import Promised, StreamShare, stretches
from finance.models import AnticipatedBenefit, BenefitClass
from finance.selectors.months import MonthBook, latest_month
from finance.selectors.roi import RESIDUAL_NAMES
from finance.selectors.sums import RowKind, books_of, known_codes, one_currency
from outcomes.models import Epic
from roi_project.access.audience import Audience
from roi_project.db.facts import believed_at
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Conflict
from roi_project.kernel.period import month_index, month_start, month_text
from teams.models import ValueStream
from teams.selectors.organisation import settings_on

CLASS_NAMES = {int(each): each.name.lower() for each in Class}
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


class PromisedEpic(NamedTuple):
    """What a reader of a promise is told about its epic."""

    pk: int
    code: str
    name: str
    started_on: dt.date | None
    released_on: dt.date | None
    stopped_on: dt.date | None
    learned: str


class PromiseRow(NamedTuple):
    """One epic (or value stream) and class of benefit: from the first to the last month that was promised."""

    kind: RowKind
    code: str
    name: str
    benefit_class: str
    first: int
    last: int
    sums: Promised
    epic: PromisedEpic | None = None


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


class Promise(NamedTuple):
    """An anticipated benefit with both ends, and the parts of its epic that are for value streams."""

    epic: PromisedEpic
    benefit_class: str
    amount: int
    currency: str
    first: int
    last: int
    shares: tuple[StreamShare, ...]


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
        promises = promises_made(as_of=query.as_of, epics=query.epics)
        first = min((promise.first for promise in promises), default=0)
        books = books_of(first, last, as_of=query.as_of, sees_pay=audience.sees_pay) if promises and last else []
        currency = one_currency(books, settings_on(month_start(last or first)).reporting_currency if promises else "")
        held = hold(promises, books, currency, last)
        streams = ValueStream.objects.in_bulk({stream for _, _, stream in held.cells if stream is not None})
    names = {pk: (stream.code, stream.name) for pk, stream in streams.items()}
    if query.value_streams is not None:
        held = held.only({pk for pk, (code, _) in names.items() if code in query.value_streams})
    by_epic = query.group_by is PromisesBy.EPIC
    rows = held.by_epic() if by_epic else held.by_stream(names)
    return PromisesReport(query, last, currency, sorted(rows, key=place), _totals(rows), books)


@dataclass(frozen=True)
class Held:
    """Promises held against books, by epic, class of benefit and value stream."""

    cells: Mapping[Cell, Promised]
    spans: Mapping[tuple[int, str], Span]
    epics: Mapping[int, PromisedEpic]

    def only(self, streams: Collection[int]) -> "Held":
        """The parts that are for these value streams (ids)."""
        return replace(self, cells={cell: sums for cell, sums in self.cells.items() if cell[2] in streams})

    def by_epic(self) -> list[PromiseRow]:
        together: dict[tuple[int, str], Promised] = {}
        for (epic, benefit_class, _), sums in self.cells.items():
            found = together.get((epic, benefit_class))
            together[epic, benefit_class] = sums if found is None else found + sums
        return [self._of_epic(epic, benefit_class, sums) for (epic, benefit_class), sums in together.items()]

    def by_stream(self, names: Mapping[int, tuple[str, str]]) -> list[PromiseRow]:
        """`names`: id -> code and name."""
        rows: dict[tuple[int | None, str], PromiseRow] = {}
        for (epic, benefit_class, pk), sums in self.cells.items():
            first, last = self.spans[epic, benefit_class]
            row = rows.get((pk, benefit_class))
            if row is None:
                kind = RowKind.UNASSIGNED if pk is None else RowKind.GROUP
                code, name = ("", RESIDUAL_NAMES[kind]) if pk is None else names[pk]
                row = PromiseRow(kind, code, name, benefit_class, first, last, Promised())
            row = row._replace(first=min(row.first, first), last=max(row.last, last))
            row.sums.add(sums)
            rows[pk, benefit_class] = row
        return list(rows.values())

    def within_streams(self) -> dict[int | None, list[tuple[int, str, Promised]]]:
        """By value stream (id; None: of none) the parts of epics (id, class of benefit, sums) that are for it."""
        parts: dict[int | None, list[tuple[int, str, Promised]]] = defaultdict(list)
        for (epic, benefit_class, stream), sums in self.cells.items():
            parts[stream].append((epic, benefit_class, sums))
        return parts

    def rows_of(self, parts: Iterable[tuple[int, str, Promised]]) -> list[PromiseRow]:
        """These parts of epics as rows, in the order of the report."""
        return sorted((self._of_epic(*part) for part in parts), key=place)

    def _of_epic(self, pk: int, benefit_class: str, sums: Promised) -> PromiseRow:
        epic, (first, last) = self.epics[pk], self.spans[pk, benefit_class]
        return PromiseRow(RowKind.GROUP, epic.code, epic.name, benefit_class, first, last, sums, epic)


@dataclass(frozen=True)
class StreamPromised:
    """What was promised for one value stream (or for none): `parts` of epics, and the cash of them together."""

    code: str
    name: str
    held: Held
    parts: Sequence[tuple[int, str, Promised]]
    cash: Promised

    @cached_property
    def rows(self) -> list[PromiseRow]:
        """Its parts in the order of the report; made when they are shown, which those of few streams are."""
        return self.held.rows_of(self.parts)


@dataclass(frozen=True)
class StreamsPromised:
    """The report by epic, and the same by value stream, the largest gap first; what is of no stream last."""

    report: PromisesReport
    streams: Sequence[StreamPromised]


def promised_by_stream(
    promises: Sequence[Promise],
    books: Sequence[MonthBook],
    currency: str,
    last: int,
    names: Mapping[int, tuple[str, ...]],
    streams: Collection[int] | None,
) -> StreamsPromised | None:
    """For a page that has read its books: of every value stream, or of these (ids); None where there is nothing.

    `names`: id -> code and name. One query. Raises Conflict (currency-mismatch) as the report does.
    """
    first = min(promise.first for promise in promises)
    books = [book for book in books if first <= book.month <= last]
    one_currency(books, currency)
    held = hold(promises, books, currency, last)
    held = held if streams is None else held.only(streams)
    rows = held.by_epic()
    if not rows:
        return None
    report = PromisesReport(PromisesQuery(), last, currency, sorted(rows, key=place), _totals(rows), books)
    found = [
        StreamPromised(
            *(names[pk][:2] if pk is not None else ("", RESIDUAL_NAMES[RowKind.UNASSIGNED])),
            held=held,
            parts=parts,
            cash=sum((sums for _, benefit_class, sums in parts if benefit_class == BenefitClass.HARD_CASH), Promised()),
        )
        for pk, parts in held.within_streams().items()
    ]
    return StreamsPromised(report, sorted(found, key=_place_of_stream))


def _place_of_stream(stream: StreamPromised) -> tuple[bool, bool, int, str]:
    """The largest gap of cash first; then where no cash is due, what is of no stream last."""
    cash = stream.cash
    return not stream.code, not cash.due, -cash.gap if cash.due else 0, stream.code


def hold(promises: Sequence[Promise], books: Sequence[MonthBook], currency: str, last: int | None) -> Held:
    """What was promised, what of it is due by the month `last`, and what of it these books say has come. One query.

    Raises Conflict (currency-mismatch) where something was promised in another currency than that of the books.
    """
    _check_currency(promises, currency)
    spans = _spans(promises)
    cells = _promised(promises, last)
    _arrived(cells, spans, books)
    return Held(cells, spans, {promise.epic.pk: promise.epic for promise in promises})


def _totals(rows: Iterable[PromiseRow]) -> dict[str, Promised]:
    """By class of benefit, in the order of the classes."""
    totals: dict[str, Promised] = defaultdict(Promised)
    for row in rows:
        totals[row.benefit_class].add(row.sums)
    classes = BenefitClass.values
    return dict(sorted(totals.items(), key=lambda item: classes.index(item[0])))


def place(row: PromiseRow) -> tuple[bool, bool, int, str, str]:
    """What is due first, the largest gap before the others, then what is not due yet; what is of no stream last."""
    due = row.sums.due
    return row.kind is not RowKind.GROUP, not due, -row.sums.gap if due else 0, row.code, row.benefit_class


def _check_currency(promises: Iterable[Promise], currency: str) -> None:
    for promise in promises:
        if promise.currency != currency:
            raise Conflict(
                f"Something was promised in {promise.currency}, and the books are kept in {currency}: "
                "the rates of months to come are not known.",
                slug="currency-mismatch",
            )


OF_EPIC = ("epic_id", *(f"epic__{name}" for name in PromisedEpic._fields[1:]))
OF_PROMISE = ("pk", "benefit_class", "amount_minor", "currency", "first_month", "last_month")
OF_SHARE = ("part__pk", "part__stream_id", "millionths", "part__starts_on", "part__ends_on")
WINDOW = "epic__outcomes__window_months"


def promises_made(*, as_of: dt.datetime | None = None, epics: Collection[str] | None = None) -> list[Promise]:
    """Every promise, or those of these epics (codes), as believed at a moment. One query."""
    shares = FilteredRelation("epic__stream_shares", condition=believed_at(as_of, "epic__stream_shares__"))
    found = AnticipatedBenefit.objects.filter(believed_at(as_of)).annotate(
        part=shares,
        millionths=Cast("part__share", BigIntegerField()),  # as it is stored: a decimal of each would only cost time
    )
    if epics is not None:
        found = found.filter(epic__code__in=epics)
    rows = found.order_by("pk", "part__pk").values_list(*OF_EPIC, *OF_PROMISE, *OF_SHARE, WINDOW)
    made = []
    width, of_epic = len(OF_EPIC) + len(OF_PROMISE), len(OF_EPIC)
    # A promise comes with each share and each outcome of its epic; grouping them here is quicker than in SQL.
    for _, group in groupby(rows, key=itemgetter(of_epic)):
        of_promise = list(group)
        _, benefit_class, amount, currency, first_month, last_month = of_promise[0][of_epic:width]
        parts, window = _parts_and_window(row[width:] for row in of_promise)
        first = month_index(first_month)
        last = first + (window or DEFAULT_WINDOW) - 1 if last_month is None else month_index(last_month)
        epic = PromisedEpic(*of_promise[0][:of_epic])
        made.append(Promise(epic, benefit_class, amount, currency, first, last, parts))
    return made


def _parts_and_window(rows: Iterable[tuple[Any, ...]]) -> tuple[tuple[StreamShare, ...], int]:
    """Each share once, and the longest window of an outcome; 0 without one."""
    parts: dict[int, StreamShare] = {}
    longest = 0
    for pk, *share, window in rows:
        if pk is not None and pk not in parts:
            parts[pk] = _share(*share)
        longest = max(longest, window or 0)
    return tuple(parts.values()), longest


def _share(stream: int, millionths: int, starts_on: dt.date, ends_on: dt.date | None) -> StreamShare:
    return StreamShare(stream, millionths, starts_on.toordinal(), (ends_on or dt.date.max).toordinal())


def _spans(promises: Iterable[Promise]) -> dict[tuple[int, str], Span]:
    """From the first to the last month promised, by epic and class."""
    spans: dict[tuple[int, str], Span] = {}
    for promise in promises:
        key = promise.epic.pk, promise.benefit_class
        first, last = spans.get(key, (promise.first, promise.last))
        spans[key] = min(first, promise.first), max(last, promise.last)
    return spans


def _promised(promises: Iterable[Promise], last: int | None) -> dict[Cell, Promised]:
    """Promised and matured amounts by epic, class and stream."""
    cells: dict[Cell, Promised] = defaultdict(Promised)
    for promise in promises:
        for stretch in stretches(promise.amount, promise.shares, promise.first, promise.last):
            months = stretch.until - stretch.first
            due = 0 if last is None else min(months, max(0, last + 1 - stretch.first))
            for stream, part in stretch.parts.items():
                sums = cells[promise.epic.pk, promise.benefit_class, stream]
                sums.promised += part * months
                sums.matured += part * due
                sums.due = sums.due or due > 0
    return cells


def _arrived(cells: dict[Cell, Promised], spans: Mapping[tuple[int, str], Span], books: Sequence[MonthBook]) -> None:
    """Add what the books say came for the epics, in the months promised; one query."""
    month_of = {book.book_id: book.month for book in books}
    if not month_of:
        return
    with connection.cursor() as cursor:
        # What followed a pool's cost to other teams stays with its epic and stream, and cancels.
        cursor.execute(
            "SELECT book_id, epic_id, stream_id, benefit_class, state, CAST(SUM(amount) AS BIGINT) FROM finance_posting"
            f" WHERE book_id IN ({', '.join('%s' for _ in month_of)}) AND account = %s AND epic_id IS NOT NULL"
            " AND epic_id IN (SELECT epic_id FROM finance_anticipatedbenefit)"
            " GROUP BY 1, 2, 3, 4, 5",
            [*month_of, int(Account.BENEFIT)],
        )
        found = cursor.fetchall()
    for book, epic, stream, klass, state, amount in found:
        benefit_class = CLASS_NAMES[klass]
        first, last = spans.get((epic, benefit_class), (0, -1))
        if first <= month_of[book] <= last:
            sums = cells.setdefault((epic, benefit_class, stream), Promised())
            if state == BenefitState.VALIDATED:
                sums.arrived += amount
            else:
                sums.waiting += amount
