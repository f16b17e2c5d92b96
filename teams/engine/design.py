"""How stable and how complete teams are, quarter by quarter. See docs/algorithms/team-design.md.

A spell is the time somebody is on a team without a break: rows that follow each other are one, however the share
changes. Whoever stands there on the first day of a team, and whoever is still there on its last, neither joined nor
left. The same arithmetic tells when people move between teams and when work does.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from roi_project.kernel.period import OPEN_DAY
from teams.engine.calendar import Ints
from teams.engine.segments import ONE

NONE = -1
ALWAYS = -OPEN_DAY
Flags = npt.NDArray[np.bool_]


class DesignFinding(StrEnum):
    """What a reader should know of how a team is made up."""

    NO_PURPOSE = "no_purpose"
    NO_MEMBERS = "no_members"
    ONE_DISCIPLINE = "one_discipline"
    GREW_FAST = "grew_fast"
    SHARED_ROLE_OVER_LIMIT = "shared_role_over_limit"


@dataclass(frozen=True)
class Assigned:
    """Rows (subject, team, [start, end)): people assigned to teams, or epics worked on by them.

    Subjects and teams are numbers from 0, days are day numbers, OPEN_DAY = no end; share is in millionths. No two rows
    of the same subject and team share a day.
    """

    subject: Ints
    team: Ints
    share: Ints
    start: Ints
    end: Ints

    def within(self, begin: Ints, until: Ints) -> "Assigned":
        """What lies in [begin, until), given for each row; what does not is left out."""
        start, end = np.maximum(self.start, begin), np.minimum(self.end, until)
        kept = start < end
        return Assigned(self.subject[kept], self.team[kept], self.share[kept], start[kept], end[kept])


@dataclass(frozen=True)
class Spells:
    """Rows (subject, team, [start, end)), by subject, team and day.

    `rows` are what they were joined from, in the same order; `of_row` has a place for each of those: its spell.
    """

    subject: Ints
    team: Ints
    start: Ints
    end: Ints
    rows: Assigned
    of_row: Ints

    def share_on(self, spells: Ints, day: Ints) -> Ints:
        """The share that each of these spells has on its day."""
        keys = self.of_row * OPEN_DAY + self.rows.start
        share: Ints = self.rows.share[np.searchsorted(keys, spells * OPEN_DAY + day, side="right") - 1]
        return share


@dataclass(frozen=True)
class TeamQuarter:
    """One team in one quarter. members_start + joins - leaves = members_end.

    member_days     days of all members together, in the days of the quarter on which the team was there (`days`)
    moved_in        spells that begin here in the quarter, of subjects that left another team in it
    dedicated       of members_end, who is wholly on this team; shared: who is on another one too
    roles           roles of members_end and how many have each, by role
    over_limit      members_end who are on more teams than their role allows
    """

    quarter: int
    team: int
    members_start: int
    joins: int
    leaves: int
    members_end: int
    member_days: int
    days: int
    moved_in: int
    dedicated: int
    shared: int
    roles: tuple[tuple[int, int], ...]
    over_limit: int

    @property
    def average(self) -> Fraction | None:
        """Members on an average day; None where the team was not there."""
        return Fraction(self.member_days, self.days) if self.days else None

    @property
    def stability(self) -> Fraction | None:
        """1 - (joins + leaves) / (2 * average members); None where there were none."""
        return 1 - Fraction((self.joins + self.leaves) * self.days, 2 * self.member_days) if self.member_days else None

    @property
    def growth(self) -> Fraction | None:
        """(joins - leaves) / members_start; None where there were none."""
        return Fraction(self.joins - self.leaves, self.members_start) if self.members_start else None

    def findings(self, *, has_purpose: bool, growth_limit_percent: int | None) -> tuple[DesignFinding, ...]:
        """What is to be known of it. Without a limit no team grows too fast."""
        limit, growth = growth_limit_percent, self.growth
        told = {
            DesignFinding.NO_PURPOSE: not has_purpose,
            DesignFinding.NO_MEMBERS: self.members_end == 0,
            DesignFinding.ONE_DISCIPLINE: len(self.roles) == 1,
            DesignFinding.GREW_FAST: limit is not None and growth is not None and growth * 100 > limit,
            DesignFinding.SHARED_ROLE_OVER_LIMIT: self.over_limit > 0,
        }
        return tuple(finding for finding, is_so in told.items() if is_so)


@dataclass(frozen=True)
class Roles:
    """Rows (subject, role) that hold from `start` until the subject's next row, by subject and day.

    max_teams has a place per role: on how many teams one person may be at once; NONE = no limit.
    """

    subject: Ints
    role: Ints
    start: Ints
    max_teams: Ints

    def on(self, subject: Ints, day: Ints) -> Ints:
        """The role of each of these subjects on its day."""
        keys = self.subject * OPEN_DAY + np.maximum(self.start, 0)
        found: Ints = self.role[np.searchsorted(keys, subject * OPEN_DAY + day, side="right") - 1]
        return found


def spells(assigned: Assigned) -> Spells:
    """Rows that follow each other without a day between them, as one."""
    order = np.lexsort((assigned.start, assigned.team, assigned.subject))
    rows = Assigned(*(getattr(assigned, name)[order] for name in ("subject", "team", "share", "start", "end")))
    first = np.ones(order.size, dtype=bool)
    same = (rows.subject[1:] == rows.subject[:-1]) & (rows.team[1:] == rows.team[:-1])
    first[1:] = ~(same & (rows.start[1:] == rows.end[:-1]))
    last = np.roll(first, -1)
    return Spells(
        subject=rows.subject[first],
        team=rows.team[first],
        start=rows.start[first],
        end=rows.end[last],
        rows=rows,
        of_row=np.cumsum(first) - 1,
    )


def moved_in(found: Spells, begin: int, until: int, teams: int) -> Ints:
    """Spells that begin in [begin, until), by team, of subjects that left another team then.

    A last day just before `begin` counts as well: a change of quarters is when teams are changed.
    """
    came = (found.start >= begin) & (found.start < until)
    gone = (found.end >= begin) & (found.end <= until)
    left = np.sort(found.subject[gone])
    left_here = np.sort(found.subject[gone] * teams + found.team[gone])
    subject, here = found.subject[came], found.subject[came] * teams + found.team[came]
    moved = _counts_of(left, subject) > _counts_of(left_here, here)
    return np.bincount(found.team[came][moved], minlength=teams)


def team_quarters(
    people: Spells, roles: Roles, *, starts_on: Ints, ends_on: Ints, quarter_starts: Ints
) -> list[TeamQuarter]:
    """Each quarter of each team that was there in it, by quarter and team.

    starts_on and ends_on have a place per team; a team that was there ALWAYS is known from the first day on which
    anybody was on it. quarter_starts holds the first days of the quarters, and the day after the last one.
    """
    teams = starts_on.size
    begins = np.full(teams, OPEN_DAY, dtype=np.int64)
    np.minimum.at(begins, people.team, people.start)
    founding, ending = people.start == begins[people.team], people.end == ends_on[people.team]
    known_from = np.where(starts_on == ALWAYS, begins, starts_on)
    found = []
    for quarter, (begin, until) in enumerate(
        zip(quarter_starts[:-1].tolist(), quarter_starts[1:].tolist(), strict=True)
    ):
        starts = (people.start >= begin) & (people.start < until)
        ends = (people.end > begin) & (people.end <= until)
        carried_in = (people.start < begin) & (people.end > begin)
        carried_out = (people.start < until) & (people.end > until)
        stays = np.flatnonzero(carried_out | (ends & ending))
        inside = np.maximum(np.minimum(people.end, until) - np.maximum(people.start, begin), 0)
        counted = {
            "members_start": _count(people.team[carried_in | (starts & founding)], teams),
            "joins": _count(people.team[starts & ~founding], teams),
            "leaves": _count(people.team[ends & ~ending], teams),
            "members_end": _count(people.team[stays], teams),
            "member_days": _sum(people.team, inside, teams),
            "days": np.maximum(np.minimum(ends_on, until) - np.maximum(begins, begin), 0),
            "moved_in": moved_in(people, begin, until, teams),
            **_sharing(people, stays, carried_out[stays], roles, until, teams),
        }
        holders = _holders(people.team[stays], roles.on(people.subject[stays], _last_day(people, stays, until)))
        for team in np.flatnonzero((known_from < until) & (ends_on > begin)).tolist():
            figures = {name: int(values[team]) for name, values in counted.items()}
            found.append(TeamQuarter(quarter, team, roles=tuple(holders.get(team, ())), **figures))
    return found


def _last_day(people: Spells, stays: Ints, until: int) -> Ints:
    """The last day of these spells in the quarter that ends before `until`."""
    day: Ints = np.minimum(people.end[stays], until) - 1
    return day


def _sharing(people: Spells, stays: Ints, carried_out: Flags, roles: Roles, until: int, teams: int) -> dict[str, Ints]:
    """By team: how many of those who stay are wholly on it, on another one too, and on more than their role allows.

    Who was on a team that has ended may be on another one by now; both are not at once.
    """
    subject, team, day = people.subject[stays], people.team[stays], _last_day(people, stays, until)
    at_once = np.where(carried_out, _counts_of(np.sort(subject[carried_out]), subject), 1)
    limit = roles.max_teams[roles.on(subject, day)]
    whole = people.share_on(stays, day) == ONE
    return {
        "dedicated": _count(team[whole & (at_once == 1)], teams),
        "shared": _count(team[at_once > 1], teams),
        "over_limit": _count(team[(limit != NONE) & (at_once > limit)], teams),
    }


def _holders(team: Ints, role: Ints) -> dict[int, list[tuple[int, int]]]:
    """team -> (role, how many have it), by role"""
    pairs, counts = np.unique(np.column_stack([team, role]), axis=0, return_counts=True)
    found: dict[int, list[tuple[int, int]]] = {}
    for (of_team, of_role), count in zip(pairs.tolist(), counts.tolist(), strict=True):
        found.setdefault(of_team, []).append((of_role, count))
    return found


def _count(team: Ints, teams: int) -> Ints:
    return np.bincount(team, minlength=teams)


def _sum(team: Ints, amount: Ints, teams: int) -> Ints:
    total = np.zeros(teams, dtype=np.int64)
    np.add.at(total, team, amount)
    return total


def _counts_of(ordered: Ints, wanted: Ints) -> Ints:
    """How often each of these stands in an ordered column."""
    often: Ints = np.searchsorted(ordered, wanted, side="right") - np.searchsorted(ordered, wanted, side="left")
    return often
