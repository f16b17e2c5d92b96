"""The column of an amount: whole minor units beside their currency, and where asked for what lies below them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from roi_project.intake import values
from roi_project.intake.columns.base import ABSENT, Column
from roi_project.intake.columns.numbers import EXACT
from roi_project.kernel.money import exponent, parse_minor

BELOW_MINOR_PLACES = 12
MOST_MINOR = 10**17
"""Of one amount: a whole year of it, and sums of many, still fit in 64 bits."""


@dataclass(frozen=True)
class Amount:
    """Money that was read: `minor` units of `currency`, plus `fraction` in 1e-12 of a minor unit (never negative)."""

    minor: int
    currency: str
    fraction: int = 0

    @property
    def decimal(self) -> Decimal:
        """The exact amount in units of the currency."""
        steps = Decimal(self.minor * 10**BELOW_MINOR_PLACES + self.fraction)
        return steps.scaleb(-BELOW_MINOR_PLACES - exponent(self.currency), EXACT)

    def __str__(self) -> str:
        places = exponent(self.currency)
        whole, _, decimals = f"{self.decimal:f}".partition(".")
        decimals = decimals.rstrip("0").ljust(places, "0")
        return f"{whole}.{decimals}" if decimals else whole


@dataclass(frozen=True, kw_only=True)
class Money(Column):
    """An amount with its currency. `signed` lets it be negative (credits, reversals)."""

    field: str
    currency_field: str = "currency"
    fraction_field: str | None = None
    signed: bool = False

    @property
    def model_fields(self) -> tuple[str, ...]:
        names = (self.field, self.currency_field)
        return (*names, self.fraction_field) if self.fraction_field else names

    @property
    def csv_names(self) -> tuple[str, ...]:
        return (self.name, self.currency_field)

    def parse(self, raw: Any) -> Amount:
        if not isinstance(raw, Mapping) or set(raw) != {"amount", "currency"}:
            raise ValueError('is not money; write {"amount": "12.34", "currency": "EUR"}')
        return self._amount(raw["amount"], raw["currency"])

    def from_csv(self, row: Mapping[str, str]) -> Any:
        cell, currency = row.get(self.name), row.get(self.currency_field)
        if cell is None and currency is None:
            return ABSENT
        if not cell:
            if self.must_be_sent or not currency:
                return self.empty()
            raise ValueError("has a currency and no amount")
        return self._amount(cell, currency or "")

    def _amount(self, raw: Any, currency: Any) -> Amount:
        if currency == "":
            raise ValueError("has no currency")
        if not isinstance(currency, str):
            raise ValueError(f"{values.shown(currency)} is not a known ISO 4217 currency code")
        places = exponent(currency)
        extra = BELOW_MINOR_PLACES if self.fraction_field else 0
        try:
            number = values.decimal(raw, places=places + extra)
        except ValueError as error:
            raise ValueError(f"{error}{f' ({currency})' if 'decimal place' in str(error) else ''}") from None
        if number < 0 and not self.signed:
            raise ValueError(f"{values.shown(str(raw))} is negative")
        if self.fraction_field:
            steps = int(number.scaleb(places + extra, EXACT))
            minor, fraction = divmod(steps, 10**BELOW_MINOR_PLACES)
        else:
            minor, fraction = parse_minor(f"{number:f}", currency), 0
        if abs(minor) > MOST_MINOR:
            raise ValueError(f"{values.shown(str(raw))} is too large")
        return Amount(minor, currency, fraction)

    def fill(self, value: Amount | None) -> dict[str, Any]:
        if value is None:
            filled: dict[str, Any] = {self.field: None, self.currency_field: ""}
            return {**filled, self.fraction_field: 0} if self.fraction_field else filled
        filled = {self.field: value.minor, self.currency_field: value.currency}
        return {**filled, self.fraction_field: value.fraction} if self.fraction_field else filled

    def value_of(self, instance: Any) -> Amount | None:
        minor = getattr(instance, self.field)
        if minor is None:
            return None
        fraction = getattr(instance, self.fraction_field) if self.fraction_field else 0
        return Amount(minor, getattr(instance, self.currency_field), fraction)

    def render(self, instance: Any) -> dict[str, str] | None:
        amount = self.value_of(instance)
        return None if amount is None else {"amount": str(amount), "currency": amount.currency}

    def to_cells(self, instance: Any) -> dict[str, str]:
        amount = self.value_of(instance)
        cells = ("", "") if amount is None else (str(amount), amount.currency)
        return dict(zip(self.csv_names, cells, strict=True))

    def as_text(self, value: Amount | None) -> str:
        return "" if value is None else f"{value} {value.currency}"

    def fragment(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "amount": {"type": "string", "format": "decimal", "examples": ["1234.50"]},
                "currency": {"type": "string", "minLength": 3, "maxLength": 3, "examples": ["EUR"]},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }
