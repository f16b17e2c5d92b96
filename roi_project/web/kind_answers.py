"""Stored masters and facts as JSON: the columns of their kind, and who recorded them when."""

from typing import Any

from roi_project.intake.columns.days import rfc3339
from roi_project.intake.kinds import Kind


def answer(kind: Kind, instance: Any) -> dict[str, Any]:
    """One row of a list: written so that its columns can be sent again."""
    columns = {column.name: column.render(instance) for column in kind.columns}
    envelope = {
        "source": instance.source,
        "external_id": instance.external_id,
        "source_updated_at": rfc3339(instance.source_updated_at),
    }
    if kind.is_master:
        return {"id": instance.pk, **columns, **envelope, "updated_at": rfc3339(instance.updated_at)}
    return {
        "key": str(instance.key),
        **columns,
        **envelope,
        "recorded_at": rfc3339(instance.recorded_at),
        "recorded_by": instance.recorded_by,
        "withdrawn": instance.withdrawn,
    }


def version(kind: Kind, instance: Any) -> dict[str, Any]:
    """One version in the history of a fact."""
    return {**answer(kind, instance), "superseded_at": rfc3339(instance.superseded_at)}
