"""Who works when and for whom: people's months cut into stretches, and the parts of them that teams have.

Within a stretch nothing about a person changes. Shares that add up to more than one are scaled down to one; what
is left below one is the bench, unless the person is on a long leave.
See docs/algorithms/capacity.md.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from teams.engine.calendar import Ints, Schedules
from teams.engine.segments import ONE, Segments, cut

Flags = npt.NDArray[np.bool_]
Table = dict[str, Ints]
NONE = -1


class Finding(StrEnum):
    """What a reader of a figure about capacity should know."""

    OVER_ALLOCATED = "over_allocated"
    SHARED_ROLE_OVER_LIMIT = "shared_role_over_limit"
    MISSING_COUNTRY = "missing_country"
    UNKNOWN_HOLIDAYS = "unknown_holidays"


@dataclass(frozen=True)
class Workforce:
    """Facts over whole months. People, teams, roles and schedules are numbers from 0, days are day numbers.

    month_starts   first days of the months, and the day after the last one
    employed_*     a place per person: first day, and first day after
    terms          person, start, schedule, role: from `start` until the person's next row; sorted by both
    assignments    person, team, share (millionths), start, end, tenure (first day on the team, NONE = not known)
    absences       person, start, end, and long = 1 where no team is meant to have the person meanwhile
    max_teams      a place per role: on how many teams one person may be at once; NONE = no limit
    warnings       a place per schedule: what is wrong with its holidays, or None
    """

    month_starts: Ints
    employed_from: Ints
    employed_until: Ints
    terms: Table
    schedules: Schedules
    full_time_week_minutes: int
    assignments: Table
    absences: Table
    teams: int
    max_teams: Ints
    warnings: tuple[Finding | None, ...]


@dataclass(frozen=True)
class Parts:
    """Rows (stretch, team), the bench being the team after the last: `share` / `whole` of the person's time.

    cell                  numbers month, team and role together, in that order
    tenure_months         whole months on the team so far, at most the limit that was given; the limit if not known
    gross, present        scheduled minutes * share, without and with the days away taken off
    weight                minutes of the person's full week * workdays * share
    workdays_of_month     of the person's schedule
    shared                1 where the person has a share in more than one team in that month; never on the bench
    findings              one mask a finding
    """

    cell: Ints
    month: Ints
    team: Ints
    role: Ints
    person: Ints
    whole: Ints
    tenure_months: Ints
    gross: Ints
    present: Ints
    weight: Ints
    workdays_of_month: Ints
    shared: Ints
    findings: dict[Finding, Flags]


def tenure_start(*, first_assigned: Ints, employed_from: Ints, team_known_from: Ints, team_starts_on: Ints) -> Ints:
    """The first day of a person on a team, NONE where it cannot be told.

    first_assigned and team_known_from are the first days of the person, and of anybody, on the team in the data.
    Who stands there on the first of all days may have been there for years, unless the data reach back to the
    beginning of the team itself (team_starts_on).
    """
    first = np.maximum(first_assigned, employed_from)
    told = (first > team_known_from) | (team_known_from <= team_starts_on)
    return np.where(told, first, NONE)


def months_after(days: Ints, months: int) -> Ints:
    """The same day so many months later, or the last day of that month where it is shorter."""
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    later = month + months
    begin = later.astype("datetime64[D]").astype(np.int64)
    length = (later + 1).astype("datetime64[D]").astype(np.int64) - begin
    later_day: Ints = begin + np.minimum((day - month.astype("datetime64[D]")).astype(np.int64), length - 1)
    return later_day


def parts(workforce: Workforce, *, tenure_limit: int) -> Parts:
    """What each team and each role's bench has of whom, stretch by stretch."""
    stretches = _stretches(workforce, tenure_limit)
    segments, assigned, teams = stretches.segments, workforce.assignments, workforce.teams
    row, hit = segments.spread(assigned["person"], assigned["start"], assigned["end"])
    row, hit = row[stretches.employed[hit]], hit[stretches.employed[hit]]
    asked = np.zeros(segments.person.size, dtype=np.int64)
    np.add.at(asked, hit, assigned["share"][row])
    left = np.flatnonzero(stretches.employed & ~stretches.long_away & (asked < ONE) & (stretches.workdays > 0))

    tenure = assigned["tenure"][row]
    tenure_months = np.zeros(row.size, dtype=np.int64)
    for months in range(1, tenure_limit + 1):
        tenure_months += (tenure == NONE) | (segments.start[hit] >= months_after(tenure, months))

    stretch = np.concatenate([hit, left])
    person, month, role = segments.person[stretch], segments.month[stretch], stretches.role[stretch]
    team = np.concatenate([assigned["team"][row], np.full(left.size, teams, dtype=np.int64)])
    share = np.concatenate([assigned["share"][row], ONE - asked[left]])
    schedule, workdays, starts = stretches.schedule[stretch], stretches.workdays[stretch], workforce.month_starts
    gross = stretches.minutes[stretch] * share
    at_once = np.bincount(hit, minlength=asked.size)[stretch]
    limit = workforce.max_teams[role]
    warned = {
        finding: np.array([warning is finding for warning in workforce.warnings], dtype=bool)[schedule]
        for finding in (Finding.MISSING_COUNTRY, Finding.UNKNOWN_HOLIDAYS)
    }
    return Parts(
        cell=(month * (teams + 1) + team) * workforce.max_teams.size + role,
        month=month,
        team=team,
        role=role,
        person=person,
        whole=np.maximum(asked, ONE)[stretch],
        tenure_months=np.concatenate([tenure_months, np.full(left.size, tenure_limit, dtype=np.int64)]),
        gross=gross,
        present=np.where(stretches.away[stretch], 0, gross),
        weight=workforce.schedules.weekly[schedule] * share * workdays,
        workdays_of_month=workforce.schedules.workdays_between(schedule, starts[month], starts[month + 1]),
        shared=_shared(person * (starts.size - 1) + month, team, teams),
        findings={
            Finding.OVER_ALLOCATED: (asked[stretch] > ONE) & (workdays > 0),
            Finding.SHARED_ROLE_OVER_LIMIT: (team < teams) & (limit != NONE) & (at_once > limit),
            **warned,
        },
    )


def _shared(person_month: Ints, team: Ints, bench: int) -> Ints:
    with_team = team < bench
    pairs = np.unique(np.column_stack([person_month, team])[with_team], axis=0)
    teams = np.bincount(pairs[:, 0], minlength=person_month.max(initial=0) + 1)
    return (with_team & (teams[person_month] > 1)).astype(np.int64)


@dataclass(frozen=True)
class _Stretches:
    segments: Segments
    schedule: Ints
    role: Ints
    employed: Flags
    away: Flags
    long_away: Flags
    minutes: Ints
    workdays: Ints


def _stretches(workforce: Workforce, tenure_limit: int) -> _Stretches:
    people = np.arange(workforce.employed_from.size, dtype=np.int64)
    terms, assigned, absences = workforce.terms, workforce.assignments, workforce.absences
    known = np.flatnonzero(assigned["tenure"] != NONE)
    joined, tenure = assigned["person"][known], assigned["tenure"][known]
    anniversaries = [months_after(tenure, months) for months in range(1, tenure_limit + 1)]
    segments = cut(
        people=people.size,
        month_starts=workforce.month_starts,
        dated=[
            (people, workforce.employed_from, workforce.employed_until),
            (terms["person"], terms["start"], terms["start"]),
            (assigned["person"], assigned["start"], assigned["end"]),
            (absences["person"], absences["start"], absences["end"]),
            *((joined, day, day) for day in anniversaries),
        ],
    )
    person, start, end = segments.person, segments.start, segments.end
    begins = np.clip(terms["start"], segments.first_day, segments.first_day + segments.span)
    term = np.searchsorted(segments.keys_of(terms["person"], begins), segments.keys, side="right") - 1
    schedule = terms["schedule"][term]
    row, hit = segments.spread(absences["person"], absences["start"], absences["end"])
    away, long_away = np.zeros(person.size, dtype=bool), np.zeros(person.size, dtype=bool)
    away[hit] = True
    long_away[hit[absences["long"][row] > 0]] = True
    return _Stretches(
        segments=segments,
        schedule=schedule,
        role=terms["role"][term],
        employed=(start >= workforce.employed_from[person]) & (start < workforce.employed_until[person]),
        away=away,
        long_away=long_away,
        minutes=workforce.schedules.minutes_between(schedule, start, end),
        workdays=workforce.schedules.workdays_between(schedule, start, end),
    )
