"""The teams floor of the generated organisation: streams, teams, people, and who is assigned where.

Two in three people have one assignment at a time, the others share themselves between two teams; one in twenty of
those is promised to more than the whole. One in ten works part time, one in twenty changes level once.
"""

import numpy as np

from benchmarks.plan import OPEN, Ints, Plan, ids
from benchmarks.put import choice, put
from teams.models import (
    Absence,
    Assignment,
    Closure,
    OrganisationSettings,
    Person,
    PersonTerms,
    RoleFamily,
    Team,
    TeamStreamShare,
    ValueStream,
)

ROLES = 12
LEVELS = ("", "junior", "senior")
COUNTRIES = ("", "PL", "IN")
WEEKS = ((480,) * 5, (360,) * 5, (480, 480, 480, 480, 0))
DAYS = ("mon", "tue", "wed", "thu", "fri")
REASONS = ("paid_leave", "sick", "parental", "unpaid")


def teams_floor(plan: Plan) -> None:
    size = plan.size
    put(
        OrganisationSettings,
        {"starts_on": np.array([plan.first_day - 366])},
        texts={"country": "'US'", "reporting_currency": "'EUR'", "name": "'Example'"},
    )
    put(ValueStream, {"id": ids(size.streams)}, texts=_named("stream"))
    put(RoleFamily, {"id": ids(ROLES)}, texts=_named("role"))
    put(
        Team,
        {"_topology": np.arange(size.teams) % 10 == 9},
        texts=_named("team") | {"topology": choice("_topology", ("stream_aligned", "platform"))},
    )
    _stream_shares(plan)
    _people(plan)
    _assignments(plan)
    _absences(plan)
    closed = plan.starts[:-1] + 3
    put(Closure, {"on": closed[::6]}, texts={"country": "''", "name": "'Company day'"})


def _named(word: str) -> dict[str, str]:
    """Codes in the order of ids, so that ties are broken alike by both."""
    return {"code": f"'{word}-' || (10000000 + id)", "name": f"'{word} ' || id"}


def _stream_shares(plan: Plan) -> None:
    """Half of the teams work for one stream, a third for two, the rest leave a fifth unassigned; some change."""
    rng, size = plan.rng("stream shares"), plan.size
    team = ids(size.teams)
    kind = rng.choice(3, size.teams, p=(0.5, 0.3, 0.2))
    stream = rng.integers(0, size.streams, size.teams)
    other = (stream + 1 + rng.integers(0, max(size.streams - 1, 1), size.teams)) % size.streams
    moved = (rng.random(size.teams) < 0.1) & (kind != 1)
    moved_on = plan.first_day + rng.integers(1, plan.days, size.teams)
    first_share = np.choose(kind, (1_000_000, 600_000, 800_000))
    rows = [
        (team, stream, first_share, np.full(team.size, plan.first_day), np.where(moved, moved_on, OPEN)),
        *(
            (team[rows], other[rows], share[rows], start[rows], np.full(int(rows.sum()), OPEN))
            for rows, share, start in (
                (kind == 1, np.full(team.size, 400_000), np.full(team.size, plan.first_day)),
                (moved, first_share, moved_on),
            )
        ),
    ]
    columns = [np.concatenate([row[i] for row in rows]) for i in range(5)]
    names = ("team_id", "stream_id", "share", "starts_on", "ends_on")
    table = dict(zip(names, columns, strict=True))
    table["stream_id"] = table["stream_id"] + 1
    put(TeamStreamShare, table, nulls={"ends_on": OPEN})


def employment(plan: Plan) -> tuple[Ints, Ints]:
    """First day and first day after of every person's employment; OPEN = still employed."""
    rng, count = plan.rng("employment"), plan.size.people
    late = rng.random(count) < 0.3
    start = np.where(late, plan.first_day + rng.integers(0, plan.days * 3 // 4, count), plan.first_day - 400)
    left = rng.random(count) < 0.2
    return start, np.where(left, start + 200 + rng.integers(0, plan.days, count), OPEN)


def _people(plan: Plan) -> None:
    rng, count = plan.rng("people"), plan.size.people
    start, until = employment(plan)
    week = rng.choice(len(WEEKS), count, p=(0.9, 0.07, 0.03))
    numbers = {
        "role_id": 1 + np.arange(count) % ROLES,
        "_level": rng.choice(len(LEVELS), count, p=(0.4, 0.3, 0.3)),
        "_country": rng.choice(len(COUNTRIES), count, p=(0.7, 0.2, 0.1)),
        "employed_from": start,
        "employed_until": until,
        **{f"minutes_{day}": np.array(WEEKS)[week, i] for i, day in enumerate(DAYS)},
    }
    texts = {
        "code": "'person-' || (10000000 + id)",
        "level": choice("_level", LEVELS),
        "country": choice("_country", COUNTRIES),
    }
    put(Person, numbers, texts=texts, nulls={"employed_until": OPEN})
    changing = np.flatnonzero(rng.random(count) < 0.05) + 1
    put(
        PersonTerms,
        {
            "person_id": changing,
            "_level": rng.integers(0, len(LEVELS), changing.size),
            "starts_on": plan.first_day + rng.integers(0, plan.days, changing.size),
        },
        texts={"level": choice("_level", LEVELS)},
    )


def _assignments(plan: Plan) -> None:
    """Two, three or four rows a person: one team after another, or two at once of which one or both change."""
    rng, size = plan.rng("assignments"), plan.size
    people = ids(size.people)
    extra = size.assignments - 2 * size.people
    rows_of = np.full(size.people, 2)
    shuffled = rng.permutation(size.people)
    four = extra * 3 // 10
    rows_of[shuffled[:four]] = 4
    rows_of[shuffled[four : four + extra - 2 * four]] = 3
    start, until = employment(plan)
    start = np.maximum(start, plan.first_day)
    span = np.maximum(np.where(until == OPEN, plan.starts[-1], until) - start, 30)
    middle = start + span // 4 + rng.integers(0, span // 2)
    step = max((size.teams - 1) // 4, 1)
    team = np.cumsum(np.c_[rng.integers(0, size.teams, size.people), rng.integers(1, step + 1, (size.people, 3))], 1)
    team = team % size.teams + 1
    over = rng.random(size.people) < 0.06
    small = rng.random(size.people) < 0.1
    whole = np.where(small, 800_000, 1_000_000)
    half = np.where(over, 600_000, 500_000)
    table: list[tuple[Ints, ...]] = []

    def add(which: np.ndarray, place: int, share: Ints, begin: Ints, end: Ints) -> None:
        rows = np.flatnonzero(which)
        table.append((people[rows], team[rows, place], share[rows], begin[rows], end[rows]))

    never = np.full(size.people, OPEN)
    one, shared, both = rows_of == 2, rows_of >= 3, rows_of == 4
    add(one, 0, whole, start, middle)
    add(one, 1, whole, middle, never)
    add(shared, 0, half, start, middle)
    add(shared, 1, half, middle, never)
    add(shared & ~both, 2, half, start, never)
    add(both, 2, half, start, middle + 20)
    add(both, 3, half, middle + 20, never)
    names = ("person_id", "team_id", "share", "starts_on", "ends_on")
    columns = {name: np.concatenate([part[i] for part in table]) for i, name in enumerate(names)}
    put(Assignment, columns, nulls={"ends_on": OPEN})


def _absences(plan: Plan) -> None:
    rng, count = plan.rng("absences"), plan.size.people
    person = np.flatnonzero(rng.random(count) < 0.4) + 1
    start = plan.first_day + rng.integers(0, plan.days, person.size)
    numbers = {
        "person_id": person,
        "_reason": rng.choice(4, person.size, p=(0.7, 0.2, 0.05, 0.05)),
        "starts_on": start,
        "ends_on": start + rng.integers(1, 30, person.size),
    }
    put(Absence, numbers, texts={"reason": choice("_reason", REASONS)})
