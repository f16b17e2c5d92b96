"""How stable and complete teams are, and whether work is moved to teams or people to work.

See docs/reports/team-design.md.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Max

from roi_project.access.audience import Audience
from roi_project.audit.selectors import names_state
from roi_project.db.columns import fetch
from roi_project.db.models import Touch
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import OPEN_DAY, month_index
from teams.engine.design import Assigned, moved_in, spells
from teams.engine.segments import ONE
from teams.models import Team
from teams.selectors.capacity import State
from teams.selectors.design import MONTHS, Designed, Quarters, designed, people_moved, quarters_of

METHOD_VERSION = "1"
KINDS = ("organisation-settings", "role-families", "teams", "people", "person-terms", "assignments", "epic-teams")
"""What the report is computed from, by the names under which it comes in."""
NAMED = ("role-families", "teams")
"""Kinds whose names, purposes and days stand in the rows."""


@dataclass(frozen=True)
class DesignQuery:
    """The fiscal quarters that have a month of first..last (month indexes, both inside), and codes; None = all."""

    first: int
    last: int
    teams: tuple[str, ...] | None = None


@dataclass(frozen=True)
class DesignRow:
    of: Designed
    work_moved_in: int


@dataclass(frozen=True)
class DesignReport:
    """Rows by quarter and team.

    `moves` has people and epics that came to a team from another one, by quarter, of all teams whatever is filtered.
    """

    query: DesignQuery
    quarters: Quarters
    latest_fact_at: dt.datetime | None
    rows: Sequence[DesignRow]
    moves: Mapping[int, tuple[int, int]]

    @property
    def covers(self) -> str:
        """“2026-01-01 to 2026-06-30, 2 quarters”"""
        count = len(self.quarters.months)
        start, end = self.quarters.days
        return f"{start} to {end}, {count} quarter{'' if count == 1 else 's'}"


def state(query: DesignQuery) -> State:
    """What the answer to a query depends on: facts of all months up to the end of its last quarter."""
    quarters = quarters_of(query.first, query.last)
    touches = Touch.objects.filter(kind__in=KINDS, first_month__lt=quarters.end)
    found = touches.aggregate(rows=Count("id"), newest=Max("id"), at=Max("at"))
    parts = (METHOD_VERSION, query, quarters, found["rows"], found["newest"], *names_state(NAMED))
    return State(token=repr(parts), latest_fact_at=found["at"])


def design_report(audience: Audience, query: DesignQuery) -> DesignReport:
    """Every team in every quarter, in one snapshot. The number of queries does not depend on the rows."""
    with snapshot():
        quarters = quarters_of(query.first, query.last)
        rows = _rows(audience, quarters)
        wanted = _wanted(query)
        return DesignReport(
            query=query,
            quarters=quarters,
            latest_fact_at=state(query).latest_fact_at,
            rows=[row for row in rows if wanted is None or row.of.team.code in wanted],
            moves={month: _moves(rows, month) for month in quarters.months},
        )


def team_design(audience: Audience, team: Team, *, last: int, count: int) -> list[DesignRow]:
    """One team in the quarter that has the month `last`, and in those before it, `count` in all. Call in a snapshot."""
    return _rows(audience, quarters_of(last - (count - 1) * MONTHS, last), team)


def latest_moves(audience: Audience, *, today: dt.date) -> tuple[tuple[dt.date, dt.date], tuple[int, int]]:
    """The first and last day of the last quarter that is over, and how many people and epics changed teams in it."""
    with snapshot():
        running = quarters_of(month_index(today), month_index(today))
        over = Quarters(running.first - MONTHS, running.first - MONTHS)
        return over.days, (people_moved(audience, over), sum(_work_moved_in(over).values()))


def _rows(audience: Audience, quarters: Quarters, only: Team | None = None) -> list[DesignRow]:
    work = _work_moved_in(quarters, only)
    return [DesignRow(row, work.get((row.month, row.team.pk), 0)) for row in designed(audience, quarters, only=only)]


def _moves(rows: Sequence[DesignRow], month: int) -> tuple[int, int]:
    """People and epics that came to a team from another one in the quarter that begins with this month."""
    those = [row for row in rows if row.of.month == month]
    return sum(row.of.found.moved_in for row in those), sum(row.work_moved_in for row in those)


def _wanted(query: DesignQuery) -> frozenset[str] | None:
    """A code that nobody has is a mistake, not an empty answer."""
    if query.teams is None:
        return None
    known = set(Team.objects.filter(code__in=query.teams).values_list("code", flat=True))
    for code in query.teams:
        if code not in known:
            raise Invalid(f"There is no team with the code “{code}”.")
    return frozenset(known)


def _work_moved_in(quarters: Quarters, only: Team | None = None) -> dict[tuple[int, int], int]:
    """(first month of the quarter, team) -> epics it took on that another team left in the same quarter."""
    of_epics = " AND epic_id IN (SELECT epic_id FROM outcomes_epicteam WHERE team_id = %s)" if only else ""
    sql = f"""SELECT epic_id, team_id, starts_on, ends_on FROM outcomes_epicteam
              WHERE superseded_at IS NULL AND NOT withdrawn AND starts_on < %s{of_epics} ORDER BY id"""
    types = {"epic_id": "int8", "team_id": "int8", "starts_on": "date", "ends_on": "date"}
    rows = fetch(sql, [quarters.end, *([only.pk] if only else [])], types=types, nulls={"ends_on": OPEN_DAY})
    teams, team = np.unique(rows["team_id"], return_inverse=True)
    links = spells(
        Assigned(
            subject=rows["epic_id"], team=team, share=np.full(team.size, ONE, dtype=np.int64),
            start=rows["starts_on"].astype(np.int64), end=rows["ends_on"].astype(np.int64),
        )
    )  # fmt: skip
    starts = quarters.starts.tolist()
    return {
        (month, int(teams[place])): count
        for month, begin, until in zip(quarters.months, starts[:-1], starts[1:], strict=True)
        for place, count in enumerate(moved_in(links, begin, until, teams.size).tolist())
        if count
    }
