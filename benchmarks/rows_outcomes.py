"""The outcomes floor of the generated organisation: metrics and their observations, epics, effort, outcomes.

Two teams in five say where their month went, half of them in percent and half in item-days; now and then they
forget a month, and the month before is carried. Observations are reduced to one figure a metric and month, as they
are when they arrive; the observations themselves are written only when asked for.
"""

import numpy as np

from benchmarks.plan import OPEN, Ints, Plan, ids
from benchmarks.put import choice, put
from outcomes.models import (
    Attribution,
    Effort,
    Epic,
    EpicStreamShare,
    EpicTeam,
    Metric,
    MetricMonth,
    Observation,
    Outcome,
)

WORK_TYPES = ("feature", "debt", "defect", "risk", "experiment", "run")
AGGREGATES = ("sum", "mean", "last")
MODELS = ("fixed", "effort", "equal")
MICRO = 10**6
DECLARES, COUNTS = 0, 1
"""Team number modulo 5: declares percentages, sends item-days; the other three in five say nothing."""


def outcomes_floor(plan: Plan, *, observations: bool) -> None:
    _metrics(plan, observations=observations)
    _epics(plan)
    _effort(plan)
    _outcomes(plan)


def _metrics(plan: Plan, *, observations: bool) -> None:
    """Readings around fifty, spread evenly over the days of each month, the later ones on later days."""
    size = plan.size
    number = np.arange(size.metrics)
    put(
        Metric,
        {"_aggregate": number % 3, "higher_is_better": number % 4 != 0},
        texts={
            "code": "'metric-' || (10000000 + id)",
            "unit": "'points'",
            "aggregate": choice("_aggregate", AGGREGATES),
            "level": "'outcome'",
        },
    )
    each, more = divmod(size.observations // size.metrics, size.months)
    rng = plan.rng("observations")
    for month in range(size.months):
        readings = each + (month < more)
        if readings == 0:
            continue
        begin, end = plan.starts[month], plan.starts[month + 1]
        value = rng.integers(40 * MICRO, 60 * MICRO, (size.metrics, readings))
        day = begin + np.arange(readings) * (end - begin) // readings
        put(
            MetricMonth,
            {
                "metric_id": number + 1,
                "month": np.full(size.metrics, begin),
                "count": np.full(size.metrics, readings),
                "total": value.sum(axis=1),
                "last_on": np.full(size.metrics, day[-1]),
                "last_value": value[:, -1],
            },
        )
        if observations:
            columns = {
                "metric_id": np.repeat(number + 1, readings),
                "observed_on": np.tile(day, size.metrics),
                "value": value.ravel(),
            }
            put(Observation, columns)


def _epics(plan: Plan) -> None:
    rng, size = plan.rng("epics"), plan.size
    started = plan.first_day + rng.integers(0, plan.days, size.epics)
    released = np.where(rng.random(size.epics) < 0.6, started + rng.integers(30, 300, size.epics), OPEN)
    put(
        Epic,
        {"_type": rng.integers(0, len(WORK_TYPES), size.epics), "started_on": started, "released_on": released},
        texts={"code": "'epic-' || (10000000 + id)", "work_type": choice("_type", WORK_TYPES)},
        nulls={"released_on": OPEN},
    )
    epic = ids(size.epics)
    two = np.flatnonzero(rng.random(size.epics) < 0.2)
    stream = rng.integers(0, size.streams, size.epics)
    share = np.full(size.epics, MICRO)
    share[two] = 700_000
    put(
        EpicStreamShare,
        {
            "epic_id": np.r_[epic, epic[two]],
            "stream_id": np.r_[stream, (stream[two] + 1) % size.streams] + 1,
            "share": np.r_[share, np.full(two.size, 300_000)],
            "starts_on": np.full(size.epics + two.size, plan.first_day),
        },
    )
    team = rng.integers(0, size.teams, size.epics)
    linked = np.flatnonzero(rng.random(size.epics) < 0.3)
    put(
        EpicTeam,
        {
            "epic_id": np.r_[epic, epic[linked]],
            "team_id": np.r_[team, (team[linked] + 1) % size.teams] + 1,
            "starts_on": np.r_[started, started[linked]],
        },
    )


def epic_of(plan: Plan, team: Ints, month: Ints, place: int) -> Ints:
    """The epic (number from 0) a telling team works on at a place: a new one every half year."""
    return (team * 13 + month // 6 * 7 + place * 3) % plan.size.epics


def _effort(plan: Plan) -> None:
    rng, size = plan.rng("effort"), plan.size
    number = np.arange(size.teams)
    telling = number[number % 5 <= COUNTS]
    team, month = (x.ravel() for x in np.meshgrid(telling, np.arange(size.months), indexing="ij"))
    told = rng.random(team.size) >= 0.04
    team, month = team[told], month[told]
    declares = team % 5 == DECLARES
    rows = []
    for place, share in ((0, 350_000), (1, 250_000), (2, 200_000)):
        days = rng.integers(1, 40, team.size) * 250_000
        rows.append(
            {
                "team_id": team + 1,
                "month": plan.starts[month],
                "epic_id": epic_of(plan, team, month, place) + 1 if place < 2 else np.full(team.size, OPEN),
                "_type": np.full(team.size, -1) if place < 2 else rng.integers(0, len(WORK_TYPES), team.size),
                "share": np.where(declares, share, OPEN),
                "item_days": np.where(declares, OPEN, days),
            }
        )
    table = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    put(
        Effort,
        table,
        texts={"work_type": f"COALESCE({choice('_type', WORK_TYPES)}, '')"},
        nulls=dict.fromkeys(("epic_id", "share", "item_days"), OPEN),
    )


def _outcomes(plan: Plan) -> None:
    """One for each metric, on an epic that some team works on; a third by fixed shares, effort and equal parts each."""
    rng, size = plan.rng("outcomes"), plan.size
    number = np.arange(size.metrics)
    telling = (number * 5) % size.teams // 5 * 5
    begin = rng.integers(0, max(size.months // 2, 1), size.metrics)
    put(
        Outcome,
        {
            "metric_id": number + 1,
            "epic_id": epic_of(plan, telling, begin, 0) + 1,
            "baseline": rng.integers(44 * MICRO, 52 * MICRO, size.metrics),
            "target": np.full(size.metrics, 55 * MICRO),
            "due_on": np.full(size.metrics, plan.starts[-1]),
            "starts_on": plan.starts[begin],
            "window_months": np.where(number % 3 == 0, 60, 24),
            "external_share": np.where(number % 5 < 2, 200_000, OPEN),
            "_model": number % 3,
        },
        texts={
            "code": "'outcome-' || (10000000 + id)",
            "kind": "CASE WHEN external_share IS NULL THEN 'cost' ELSE 'revenue' END",
            "attribution_model": choice("_model", MODELS),
        },
        nulls={"external_share": OPEN},
    )
    fixed = number[number % 3 == 0]
    team = rng.integers(2, size.teams, fixed.size)
    # Two outcomes are in part a platform's, whose benefit follows its cost to every team it serves.
    of_platform = fixed[:2]
    put(
        Attribution,
        {
            "outcome_id": np.r_[fixed, fixed, of_platform] + 1,
            "team_id": np.r_[team, (team + 1) % size.teams, np.zeros(of_platform.size, dtype=np.int64)] + 1,
            "stream_id": np.r_[np.full(fixed.size, OPEN), fixed % size.streams + 1, np.full(of_platform.size, OPEN)],
            "share": np.r_[
                np.full(fixed.size, 500_000), np.full(fixed.size, 250_000), np.full(of_platform.size, 150_000)
            ],
        },
        nulls={"stream_id": OPEN},
    )
