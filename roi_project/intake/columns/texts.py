"""Columns of words: free text, codes, choices, flags, keys."""

import uuid
from dataclasses import dataclass
from typing import Any

from roi_project.intake import values
from roi_project.intake.columns.base import Column


@dataclass(frozen=True)
class Text(Column):
    """Words of a person: NFC, nothing unprintable. `lines` also takes line breaks and tabs."""

    default: Any = ""
    max_length: int = 200
    lines: bool = False

    def parse(self, raw: Any) -> str:
        words = values.text(raw, longest=self.max_length, lines=self.lines)
        if self.must_be_sent and not words.strip():
            raise ValueError("is required")
        return words

    def fragment(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max_length}


@dataclass(frozen=True)
class Code(Column):
    """A short name that systems share. Capitals count, and it may contain a slash."""

    default: Any = ""
    max_length: int = 100

    def parse(self, raw: Any) -> str:
        code = values.text(raw, longest=self.max_length)
        if code != code.strip():
            raise ValueError(f"{values.shown(raw)} has a space at its beginning or end")
        return code or self.empty()

    def fragment(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max_length}


@dataclass(frozen=True, kw_only=True)
class Choice(Column):
    """One of a few known words."""

    choices: Any

    @property
    def known(self) -> list[str]:
        return list(getattr(self.choices, "values", self.choices))

    def parse(self, raw: Any) -> Any:
        if raw == "":
            return self.empty()
        if not isinstance(raw, str) or raw not in self.known:
            raise ValueError(f"{values.shown(raw)} is not one of {', '.join(self.known)}")
        return raw

    def fragment(self) -> dict[str, Any]:
        nothing = [""] if self.default == "" else []  # then a row without it answers so
        return {"type": "string", "enum": [*self.known, *nothing]}


@dataclass(frozen=True)
class Flag(Column):
    """Yes or no: a JSON boolean, or true and false in a CSV."""

    default: Any = False

    def parse(self, raw: Any) -> bool:
        if not isinstance(raw, bool):
            raise ValueError(f"{values.shown(raw)} is not true or false")
        return raw

    def parse_cell(self, cell: str) -> bool:
        if cell not in ("true", "false"):
            raise ValueError(f"{values.shown(cell)} is not true or false")
        return cell == "true"

    def to_cells(self, instance: Any) -> dict[str, str]:
        return {self.name: "true" if self.value_of(instance) else "false"}

    def fragment(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Key(Column):
    """The key of a fact, as a UUID."""

    def parse(self, raw: Any) -> uuid.UUID:
        try:
            key = uuid.UUID(raw)
        except (ValueError, TypeError, AttributeError):
            key = None
        if key is None or str(key) != raw.lower():
            raise ValueError(f"{values.shown(raw)} is not a key; a key is a UUID with its four hyphens")
        return key

    def render(self, instance: Any) -> str | None:
        key = self.value_of(instance)
        return None if key is None else str(key)

    def fragment(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}
