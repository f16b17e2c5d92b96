"""The report of changes as the OpenAPI document shows it; its columns are explained in docs/reports/changes.md."""

from rest_framework import serializers

from finance.api.report_shapes import FiguresFilterSerializer
from finance.api.shapes import MoneySerializer, ProvenanceSerializer, row_kind
from finance.selectors.changes import GROUPS
from roi_project.web.shapes import Word, only


class ChangedSerializer(serializers.Serializer):
    """A figure in both months, and the difference."""

    before = MoneySerializer()
    after = MoneySerializer()
    change = MoneySerializer(help_text="after less before")


class ChangedCostSerializer(ChangedSerializer):
    """Cost in both months; the five parts add up to its change exactly."""

    people = MoneySerializer(help_text="more or fewer people, other roles, other time, effort that moved")
    rates = MoneySerializer(help_text="the same work at other rates")
    pools = MoneySerializer(help_text="what pools handed on, and what they could not hand on")
    contractor = MoneySerializer()
    direct_other = MoneySerializer(help_text="costs entered directly")


class ChangedBenefitSerializer(ChangedSerializer):
    """A benefit in both months; new, ended and corrected add up to its change exactly."""

    new = MoneySerializer(help_text="of sources of the later month alone")
    ended = MoneySerializer(help_text="of sources of the earlier month alone")
    corrected = MoneySerializer(help_text="of sources of both months: another amount, state or place")


class BothMonthsSerializer(serializers.Serializer):
    """Where the cost of the row is opened, in either month."""

    vars()["from"] = serializers.CharField()  # `from` is a keyword
    through = serializers.CharField()


class ChangeRowSerializer(serializers.Serializer):
    """How one group, or what no group carries, moved from one month to the other."""

    group_code = serializers.CharField(help_text="empty on a residual row")
    group_name = serializers.CharField()
    parent_code = serializers.CharField(help_text="of a value stream; else empty")
    row_kind = row_kind()
    cost = ChangedCostSerializer()
    benefit_validated_cash = ChangedBenefitSerializer()
    benefit_validated_avoided = ChangedBenefitSerializer()
    benefit_validated_freed = ChangedBenefitSerializer()
    benefit_validated_risk = ChangedBenefitSerializer()
    benefit_claimed = ChangedBenefitSerializer(help_text="waits for a second person")
    net_validated_cash = ChangedSerializer()
    explain_urls = BothMonthsSerializer()


class ChangesFilterSerializer(FiguresFilterSerializer):
    """What was asked, with what stands where nothing was said."""

    group_by = Word("ChangesGroupBy", GROUPS)


class ChangesReportSerializer(ProvenanceSerializer):
    """What changed from one month to another."""

    report = only("changes")
    covers = serializers.CharField(help_text="in words, the two months")
    filters = ChangesFilterSerializer()
    total = ChangeRowSerializer(help_text="the rows added up, but for external and unattributed")
    results = ChangeRowSerializer(many=True)
