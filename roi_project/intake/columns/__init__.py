"""Strict parsing of one value: what is accepted is exact, what is not is refused with a sentence.

A raw value is a str (CSV) or a JSON value (str, int, bool, dict, None; numbers with decimals arrive as
Decimal). Numbers are plain decimals: no floats, exponents, underscores, NaN or non-ASCII digits.
Constructed by keyword in each floor's kinds.py:

    Text(name, help, required=True, max_length=200, default="", lines=False)   NFC, no control characters
    Code(name, help)                                                1-100 characters, no surrounding space
    Choice(name, help, choices=TextChoices)
    Flag(name, help, default=False)                                 JSON bool, or true/false in CSV
    Key(name, help)                                                 the uuid of a fact
    Whole(name, help, minimum=None, maximum=None)                   int
    Number(name, help, places, minimum=None, maximum=None, above=None)  Decimal for a ScaledDecimalField
    Share(name, help, above=0)                                      Number, 6 places, 0..1
    Day(name, help), Month(name, help)                              YYYY-MM-DD / YYYY-MM, years 2000..2100
    Moment(name, help)                                              RFC 3339 with offset
    Money(name, help, field, currency_field="currency", fraction_field=None, signed=False)
        JSON {"amount": "12.34", "currency": "EUR"}; CSV columns `name` and `currency`;
        fraction_field also keeps what is below a minor unit, in 1e-12 of it (floor semantics)
    Reference(name, help, to="teams", field=None)                   {"id"} | {"code"} | {"source","external_id"};
        a bare string is a code; CSV: `team` is a code, or `team.external_id` with `team.source`, or `team.id`

Every column takes `required=True`, `default=None` and `field` (the model field, by default the column's
name). A required column must come with each row, unless it has a default; null and an empty CSV cell mean
the default. What a column does is told in `base.Column`.
"""

from roi_project.intake.columns.base import ABSENT, Column
from roi_project.intake.columns.days import Day, Moment, Month
from roi_project.intake.columns.money import Amount, Money
from roi_project.intake.columns.numbers import Number, Share, Whole
from roi_project.intake.columns.references import Ref, Reference
from roi_project.intake.columns.texts import Choice, Code, Flag, Key, Text

__all__ = [
    "ABSENT",
    "Amount",
    "Choice",
    "Code",
    "Column",
    "Day",
    "Flag",
    "Key",
    "Moment",
    "Money",
    "Month",
    "Number",
    "Ref",
    "Reference",
    "Share",
    "Text",
    "Whole",
]
