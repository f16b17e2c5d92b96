"""Reading raw rows: shape, columns and envelope. Everything wrong with a row is told at once."""

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from roi_project.intake import values
from roi_project.intake.columns import ABSENT, Column
from roi_project.intake.kinds import Wrong
from roi_project.intake.outcomes import Outcome
from roi_project.intake.plan import EXTERNAL_ID, SOURCE, SOURCE_UPDATED_AT, WITHDRAWN, Plan

Raw = tuple[int | None, Any, str]


@dataclass(slots=True)
class Row:
    """One row on its way in. `values` are by column and complete, `given` names the columns that were sent."""

    number: int | None
    values: dict[str, Any] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    source: str = ""
    external_id: str = ""
    source_updated_at: dt.datetime | None = None
    withdrawn: bool = False
    existing: Any = None  # the stored version that this row is about
    draft: Any = None  # a new master that other rows of the request point at, not stored yet
    is_pinned: bool = False  # the caller named the stored row itself, so its names may change
    wrongs: list[Wrong] = field(default_factory=list)
    counts_as: Outcome | None = None  # what a snapshot calls what becomes of it, when that is another word
    is_part: bool = False  # it is told with another row
    details: dict[str, Any] = field(default_factory=dict)  # what is told of it beside the outcome

    def fails(self, wrong: Wrong) -> None:
        self.wrongs.append(wrong)

    @property
    def is_fine(self) -> bool:
        return not self.wrongs


def read_rows(plan: Plan, raws: Iterable[Raw], *, source: str) -> list[Row]:
    """The rows as parsed values; references are still names."""
    return [read_row(plan, number, raw, style, source=source) for number, raw, style in raws]


def read_row(plan: Plan, number: int | None, raw: Any, style: str, *, source: str = "") -> Row:
    """One row from a JSON object or CSV cells. A door may hand over a Wrong where there was no row to read."""
    row = Row(number, source=source)
    if isinstance(raw, Wrong):
        row.fails(raw)
        return row
    if not isinstance(raw, Mapping):
        row.fails(Wrong("", "a row is a JSON object with one member per column"))
        return row
    known = plan.csv_names if style == "csv" else plan.json_names
    for name in sorted(raw.keys() - known):
        row.fails(unknown_column(plan, name, known))
    read_envelope(plan, row, raw, style)
    for column in plan.columns:
        value = _read(column, raw, style, row)
        if value is not ABSENT:
            row.given.add(column.name)
        elif not row.withdrawn:
            value = _left_out(plan, column, row)
        row.values[column.name] = None if value is ABSENT else value
    return row


def read_envelope(plan: Plan, row: Row, raw: Mapping[str, Any], style: str) -> None:
    """Who says so: source, external id, the source's own clock, and whether the fact is taken back."""
    for column in plan.envelope:
        value = _read(column, raw, style, row)
        if value is ABSENT:
            continue
        row.given.add(column.name)
        if column is SOURCE:
            row.source = value or row.source
        elif column is EXTERNAL_ID:
            row.external_id = value
        elif column is SOURCE_UPDATED_AT:
            row.source_updated_at = value
        elif column is WITHDRAWN:
            row.withdrawn = value


def _read(column: Column, raw: Mapping[str, Any], style: str, row: Row) -> Any:
    try:
        return column.from_csv(raw) if style == "csv" else column.from_json(raw)
    except ValueError as error:
        if not (row.withdrawn and str(error) == "is required"):
            row.fails(wrong_of(column, error))
        return ABSENT


def _left_out(plan: Plan, column: Column, row: Row) -> Any:
    if any(wrong.column == column.name for wrong in row.wrongs):
        return ABSENT  # it was sent, and already refused
    try:
        value = column.empty()
    except ValueError as error:
        row.fails(wrong_of(column, error))
        return ABSENT
    return plan.defaults.get(column.model_fields[0]) if value is None else value


def wrong_of(column: Column, error: ValueError) -> Wrong:
    code = "required" if str(error) == "is required" else "invalid"
    return Wrong(column.name, str(error), code)


def unknown_column(plan: Plan, name: str, known: Iterable[str]) -> Wrong:
    """The refusal of a column nobody knows, with the one that was probably meant."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return Wrong(values.clean(name[:100]), f"{plan.words} have no such column; {hint}", "unknown_column")
