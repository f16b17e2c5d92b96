"""Dated facts that follow the state of a day: a change ends one row and begins another."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from roi_project.intake import overlaps
from roi_project.intake.identity import LONGEST, current_versions
from roi_project.intake.kinds import Snapshot, Wrong
from roi_project.intake.outcomes import Outcome
from roi_project.intake.plan import Plan
from roi_project.intake.references import chunks
from roi_project.intake.rows import Row
from roi_project.intake.snapshot_rows import State, changes, ended
from roi_project.intake.writing_facts import is_older

BEGUN_ON = re.compile(r"@[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def holding(day: dt.date) -> Q:
    """Dated facts that hold on a day."""
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


def follow(plan: Plan, snapshot: Snapshot, rows: Sequence[Row], *, source: str, as_of: dt.date) -> State:
    """Set each row against what holds on the day; answers what ends."""
    running = current_versions(plan, holding(as_of), source=source, withdrawn=False)
    state = State(there=len(running))
    found = Running(plan, snapshot, running)
    taken: dict[Any, int | None] = {}
    new = []
    for row in rows:
        if not row.is_fine:
            continue
        stored = found.of(row)
        if stored is None:
            new.append(row)
        elif stored.key in taken:
            row.fails(Wrong("external_id", f"is about the same as row {taken[stored.key]}", "duplicate"))
        else:
            taken[stored.key] = row.number
            state.parts += _continue(plan, snapshot, row, stored, as_of)
        _refuse_outside(row, as_of)
    _begin(plan, new, source=source, as_of=as_of)
    _name(plan, rows, source=source, as_of=as_of)
    state.missing = [ended(plan, fact, as_of) for fact in running if fact.key not in taken]
    return state


class Running:
    """Facts that hold on the day, by the name their system gives them and by what they are about."""

    def __init__(self, plan: Plan, snapshot: Snapshot, facts: Iterable[Any]) -> None:
        self.plan = plan
        self.about = [plan.kind.column(name) for name in plan.kind.identity if name != snapshot.starts]
        self.by_name: dict[str, Any] = {}
        self.by_content: dict[tuple[str, ...], Any] = {}
        for fact in facts:
            self.by_name[fact.external_id] = fact
            self.by_content[tuple(column.as_text(column.value_of(fact)) for column in self.about)] = fact
        for fact in list(self.by_name.values()):
            self.by_name.setdefault(BEGUN_ON.sub("", fact.external_id), fact)

    def of(self, row: Row) -> Any:
        if row.external_id:
            return self.by_name.get(row.external_id)
        return self.by_content.get(tuple(column.as_text(row.values[column.name]) for column in self.about))


def _continue(plan: Plan, snapshot: Snapshot, row: Row, stored: Any, as_of: dt.date) -> list[Row]:
    """A row about something that runs: it goes on, or it ends and another begins. The day it began stays."""
    for column in plan.columns:
        if column.name not in row.given or column.name == snapshot.starts:
            row.values[column.name] = column.value_of(stored)
    differ = changes(plan, stored, row)
    row.details = {"changes": differ}
    opens = any(each["column"] in snapshot.opens for each in differ)
    if is_older(row, stored) or not opens or stored.starts_on >= as_of:
        row.existing, row.is_pinned, row.external_id = stored, True, stored.external_id
        return []
    row.values[snapshot.starts] = as_of
    row.counts_as, row.details = Outcome.CHANGED, {"on": as_of.isoformat(), "changes": differ}
    past = ended(plan, stored, as_of, row.number)
    past.is_part = True
    return [past]


def _refuse_outside(row: Row, as_of: dt.date) -> None:
    starts_on, ends_on = row.values["starts_on"], row.values["ends_on"]
    if starts_on > as_of:
        sentence = f"{starts_on} is after the day of the snapshot, {as_of}; what is planned is sent as upsert"
        row.fails(Wrong("starts_on", sentence))
    elif ends_on is not None and ends_on <= as_of:
        sentence = f"{ends_on} is not after the day of the snapshot, {as_of}; it leaves out what has ended"
        row.fails(Wrong("ends_on", sentence))


def _begin(plan: Plan, rows: Sequence[Row], *, source: str, as_of: dt.date) -> None:
    """What was known before begins again on the day; what never was, on the day that is sent with it."""
    periods = overlaps.stored_periods(plan, rows)
    for row in rows:
        if not row.is_fine:
            continue
        starts_on, ends_on = row.values["starts_on"], row.values["ends_on"]
        known = (held for held in periods.get(overlaps.alike(plan, row), ()) if held.name[0] == source)
        if any(overlaps.meet(starts_on, ends_on, held.starts_on, held.ends_on) for held in known):
            row.values["starts_on"] = as_of
        row.counts_as, row.details = Outcome.CREATED, {"on": row.values["starts_on"].isoformat()}


def _name(plan: Plan, rows: Sequence[Row], *, source: str, as_of: dt.date) -> None:
    """A row that begins while its name is taken by an earlier one is called “name@day”."""
    named = [row for row in rows if row.is_fine and row.existing is None and row.external_id]
    for some in chunks(row.external_id for row in named):
        facts = plan.kind.model.current.filter(source=source, external_id__in=some)
        taken = dict(facts.values_list("external_id", "starts_on"))
        for row in named:
            if taken.get(row.external_id) is not None:
                row.external_id = f"{row.external_id}@{as_of}"
                if len(row.external_id) > LONGEST:
                    row.fails(Wrong("external_id", f"has no room for @{as_of} within {LONGEST} characters"))
                row.values["starts_on"] = as_of
                row.details["on"] = as_of.isoformat()


def refuse_the_past(rows: Iterable[Row]) -> None:
    """A row that begins may bring back what was taken back, and never what ended."""
    for row in rows:
        if row.is_fine and not row.is_pinned and row.existing is not None and not row.existing.withdrawn:
            sentence = f"{row.external_id} is known and does not hold on the day of the snapshot"
            row.fails(Wrong("external_id", sentence, "conflict"))
