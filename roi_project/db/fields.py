"""Field types that keep numbers exact on both databases."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

BIGINT_MAX = 2**63 - 1


class ScaledDecimalField(models.BigIntegerField):
    """A decimal with a fixed number of places, stored as a whole number of its smallest step.

    SQLite keeps decimals as floats; a scaled integer is exact on both databases and is read
    straight into an int64 column. Python sees a Decimal; bulk columns see the integer.
    """

    def __init__(self, *args: Any, places: int, **kwargs: Any) -> None:
        self.places = places
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "places": self.places}

    def _to_decimal(self, stored: int) -> Decimal:
        return Decimal(stored).scaleb(-self.places)

    def from_db_value(self, value: int | None, expression, connection) -> Decimal | None:
        return None if value is None else self._to_decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except ArithmeticError as error:
            raise ValidationError(f"“{value}” is not a number.") from error

    def get_prep_value(self, value: Any) -> int | None:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        scaled = Decimal(str(value)).scaleb(self.places)
        if scaled != scaled.to_integral_value() or abs(scaled) > BIGINT_MAX:
            raise ValidationError(f"{value} has more than {self.places} decimal places or is too large.")
        return int(scaled)

    def formfield(self, **kwargs: Any):
        from django import forms

        return super(models.BigIntegerField, self).formfield(
            **{"form_class": forms.DecimalField, "decimal_places": self.places, "max_digits": 18, **kwargs}
        )

    @property
    def validators(self):
        return []


class ShareField(ScaledDecimalField):
    """A part of one, to a millionth: 0.25 is a quarter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("places", 6)
        super().__init__(*args, **kwargs)


class MinorField(models.BigIntegerField):
    """Money as a whole number of minor units; its currency stands beside it in the same row."""


class MonthField(models.DateField):
    """A calendar month, written as its first day; each model adds the check that it is one."""
