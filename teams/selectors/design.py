"""How stable and complete teams are: counts of people and roles by team and quarter, and nobody by name.

See docs/reports/team-design.md.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from roi_project.access.audience import Audience
from roi_project.db.columns import Columns, fetch
from roi_project.kernel.errors import Forbidden, Invalid
from roi_project.kernel.period import OPEN_DAY, day_number, month_start
from teams.engine.calendar import Ints
from teams.engine.design import (
    ALWAYS,
    NONE,
    Assigned,
    DesignFinding,
    Roles,
    Spells,
    TeamQuarter,
    moved_in,
    spells,
    team_quarters,
)
from teams.models import RoleFamily, Team
from teams.selectors.masters import SEE_PEOPLE
from teams.selectors.organisation import settings_on
from teams.selectors.people_time import Ranks

MONTHS = 3
MOST_QUARTERS = 20
_CURRENT = "superseded_at IS NULL AND NOT withdrawn"


@dataclass(frozen=True)
class Quarters:
    """Quarters of the organisation's fiscal year, by the month index of their first month; the last one inside."""

    first: int
    last: int

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1, MONTHS)

    @property
    def starts(self) -> Ints:
        """First days of the quarters, and the day after the last one."""
        return np.array([day_number(month_start(month)) for month in [*self.months, self.last + MONTHS]])

    @property
    def end(self) -> dt.date:
        """The day after the last one."""
        return month_start(self.last + MONTHS)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first day and the last."""
        return days_of(self.first)[0], days_of(self.last)[1]


def days_of(month: int) -> tuple[dt.date, dt.date]:
    """First and last day of the quarter that begins with this month."""
    return month_start(month), month_start(month + MONTHS) - dt.timedelta(days=1)


@dataclass(frozen=True)
class Designed:
    """One team in one quarter, which begins with the month `month`.

    `roles` are code, name, and how many of those who are there at the end have it, by code.
    """

    month: int
    team: Team
    found: TeamQuarter
    roles: Sequence[tuple[str, str, int]]
    findings: Sequence[DesignFinding]

    @property
    def single_holders(self) -> list[tuple[str, str]]:
        """Code and name of each role that one person alone has."""
        return [(code, name) for code, name, count in self.roles if count == 1]


def quarters_of(first: int, last: int) -> Quarters:
    """The fiscal quarters that have a month of first..last, whole, as the organisation counts in its last month."""
    starts_in = settings_on(month_start(last)).fiscal_year_starts_in - 1
    found = Quarters(*(month - (month - starts_in) % MONTHS for month in (first, last)))
    if len(found.months) > MOST_QUARTERS:
        raise Invalid(f"Ask for at most {MOST_QUARTERS} quarters at a time.")
    return found


def designed(audience: Audience, quarters: Quarters, *, only: Team | None = None) -> list[Designed]:
    """Teams by quarter and code. Call inside one snapshot(); a fixed number of queries."""
    _allowed(audience)
    rows = _assigned(quarters) if only is None else _assigned(quarters, "team_id = %s", [only.pk])
    teams = _teams(None if only is None else {only.pk, *rows["team_id"].tolist()})
    limit = settings_on(quarters.end - dt.timedelta(days=1)).team_growth_limit_percent
    families = sorted(RoleFamily.objects.all(), key=lambda family: family.code)
    people, person = np.unique(rows["person_id"], return_inverse=True)
    starts_on, ends_on = _lives(teams)
    found = team_quarters(
        _spells(rows, person, teams),
        _roles(people, rows, person, families, quarters),
        starts_on=starts_on,
        ends_on=ends_on,
        quarter_starts=quarters.starts,
    )
    return [
        Designed(
            month=quarters.months[row.quarter],
            team=teams[row.team],
            found=row,
            roles=[(families[role].code, families[role].name, count) for role, count in row.roles],
            findings=row.findings(has_purpose=bool(teams[row.team].purpose.strip()), growth_limit_percent=limit),
        )
        for row in found
        if only is None or teams[row.team].pk == only.pk
    ]


def people_moved(audience: Audience, quarters: Quarters) -> int:
    """How often somebody came to a team from another one in these quarters, all teams together. Two queries."""
    _allowed(audience)
    within = "starts_on >= %s AND starts_on < %s"
    came = f"({within} OR team_id IN (SELECT id FROM teams_team WHERE {within}))"
    rows = _assigned(quarters, came, [quarters.days[0], quarters.end] * 2)
    teams = _teams(set(rows["team_id"].tolist()))
    _, person = np.unique(rows["person_id"], return_inverse=True)
    found, starts = _spells(rows, person, teams), quarters.starts.tolist()
    return sum(int(moved_in(found, begin, until, len(teams)).sum()) for begin, until in pairwise(starts))


def _allowed(audience: Audience) -> None:
    if not audience.within(SEE_PEOPLE):
        raise Forbidden("How teams are made up is for finance, leaders, planners and auditors.")


def _teams(wanted: Collection[int] | None) -> list[Team]:
    """These teams, or all of them, by code."""
    rows = Team.objects.all() if wanted is None else Team.objects.filter(pk__in=wanted)
    return sorted(rows, key=lambda team: team.code)


def _lives(teams: Sequence[Team]) -> tuple[Ints, Ints]:
    """First days of these teams, and the days after their last."""
    starts = [ALWAYS if team.starts_on is None else day_number(team.starts_on) for team in teams]
    ends = [OPEN_DAY if team.ends_on is None else day_number(team.ends_on) for team in teams]
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)


def _spells(rows: Columns, person: Ints, teams: Sequence[Team]) -> Spells:
    """Assignments as far as the person is employed and the team is there."""
    team = Ranks(np.array([team.pk for team in teams], dtype=np.int64), ()).rank(rows["team_id"])
    starts_on, ends_on = _lives(teams)
    assigned = Assigned(
        subject=person, team=team, share=rows["share"], start=rows["starts_on"].astype(np.int64),
        end=rows["ends_on"].astype(np.int64),
    )  # fmt: skip
    begin, until = np.maximum(rows["employed_from"], starts_on[team]), np.minimum(rows["employed_until"], ends_on[team])
    return spells(assigned.within(begin, until))


def _assigned(quarters: Quarters, of_people: str = "", params: Sequence[Any] = ()) -> Columns:
    """Who was ever assigned to which team before the end, and when they are employed.

    `of_people` is a condition on assignments: all those of the people who have one that fulfils it.
    """
    chosen = f"AND person_id IN (SELECT person_id FROM teams_assignment WHERE {_CURRENT} AND {of_people})"
    sql = f"""SELECT person_id, role_id, team_id, share, starts_on, ends_on, employed_from, employed_until
              FROM teams_assignment JOIN teams_person ON teams_person.id = person_id
              WHERE {_CURRENT} AND starts_on < %s {chosen if of_people else ""} ORDER BY teams_assignment.id"""
    days = {"starts_on": "date", "ends_on": "date", "employed_from": "date", "employed_until": "date"}
    return fetch(
        sql,
        [quarters.end, *params],
        types={"person_id": "int8", "role_id": "int8", "team_id": "int8", "share": "int8", **days},
        nulls={"ends_on": OPEN_DAY, "employed_until": OPEN_DAY},
    )


def _roles(people: Ints, rows: Columns, person: Ints, families: Sequence[RoleFamily], quarters: Quarters) -> Roles:
    """The role that each person has, and from the days of their terms another one."""
    ranks = Ranks(np.array([family.pk for family in families], dtype=np.int64), ())
    own = np.zeros(people.size, dtype=np.int64)
    own[person] = ranks.rank(rows["role_id"])
    sql = f"""SELECT person_id, role_id, starts_on, ends_on FROM teams_personterms
              WHERE {_CURRENT} AND role_id IS NOT NULL AND starts_on < %s ORDER BY id"""
    types = {"person_id": "int8", "role_id": "int8", "starts_on": "date", "ends_on": "date"}
    terms = fetch(sql, [quarters.end], types=types, nulls={"ends_on": OPEN_DAY})
    told = Ranks(people, ()).rank(terms["person_id"])
    kept = told != NONE
    told, starts, ends = told[kept], terms["starts_on"][kept].astype(np.int64), terms["ends_on"][kept].astype(np.int64)
    # Where a term ends, the person's own role holds again, unless another term begins that day.
    back = ~np.isin(told * OPEN_DAY + ends, told * OPEN_DAY + starts) & (ends < OPEN_DAY)
    subject = np.concatenate([np.arange(people.size), told, told[back]])
    role = np.concatenate([own, ranks.rank(terms["role_id"][kept]), own[told[back]]])
    start = np.concatenate([np.zeros(people.size, dtype=np.int64), starts, ends[back]])
    order = np.lexsort((start, subject))
    max_teams = [NONE if family.max_teams is None else family.max_teams for family in families]
    return Roles(subject[order], role[order], start[order], np.array(max_teams, dtype=np.int64))
