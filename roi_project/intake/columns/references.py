"""The column that points at another thing: by id, by code, or by its name in the system it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from roi_project.intake import values
from roi_project.intake.columns.base import ABSENT, Column

MOST_IDS = 2**63 - 1


@dataclass(frozen=True)
class Ref:
    """What was sent to point at something. `name` is the id, the code, or (source, external id)."""

    by: Literal["id", "code", "external"]
    name: Any

    def __str__(self) -> str:
        if self.by != "external":
            return f"{self.by} {self.name}"
        source, external_id = self.name
        return f"external id {external_id}" + (f" from source {source}" if source else "")


@dataclass(frozen=True, kw_only=True)
class Reference(Column):
    """A pointer to a row of the kind named `to`. Rows are looked up in bulk after all were read.

    `direct` takes a name as it is, whatever it is forwarded to.
    """

    to: str
    direct: bool = False

    def parse(self, raw: Any) -> Ref:
        if isinstance(raw, str):
            return Ref("code", _name(raw, 100))
        if isinstance(raw, Mapping):
            names = set(raw)
            if names == {"id"}:
                return Ref("id", _id(raw["id"]))
            if names == {"code"}:
                return Ref("code", _name(raw["code"], 100))
            if names == {"external_id"} or names == {"external_id", "source"}:
                return Ref("external", (_source(raw.get("source", "")), _name(raw["external_id"], 300)))
            if names == {"id", "code"}:  # as lists answer it, so that an answer can be sent again
                _name(raw["code"], 100)
                return Ref("id", _id(raw["id"]))
        raise ValueError(
            'is not a reference; write a code, or {"id": 1}, {"code": "…"} or {"source": "…", "external_id": "…"}'
        )

    @property
    def csv_names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}.external_id", f"{self.name}.source", f"{self.name}.id")

    def from_csv(self, row: Mapping[str, str]) -> Any:
        cells = [row.get(name) for name in self.csv_names]
        if all(cell is None for cell in cells):
            return ABSENT
        code, external_id, source, number = (cell or "" for cell in cells)
        styles = [bool(code), bool(external_id), bool(number)]
        if sum(styles) > 1:
            raise ValueError("is named in more than one way")
        if code:
            return self.parse(code)
        if external_id:
            return self.parse({"source": source, "external_id": external_id})
        if number:
            return self.parse({"id": int(values.whole(number))})
        return self.empty()

    def value_of(self, instance: Any) -> Any:
        return getattr(instance, self.field or self.name)

    def render(self, instance: Any) -> dict[str, Any] | None:
        other = self.value_of(instance)
        return None if other is None else {"id": other.pk, "code": other.code}

    def to_cells(self, instance: Any) -> dict[str, str]:
        other = self.value_of(instance)
        return {self.name: "" if other is None else other.code}

    def as_text(self, value: Any) -> str:
        return "" if value is None else value.code

    def fragment(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "code": {"type": "string"},
                "source": {"type": "string"},
                "external_id": {"type": "string"},
            },
        }

    def schema(self) -> dict[str, Any]:
        words = f"{self.help}; by id, by code, or by source and external_id. Text alone is a code."
        return {**super().schema(), "description": words}


def _name(raw: Any, longest: int) -> str:
    name = values.text(raw, longest=longest)
    if not name:
        raise ValueError("is an empty name")
    return name


def _source(raw: Any) -> str:
    return values.text(raw, longest=64)


def _id(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= MOST_IDS:
        raise ValueError(f"{values.shown(raw)} is not an id")
    return raw
