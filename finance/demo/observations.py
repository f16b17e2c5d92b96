"""What was measured: each rate once a week, each count once a month, restless as real figures are."""

import datetime as dt
from decimal import Decimal

from finance.demo.calendar import MONTHS, RELEASED, Row, Rows, last_day
from finance.demo.changes import CHANGES, VOLUMES, Change

# How busy the months are, in hundredths of an ordinary one; a year adds up to twelve.
SEASON = {
    "01": 95, "02": 90, "03": 100, "04": 102, "05": 98, "06": 95,
    "07": 92, "08": 90, "09": 96, "10": 100, "11": 120, "12": 122,
}  # fmt: skip
RESTLESS = (0, 2, -1, 1, -2)
"""Fortieths of the promised change by which a rate strays from week to week; they cancel."""
FIRST_MONDAY = dt.date(2025, 1, 6)
WEEKS = 77


def rows() -> Rows:
    counted = [
        {"metric": metric, "observed_on": last_day(month), "value": str(ordinary * SEASON[month[-2:]] // 100)}
        for metric, (_, _, ordinary) in VOLUMES.items()
        for month in MONTHS
    ]
    return {"observations": counted + [row for change in CHANGES for row in _readings(change)]}


def _readings(change: Change) -> list[Row]:
    mondays = [str(FIRST_MONDAY + dt.timedelta(weeks=week)) for week in range(WEEKS)]
    days = [last_day(month) for month in MONTHS] if change.monthly else mondays
    return [
        {"metric": change.metric, "observed_on": day, "value": str(_level(change, day) + _stray(change, number))}
        for number, day in enumerate(days)
    ]


def _level(change: Change, day: str) -> Decimal:
    """The baseline before the release, what was seen once benefits count, and halfway in the weeks between."""
    before, after = Decimal(change.baseline), Decimal(change.seen)
    if not change.released or day < change.released:
        return before
    return after if day >= RELEASED else (before + after) / 2


def _stray(change: Change, number: int) -> Decimal:
    return (Decimal(change.promised) - Decimal(change.baseline)) / 40 * RESTLESS[number % len(RESTLESS)]
