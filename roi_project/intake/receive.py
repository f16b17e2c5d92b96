"""The one way in: rows of a kind become facts or masters, all of them or none, and the receipt says which."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, OperationalError

from roi_project.access.audience import Audience
from roi_project.db import touches
from roi_project.intake import identity
from roi_project.intake.kinds import Kind
from roi_project.intake.receipt import Receipt, Refused
from roi_project.intake.request import Intake
from roi_project.intake.rows import Raw
from roi_project.intake.snapshots import SnapshotIntake, refuse, refuse_no_snapshot
from roi_project.kernel.errors import Conflict, Forbidden

MODES: Final = ("upsert", "create", "snapshot")
TRY_AGAIN: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock


def receive(
    audience: Audience,
    kind: Kind,
    rows: Iterable[Raw],
    *,
    mode: str = "upsert",
    dry_run: bool = False,
    partial: bool = False,
    control_total: Decimal | None = None,
    row_count: int | None = None,
    source: str = "",
    as_of: dt.date | None = None,
    confirm_ends: int | None = None,
    today: dt.date | None = None,
    frozen_check: bool = True,
    keep_results: bool = True,
    on_refused: Callable[[Refused], None] | None = None,
) -> Receipt:
    """Take rows in, in one transaction; sending the same again changes nothing.

    `rows` are (number, raw mapping, "json" or "csv"); the number is what a sentence calls the row, None for
    a single one. Nothing is stored when a row is refused, unless `partial`; and never with `dry_run`, or
    when `control_total` or `row_count` do not agree with what was read. `mode` "create" refuses what is
    already known. Mode "snapshot" takes the rows as all that `source` knows on the day `as_of`: what is missing
    ends, see snapshots.py. `today` is the day of rows that have none, for names that stand for something else from
    a day on. `frozen_check` False leaves `late` uncounted. `on_refused` is told of every problem, of which the receipt
    keeps the first thousand. Raises Forbidden when the audience may not
    write this kind, Conflict when somebody else wrote the same at the same moment.
    """
    if mode not in MODES:
        raise ValueError(f"mode {mode} is none of {', '.join(MODES)}")
    may_write(audience, kind)
    if mode == "snapshot":
        may_write_source(audience, source)
        refuse_no_snapshot(kind, source=source, as_of=as_of, partial=partial)
    elif as_of is not None or confirm_ends is not None:
        raise refuse("as_of" if as_of is not None else "confirm_ends", "is for mode snapshot")

    def once() -> Receipt:
        asked: dict[str, Any] = {
            "source": source,
            "mode": mode,
            "partial": partial,
            "keep_results": keep_results,
            "today": today,
            "on_refused": on_refused,
        }
        if as_of is None:
            intake = Intake(audience, kind, **asked)
        else:
            intake = SnapshotIntake(audience, kind, as_of=as_of, confirm_ends=confirm_ends, **asked)
        intake.frozen = touches.frozen_months() if frozen_check else []
        return intake.run(rows, dry_run=dry_run, control_total=control_total, row_count=row_count)

    return retried(kind, once, attempts=3 if isinstance(rows, Sequence) else 1)


def may_write(audience: Audience, kind: Kind) -> None:
    """Raises Forbidden when the audience may not write this kind."""
    if not audience.within(kind.write):
        raise Forbidden(f"Writing {kind.name.replace('-', ' ')} is for {', '.join(sorted(kind.write))}.")


def may_write_source(audience: Audience, source: str) -> None:
    """Raises Forbidden for a state of a system whose rows the audience may not write: also an empty one ends rows."""
    if source and audience.sources is not None and source not in audience.sources:
        raise Forbidden(f"This token writes rows of {', '.join(sorted(audience.sources))} alone.")


def retried(kind: Kind, act: Callable[[], Receipt], *, attempts: int = 3) -> Receipt:
    """What `act` answers. When somebody else was faster, or waited for us as we for them, act once more."""
    for attempt in range(1, attempts + 1):
        try:
            return act()
        except (IntegrityError, identity.Overtaken) as error:
            if attempt == attempts:
                raise conflict_of(kind, error) from None
        except OperationalError as error:
            if attempt == attempts or getattr(error.__cause__, "sqlstate", None) not in TRY_AGAIN:
                raise
    raise AssertionError("attempts is at least one")


def conflict_of(kind: Kind, error: Exception) -> Conflict:
    """A broken constraint as a refusal; of the database's message nothing but the constraint's name is told."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or str(error).removeprefix("CHECK constraint failed: ")
    rule = f" (rule {name})" if name and name.replace("_", "").isalnum() else ""
    return Conflict(
        f"These {kind.name.replace('-', ' ')} conflict with what is stored{rule}. "
        "Somebody else may have written at the same moment: read again, then send again."
    )
