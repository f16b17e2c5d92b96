"""One value stream, team or epic from top to bottom: what it cost, what came back, and how that compares with its past.

At standard rates and fully loaded, as the report by that group.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from finance.engine.accounts import BenefitState, WorkType
from finance.selectors.benefits import READERS
from finance.selectors.finding_groups import FindingGroup, grouped_findings
from finance.selectors.months import MonthBook, latest_books
from finance.selectors.overview import MonthFigures
from finance.selectors.roi import (
    CASH,
    GROUPS,
    ROLLING,
    RoiQuery,
    RoiReport,
    RoiRow,
    Window,
    report_of,
)
from finance.selectors.sums import GroupBy, Key, Rates, RowKind, Sums, one_currency, sums_by
from finance.selectors.trend import Trend, trends
from finance.selectors.work import work_of
from outcomes.models import Epic
from outcomes.selectors.seen import EpicPlace, Seen, epics_of, place_of, seen
from roi_project.access.audience import Audience
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Forbidden, NotFound
from roi_project.kernel.period import month_index, month_start
from teams.models import Team, ValueStream
from teams.selectors.organisation import settings_on
from teams.selectors.role_months import RolesReport, role_months
from teams.selectors.serving import parts_of, streams_of, teams_of

MOST_OUTCOMES = 50
MONTHS_BACK = {GroupBy.VALUE_STREAM: 2 * ROLLING, GroupBy.TEAM: 2 * ROLLING, GroupBy.EPIC: ROLLING}
"""An epic has no index of its own in books, so less of its past is read."""


@dataclass(frozen=True)
class CostChange:
    """Cost of the latest months, and of as many before them."""

    months: int
    now: int
    before: int


@dataclass(frozen=True)
class WorkMix:
    """Cost by type of work: of the months that are shown, of the latest ones, and of as many before those."""

    shown: Mapping[WorkType, int]
    months: int
    now: Mapping[WorkType, int]
    before: Mapping[WorkType, int]


@dataclass(frozen=True)
class Money:
    """Figures of the latest months; `row` None where nothing was posted."""

    report: RoiReport
    row: RoiRow | None
    months: Sequence[MonthFigures]
    trend: Trend | None
    change: CostChange | None
    work: WorkMix | None


@dataclass(frozen=True)
class StreamPage:
    stream: ValueStream
    parts: Sequence[tuple[int, str]]
    teams: Sequence[tuple[int, str]]
    money: Money | None
    outcomes: Sequence[Seen]
    findings: Sequence[FindingGroup]


@dataclass(frozen=True)
class TeamPage:
    team: Team
    streams: Sequence[tuple[int, str, str]]
    roles: RolesReport
    money: Money | None
    outcomes: Sequence[Seen]
    findings: Sequence[FindingGroup]


@dataclass(frozen=True)
class EpicPage:
    epic: Epic
    place: EpicPlace
    money: Money | None
    outcomes: Sequence[Seen]
    findings: Sequence[FindingGroup]


def stream_page(audience: Audience, pk: int, *, today: dt.date) -> StreamPage:
    """Everything about one value stream, in one snapshot."""
    with snapshot():
        stream = _master(audience, GroupBy.VALUE_STREAM, pk)
        books = _books(audience, GroupBy.VALUE_STREAM)
        on = _day(books, today)
        teams = teams_of(pk, on=on)
        return StreamPage(
            stream=stream,
            parts=parts_of(pk),
            teams=teams,
            money=_money(GroupBy.VALUE_STREAM, stream, books),
            outcomes=seen(audience, epics_of(stream=pk, on=on), most=MOST_OUTCOMES),
            findings=_findings(audience, books, [team for team, _ in teams], today),
        )


def team_page(audience: Audience, pk: int, *, today: dt.date) -> TeamPage:
    """Everything about one team, in one snapshot. Roles, and no person."""
    with snapshot():
        team = _master(audience, GroupBy.TEAM, pk)
        books = _books(audience, GroupBy.TEAM)
        on = _day(books, today)
        last = month_index(on)
        week = settings_on(on).full_time_week_minutes
        return TeamPage(
            team=team,
            streams=streams_of(pk, on=on),
            roles=role_months(audience, last, last, full_time_week_minutes=week, team=pk),
            money=_money(GroupBy.TEAM, team, books),
            outcomes=seen(audience, epics_of(team=pk, on=on), most=MOST_OUTCOMES),
            findings=_findings(audience, books, [pk], today),
        )


def epic_page(audience: Audience, pk: int, *, today: dt.date) -> EpicPage:
    """Everything about one epic, in one snapshot."""
    with snapshot():
        epic = _master(audience, GroupBy.EPIC, pk)
        books = _books(audience, GroupBy.EPIC)
        place = place_of(epic, on=_day(books, today))
        return EpicPage(
            epic=epic,
            place=place,
            money=_money(GroupBy.EPIC, epic, books),
            outcomes=seen(audience, [pk], most=MOST_OUTCOMES),
            findings=_findings(audience, books, [team for team, _ in place.teams], today),
        )


def _master(audience: Audience, group_by: GroupBy, pk: int) -> ValueStream | Team | Epic:
    noun = group_by.replace("_", " ")
    if not audience.within(READERS):
        raise Forbidden("These figures are for finance, leaders and auditors.")
    found = GROUPS[group_by]._default_manager.filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no {noun} with that number; the list of them has each by its name.")
    return found


def _books(audience: Audience, group_by: GroupBy) -> list[MonthBook]:
    return latest_books(MONTHS_BACK[group_by], sees_pay=audience.sees_pay)


def _day(books: Sequence[MonthBook], today: dt.date) -> dt.date:
    """The day on which to say who is there: in the last month that has a book, else today."""
    return month_start(books[-1].month).replace(day=15) if books else today


def _findings(
    audience: Audience, books: Sequence[MonthBook], teams: Collection[int], today: dt.date
) -> list[FindingGroup]:
    return grouped_findings(audience, books[-1:], today=today, teams=teams) if teams else []


def _money(group_by: GroupBy, group: ValueStream | Team | Epic, books: list[MonthBook]) -> Money | None:
    """None before the first book."""
    if not books:
        return None
    last = books[-1].month
    first = max(books[0].month, last - ROLLING + 1)
    shown = [book for book in books if book.month >= first]
    currency = one_currency(shown, "")
    read = [*(book for book in books if book.month < first and book.currency == currency), *shown]
    query = RoiQuery(group_by=group_by)
    by_month = sums_by(group_by, read, view=query.view, rates=Rates.STANDARD, only=group.pk)
    window = Window.ROLLING12 if last - books[0].month + 1 >= ROLLING else Window.CUMULATIVE
    report = report_of(
        query, rates=Rates.STANDARD, window=window, first=first, last=last, read_from=first, books=shown,
        sums={book.month: by_month[book.month] for book in shown},
        names={group.pk: (group.code, group.name, "")}, currency=currency,
    )  # fmt: skip
    key: Key = (RowKind.GROUP, group.pk)
    row = next((row for row in report.rows if row.kind is RowKind.GROUP), None)
    sealed = {book.month: book.sealed for book in shown}
    months = [_figures(month, by_month, sealed, key) for month in range(first, last + 1)]
    work = None if group_by is GroupBy.EPIC else _work(group_by, group.pk, read, first)
    return Money(report, row, months, trends(by_month).get(key), _change(by_month, key), work)


def _work(group_by: GroupBy, pk: int, books: Sequence[MonthBook], first: int) -> WorkMix:
    """`first` is the first month that is shown."""
    found = work_of(group_by, pk, books)
    size = _compared(len(found))
    months = sorted(found)
    return WorkMix(
        shown=_added(found[month] for month in months if month >= first),
        months=size,
        now=_added(found[month] for month in months[len(months) - size :]),
        before=_added(found[month] for month in months[len(months) - 2 * size : len(months) - size]),
    )


def _added(months: Iterable[Mapping[WorkType, int]]) -> dict[WorkType, int]:
    total: dict[WorkType, int] = {}
    for by_type in months:
        for kind, amount in by_type.items():
            total[kind] = total.get(kind, 0) + amount
    return total


def _figures(
    month: int, by_month: Mapping[int, Mapping[Key, Sums]], sealed: Mapping[int, bool], key: Key
) -> MonthFigures:
    if month not in sealed:
        return MonthFigures(month)
    sums = by_month[month].get(key, Sums())
    return MonthFigures(
        month,
        cost=sums.cost,
        cash=sums.benefit(BenefitState.VALIDATED, *CASH),
        claimed=sums.benefit(BenefitState.CLAIMED),
        final=sealed[month],
    )


def _change(by_month: Mapping[int, Mapping[Key, Sums]], key: Key) -> CostChange | None:
    months = sorted(by_month)
    size = _compared(len(months))
    before, now = months[-2 * size : -size], months[-size:]
    if size == 0 or not any(key in by_month[month] for month in before):
        return None
    earlier, later = (sum(by_month[m].get(key, Sums()).cost for m in span) for span in (before, now))
    return CostChange(size, later, earlier)


def _compared(months: int) -> int:
    """How many of the latest months are held against as many before them."""
    return ROLLING if months >= 2 * ROLLING else min(ROLLING, months) // 2
