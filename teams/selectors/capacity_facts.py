"""What the capacity of a span of months is computed from. Call inside one snapshot(); a fixed number of queries."""

import numpy as np

from roi_project.db.columns import fetch
from roi_project.kernel.period import month_start, month_starts
from teams.engine.calendar import Ints
from teams.engine.workforce import NONE, Table, Workforce, tenure_start
from teams.models import AbsenceReason, Person
from teams.selectors import columns
from teams.selectors.organisation import Organisation
from teams.selectors.people_time import PeopleTime, Ranks, people_time

LONG = (AbsenceReason.PARENTAL, AbsenceReason.UNPAID)
"""While these last, somebody without a team is not on the bench."""


def workforce(
    *, teams: Ranks, roles: Ranks, organisation: Organisation, first: int, months: int
) -> tuple[Workforce, PeopleTime]:
    """Everybody's time in the months from `first` (a month index), and the calendars it was laid on."""
    people = Ranks.of(Person)
    begin, end = month_start(first), month_start(first + months)
    time = people_time(people, roles, organisation, first=first, months=months)
    families, away = columns.roles(), columns.absences(begin, end)
    max_teams = np.full(len(roles.codes), NONE, dtype=np.int64)
    max_teams[roles.rank(families["id"])] = families["max_teams"]
    long = [columns.REASONS.index(reason) for reason in LONG]
    found = Workforce(
        month_starts=month_starts(first, months).astype(np.int64),
        employed_from=time.employed_from,
        employed_until=time.employed_until,
        terms={"person": time.person, "start": time.start, "schedule": time.schedule, "role": time.role},
        schedules=time.schedules,
        full_time_week_minutes=organisation.full_time_week_minutes,
        assignments=_assignments(people, teams, time, first=first, months=months),
        absences={
            "person": people.rank(away["person_id"]),
            "start": away["starts_on"].astype(np.int64),
            "end": away["ends_on"].astype(np.int64),
            "long": np.isin(away["reason"], long).astype(np.int64),
        },
        teams=len(teams.codes),
        max_teams=max_teams,
        warnings=time.holiday_warnings,
    )
    return found, time


def _assignments(people: Ranks, teams: Ranks, time: PeopleTime, *, first: int, months: int) -> Table:
    rows = columns.assignments(month_start(first), month_start(first + months))
    person, team = people.rank(rows["person_id"]), teams.rank(rows["team_id"])
    return {
        "person": person,
        "team": team,
        "share": rows["share"],
        "start": rows["starts_on"].astype(np.int64),
        "end": rows["ends_on"].astype(np.int64),
        "tenure": _tenure(people, teams, time, person, team, first + months),
    }


def _tenure(people: Ranks, teams: Ranks, time: PeopleTime, person: Ints, team: Ints, until: int) -> Ints:
    """Since when each of these people has been on each of these teams; a break does not start it again."""
    sql = """SELECT person_id, team_id, MIN(starts_on) AS first_on FROM teams_assignment
             WHERE superseded_at IS NULL AND NOT withdrawn AND starts_on < %s GROUP BY person_id, team_id"""
    rows = fetch(sql, [month_start(until)], types={"person_id": "int8", "team_id": "int8", "first_on": "date"})
    first_on = rows["first_on"].astype(np.int64)
    of_team = teams.rank(rows["team_id"])
    known_from = np.full(len(teams.codes), np.iinfo(np.int64).max)
    np.minimum.at(known_from, of_team, first_on)
    all_teams = columns.teams()
    starts_on = np.zeros(len(teams.codes), dtype=np.int64)
    starts_on[teams.rank(all_teams["id"])] = all_teams["starts_on"]

    pair = people.rank(rows["person_id"]) * max(len(teams.codes), 1) + of_team
    order = np.argsort(pair)
    place = order[np.searchsorted(pair[order], person * max(len(teams.codes), 1) + team)]
    return tenure_start(
        first_assigned=first_on[place],
        employed_from=time.employed_from[person],
        team_known_from=known_from[team],
        team_starts_on=starts_on[team],
    )
