"""Writing the audit trail, inside the transaction of the change it tells of."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from roi_project.access.audience import Audience
from roi_project.audit.models import Action, Change
from roi_project.web.request_id import current_request_id

Values = Mapping[str, Any] | None


@dataclass(frozen=True)
class Entry:
    """One change to be written down. `before` and `after` hold what may be shown, never pay."""

    action: str
    kind: str
    object_id: Any
    object_code: str = ""
    before: Values = None
    after: Values = None
    reason: str = ""


def record(
    audience: Audience,
    *,
    action: str,
    kind: str,
    object_id: Any,
    object_code: str = "",
    before: Values = None,
    after: Values = None,
    reason: str = "",
    now: dt.datetime | None = None,
) -> None:
    """Write one change down. Without `now`, the database's clock says when."""
    record_many(audience, [Entry(action, kind, object_id, object_code, before, after, reason)], now=now)


def record_many(audience: Audience, entries: Iterable[Entry], *, now: dt.datetime | None = None) -> None:
    """Write many changes down in one statement per thousand."""
    moment = {} if now is None else {"at": now}
    request_id = current_request_id()
    Change.objects.bulk_create(
        (
            Change(
                **moment,
                actor=audience.actor,
                request_id=request_id,
                action=Action(entry.action),
                kind=entry.kind,
                object_id=str(entry.object_id),
                object_code=entry.object_code,
                before=entry.before,
                after=entry.after,
                reason=entry.reason,
            )
            for entry in entries
        ),
        batch_size=1_000,
    )
