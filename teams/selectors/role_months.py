"""How many people of each role teams have, month by month, and whose people are spread over too many teams.

Counted on one day of each month, so that it takes no calendar. Sums over a role: no person and no money.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from roi_project.access.audience import Audience
from roi_project.db.columns import Columns, fetch
from roi_project.kernel.errors import Forbidden
from roi_project.kernel.period import OPEN_DAY, day_number, month_start
from teams.models import WEEKDAYS, RoleFamily
from teams.selectors.masters import SEE_PEOPLE

ONE = 1_000_000
DAY = 15
"""In the middle of a month, when those who come or go with it are there or gone."""
NONE = -1
OWN, DIFFERS, ASSIGNED = range(3)
"""A row says the role and week that a person has, those of a while, or a team and the share of the person it has."""
_SERVES = """team_id IN (
        SELECT team_id FROM teams_teamstreamshare WHERE superseded_at IS NULL AND NOT withdrawn AND stream_id IN ({})
        AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s))"""

_OWN_WEEK = " + ".join(f"minutes_{day}" for day in WEEKDAYS)
_WEEK = " + ".join(f"COALESCE(t.minutes_{day}, p.minutes_{day})" for day in WEEKDAYS)
# What holds for each person, and laid over it what differs for a while.
_PEOPLE = f"""
    SELECT id AS person_id, {OWN} AS kind, 1 AS counts, role_id AS place_id, {_OWN_WEEK} AS amount,
           employed_from AS starts_on, employed_until AS ends_on
    FROM teams_person WHERE employed_from <= %s AND (employed_until IS NULL OR employed_until > %s)
    UNION ALL
    SELECT t.person_id, {DIFFERS}, 1, COALESCE(t.role_id, p.role_id), {_WEEK}, t.starts_on, t.ends_on
    FROM teams_personterms t JOIN teams_person p ON p.id = t.person_id
    WHERE t.superseded_at IS NULL AND NOT t.withdrawn AND t.starts_on <= %s
      AND (t.ends_on IS NULL OR t.ends_on > %s)"""
_ASSIGNMENTS = f"""
    SELECT person_id, {ASSIGNED}, CASE WHEN {{counts}} THEN 1 ELSE 0 END, team_id, share, starts_on, ends_on
    FROM teams_assignment
    WHERE superseded_at IS NULL AND NOT withdrawn AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)"""


@dataclass(frozen=True)
class RoleMonths:
    """One role: per month full-time equivalents on teams, people, those of them on more teams than the limit, and the
    most teams that one of those is on."""

    code: str
    name: str
    shared: bool
    max_teams: int | None
    fte: Sequence[Decimal]
    people: Sequence[int]
    over_limit: Sequence[int]
    most_teams: Sequence[int]


@dataclass(frozen=True)
class RolesReport:
    """Roles that have people in these months (month indexes, both inside), by code."""

    first: int
    last: int
    rows: Sequence[RoleMonths]

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1)


def role_months(
    audience: Audience,
    first: int,
    last: int,
    *,
    full_time_week_minutes: int,
    team: int | None = None,
    streams: Collection[int] | None = None,
) -> RolesReport:
    """Of every team, of this one (id), or of those that serve one of these value streams (ids) in the middle of it.

    Two queries; call inside one snapshot(). Shares of one person that add up to more than one are scaled down to one,
    as in every figure of capacity.
    """
    if not audience.within(SEE_PEOPLE):
        raise Forbidden("Capacity is for finance, leaders, planners and auditors.")
    days = [month_start(month).replace(day=DAY) for month in range(first, last + 1)]
    roles = list(RoleFamily.objects.order_by("code"))
    people, assigned = _read(days, team, streams)
    size = int(max(people["person_id"].max(initial=0), assigned["person_id"].max(initial=0))) + 1
    limits = np.full(max((role.pk for role in roles), default=0) + 1, np.iinfo(np.int64).max)
    for role in roles:
        if role.max_teams is not None:
            limits[role.pk] = role.max_teams
    found = [_on(day, people, assigned, size, limits) for day in map(day_number, days)]
    rows = [
        RoleMonths(
            code=role.code,
            name=role.name,
            shared=role.shared,
            max_teams=role.max_teams,
            fte=[_equivalents(int(one.time[role.pk]), full_time_week_minutes) for one in found],
            people=[int(one.people[role.pk]) for one in found],
            over_limit=[int(one.over[role.pk]) for one in found],
            most_teams=[int(one.most[role.pk]) for one in found],
        )
        for role in roles
    ]
    return RolesReport(first, last, [row for row in rows if any(row.people)])


def _read(days: Sequence[dt.date], team: int | None, streams: Collection[int] | None) -> tuple[Columns, Columns]:
    """People with their roles and weeks, and assignments, as one statement brings them."""
    counts, asked = "1 = 1", []
    if team is not None:
        counts, asked = "team_id = %s", [team]
    elif streams is not None:
        on = days[(len(days) - 1) // 2]
        counts, asked = _SERVES.format(", ".join("%s" for _ in streams)), [*streams, on, on]
    types = {"person_id": "int8", "kind": "int2", "counts": "int2", "place_id": "int8", "amount": "int8"}
    found = fetch(
        f"{_PEOPLE} UNION ALL {_ASSIGNMENTS.format(counts=counts)}",
        [*[days[-1], days[0]] * 2, *asked, days[-1], days[0]],
        types=types | {"starts_on": "date", "ends_on": "date"},
        nulls={"ends_on": OPEN_DAY},
    )
    assigned = found["kind"] == ASSIGNED
    return (
        {name: column[~assigned] for name, column in found.items()},
        {name: column[assigned] for name, column in found.items()},
    )


@dataclass(frozen=True)
class _Day:
    """By id of the role: minutes of a week times millionths, people, those over the limit, most teams of one."""

    time: np.ndarray
    people: np.ndarray
    over: np.ndarray
    most: np.ndarray


def _on(day: int, people: Columns, assigned: Columns, size: int, limits: np.ndarray) -> _Day:
    holds = (people["starts_on"] <= day) & (people["ends_on"] > day)
    role = np.full(size, NONE, dtype=np.int64)
    week = np.zeros(size, dtype=np.int64)
    own = holds & (people["kind"] == OWN)
    _lay(role, week, people, own)
    other = holds & (people["kind"] == DIFFERS)
    other &= role[people["person_id"]] != NONE  # terms of somebody who is not employed that day
    _lay(role, week, people, other)

    runs = (assigned["starts_on"] <= day) & (assigned["ends_on"] > day) & (role[assigned["person_id"]] != NONE)
    person, share = assigned["person_id"][runs], assigned["amount"][runs]
    asked = np.zeros(size, dtype=np.int64)
    np.add.at(asked, person, share)
    on_teams = np.bincount(person, minlength=size)
    here = assigned["counts"][runs] == 1
    person, share = person[here], share[here]
    # Whole shares of few minutes: an exact quotient below the sixth decimal is no loss to the eye.
    time = week[person] * share * ONE // np.maximum(asked[person], ONE)
    by_role = np.zeros(limits.size, dtype=np.int64)
    np.add.at(by_role, role[person], time)
    there = np.zeros(size, dtype=bool)
    there[person] = True
    members = np.flatnonzero(there)
    over = members[on_teams[members] > limits[role[members]]]
    most = np.zeros(limits.size, dtype=np.int64)
    np.maximum.at(most, role[over], on_teams[over])
    heads = np.bincount(role[members], minlength=limits.size)
    return _Day(by_role, heads, np.bincount(role[over], minlength=limits.size), most)


def _lay(role: np.ndarray, week: np.ndarray, people: Columns, rows: np.ndarray) -> None:
    person = people["person_id"][rows]
    role[person], week[person] = people["place_id"][rows], people["amount"][rows]


def _equivalents(time: int, full_time_week_minutes: int) -> Decimal:
    """Full-time equivalents with two decimals, rounded half away from zero."""
    return Decimal((2 * time * 100 + full_time_week_minutes * ONE) // (2 * full_time_week_minutes * ONE)).scaleb(-2)
