"""A kind made ready for reading: what may stand in a row of it, worked out once per request."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from roi_project.intake.columns import (
    ABSENT,
    Amount,
    Code,
    Column,
    Day,
    Flag,
    Moment,
    Money,
    Month,
    Number,
    Reference,
    Share,
    Text,
)
from roi_project.intake.kinds import Kind, kind_named

SOURCE = Text("source", "the system the row comes from; by default the request's", required=False, max_length=64)
EXTERNAL_ID = Code("external_id", "its name in that system", required=False, max_length=300)
SOURCE_UPDATED_AT = Moment(
    "source_updated_at", "when that system last changed it; newer data is never replaced by older", required=False
)
WITHDRAWN = Flag("withdrawn", "true takes the fact back; nothing but its identity is needed then")


@dataclass(frozen=True)
class Plan:
    """Everything a reader of rows needs to know about a kind."""

    kind: Kind
    envelope: tuple[Column, ...] = field(init=False)
    columns: tuple[Column, ...] = field(init=False)
    references: tuple[Reference, ...] = field(init=False)
    control: Column | None = field(init=False)
    defaults: dict[str, Any] = field(init=False)
    dated_by: Column | None = field(init=False)
    json_names: frozenset[str] = field(init=False)
    csv_names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        kind = self.kind
        envelope = (SOURCE, EXTERNAL_ID, SOURCE_UPDATED_AT) + (() if kind.is_master else (WITHDRAWN,))
        own = {column.name for column in envelope}
        columns = tuple(column for column in kind.columns if column.name not in own)
        every = (*envelope, *columns)
        put = object.__setattr__
        put(self, "envelope", envelope)
        put(self, "columns", columns)
        put(self, "references", tuple(column for column in columns if isinstance(column, Reference)))
        put(self, "control", _control_of(columns))
        put(self, "defaults", _stored_defaults(kind.model, columns))
        days = (column for column in columns if isinstance(column, Day | Month))
        put(self, "dated_by", None if kind.is_master else next(days, None))
        put(self, "json_names", frozenset(column.name for column in every))
        put(self, "csv_names", frozenset(name for column in every for name in column.csv_names))

    @property
    def words(self) -> str:
        """The kind in a sentence: “team stream shares”."""
        return self.kind.name.replace("-", " ")

    @property
    def singular(self) -> str:
        return self.kind.singular.replace("-", " ").replace("_", " ")

    @property
    def has_period(self) -> bool:
        return {"starts_on", "ends_on"} <= self.json_names

    def quantity(self, values: dict[str, Any]) -> Decimal | None:
        """What a row adds to the control total: its amount of money, else its first quantity."""
        if self.control is None:
            return None
        value = values.get(self.control.name, ABSENT)
        if value is ABSENT or value is None:
            return None
        return value.decimal if isinstance(value, Amount) else value


def _control_of(columns: tuple[Column, ...]) -> Column | None:
    money: list[Column] = [column for column in columns if isinstance(column, Money)]
    numbers = [column for column in columns if isinstance(column, Number) and not isinstance(column, Share)]
    return next(iter([*money, *numbers]), None)


def _stored_defaults(model: type[models.Model], columns: tuple[Column, ...]) -> dict[str, Any]:
    """What the model stores for a column left out, where it does not store null."""
    defaults = {}
    for column in columns:
        for name in column.model_fields:
            field = model._meta.get_field(name)
            if isinstance(field, models.Field) and not field.null and not field.is_relation:
                defaults[name] = field.get_default()
    return {name: value for name, value in defaults.items() if value is not None}


def model_of(reference: Reference) -> type[models.Model]:
    return kind_named(reference.to).model
