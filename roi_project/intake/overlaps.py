"""Two current facts about the same thing may not hold at the same time; touching is no overlap."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from roi_project.intake.columns import Reference
from roi_project.intake.identity import Overtaken
from roi_project.intake.kinds import Wrong
from roi_project.intake.plan import Plan
from roi_project.intake.references import chunks
from roi_project.intake.rows import Row

Alike = tuple[Any, ...]


@dataclass(frozen=True)
class Held:
    """A period that is taken, by a stored fact or by an earlier row of the request."""

    key: Any
    name: tuple[str, str]
    starts_on: dt.date
    ends_on: dt.date | None
    row: int | None = None

    def __str__(self) -> str:
        source, external_id = self.name
        stored = f"external id {external_id}" + (f" from source {source}" if source else "")
        origin = stored if self.row is None else f"row {self.row}"
        return f"{period(self.starts_on, self.ends_on)} ({origin})"


def period(starts_on: dt.date, ends_on: dt.date | None) -> str:
    return f"{starts_on} until {ends_on}" if ends_on else f"{starts_on} without an end"


def meet(a_start: dt.date, a_end: dt.date | None, b_start: dt.date, b_end: dt.date | None) -> bool:
    """Whether two half-open periods have a day in common; no end is never over."""
    return (b_end is None or a_start < b_end) and (a_end is None or b_start < a_end)


def refuse_overlaps(plan: Plan, rows: Sequence[Row]) -> None:
    """Refuse rows that would hold together with another current fact of the same columns.

    A changed fact gives its old period free, unless its own row is refused: then its old period
    stands again, and the rows are looked at once more.
    """
    if not plan.kind.no_overlap:
        return
    stored = stored_periods(plan, rows)
    candidates = [row for row in rows if row.is_fine]
    while True:
        refused = _pass(plan, candidates, stored)
        candidates = [row for row in candidates if row.is_fine]
        if not any(row.existing is not None for row in refused):
            return


def _pass(plan: Plan, rows: Sequence[Row], stored: dict[Alike, list[Held]]) -> list[Row]:
    freed = {row.existing.key for row in rows if row.existing is not None}
    taken = {same: [held for held in all_held if held.key not in freed] for same, all_held in stored.items()}
    refused = []
    for row in rows:
        if row.withdrawn:
            continue
        held = taken.setdefault(alike(plan, row), [])
        starts_on, ends_on = row.values["starts_on"], row.values["ends_on"]
        other = next((each for each in held if meet(starts_on, ends_on, each.starts_on, each.ends_on)), None)
        name = (row.source, row.external_id)
        if other is None:
            held.append(Held(None, name, starts_on, ends_on, row.number))
        elif other.row is None and other.name == name:
            raise Overtaken  # somebody else stored this very fact after it was looked for
        else:
            same = " and ".join(name.replace("_", " ") for name in plan.kind.no_overlap)
            sentence = f"{period(starts_on, ends_on)} overlaps the {plan.singular} of the same {same} {other}"
            row.fails(Wrong("starts_on", sentence, "overlap"))
            refused.append(row)
    return refused


def alike(plan: Plan, row: Row) -> Alike:
    values = (row.values[name] for name in plan.kind.no_overlap)
    return tuple(getattr(value, "pk", value) for value in values)


def stored_periods(plan: Plan, rows: Sequence[Row]) -> dict[Alike, list[Held]]:
    """Current periods of what the rows speak of, in one query on the first of the columns."""
    first = plan.kind.no_overlap[0]
    wanted = {getattr(row.values[first], "pk", row.values[first]) for row in rows if row.is_fine and not row.withdrawn}
    fields = [_attribute(plan, name) for name in plan.kind.no_overlap]
    facts = plan.kind.model.current.values_list("key", "starts_on", "ends_on", "source", "external_id", *fields)
    stored: dict[Alike, list[Held]] = defaultdict(list)
    conditions = [Q(**{f"{fields[0]}__in": some}) for some in chunks(wanted - {None})]
    conditions += [Q(**{fields[0]: None})] if None in wanted else []
    for condition in conditions:
        for key, starts_on, ends_on, source, external_id, *same in facts.filter(condition):
            stored[tuple(same)].append(Held(key, (source, external_id), starts_on, ends_on))
    return stored


def _attribute(plan: Plan, name: str) -> str:
    column = plan.kind.column(name)
    field = column.model_fields[0]
    return f"{field}_id" if isinstance(column, Reference) else field
