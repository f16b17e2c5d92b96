"""What every column can do: read a raw value, fill model fields, and show the stored value again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


class _Absent:
    """The row says nothing about this column, which is not the same as saying null."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = _Absent()


@dataclass(frozen=True)
class Column:
    """One named value of a row.

    `parse` raises ValueError with a sentence without its subject ("“x” is not a day; …"): the reader of
    rows puts the row and the column before it.
    """

    name: str
    help: str
    required: bool = True
    default: Any = None
    field: str | None = None

    @property
    def model_fields(self) -> tuple[str, ...]:
        """The model fields this column fills."""
        return (self.field or self.name,)

    @property
    def csv_names(self) -> tuple[str, ...]:
        """The header names under which a CSV may carry this column; the first is the usual one."""
        return (self.name,)

    @property
    def must_be_sent(self) -> bool:
        return self.required and (self.default is None or self.default == "")

    def parse(self, raw: Any) -> Any:
        """The exact Python value of one raw value; ValueError with a sentence otherwise."""
        raise NotImplementedError

    def parse_cell(self, cell: str) -> Any:
        """The same for a CSV cell that is not empty."""
        return self.parse(cell)

    def empty(self) -> Any:
        """The value of null, of an empty cell and of a column that was not sent."""
        if self.must_be_sent:
            raise ValueError("is required")
        return self.default

    def from_json(self, row: Mapping[str, Any]) -> Any:
        """The value in a JSON row, or ABSENT."""
        raw = row.get(self.name, ABSENT)
        if raw is ABSENT:
            return ABSENT
        return self.empty() if raw is None else self.parse(raw)

    def from_csv(self, row: Mapping[str, str]) -> Any:
        """The value in a CSV row, or ABSENT when the file has no such column."""
        cell = row.get(self.name)
        if cell is None:
            return ABSENT
        return self.parse_cell(cell) if cell else self.empty()

    def fill(self, value: Any) -> dict[str, Any]:
        """The model fields and what they become."""
        return {self.model_fields[0]: value}

    def value_of(self, instance: Any) -> Any:
        """The parsed value that a stored instance stands for."""
        return getattr(instance, self.model_fields[0])

    def render(self, instance: Any) -> Any:
        """The stored value as JSON, written so that it can be sent again."""
        return self.value_of(instance)

    def to_json(self, instance: Any) -> Any:
        return self.render(instance)

    def to_cells(self, instance: Any) -> dict[str, str]:
        """The stored value as CSV cells under the usual names."""
        value = self.render(instance)
        return {self.name: "" if value is None else str(value)}

    def as_text(self, value: Any) -> str:
        """The value inside a derived external id."""
        return "" if value is None else str(value)

    def fragment(self) -> dict[str, Any]:
        """The OpenAPI schema of a value that is not null."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """The OpenAPI 3.1 schema of this column, with its help; null where null is allowed."""
        fragment = {**self.fragment(), "description": self.help}
        if not self.must_be_sent and isinstance(fragment.get("type"), str):
            fragment["type"] = [fragment["type"], "null"]
            if "enum" in fragment:
                fragment["enum"] = [*fragment["enum"], None]
        return fragment
