"""The ROI report: what groups cost, what their work brought, and the return where it is defined.

Reading computes nothing but sums of postings and ratios of those sums. See docs/reports/roi.md.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from django.db.models import QuerySet

from finance.engine.accounts import BenefitClass, BenefitState
from finance.engine.returns import Ratio, Undefined, ratio, roi
from finance.selectors.months import MonthBook, months_with_books
from finance.selectors.sums import (
    GroupBy,
    Key,
    Rates,
    RowKind,
    Sums,
    View,
    books_of,
    known_codes,
    one_currency,
    sums_by,
)
from outcomes.models import Epic
from roi_project.access.audience import Audience
from roi_project.audit.selectors import NamesState, names_state
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Forbidden, Invalid, Reason
from roi_project.kernel.period import month_index, month_start, month_text
from teams.models import Team, ValueStream
from teams.selectors.organisation import Organisation, settings_on

ROLLING = 12
NO_MONTH: Final = month_index(dt.date(2000, 1, 1))
"""Stands where no month is known; what is told of a report says so instead."""
GROUPS = {GroupBy.VALUE_STREAM: ValueStream, GroupBy.TEAM: Team, GroupBy.EPIC: Epic}
NAMED_BY: dict[GroupBy, tuple[str, ...]] = {
    GroupBy.ORGANISATION: (),
    GroupBy.VALUE_STREAM: ("value-streams",),
    GroupBy.TEAM: ("teams",),
    GroupBy.EPIC: ("epics",),
}
"""Kinds whose names stand in the rows."""
MOST_MONTHS = 60
"""Each month of a report by month adds up its own window: as many as capacity answers."""
METHOD_VERSION = "1"
CASH = (BenefitClass.HARD_CASH,)
EVERY_CLASS = (
    BenefitClass.HARD_CASH,
    BenefitClass.COST_AVOIDANCE,
    BenefitClass.CAPACITY_FREED,
    BenefitClass.EXPECTED_LOSS,
)


class Window(StrEnum):
    PERIOD = "period"
    CUMULATIVE = "cumulative"
    ROLLING12 = "rolling12"


class Grain(StrEnum):
    """One row per group over the whole span, or one per group and month."""

    SPAN = "span"
    MONTH = "month"


@dataclass(frozen=True)
class RoiQuery:
    """What is asked; None means what the report gives by itself."""

    group_by: GroupBy = GroupBy.VALUE_STREAM
    first: int | None = None
    last: int | None = None
    view: View = View.FULLY_LOADED
    window: Window | None = None
    rates: Rates | None = None
    grain: Grain = Grain.SPAN
    codes: tuple[str, ...] | None = None
    ordering: str = "code"
    as_of: dt.datetime | None = None


@dataclass(frozen=True)
class RoiRow:
    """One group (or residual) over one window that ends with `last`."""

    kind: RowKind
    code: str
    name: str
    parent_code: str
    first: int
    last: int
    months: int
    sums: Sums
    state: str
    books: tuple[MonthBook, ...]
    window_reason: Reason | None = None

    def _return(self, *classes: BenefitClass) -> Ratio:
        if self.window_reason is not None:
            return Undefined(self.window_reason)
        if not self.books:
            return Undefined(Reason.NO_DATA)
        return return_on(self.sums, classes)

    @property
    def roi_cash(self) -> Ratio:
        return self._return(*CASH)

    @property
    def roi_all(self) -> Ratio:
        return self._return(*EVERY_CLASS)

    @property
    def benefit_cash(self) -> int:
        return self.sums.benefit(BenefitState.VALIDATED, *CASH)

    @property
    def benefit_all(self) -> int:
        return self.sums.benefit(BenefitState.VALIDATED)

    @property
    def claimed(self) -> int:
        return self.sums.benefit(BenefitState.CLAIMED)


def return_on(sums: Sums, classes: Collection[BenefitClass]) -> Ratio:
    """Validated benefits of these classes on cost. What only waits is not a loss: without a validated benefit, and
    without a measured one that came to zero, the return is not known."""
    found = {key: value for key, value in sums.benefits.items() if key[1] in classes}
    validated = any(state == BenefitState.VALIDATED for state, _ in found)
    if sums.cost and not validated and not (found and not any(found.values())):
        return Undefined(Reason.NO_DATA)
    return roi(sums.benefit(BenefitState.VALIDATED, *classes), sums.cost)


@dataclass(frozen=True)
class RoiReport:
    """Rows with everything a reader needs to know about them."""

    query: RoiQuery
    rates: Rates
    window: Window
    first: int
    last: int
    currency: str
    rows: Sequence[RoiRow]
    total: RoiRow
    books: Sequence[MonthBook]
    complete: bool
    read: Sequence[MonthBook] = ()
    """Every book that a row was made of: month by month, also those before the months of the total."""
    coverage: dict[str, Ratio] = field(default_factory=dict)

    @property
    def span(self) -> tuple[int, int] | None:
        return span_of(self.query, self.first, self.last, self.books)

    @property
    def covers(self) -> str:
        """“2025-07-01 to 2026-06-30, 12 months, 11 closed, 1 provisional”"""
        return covers(self.span, self.books)


class AsksForMonths(Protocol):
    """A question about months, both inside; None where they were not named."""

    @property
    def first(self) -> int | None: ...
    @property
    def last(self) -> int | None: ...


def span_of(query: AsksForMonths, first: int, last: int, books: Sequence[MonthBook]) -> tuple[int, int] | None:
    """The months of a report; None where nobody has named one and none has a book."""
    return (first, last) if books or query.first is not None or query.last is not None else None


def covers(span: tuple[int, int] | None, books: Sequence[MonthBook]) -> str:
    """In words, what a report covers."""
    if span is None:
        return "no month has a book yet, so nothing is known"
    first, last = span
    end = month_start(last + 1) - dt.timedelta(days=1)
    months = last - first + 1
    closed = sum(book.sealed for book in books)
    parts = [f"{month_start(first)} to {end}", f"{months} month{'' if months == 1 else 's'}"]
    if closed:
        parts.append(f"{closed} closed")
    if len(books) > closed:
        parts.append(f"{len(books) - closed} provisional")
    if months > len(books):
        parts.append(f"{months - len(books)} without a book")
    return ", ".join(parts)


def from_is_later(last: int) -> str:
    """Told to who says from when alone, and means months after the last that has a book."""
    return (
        f"“from” is after {month_text(last)}, the last month that has a book; say “through” too, or an earlier “from”."
    )


def permitted_rates(audience: Audience, asked: Rates | None, organisation: Organisation) -> Rates:
    """The rates a caller reads: those asked for, else the official ones. Actual rates are for finance and audit."""
    if asked is Rates.ACTUAL and not audience.sees_pay:
        raise Forbidden("Actual rates are for finance and audit; leave rates out to read standard rates.", slug="rates")
    if asked is not None:
        return asked
    return official_rates(audience, organisation)


def official_rates(audience: Audience, settings: Organisation) -> Rates:
    """The rates everybody quotes, as far as this caller may read them."""
    return Rates(settings.official_rates) if audience.sees_pay else Rates.STANDARD


@dataclass(frozen=True)
class RoiBasis:
    """What a report is made of, read before any row of a book: nothing else decides what it says."""

    query: RoiQuery
    rates: Rates
    window: Window
    first: int
    last: int
    read_from: int
    books: Sequence[MonthBook]
    currency: str
    names: NamesState


def roi_report(audience: Audience, query: RoiQuery) -> RoiReport:
    """The ROI of groups over a span of months. A fixed number of queries, in one snapshot."""
    with snapshot():
        return roi_of(roi_basis(audience, query))


def roi_basis(audience: Audience, query: RoiQuery) -> RoiBasis:
    """Which months, rates and books are meant. A fixed number of small queries; call inside one snapshot()."""
    _check_ordering(query)
    if query.codes is not None and query.group_by in GROUPS:
        known_codes(GROUPS[query.group_by], query.codes, query.group_by.replace("_", " "))
    span = months_with_books()
    last = last_meant(query, span)
    earliest = span[0] if span else last
    window = query.window or _default_window(query.first, earliest, last)
    first = query.first if query.first is not None else _default_first(window, query.grain, earliest, last)
    if last < first:
        raise Invalid(from_is_later(last))
    if query.grain is Grain.MONTH and last - first >= MOST_MONTHS:
        raise Invalid(f"Month by month, ask for at most {MOST_MONTHS} months at a time.")
    organisation = settings_on(month_start(last))
    read_from = {
        Window.PERIOD: first,
        Window.CUMULATIVE: min(first, earliest) if query.first is None else first,
        Window.ROLLING12: min(first, last - ROLLING + 1) if query.grain is Grain.SPAN else first - ROLLING + 1,
    }[window]
    books = books_of(read_from, last, as_of=query.as_of, sees_pay=audience.sees_pay)
    return RoiBasis(
        query=query,
        rates=permitted_rates(audience, query.rates, organisation),
        window=window,
        first=first,
        last=last,
        read_from=read_from,
        books=books,
        currency=one_currency(books, organisation.reporting_currency),
        names=names_state(NAMED_BY[query.group_by]),
    )


def last_meant(query: AsksForMonths, span: tuple[int, int] | None) -> int:
    """The last month that is asked for, else the last that has a book."""
    if query.last is not None:
        return query.last
    return span[1] if span else query.first if query.first is not None else NO_MONTH


def roi_of(basis: RoiBasis) -> RoiReport:
    """The report made of its basis. Two queries, in one snapshot."""
    query = basis.query
    with snapshot():
        sums = sums_by(query.group_by, basis.books, view=query.view, rates=basis.rates)
        names = names_of(query.group_by, {key[1] for rows in sums.values() for key in rows if key[1] is not None})
    return report_of(
        query, rates=basis.rates, window=basis.window, first=basis.first, last=basis.last, read_from=basis.read_from,
        books=basis.books, sums=sums, names=names, currency=basis.currency,
    )  # fmt: skip


Names = Mapping[int, tuple[str, str, str]]
"""id -> code, name, parent's code"""


def report_of(
    query: RoiQuery,
    *,
    rates: Rates,
    window: Window,
    first: int,
    last: int,
    read_from: int,
    books: Sequence[MonthBook],
    sums: Mapping[int, Mapping[Key, Sums]],
    names: Names,
    currency: str,
) -> RoiReport:
    """The report of what was read of its months. No query."""
    rows: list[RoiRow] = []
    for end in range(first, last + 1) if query.grain is Grain.MONTH else (last,):
        begin = _begin(window, query.grain, first, end, read_from)
        rows += _rows(query, window, begin, end, books, sums, names)
    begin = _begin(window, Grain.SPAN, first, last, read_from)
    used = [book for book in books if begin <= book.month <= last]
    whole = _asked(query, _rows(query, window, begin, last, books, sums, names))
    total = _total(whole, begin, last, used, window)
    return RoiReport(
        query=query,
        rates=rates,
        window=window,
        first=begin,
        last=last,
        currency=currency,
        rows=_ordered(_asked(query, rows), query),
        total=total,
        books=used,
        read=books,
        complete=query.codes is None,
        coverage=_coverage(whole, total),
    )


def _asked(query: RoiQuery, rows: list[RoiRow]) -> list[RoiRow]:
    """The rows of the groups that are named, or every row."""
    return [row for row in rows if query.codes is None or (row.kind is RowKind.GROUP and row.code in query.codes)]


def _default_window(first: int | None, earliest: int, last: int) -> Window:
    """Who says from when means these months. Else the last twelve, where there are as many."""
    if first is not None:
        return Window.PERIOD
    return Window.ROLLING12 if last - earliest + 1 >= ROLLING else Window.CUMULATIVE


def _default_first(window: Window, grain: Grain, earliest: int, last: int) -> int:
    if window is Window.ROLLING12 or grain is Grain.MONTH:
        return max(earliest, last - ROLLING + 1)
    return earliest


def _begin(window: Window, grain: Grain, first: int, end: int, read_from: int) -> int:
    if window is Window.ROLLING12:
        return end - ROLLING + 1
    if window is Window.CUMULATIVE:
        return read_from
    return end if grain is Grain.MONTH else first


def _rows(
    query: RoiQuery,
    window: Window,
    begin: int,
    end: int,
    books: Sequence[MonthBook],
    sums: Mapping[int, Mapping[Key, Sums]],
    names: Names,
) -> list[RoiRow]:
    used = tuple(book for book in books if begin <= book.month <= end)
    merged: dict[Key, Sums] = {}
    for book in used:
        for key, found in sums[book.month].items():
            merged.setdefault(key, Sums()).add(found)
    short = window is Window.ROLLING12 and len(used) < ROLLING
    state = _state(used)
    out = []
    for (kind, group), found in merged.items():
        code, name, parent = names[group] if group is not None else ("", "", "")
        if kind is RowKind.GROUP and group is None:
            code, name = "organisation", "Organisation"
        out.append(
            RoiRow(
                kind=kind,
                code=code,
                name=name if kind is RowKind.GROUP else RESIDUAL_NAMES[kind],
                parent_code=parent,
                first=begin,
                last=end,
                months=len(used),
                sums=found,
                state=state,
                books=used,
                window_reason=Reason.WINDOW_INCOMPLETE if short else None,
            )
        )
    return out


RESIDUAL_NAMES = {
    RowKind.POOLS: "Pools, before allocation",
    RowKind.BENCH: "Bench",
    RowKind.IDLE: "Idle capacity of pools",
    RowKind.UNTAGGED: "Untagged use of pools",
    RowKind.UNALLOCATED: "Unallocated cost of pools",
    RowKind.UNASSIGNED: "Not assigned",
    RowKind.EXTERNAL: "Brought about by others",
    RowKind.UNATTRIBUTED: "Not attributed",
}


def _state(books: Sequence[MonthBook]) -> str:
    """final when every month is closed, else provisional."""
    return "final" if books and all(book.sealed for book in books) else "provisional"


def names_of(group_by: GroupBy, ids: set[int]) -> dict[int, tuple[str, str, str]]:
    """id -> code, name, parent's code. One query."""
    if group_by is GroupBy.VALUE_STREAM:
        return names_of_streams(ValueStream.objects.filter(pk__in=ids))
    model = GROUPS.get(group_by)
    if model is None:
        return {}
    return {
        pk: (code, name, "") for pk, code, name in model.objects.filter(pk__in=ids).values_list("pk", "code", "name")
    }


def names_of_streams(streams: QuerySet[ValueStream]) -> dict[int, tuple[str, str, str]]:
    """The same of these value streams, in their order."""
    rows = streams.values_list("pk", "code", "name", "parent__code")
    return {pk: (code, name, parent or "") for pk, code, name, parent in rows}


def _total(rows: Sequence[RoiRow], begin: int, end: int, used: Sequence[MonthBook], window: Window) -> RoiRow:
    """Everything shown, added up, but for what others brought about and what nobody is credited with."""
    total = Sums()
    for row in rows:
        if row.kind not in (RowKind.EXTERNAL, RowKind.UNATTRIBUTED):
            total.add(row.sums)
    short = window is Window.ROLLING12 and len(used) < ROLLING
    return RoiRow(
        kind=RowKind.GROUP, code="total", name="Total", parent_code="", first=begin, last=end, months=len(used),
        sums=total, state=_state(used), books=tuple(used),
        window_reason=Reason.WINDOW_INCOMPLETE if short else None,
    )  # fmt: skip


def _coverage(rows: Sequence[RoiRow], total: RoiRow) -> dict[str, Ratio]:
    """Named ratios of sums over what is shown; each says something else about how far the figures can be trusted."""
    groups = [row for row in rows if row.kind is RowKind.GROUP]
    measured = sum(row.sums.cost for row in groups if row.sums.benefits)
    outside = sum(
        row.sums.benefit(BenefitState.VALIDATED) + row.sums.benefit(BenefitState.CLAIMED)
        for row in rows
        if row.kind in (RowKind.EXTERNAL, RowKind.UNATTRIBUTED)
    )
    inside = total.benefit_all + total.claimed
    return {
        "priced_hours": ratio(total.sums.priced_minutes, total.sums.minutes),
        "benefit_measured_cost": ratio(measured, total.sums.cost),
        "validated_share": ratio(total.benefit_all, inside),
        "attributed_share": ratio(inside, inside + outside),
        "effort": ratio(total.sums.effort_cost, total.sums.team_cost),
    }


# --- order -----------------------------------------------------------------------------------------------------

RESULTS = {
    "cost": lambda row: row.sums.cost,
    "benefit_validated_cash": lambda row: row.benefit_cash,
    "benefit_claimed": lambda row: row.claimed,
    "net_validated_cash": lambda row: row.benefit_cash - row.sums.cost,
    "roi_validated_cash": lambda row: row.roi_cash,
}
ORDERINGS = ("code", "name", *RESULTS)


def _check_ordering(query: RoiQuery) -> None:
    by = query.ordering.removeprefix("-")
    if by in RESULTS and query.group_by is GroupBy.TEAM:
        raise Invalid(
            f"Teams are not ordered by {by}: a team's results are read against its own history, never ranked against "
            "other teams. Order by code or name, or group by value_stream or epic."
        )


def _ordered(rows: Sequence[RoiRow], query: RoiQuery) -> list[RoiRow]:
    by, reverse = query.ordering.removeprefix("-"), query.ordering.startswith("-")
    kinds = list(RowKind)
    if by in RESULTS:
        figure = RESULTS[by]
        defined = [row for row in rows if row.kind is RowKind.GROUP and not isinstance(figure(row), Undefined)]
        rest = [row for row in rows if row.kind is not RowKind.GROUP or isinstance(figure(row), Undefined)]
        defined.sort(key=lambda row: (row.last, row.code))
        defined.sort(key=figure, reverse=reverse)
        rest.sort(key=lambda row: (kinds.index(row.kind), row.last, row.code))
        return [*defined, *rest]
    groups = sorted(
        (r for r in rows if r.kind is RowKind.GROUP), key=lambda r: (getattr(r, by), r.code), reverse=reverse
    )
    groups.sort(key=lambda row: row.last)
    residual = sorted((r for r in rows if r.kind is not RowKind.GROUP), key=lambda r: (r.last, kinds.index(r.kind)))
    return sorted([*groups, *residual], key=lambda row: row.last)


def month_label(first: int, last: int) -> str:
    """2026-06, or 2025-07..2026-06"""
    return month_text(last) if first == last else f"{month_text(first)}..{month_text(last)}"
