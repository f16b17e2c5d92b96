"""Storing masters: ordinary rows, each change with its line in the audit trail."""

import copy
from collections.abc import Sequence
from typing import Any

from django.db.models.functions import Now

from roi_project.access.audience import Audience
from roi_project.audit.services import Entry, record_many
from roi_project.intake.columns import Reference
from roi_project.intake.columns.days import rfc3339
from roi_project.intake.plan import Plan
from roi_project.intake.receipt import Outcome
from roi_project.intake.rows import Row
from roi_project.intake.writing_facts import is_older, stored_fields

BATCH = 2_000


def outcome_of(plan: Plan, row: Row) -> Outcome:
    """What a row that is fine means for the stored master."""
    if row.existing is None:
        return Outcome.CREATED
    if is_older(row, row.existing):
        return Outcome.STALE
    return Outcome.CHANGED if differences(plan, row) else Outcome.UNCHANGED


def keep_unsent(plan: Plan, rows: Sequence[Row]) -> None:
    """On a stored master, a column that was not sent keeps what is there."""
    for row in rows:
        if row.is_fine and row.existing is not None and not row.is_pinned:
            for column in plan.columns:
                if column.name not in row.given:
                    row.values[column.name] = column.value_of(row.existing)


def wanted_fields(plan: Plan, row: Row) -> dict[str, Any]:
    """The model fields a row asks for."""
    fields = stored_fields(plan, row)
    if row.existing is None or row.is_pinned or row.external_id:
        fields |= {"source": row.source, "external_id": row.external_id}
    if row.existing is None or row.is_pinned or row.source_updated_at is not None:
        fields["source_updated_at"] = row.source_updated_at
    return fields


def differences(plan: Plan, row: Row) -> dict[str, Any]:
    """What would change on the stored master. A newer clock of the source alone is no change."""
    stored = row.existing
    changes = {name: value for name, value in wanted_fields(plan, row).items() if getattr(stored, name) != value}
    return {} if changes.keys() == {"source_updated_at"} else changes


def write_masters(plan: Plan, rows: Sequence[Row], audience: Audience) -> tuple[list[Any], list[Any]]:
    """Insert and update the masters of these rows; answers the old and new of the changed, None as old of the new."""
    changed = [row for row in rows if row.existing is not None]
    before = [copy.copy(row.existing) for row in changed]
    _create(plan, [row for row in rows if row.existing is None])
    _update(plan, changed)
    made = [row.draft for row in rows if row.existing is None]
    after = [row.existing for row in changed]
    entries = [
        Entry("changed", plan.kind.name, new.pk, new.code, *_told(plan, old, new))
        for old, new in zip(before, after, strict=True)
    ]
    entries += [Entry("created", plan.kind.name, new.pk, new.code, None, shown(plan, new)) for new in made]
    record_many(audience, entries)
    return [*before, *(None for _ in made)], [*after, *made]


def _create(plan: Plan, rows: Sequence[Row]) -> None:
    """Insert in waves, parents before what points at them."""
    for row in rows:
        row.draft = row.draft or plan.kind.model()
        for name, value in wanted_fields(plan, row).items():
            setattr(row.draft, name, value)
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not _waits(plan, row)]
        plan.kind.model._default_manager.bulk_create([row.draft for row in ready], batch_size=BATCH)
        waiting = [row for row in waiting if row.draft.pk is None]


def _waits(plan: Plan, row: Row) -> bool:
    """Whether it points at a new master of the same request that has no id yet."""
    pointed = (row.values.get(column.name) for column in plan.references)
    return any(other is not None and other.pk is None for other in pointed)


def _update(plan: Plan, rows: Sequence[Row]) -> None:
    if not rows:
        return
    touched: set[str] = set()
    for row in rows:
        changes = differences(plan, row)
        for name, value in changes.items():
            setattr(row.existing, name, value)
        if plan.kind.material & changes.keys():
            row.existing.revision += 1
        row.existing.updated_at = Now()
        touched |= changes.keys()
    fields = [*sorted(touched), "revision", "updated_at"]
    plan.kind.model._default_manager.bulk_update([row.existing for row in rows], fields, batch_size=500)


def is_material(plan: Plan, before: Any, after: Any) -> bool:
    """Whether a book can come out differently after this change."""
    if before is None:
        return plan.kind.new_matters and bool(plan.kind.material)
    return bool(before.revision != after.revision)


def shown(plan: Plan, master: Any) -> dict[str, Any]:
    """A master as the audit trail keeps it: references by code."""
    told: dict[str, Any] = {
        column.name: _code(column, master) if isinstance(column, Reference) else column.render(master)
        for column in plan.columns
    }
    told |= {"source": master.source, "external_id": master.external_id}
    return told | {"source_updated_at": rfc3339(master.source_updated_at)}


def _code(column: Reference, master: Any) -> str | None:
    other = column.value_of(master)
    return None if other is None else other.code


def _told(plan: Plan, before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs."""
    old, new = shown(plan, before), shown(plan, after)
    differ = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in differ}, {name: new[name] for name in differ}
