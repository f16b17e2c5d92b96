"""What answers look like in the OpenAPI document, for doors that build them themselves.

Nothing is read or written with these serializers. tests/journeys/test_answers_match_the_document.py holds the
answers to them.
"""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from roi_project.kernel.errors import Reason


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "examples": ["2026-07"]})
class MonthText(serializers.Field):
    """A month, YYYY-MM."""


@extend_schema_field(
    {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["12.50"]}
)
class DecimalText(serializers.Field):
    """An exact number, as text: JSON readers make floats of numbers."""


class Word(serializers.ChoiceField):
    """One of a few words. The list stands in the document once, under its name, so that clients get one type of it."""

    def __init__(self, list_name: str, words: Iterable[str], **kwargs: Any) -> None:
        self.list_name = list_name
        super().__init__([str(word) for word in words], **kwargs)


def only(word: str) -> serializers.Field:
    """Always this word."""
    return extend_schema_field({"type": "string", "const": word})(type("OnlyField", (serializers.Field,), {}))()


def codes() -> serializers.ListField:
    """Codes of a filter."""
    return serializers.ListField(child=serializers.CharField(), allow_null=True, help_text="null: all of them")


def reason() -> Word:
    """Why the figure beside it is null; null itself where there is a figure."""
    return Word("Reason", Reason, allow_null=True)


class ComputedSerializer(serializers.Serializer):
    """By which method figures were made, and how fresh they are."""

    method_version = serializers.CharField()
    computed_at = serializers.DateTimeField(allow_null=True, help_text="null: nothing is computed yet")
    stale = serializers.BooleanField(help_text="true: facts have come in since")
    latest_fact_at = serializers.DateTimeField(allow_null=True, help_text="when a fact about these months last came in")


class SpanSerializer(serializers.Serializer):
    """Months from..through, both inside."""

    vars()["from"] = MonthText(help_text="the first month")  # `from` is a keyword
    through = MonthText(help_text="the last month, counted too")
