"""What the answers of this floor are made of, for the OpenAPI document; see roi_project/web/shapes.py."""

from rest_framework import serializers

from finance.models import MonthState
from finance.selectors.roi import Window
from finance.selectors.sums import GroupBy, Rates, RowKind, View
from roi_project.web.shapes import ComputedSerializer, DecimalText, MonthText, Word, reason

BOOK_STATES = ("final", "provisional")


def book_state() -> Word:
    return Word("BookState", BOOK_STATES, help_text="final: published by the close of the month")


def group_by() -> Word:
    return Word("GroupBy", GroupBy)


def row_kind() -> Word:
    return Word("RowKind", RowKind, help_text="group, or what no group carries")


def view() -> Word:
    return Word("View", View)


def window() -> Word:
    return Word("Window", Window)


def rates() -> Word:
    return Word("Rates", Rates)


class MoneySerializer(serializers.Serializer):
    """An exact amount and its currency."""

    amount = DecimalText(help_text="with as many decimals as the currency has")
    currency = serializers.CharField(min_length=3, max_length=3, help_text="ISO 4217")


class RatioSerializer(serializers.Serializer):
    """A part of one, or null with its reason."""

    value = DecimalText(allow_null=True, help_text="0.25 = a quarter; rounded to six decimals")
    reason = reason()


class BookRefSerializer(serializers.Serializer):
    """A book that figures were read from."""

    month = MonthText()
    version = serializers.IntegerField()
    state = book_state()
    period_state = Word("MonthState", MonthState.values, help_text="how far the book of the month may still move")
    stale = serializers.BooleanField(help_text="true: facts about the month have come in since")


class ProvenanceSerializer(ComputedSerializer):
    """Where figures come from: their currency, their books, when these were computed, and whether they are fresh."""

    currency = serializers.CharField(help_text="ISO 4217; empty where no month has a book")
    books = BookRefSerializer(many=True)
