"""Storing facts: a changed fact is a new version, and the stamp on the old one is the only update ever made."""

import datetime as dt
import uuid
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from django.db.models.functions import Now

from roi_project.access.audience import Audience
from roi_project.db.append import append
from roi_project.db.touches import Months, first_of_month, next_month
from roi_project.intake.kinds import Span
from roi_project.intake.plan import Plan
from roi_project.intake.receipt import Outcome
from roi_project.intake.references import chunks
from roi_project.intake.rows import Row
from roi_project.kernel.errors import Conflict


def outcome_of(plan: Plan, row: Row) -> Outcome:
    """What a row that is fine means for the stored fact."""
    stored = row.existing
    if stored is None:
        return Outcome.UNCHANGED if row.withdrawn else Outcome.CREATED
    if is_older(row, stored):
        return Outcome.STALE
    if row.withdrawn:
        return Outcome.UNCHANGED if stored.withdrawn else Outcome.WITHDRAWN
    return Outcome.UNCHANGED if not stored.withdrawn and same_content(plan, row) else Outcome.CHANGED


def is_older(row: Row, stored: Any) -> bool:
    """Whether the source itself says that what is stored is newer."""
    moments = (row.source_updated_at, stored.source_updated_at)
    return None not in moments and moments[0] < moments[1]


def stored_fields(plan: Plan, row: Row) -> dict[str, Any]:
    """The model fields a row stands for, with the model's own value where it stores no null."""
    fields: dict[str, Any] = {}
    for column in plan.columns:
        fields |= column.fill(row.values[column.name])
    return {
        name: plan.defaults[name] if value is None and name in plan.defaults else value
        for name, value in fields.items()
    }


def same_content(plan: Plan, row: Row) -> bool:
    stored = row.existing
    if (row.source, row.external_id) != (stored.source, stored.external_id):
        return False
    return all(getattr(stored, name) == value for name, value in stored_fields(plan, row).items())


def version_of(plan: Plan, row: Row, audience: Audience) -> Any:
    """The version that a row asks for, not stored yet."""
    stored = row.existing
    if row.withdrawn:
        fields = {name: getattr(stored, name) for column in plan.columns for name in column.model_fields}
    else:
        fields = stored_fields(plan, row)
    return plan.kind.model(
        key=stored.key if stored is not None else uuid.uuid4(),
        source=row.source,
        external_id=row.external_id,
        source_updated_at=row.source_updated_at,
        recorded_by=audience.actor,
        withdrawn=row.withdrawn,
        **fields,
    )


def write_facts(plan: Plan, versions: Sequence[Any], replaced: Sequence[Any]) -> None:
    """Stamp the replaced versions and append the new ones, by the clock of the database like everything recorded."""
    objects = plan.kind.model._default_manager
    stamped = 0
    for some in chunks(sorted(fact.pk for fact in replaced)):
        stamped += objects.filter(pk__in=some, superseded_at=None).update(superseded_at=Now())
    if stamped != len(replaced):
        raise Conflict(f"Somebody else changed the same {plan.words} at this moment. Read them again, then send again.")
    append(versions)


def months_of(span: Span | None) -> Months | None:
    """A span as whole months; None when it has none."""
    if span is None or (span.end is not None and span.end <= span.first):
        return None
    end = span.end
    if end is not None and end.day != 1:
        end = next_month(first_of_month(end))
    return first_of_month(span.first), end


def is_late(months: Months | None, frozen: Sequence[dt.date]) -> bool:
    """Whether a range of months has a closed one in it."""
    if months is None or not frozen:
        return False
    first, end = months
    position = bisect_left(frozen, first)
    return position < len(frozen) and (end is None or frozen[position] < end)
