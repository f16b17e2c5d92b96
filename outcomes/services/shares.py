"""Shares of one thing may not sum to more than the whole thing, on any day."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from roi_project.kernel.errors import Conflict

WHOLE = Decimal(1)


def largest_sum(rows: Iterable[tuple[dt.date, dt.date | None, Decimal]]) -> tuple[Decimal, dt.date | None]:
    """The largest sum of (first day, first day not counted, share) rows on any day, and the first such day."""
    steps: dict[dt.date, Decimal] = {}
    for starts_on, ends_on, share in rows:
        steps[starts_on] = steps.get(starts_on, Decimal(0)) + share
        if ends_on is not None:
            steps[ends_on] = steps.get(ends_on, Decimal(0)) - share
    largest, on, running = Decimal(0), None, Decimal(0)
    for day, step in sorted(steps.items()):
        running += step
        if running > largest:
            largest, on = running, day
    return largest, on


def refuse_more_than_whole(rows: Iterable[tuple[str, dt.date, dt.date | None, Decimal]], *, what: str) -> None:
    """Raises Conflict when the shares under one code, rows of (code, from, until, share), pass one on some day."""
    by_code: dict[str, list[tuple[dt.date, dt.date | None, Decimal]]] = {}
    for code, starts_on, ends_on, share in rows:
        by_code.setdefault(code, []).append((starts_on, ends_on, share))
    for code, shares in sorted(by_code.items()):
        total, on = largest_sum(shares)
        if total > WHOLE:
            raise Conflict(
                f"The shares of {what} {code} sum to {total.normalize():f} on {on}; more than 1 is not possible. "
                "Lower or end another share in the same request."
            )
