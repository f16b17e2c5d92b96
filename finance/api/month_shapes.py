"""Months, books and findings as the OpenAPI document shows them."""

from rest_framework import serializers

from finance.api.shapes import BookRefSerializer
from finance.engine.findings import FindingCode
from finance.models import MonthState
from roi_project.web.shapes import ComputedSerializer, MonthText, SpanSerializer, Word


class CompileSerializer(SpanSerializer):
    """Which months are to be compiled."""


class CurrentBookSerializer(BookRefSerializer):
    """The book of a month that counts now."""

    computed_at = serializers.DateTimeField()
    latest_fact_at = serializers.DateTimeField(allow_null=True, help_text="when a fact about the month last came in")


class BooksSerializer(ComputedSerializer):
    """Current books, the earliest month first."""

    results = CurrentBookSerializer(many=True)


class MonthSerializer(serializers.Serializer):
    """How far the book of a month may still move, and who asked for that."""

    month = MonthText()
    state = Word("MonthState", MonthState.values)
    book_version = serializers.IntegerField(allow_null=True)
    checksum = serializers.CharField(
        required=False, allow_null=True, help_text="SHA-256 over the postings of a closed month; finance and audit only"
    )
    close_requested_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by_one_person = serializers.BooleanField(help_text="as the settings of the organisation allow")


class ListedMonthSerializer(ComputedSerializer, MonthSerializer):
    """A month, and how fresh its book is."""


class MonthsSerializer(ComputedSerializer):
    """Every month that has a book, the latest first."""

    results = ListedMonthSerializer(many=True)


class FindingDetailSerializer(serializers.Serializer):
    """The facts of a finding; which of them are there depends on its code."""

    from_on = serializers.DateField(required=False, help_text="over_allocated: the first day")
    until_on = serializers.DateField(required=False, help_text="over_allocated: the first day not counted")
    share_micro = serializers.IntegerField(required=False, help_text="over_allocated: 1200000 = 120 %")
    workdays = serializers.IntegerField(required=False, help_text="over_allocated: days on which somebody works")
    minutes = serializers.IntegerField(required=False, help_text="missing_rate: scheduled time without a rate")
    people = serializers.IntegerField(required=False, help_text="missing_rate, card_rests_on_few: how many")
    level = serializers.CharField(required=False, help_text="card_rests_on_few")
    country = serializers.CharField(required=False, help_text="card_rests_on_few")
    rate_card = serializers.UUIDField(required=False, help_text="card_rests_on_few: the key of the card")
    pools = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="closed_cycle_without_outlet: codes"
    )
    currency = serializers.CharField(required=False, help_text="of findings about exchange rates: ISO 4217")


class FindingSerializer(serializers.Serializer):
    """What a reader of a month should know; what it is not about is null."""

    month = MonthText()
    code = Word("FindingCode", FindingCode)
    team = serializers.CharField(allow_null=True)
    pool = serializers.CharField(allow_null=True)
    person = serializers.CharField(allow_null=True)
    role = serializers.CharField(allow_null=True)
    detail = FindingDetailSerializer()
