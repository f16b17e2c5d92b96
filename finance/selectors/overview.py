"""What the first page shows: the latest months by value stream and in total, each month, and what to look at.

Read once, in one snapshot, in a number of queries that depends neither on teams nor on months.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finance.engine.accounts import BenefitState, WorkType
from finance.engine.returns import Ratio, Undefined
from finance.selectors.finding_groups import FindingGroup, grouped_findings
from finance.selectors.months import MonthBook, latest_books
from finance.selectors.promises import PromisesReport, promises_by_epic
from finance.selectors.release_lag import ReleaseLag, release_lag
from finance.selectors.roi import (
    CASH,
    ROLLING,
    RoiQuery,
    RoiReport,
    Window,
    names_of,
    permitted_rates,
    report_of,
    return_on,
)
from finance.selectors.sums import GroupBy, Key, Rates, RowKind, Sums, one_currency, sums_by
from finance.selectors.trend import Trend, total, trends
from finance.selectors.work import cost_by_work
from roi_project.access.audience import Audience
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Conflict, Reason
from teams.selectors.organisation import settings_on
from teams.selectors.role_months import RolesReport, role_months

OUTSIDE = (RowKind.EXTERNAL, RowKind.UNATTRIBUTED)
WINDOW_INCOMPLETE = Undefined(Reason.WINDOW_INCOMPLETE)
AHEAD = 3
"""Capacity shows as many months up to the last book, and as many after it: people are planned ahead."""


@dataclass(frozen=True)
class MonthFigures:
    """One month of the organisation; amounts are None where it has no book. `rolling` over the twelve that end here."""

    month: int
    cost: int | None = None
    cash: int | None = None
    claimed: int | None = None
    final: bool = False
    rolling: Ratio = WINDOW_INCOMPLETE


@dataclass(frozen=True)
class Streams:
    """The report by value stream that anybody reads who asks for nothing in particular, and more about its rows."""

    report: RoiReport
    ids: Mapping[str, int]
    trends: Mapping[str, Trend]
    moved: Mapping[str, tuple[int, int]]
    """Change of cost and of validated cash in the last month; by code, where both months have a book."""


@dataclass(frozen=True)
class Overview:
    """The figures of the page."""

    organisation: str
    streams: Streams
    months: Sequence[MonthFigures]
    lag: ReleaseLag | None
    work: Mapping[str, Mapping[WorkType, int]]
    """Cost by type of work; by the code of a value stream, or of a residual row its kind."""
    promises: PromisesReport | str | None
    """By epic; or why promises cannot be held against the books; None where there are none."""
    roles: RolesReport
    findings: Sequence[FindingGroup]


@dataclass(frozen=True)
class Nothing:
    """There is no book yet."""

    organisation: str


def overview(audience: Audience, *, today: dt.date) -> Overview | Nothing:
    """The latest months at the official rates. Raises Conflict when their books are of two currencies."""
    with snapshot():
        organisation = settings_on(today)
        books = latest_books(2 * ROLLING, sees_pay=audience.sees_pay)
        if not books:
            return Nothing(organisation.name)
        shown, read, by_month = _streams(audience, books)
        report = shown.report
        last = report.last
        lag = release_lag(until=today)
        work = cost_by_work(report.books, view=report.query.view, rates=report.rates)
        promises = _promises(audience, read, report.currency)
        roles = role_months(
            audience, last - AHEAD + 1, last + AHEAD, full_time_week_minutes=organisation.full_time_week_minutes
        )
        findings = grouped_findings(audience, [book for book in books if book.month == last], today=today)
    code_of = {pk: code for code, pk in shown.ids.items()}
    return Overview(
        organisation=organisation.name,
        streams=shown,
        months=_months(range(report.first, last + 1), read, by_month),
        lag=lag,
        work={code_of[pk] if pk is not None else kind.value: row for (kind, pk), row in work.items()},
        promises=promises,
        roles=roles,
        findings=findings,
    )


def _promises(audience: Audience, books: Sequence[MonthBook], currency: str) -> PromisesReport | str | None:
    """A promise in another currency than that of the books takes one block from the page, and not the page."""
    try:
        return promises_by_epic(audience, books, currency)
    except Conflict as refusal:
        return refusal.detail


def streams_now(audience: Audience) -> Streams | None:
    """The value streams as the first page has them; None before the first book."""
    with snapshot():
        books = latest_books(2 * ROLLING, sees_pay=audience.sees_pay)
        return _streams(audience, books)[0] if books else None


ByMonth = Mapping[int, Mapping[Key, Sums]]


def _streams(audience: Audience, books: list[MonthBook]) -> tuple[Streams, list[MonthBook], ByMonth]:
    """The report, the books it and the past rest on, and their sums. Two queries, three with sight of pay."""
    last, earliest = books[-1].month, books[0].month
    window = Window.ROLLING12 if last - earliest + 1 >= ROLLING else Window.CUMULATIVE
    first = max(earliest, last - ROLLING + 1)
    # Without sight of pay the rates are standard ones whatever the official are, so nobody has to look those up.
    rates = permitted_rates(audience, None if audience.sees_pay else Rates.STANDARD, last)
    shown = [book for book in books if book.month >= first]
    currency = one_currency(shown, "")
    read = [*(book for book in books if book.month < first and book.currency == currency), *shown]
    query = RoiQuery(group_by=GroupBy.VALUE_STREAM)
    by_month = sums_by(query.group_by, read, view=query.view, rates=rates)
    names = names_of(query.group_by, {key[1] for rows in by_month.values() for key in rows if key[1] is not None})
    report = report_of(
        query, rates=rates, window=window, first=first, last=last, read_from=first, books=shown,
        sums={book.month: by_month[book.month] for book in shown}, names=names, currency=currency,
    )  # fmt: skip
    codes = {pk: code for pk, (code, _, _) in names.items()}
    streams = Streams(
        report=report,
        ids={code: pk for pk, code in codes.items()},
        trends={codes[key[1]]: trend for key, trend in trends(by_month).items() if key[1] is not None},
        moved=_moved(by_month, last, codes),
    )
    return streams, read, by_month


def _moved(by_month: ByMonth, last: int, codes: Mapping[int, str]) -> dict[str, tuple[int, int]]:
    if last - 1 not in by_month:
        return {}
    then, now = by_month[last - 1], by_month[last]
    moved = {}
    for pk, code in codes.items():
        before, after = (sums.get((RowKind.GROUP, pk), Sums()) for sums in (then, now))
        moved[code] = after.cost - before.cost, _cash(after) - _cash(before)
    return moved


def _months(months: range, books: Sequence[MonthBook], by_month: ByMonth) -> list[MonthFigures]:
    sealed = {book.month: book.sealed for book in books}
    sums = {month: _organisation(by_month[month]) for month in sealed}
    return [_figures(month, sums, sealed[month]) if month in sums else MonthFigures(month) for month in months]


def _figures(month: int, sums: Mapping[int, Sums], sealed: bool) -> MonthFigures:
    window = [sums[each] for each in range(month - ROLLING + 1, month + 1) if each in sums]
    full = len(window) == ROLLING
    return MonthFigures(
        month,
        cost=sums[month].cost,
        cash=_cash(sums[month]),
        claimed=sums[month].benefit(BenefitState.CLAIMED),
        final=sealed,
        rolling=return_on(total(window), CASH) if full else WINDOW_INCOMPLETE,
    )


def _organisation(rows: Mapping[Key, Sums]) -> Sums:
    """Every row but what others brought about and what nobody is credited with."""
    return total(sums for (kind, _), sums in rows.items() if kind not in OUTSIDE)


def _cash(sums: Sums) -> int:
    return sums.benefit(BenefitState.VALIDATED, *CASH)
