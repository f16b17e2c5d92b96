"""What the first page shows: the latest months by value stream and in total, each month, and what to look at.

Read once, in one snapshot, in a number of queries that depends neither on teams nor on months.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finance.engine.accounts import BenefitState, WorkType
from finance.engine.returns import Ratio, Undefined
from finance.selectors.asked import LATEST, Asked, Names
from finance.selectors.finding_groups import FindingGroup, grouped_findings
from finance.selectors.months import MonthBook, latest_books, latest_month, shelf
from finance.selectors.promises import Promise, StreamsPromised, promised_by_stream, promises_made
from finance.selectors.release_lag import ReleaseLag, release_lag
from finance.selectors.roi import (
    CASH,
    ROLLING,
    RoiQuery,
    RoiReport,
    names_of_streams,
    official_rates,
    report_of,
    return_on,
)
from finance.selectors.sums import GroupBy, Key, RowKind, Sums, one_currency, sums_by
from finance.selectors.trend import HALF_A_YEAR, Trend, total, trends
from finance.selectors.work import cost_by_work
from roi_project.access.audience import Audience
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Conflict, Reason
from roi_project.kernel.period import month_start
from teams.models import ValueStream
from teams.selectors.organisation import settings_by_day, settings_on
from teams.selectors.role_months import DAY, RolesReport, role_months
from teams.selectors.serving import serving

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
    asked: Asked
    every_stream: Sequence[tuple[str, str]]
    """Code and name of what can be chosen."""
    with_books: range
    """From the first to the last month that has a book."""
    streams: Streams
    months: Sequence[MonthFigures]
    rolling: tuple[Ratio, Ratio]
    """The return over the twelve months that end with the last one shown, and with the one half a year before."""
    lag: ReleaseLag | None
    work: Mapping[tuple[RowKind, str], Mapping[WorkType, int]]
    """Cost by type of work; by the kind of a row and the code of its value stream."""
    promises: StreamsPromised | str | None
    """Or why promises cannot be held against the books; None where there are none."""
    roles: RolesReport
    findings: Sequence[FindingGroup]


@dataclass(frozen=True)
class Nothing:
    """There is no book yet."""

    organisation: str


def overview(audience: Audience, asked: Asked = LATEST, *, today: dt.date) -> Overview | Nothing:
    """The months and value streams that are asked for, at the official rates. Twelve queries.

    Raises Conflict when the books are of two currencies, Invalid when no month that was chosen has a book, or a
    stream that was chosen is not there.
    """
    with snapshot():
        promises = promises_made()
        since = min((promise.first for promise in promises), default=None)
        found = shelf(asked.months_read, last=asked.last, since=since, sees_pay=audience.sees_pay)
        if not found.books and latest_month() is None:
            return Nothing(settings_on(today).name)
        names = names_of_streams(ValueStream.objects.order_by("code"))
        figures = _Read(audience, asked, found.books, names, today)
        report, chosen = figures.streams.report, figures.chosen
        last = report.last
        over = month_start(last + 1) - dt.timedelta(days=1)
        lag = release_lag(until=today if asked.last is None else min(today, over), streams=chosen)
        work = cost_by_work(report.books, rates=report.rates)
        held = _held(promises, found.books, figures)
        roles = role_months(
            audience, last - AHEAD + 1, last + AHEAD, streams=chosen,
            full_time_week_minutes=figures.organisation.full_time_week_minutes,
        )  # fmt: skip
        teams = None if chosen is None else serving(chosen, on=month_start(last).replace(day=DAY))
        months = _months(range(min(report.first, last - HALF_A_YEAR), last + 1), figures.books, figures.by_month)
        of_last = [book for book in report.books if book.month == last]
        findings = grouped_findings(audience, of_last, today=today, teams=teams)
    return Overview(
        organisation=figures.organisation.name,
        asked=asked,
        every_stream=[(code, name) for code, name, _ in names.values()],
        with_books=range(found.first, found.last + 1),
        streams=figures.streams,
        months=[month for month in months if month.month >= report.first],
        rolling=(months[-1].rolling, months[-1 - HALF_A_YEAR].rolling),
        lag=lag,
        work={
            (kind, "" if pk is None else names[pk][0]): row
            for (kind, pk), row in work.items()
            if chosen is None or pk in chosen
        },
        promises=held,
        roles=roles,
        findings=findings,
    )


def _held(promises: Sequence[Promise], books: Sequence[MonthBook], figures: "_Read") -> StreamsPromised | str | None:
    """A promise in another currency than that of the books takes one block from the page, and not the page."""
    report = figures.streams.report
    if not promises:
        return None
    try:
        return promised_by_stream(promises, books, report.currency, report.last, figures.names, figures.chosen)
    except Conflict as refusal:
        return refusal.detail


def streams_now(audience: Audience, *, today: dt.date) -> Streams | None:
    """The value streams as the first page has them; None before the first book."""
    with snapshot():
        books = latest_books(2 * ROLLING, sees_pay=audience.sees_pay)
        names = names_of_streams(ValueStream.objects.order_by("code")) if books else {}
        return _Read(audience, LATEST, books, names, today).streams if books else None


ByMonth = Mapping[int, Mapping[Key, Sums]]


class _Read:
    """The report by value stream, the books it and the past rest on, and their sums. Two queries."""

    def __init__(
        self, audience: Audience, asked: Asked, books: Sequence[MonthBook], names: Names, today: dt.date
    ) -> None:
        first, last, window = asked.span(books)
        self.names, self.chosen = names, asked.chosen(names)
        settings = settings_by_day([today, month_start(last)])
        self.organisation = settings[today]
        rates = official_rates(audience, settings[month_start(last)])
        shown = [book for book in books if book.month >= first]
        currency = one_currency(shown, "")
        earliest = last - asked.months_read + 1
        before = (book for book in books if earliest <= book.month < first and book.currency == currency)
        self.books = [*before, *shown]
        query = RoiQuery(group_by=GroupBy.VALUE_STREAM, codes=asked.streams or None)
        self.by_month = {
            month: {key: sums for key, sums in rows.items() if self.chosen is None or key[1] in self.chosen}
            for month, rows in sums_by(query.group_by, self.books, view=query.view, rates=rates).items()
        }
        report = report_of(
            query, rates=rates, window=window, first=first, last=last, read_from=first, books=shown,
            sums={book.month: self.by_month[book.month] for book in shown}, names=names, currency=currency,
        )  # fmt: skip
        codes = {pk: code for pk, (code, _, _) in names.items()}
        self.streams = Streams(
            report=report,
            ids={code: pk for pk, code in codes.items()},
            trends={codes[key[1]]: trend for key, trend in trends(self.by_month).items() if key[1] is not None},
            moved=_moved(self.by_month, last, codes),
        )


def _moved(by_month: ByMonth, last: int, codes: Mapping[int, str]) -> dict[str, tuple[int, int]]:
    if last - 1 not in by_month or last not in by_month:
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
