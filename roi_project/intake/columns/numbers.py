"""Columns of numbers. They are exact: what does not fit the column's places is refused, never rounded."""

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Final

from roi_project.db.fields import BIGINT_MAX
from roi_project.intake import values
from roi_project.intake.columns.base import Column

INTEGER_MAX = 2**31 - 1
# The default context rounds to 28 digits; an amount with its fractions has up to 31, and a sum a few more.
EXACT: Final = Context(prec=100)


def plain(number: Decimal) -> str:
    """A decimal as people write it: no exponent, no zeros at the end."""
    return f"{number.normalize(EXACT):f}"


@dataclass(frozen=True)
class Whole(Column):
    """A whole number, by default within 32 bits."""

    minimum: int | None = None
    maximum: int | None = None

    def parse(self, raw: Any) -> int:
        number = values.whole(raw)
        least = -INTEGER_MAX if self.minimum is None else self.minimum
        most = INTEGER_MAX if self.maximum is None else self.maximum
        if number < least:
            raise ValueError(f"{number} is less than {least}")
        if number > most:
            raise ValueError(f"{number} is more than {most}")
        return number

    def fragment(self) -> dict[str, Any]:
        fragment: dict[str, Any] = {"type": "integer"}
        if self.minimum is not None:
            fragment["minimum"] = self.minimum
        if self.maximum is not None:
            fragment["maximum"] = self.maximum
        return fragment


@dataclass(frozen=True, kw_only=True)
class Number(Column):
    """A decimal of a fixed number of places. `above` is a limit that is not reached, `minimum` one that may be."""

    places: int
    minimum: Any = None
    maximum: Any = None
    above: Any = None

    def parse(self, raw: Any) -> Decimal:
        number = values.decimal(raw, places=self.places)
        if self.above is not None and number <= self.above:
            raise ValueError(f"{plain(number)} is not more than {self.above}")
        if self.minimum is not None and number < self.minimum:
            raise ValueError(f"{plain(number)} is less than {self.minimum}")
        if self.maximum is not None and number > self.maximum:
            raise ValueError(f"{plain(number)} is more than {self.maximum}")
        if abs(number) > Decimal(BIGINT_MAX).scaleb(-self.places):
            raise ValueError(f"{plain(number)} is too large")
        return number

    def render(self, instance: Any) -> str | None:
        number = self.value_of(instance)
        return None if number is None else plain(number)

    def as_text(self, value: Any) -> str:
        return "" if value is None else plain(value)

    def fragment(self) -> dict[str, Any]:
        decimals = rf"(\.[0-9]{{1,{self.places}}})?" if self.places else ""
        return {"type": "string", "format": "decimal", "pattern": rf"^-?(0|[1-9][0-9]*){decimals}$"}


@dataclass(frozen=True, kw_only=True)
class Share(Number):
    """A part of one, to a millionth: 0.25 is a quarter."""

    places: int = 6
    above: Any = 0
    maximum: Any = 1
