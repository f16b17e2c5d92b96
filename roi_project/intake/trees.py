"""Masters that point at one of their own kind: parents in the same request, and no circles."""

from collections.abc import Sequence
from typing import Any

from roi_project.intake.columns import Reference
from roi_project.intake.kinds import Wrong
from roi_project.intake.plan import Plan
from roi_project.intake.rows import Row


def settle_parents(plan: Plan, rows: Sequence[Row]) -> None:
    """After matching: a parent in the same request may be a stored master, may be refused, may close a circle."""
    by_draft = {id(row.draft): row for row in rows if row.draft is not None}
    for column in plan.references:
        if column.to != plan.kind.name:
            continue
        for row in rows:
            parent = by_draft.get(id(row.values.get(column.name)))
            if parent is not None and parent.existing is not None:
                row.values[column.name] = parent.existing
        _refuse_circles(plan, column, rows)
        _refuse_orphans(column, rows, by_draft)


def _refuse_orphans(column: Reference, rows: Sequence[Row], by_draft: dict[int, Row]) -> None:
    falling = True
    while falling:
        falling = False
        for row in rows:
            parent = by_draft.get(id(row.values.get(column.name)))
            if row.is_fine and parent is not None and not parent.is_fine:
                row.fails(Wrong(column.name, f"points at row {parent.number}, which is refused", "parent_refused"))
                falling = True


def _refuse_circles(plan: Plan, column: Reference, rows: Sequence[Row]) -> None:
    moved = [row for row in rows if row.is_fine and row.values.get(column.name) is not None]
    if not moved:
        return
    field = f"{column.model_fields[0]}_id"
    stored = plan.kind.model._default_manager.exclude(**{field: None})
    parents: dict[Any, Any] = dict(stored.values_list("pk", field))
    for row in rows:
        if row.is_fine and (column.name in row.given or row.existing is None):
            parents[_node(row.existing or row.draft)] = _node(row.values.get(column.name))
    for row in moved:
        if _comes_back(parents, _node(row.existing or row.draft)):
            row.fails(Wrong(column.name, f"{row.values['code']} would be above itself", "circle"))


def _node(master: Any) -> Any:
    """A stored master is its id, a new one is itself."""
    if master is None:
        return None
    return master.pk if master.pk is not None else f"new {id(master)}"


def _comes_back(parents: dict[Any, Any], start: Any) -> bool:
    seen, node = {start}, parents.get(start)
    while node is not None and node not in seen:
        seen.add(node)
        node = parents.get(node)
    return bool(node == start)
