"""Columns of time. Money and capacity use days and months; a moment only says when something was known."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from roi_project.intake import values
from roi_project.intake.columns.base import Column


@dataclass(frozen=True)
class Day(Column):
    """A day, YYYY-MM-DD."""

    def parse(self, raw: Any) -> dt.date:
        return values.day(raw)

    def render(self, instance: Any) -> str | None:
        day = self.value_of(instance)
        return None if day is None else day.isoformat()

    def fragment(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Month(Column):
    """A month, YYYY-MM; kept as its first day."""

    def parse(self, raw: Any) -> dt.date:
        return values.month(raw)

    def render(self, instance: Any) -> str | None:
        month = self.value_of(instance)
        return None if month is None else f"{month:%Y-%m}"

    def as_text(self, value: Any) -> str:
        return "" if value is None else f"{value:%Y-%m}"

    def fragment(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$|^2100-(0[1-9]|1[0-2])$"}


@dataclass(frozen=True)
class Moment(Column):
    """A moment by RFC 3339, with its offset; shown in UTC."""

    def parse(self, raw: Any) -> dt.datetime:
        return values.moment(raw)

    def render(self, instance: Any) -> str | None:
        return rfc3339(self.value_of(instance))

    def fragment(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


def rfc3339(moment: dt.datetime | None) -> str | None:
    """A moment as it is sent: UTC, with Z."""
    return None if moment is None else moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
