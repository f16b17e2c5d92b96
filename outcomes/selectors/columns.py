"""The facts of this floor as columns, for compiling books: one query a table, no object a row.

Call inside one snapshot(). As on the teams floor (see there): ids int64, -1 = none; days int32, an open
end is OPEN_DAY and a day nobody told ALWAYS_DAY; shares in millionths; `code_rank` breaks ties. Values,
baselines, volumes and item-days are whole numbers of 1e-6; months are year * 12 + month - 1; a choice is its
place in its list from 1, 0 = empty. Months are asked for as the first day of the first one and of the one
after the last.
"""

import datetime as dt

import numpy as np
from django.db import connection

from outcomes.models import Aggregate, AttributionModel, OutcomeKind, WorkType
from roi_project.db.columns import Columns, fetch
from roi_project.kernel.period import OPEN_DAY
from teams.selectors.columns import ALWAYS_DAY, NONE

CURRENT = "superseded_at IS NULL AND NOT withdrawn"


def place_in(choices: type, column: str) -> str:
    """SQL for the place of a choice in its list, from 1; 0 for anything else."""
    cases = " ".join(f"WHEN '{value}' THEN {place}" for place, value in enumerate(choices.values, start=1))
    return f"CASE {column} {cases} ELSE 0 END"


def rank_of(column: str) -> str:
    """SQL for the place of a code in the order of all codes, from 0, in no language's order."""
    collation = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    return f"ROW_NUMBER() OVER (ORDER BY {column}{collation}) - 1 AS code_rank"


def in_months(columns: Columns, *names: str) -> Columns:
    """The same columns with these first days of months turned into month numbers."""
    for name in names:
        columns[name] = (columns[name].astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)) + 1970 * 12
    return columns


def touching(first: dt.date, end: dt.date) -> tuple[str, list[dt.date]]:
    """Condition and parameters for dated rows that hold on some day from `first` until before `end`."""
    return "starts_on < %s AND (ends_on IS NULL OR ends_on > %s)", [end, first]


def metrics() -> Columns:
    """id, code_rank, aggregate, direction (1 = more is better, -1 = less is)."""
    return fetch(
        f"SELECT id, {rank_of('code')}, {place_in(Aggregate, 'aggregate')} AS aggregate,"
        " CASE WHEN higher_is_better THEN 1 ELSE -1 END AS direction FROM outcomes_metric ORDER BY id",
        types={"id": "int8", "code_rank": "int4", "aggregate": "int2", "direction": "int2"},
    )


def metric_months(first: dt.date, end: dt.date) -> Columns:
    """metric_id, month, count, total, last_value: months in which the metric was observed."""
    found = fetch(
        "SELECT metric_id, month, count, total, last_value FROM outcomes_metricmonth"
        " WHERE count > 0 AND month >= %s AND month < %s ORDER BY metric_id, month",
        [first, end],
        types={"metric_id": "int8", "month": "date", "count": "int4", "total": "int8", "last_value": "int8"},
    )
    return in_months(found, "month")


def epics() -> Columns:
    """id, code_rank, work_type, started_on, released_on, stopped_on (ALWAYS_DAY where it was not told)."""
    return fetch(
        f"SELECT id, {rank_of('code')}, {place_in(WorkType, 'work_type')} AS work_type,"
        " started_on, released_on, stopped_on FROM outcomes_epic ORDER BY id",
        types={
            "id": "int8",
            "code_rank": "int4",
            "work_type": "int2",
            "started_on": "date",
            "released_on": "date",
            "stopped_on": "date",
        },
        nulls={"started_on": ALWAYS_DAY, "released_on": ALWAYS_DAY, "stopped_on": ALWAYS_DAY},
    )


def epic_teams(first: dt.date, end: dt.date) -> Columns:
    """epic_id, team_id, starts_on, ends_on: links that hold on some day of the months."""
    holds, days = touching(first, end)
    return fetch(
        f"SELECT epic_id, team_id, starts_on, ends_on FROM outcomes_epicteam WHERE {CURRENT} AND {holds} ORDER BY id",
        days,
        types={"epic_id": "int8", "team_id": "int8", "starts_on": "date", "ends_on": "date"},
        nulls={"ends_on": OPEN_DAY},
    )


def epic_stream_shares(first: dt.date, end: dt.date) -> Columns:
    """epic_id, stream_id, share, starts_on, ends_on: shares that hold on some day of the months."""
    holds, days = touching(first, end)
    return fetch(
        "SELECT epic_id, stream_id, share, starts_on, ends_on FROM outcomes_epicstreamshare"
        f" WHERE {CURRENT} AND {holds} ORDER BY id",
        days,
        types={"epic_id": "int8", "stream_id": "int8", "share": "int8", "starts_on": "date", "ends_on": "date"},
        nulls={"ends_on": OPEN_DAY},
    )


def efforts(first: dt.date, end: dt.date) -> Columns:
    """id, team_id, month, epic_id, work_type, share, item_days.

    Ask for one month more than is compiled where shares may be carried, and for the whole window of
    benefits where they are attributed by effort.
    """
    found = fetch(
        f"SELECT id, team_id, month, epic_id, {place_in(WorkType, 'work_type')} AS work_type, share, item_days"
        f" FROM outcomes_effort WHERE {CURRENT} AND month >= %s AND month < %s ORDER BY id",
        [first, end],
        types={
            "id": "int8",
            "team_id": "int8",
            "month": "date",
            "epic_id": "int8",
            "work_type": "int2",
            "share": "int8",
            "item_days": "int8",
        },
        nulls={"epic_id": NONE, "share": NONE, "item_days": NONE},
    )
    return in_months(found, "month")


def outcomes() -> Columns:
    """id, code_rank, epic_id, metric_id, kind, baseline, target, starts_on, window_months, and how it is attributed.

    `starts_on` is the outcome's own, else the release of its epic, else ALWAYS_DAY; `external_share` is -1
    where nobody said.
    """
    return fetch(
        f"SELECT o.id, {rank_of('o.code')}, o.epic_id, o.metric_id, {place_in(OutcomeKind, 'o.kind')} AS kind,"
        " o.baseline, o.target, COALESCE(o.starts_on, e.released_on) AS starts_on, o.window_months,"
        f" {place_in(AttributionModel, 'o.attribution_model')} AS attribution_model, o.external_share"
        " FROM outcomes_outcome o JOIN outcomes_epic e ON e.id = o.epic_id ORDER BY o.id",
        types={
            "id": "int8",
            "code_rank": "int4",
            "epic_id": "int8",
            "metric_id": "int8",
            "kind": "int2",
            "baseline": "int8",
            "target": "int8",
            "starts_on": "date",
            "window_months": "int4",
            "attribution_model": "int2",
            "external_share": "int8",
        },
        nulls={"starts_on": ALWAYS_DAY, "external_share": NONE},
    )


def attributions() -> Columns:
    """outcome_id, epic_id, team_id, stream_id, share."""
    return fetch(
        "SELECT outcome_id, epic_id, team_id, stream_id, share FROM outcomes_attribution"
        f" WHERE {CURRENT} ORDER BY outcome_id, id",
        types={"outcome_id": "int8", "epic_id": "int8", "team_id": "int8", "stream_id": "int8", "share": "int8"},
        nulls={"epic_id": NONE, "team_id": NONE, "stream_id": NONE},
    )
