"""Values for the eye: amounts with their currency, months, numbers without zeros at the end."""

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib import admin

from roi_project.intake.columns import Column, Money, Month, Number, Reference
from roi_project.intake.columns.numbers import plain
from roi_project.kernel.money import exponent, format_minor

EMPTY = "–"


def money(minor: int | None, currency: str) -> str:
    """1,234.50 EUR"""
    return EMPTY if minor is None else f"{grouped(format_minor(minor, currency))}\u00a0{currency}"


def grouped(text: str) -> str:
    """1234567.50 as 1,234,567.50"""
    whole, point, decimals = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{decimals}"


def for_the_eye(minor: int, currency: str) -> str:
    """An amount as people say it: 7.6 M, 412 k, 950. Rounded, so never added up."""
    units = Decimal(minor).scaleb(-exponent(currency))
    for size, letter in ((Decimal(10) ** 9, "\u00a0bn"), (Decimal(10) ** 6, "\u00a0M"), (Decimal(10) ** 3, "\u00a0k")):
        if abs(units) >= size * Decimal("0.9995"):
            scaled = units / size
            places = 0 if letter == "\u00a0k" else 1
            return f"{_round(scaled, places)}{letter}"
    return f"{_round(units, 0)}"


def _round(number: Decimal, places: int) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)  # away from zero, as everywhere here
    return f"{rounded:,.{places}f}".replace("-", "−")


def month(day: dt.date | None) -> str:
    return EMPTY if day is None else f"{day:%Y-%m}"


def needs_cell(column: Column) -> bool:
    """Whether the stored value reads badly as Django shows it."""
    return isinstance(column, Money | Month | Number)


def text(column: Column, instance: Any) -> str:
    """The stored value of a column, for a person."""
    if isinstance(column, Money):
        amount = column.value_of(instance)
        return EMPTY if amount is None else f"{grouped(str(amount))}\u00a0{amount.currency}"
    if isinstance(column, Reference):
        return str(column.value_of(instance) or EMPTY)
    if isinstance(column, Number):
        number = column.value_of(instance)
        return EMPTY if number is None else grouped(plain(number))
    value = column.render(instance)
    return EMPTY if value is None or value == "" else str(value)


def cell(column: Column) -> Callable[[Any], str]:
    """A column of a list, and a line of a page that is only looked at."""

    @admin.display(description=label(column.name), ordering=column.model_fields[0], empty_value=EMPTY)
    def shown(instance: Any) -> str:
        return text(column, instance)

    return shown


def label(name: str) -> str:
    """“service_from” as “service from”."""
    return name.replace("_", " ")
