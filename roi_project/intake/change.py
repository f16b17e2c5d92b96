"""Changing or taking back one stored thing that the caller named."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from roi_project.access.audience import Audience
from roi_project.db import touches
from roi_project.intake.columns import ABSENT
from roi_project.intake.columns.days import rfc3339
from roi_project.intake.identity import current_versions, derived_external_id
from roi_project.intake.kinds import Kind
from roi_project.intake.plan import Plan
from roi_project.intake.receipt import Receipt
from roi_project.intake.receive import may_write, retried
from roi_project.intake.request import Intake
from roi_project.intake.rows import Row, read_envelope, unknown_column, wrong_of
from roi_project.kernel.errors import Invalid, NotFound, Refusal


def change(
    audience: Audience,
    kind: Kind,
    key_or_id: Any,
    partial: Mapping[str, Any],
    *,
    if_match: Collection[str] | None = None,
    today: dt.date | None = None,
) -> Receipt:
    """Change some columns of one fact (by key) or master (by id): absent keeps, null clears.

    Raises NotFound, Forbidden, Invalid or Conflict, and a 412 Refusal when its tag is not among `if_match`.
    """
    may_write(audience, kind)
    if not isinstance(partial, Mapping):
        raise Invalid("A change is a JSON object with the columns to change.")

    def once() -> Receipt:
        with transaction.atomic():
            stored = _locked(kind, key_or_id, if_match)
            return _run(Intake(audience, kind, today=today), _patched(Plan(kind), stored, partial))

    return retried(kind, once)


def withdraw(audience: Audience, kind: Kind, key: Any, *, if_match: Collection[str] | None = None) -> Receipt:
    """Take one fact back: a last version says so, and what was known stays in its history."""
    may_write(audience, kind)

    def once() -> Receipt:
        with transaction.atomic():
            stored = _locked(kind, key, if_match)
            row = Row(None, source=stored.source, external_id=stored.external_id, existing=stored, is_pinned=True)
            row.withdrawn, row.source_updated_at = True, stored.source_updated_at
            row.values = {column.name: column.value_of(stored) for column in kind.columns}
            return _run(Intake(audience, kind), row)

    return retried(kind, once)


def tag_of(instance: Any) -> str:
    """The entity tag of a stored thing: a fact's version, a master's last change."""
    if hasattr(instance, "recorded_at"):
        return f'"{instance.pk}"'
    return f'"{instance.pk}-{rfc3339(instance.updated_at)}"'


def _locked(kind: Kind, key_or_id: Any, if_match: Collection[str] | None) -> Any:
    plan = Plan(kind)
    if kind.is_master:
        names = [column.model_fields[0] for column in plan.references]
        masters = kind.model._default_manager.select_related(*names).select_for_update(of=("self",))
        found = list(masters.filter(pk=key_or_id))
    else:
        found = [fact for fact in current_versions(plan, key=key_or_id) if not fact.withdrawn]
    stored = found[0] if found else None
    if stored is None:
        raise NotFound
    if if_match is not None and not {"*", tag_of(stored)} & set(if_match):
        raise Refusal(
            f"This {plan.singular} was changed since you read it. Read it again, then change it.",
            "precondition-failed",
            "Changed since it was read",
            412,
        )
    return stored


def _run(intake: Intake, row: Row) -> Receipt:
    """Take the one row in; a refusal is raised, and undoes the transaction around it."""
    intake.frozen = touches.frozen_months()
    intake.take([row])
    if intake.receipt.refused:
        raise intake.receipt.refusal()
    intake.finish()
    intake.receipt.stored = True
    return intake.receipt


def _patched(plan: Plan, stored: Any, partial: Mapping[str, Any]) -> Row:
    """The stored thing with some columns read anew, as a row that goes the way of every row."""
    row = Row(None, source=stored.source, external_id=stored.external_id, existing=stored, is_pinned=True)
    row.source_updated_at = stored.source_updated_at
    known = plan.json_names - {"withdrawn"}
    for name in sorted(partial.keys() - known):
        row.fails(unknown_column(plan, name, known))
    read_envelope(plan, row, {name: partial[name] for name in partial.keys() & known}, "json")
    for column in plan.columns:
        row.values[column.name] = column.value_of(stored)
    if not plan.kind.is_master and "external_id" not in partial and _was_derived(plan, stored, row):
        row.external_id = ""  # it follows the columns it was made of
    for column in plan.columns:
        try:
            value = column.from_json(partial)
        except ValueError as error:
            row.fails(wrong_of(column, error))
            continue
        if value is not ABSENT:
            row.given.add(column.name)
            row.values[column.name] = value
    return row


def _was_derived(plan: Plan, stored: Any, row: Row) -> bool:
    return bool(plan.kind.identity) and stored.external_id == derived_external_id(plan.kind, row.values)
