"""Promised against arrived as the OpenAPI document shows it; the columns are explained in docs/reports/promises.md."""

from rest_framework import serializers

from finance.api.shapes import MoneySerializer, ProvenanceSerializer, row_kind
from finance.models import BenefitClass
from finance.selectors.promises import PromisesBy
from roi_project.web.shapes import DecimalText, MonthText, Word, codes, only, reason


def benefit_class() -> Word:
    return Word("BenefitClass", BenefitClass.values)


class PromisedSerializer(serializers.Serializer):
    """What was promised of one class of benefit, what of it is due, and what came in the months promised."""

    benefit_class = benefit_class()
    promised = MoneySerializer(help_text="in all months")
    matured = MoneySerializer(help_text="in the months that are due")
    not_yet_due = MoneySerializer(help_text="in the months that are not")
    arrived = MoneySerializer(help_text="validated, in the months that are due")
    waiting = MoneySerializer(help_text="claimed, in the months that are due")
    gap = MoneySerializer(help_text="matured less arrived; below zero where more came")
    gap_share = DecimalText(allow_null=True, help_text="gap of matured, to six decimals")
    gap_reason = reason()


class PromiseRowSerializer(PromisedSerializer):
    """One epic or value stream, and one class of benefit."""

    group_code = serializers.CharField(help_text="empty on a residual row")
    group_name = serializers.CharField()
    row_kind = row_kind()
    first_month = MonthText(help_text="the first month promised")
    last_month = MonthText(help_text="the last month promised, counted too")
    started_on = serializers.DateField(allow_null=True, help_text="of an epic")
    released_on = serializers.DateField(allow_null=True, help_text="of an epic")
    stopped_on = serializers.DateField(allow_null=True, help_text="of an epic that was given up")
    explain_url = serializers.CharField(allow_null=True, help_text="opens what arrived; null where nothing is due")


class PromisesFilterSerializer(serializers.Serializer):
    """What was asked, with what stands where nothing was said."""

    group_by = Word("PromisesGroupBy", PromisesBy)
    through = MonthText(allow_null=True, help_text="promises are due up to this month; null: no month has a book")
    epic = codes()
    value_stream = codes()


class PromisesReportSerializer(ProvenanceSerializer):
    """Promised against arrived."""

    report = only("promises")
    covers = serializers.CharField(help_text="in words, what is due")
    filters = PromisesFilterSerializer()
    totals = PromisedSerializer(many=True, help_text="the rows added up, class by class")
    results = PromiseRowSerializer(many=True)
