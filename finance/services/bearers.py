"""Who a cost or a part of a pool falls on: exactly one."""

from collections.abc import Mapping
from typing import Any

from finance.models import Sink, TargetKind
from roi_project.intake.kinds import Wrong

_COLUMN_OF = {TargetKind.TEAM: "team", TargetKind.POOL: "to_pool", TargetKind.SINK: "sink"}


def one_bearer(row: Mapping[str, Any]) -> None:
    """Raises Wrong unless a cost falls on a team, a value stream or a pool, and on one of them only."""
    given = [name for name in ("team", "stream", "pool") if row[name] is not None]
    if not given:
        raise Wrong("team", "give the team, the stream or the pool that bears the cost")
    if len(given) > 1:
        raise Wrong(given[1], f"give one of team, stream and pool, not {' and '.join(given)}")


def one_target(row: Mapping[str, Any]) -> None:
    """Raises Wrong unless just the column that the target kind asks for is given."""
    asked = _COLUMN_OF[row["target_kind"]]
    if not row[asked]:
        known = f": one of {', '.join(Sink.values)}" if asked == "sink" else ""
        raise Wrong(asked, f"give {asked}{known}, because target_kind is {row['target_kind']}")
    for column in _COLUMN_OF.values():
        if column != asked and row[column]:
            raise Wrong(column, f"leave {column} empty, because target_kind is {row['target_kind']}")
