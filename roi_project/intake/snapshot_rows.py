"""Rows that a snapshot adds by itself: what ends, and what is told of a change."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from roi_project.intake.outcomes import Outcome
from roi_project.intake.plan import Plan
from roi_project.intake.rows import Row


@dataclass
class State:
    """What follows from the rows of a state beside the rows themselves.

    `parts` end what a changed row replaces, `missing` end what the state does not hold, `there` counts what was
    there on the day, and `following` are rows of other kinds, by kind.
    """

    there: int
    parts: list[Row] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)
    following: dict[str, list[Row]] = field(default_factory=dict)


def pinned(plan: Plan, stored: Any, number: int | None = None) -> Row:
    """A stored thing as a row that says the same again."""
    row = Row(number, source=stored.source, external_id=stored.external_id, existing=stored, is_pinned=True)
    row.source_updated_at = stored.source_updated_at
    row.values = {column.name: column.value_of(stored) for column in plan.columns}
    return row


def ended(plan: Plan, fact: Any, day: dt.date, number: int | None = None) -> Row:
    """A row that ends a dated fact on a day. One that begins on that day never held, and is taken back."""
    row = pinned(plan, fact, number)
    if fact.starts_on >= day:
        row.withdrawn = True
    else:
        row.values["ends_on"] = day
    row.counts_as, row.details = Outcome.ENDED, {"on": day.isoformat()}
    return row


def changes(plan: Plan, stored: Any, row: Row) -> list[dict[str, str]]:
    """What a row says otherwise than what is stored, column by column."""
    pairs = (
        (column.name, column.as_text(column.value_of(stored)), column.as_text(row.values[column.name]))
        for column in plan.columns
    )
    return [{"column": name, "before": before, "after": after} for name, before, after in pairs if before != after]
