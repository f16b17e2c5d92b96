"""The body of a bulk request, read as strictly as its rows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from roi_project.intake import values
from roi_project.intake.receive import MODES
from roi_project.kernel.errors import FieldProblem, Invalid, Refusal
from roi_project.web.kind_serializers import MOST_ROWS

MEMBERS = frozenset(
    {"rows", "source", "mode", "dry_run", "partial", "control_total", "row_count", "as_of", "confirm_ends"}
)


@dataclass(frozen=True)
class BulkBody:
    """What a caller asked for beside the rows themselves."""

    rows: list[Any]
    source: str = ""
    mode: str = "upsert"
    dry_run: bool = False
    partial: bool = False
    control_total: Decimal | None = None
    row_count: int | None = None
    as_of: dt.date | None = None
    confirm_ends: int | None = None

    @classmethod
    def read(cls, body: Any) -> "BulkBody":
        """Raises Invalid with every fault of the body, and a 413 Refusal for too many rows."""
        if not isinstance(body, Mapping):
            raise Invalid('A bulk request is a JSON object: {"rows": [...]}.')
        problems = [_unknown(str(name)) for name in body.keys() - MEMBERS]
        given: dict[str, Any] = {}
        for name, reader in READERS.items():
            if body.get(name) is None:
                continue
            try:
                given[name] = reader(body[name])
            except ValueError as error:
                problems.append(FieldProblem(f"/{name}", "invalid", f"{name}: {error}."))
        if body.get("rows") is None:
            problems.append(FieldProblem("/rows", "required", "rows: is required."))
        if problems:
            raise Invalid(problems[0].detail, problems=problems)
        if len(given["rows"]) > MOST_ROWS:
            detail = f"{len(given['rows']):,} rows are more than the {MOST_ROWS:,} of one request. Send them in parts."
            raise Refusal(detail, "too-large", "Too large", 413)
        return cls(**given)


def _unknown(name: str) -> FieldProblem:
    detail = f"{values.shown(name)} is not known here; known are {', '.join(sorted(MEMBERS))}."
    return FieldProblem(f"/{name[:100]}", "unknown-field", detail)


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise ValueError("is not a list of rows")
    return raw


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise ValueError(f"{values.shown(raw)} is not true or false")
    return raw


def _mode(raw: Any) -> str:
    if raw not in MODES:
        raise ValueError(f"{values.shown(raw)} is not one of {', '.join(MODES)}")
    return raw


READERS = {
    "rows": _list,
    "source": lambda raw: values.text(raw, longest=64),
    "mode": _mode,
    "dry_run": _flag,
    "partial": _flag,
    "control_total": lambda raw: values.decimal(raw, places=15),
    "row_count": values.whole,
    "as_of": values.day,
    "confirm_ends": values.whole,
}
