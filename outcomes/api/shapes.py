"""The report of capacity as the OpenAPI document shows it; the columns are explained in docs/reports/capacity.md."""

from rest_framework import serializers

from roi_project.kernel.errors import Reason
from roi_project.web.shapes import ComputedSerializer, DecimalText, SpanSerializer, Word, codes, only, reason
from teams.engine.workforce import Finding


def not_recorded() -> DecimalText:
    return DecimalText(allow_null=True, help_text="null: not recorded yet")


class CapacityFiltersSerializer(SpanSerializer):
    """What was asked, with the months that stand where nothing was said."""

    team = codes()
    role = codes()
    value_stream = codes()


class CapacityPolicySerializer(serializers.Serializer):
    """Assumptions about working time, as parts of one."""

    overhead = DecimalText()
    unplanned_reserve = DecimalText()
    ramp_by_month_on_team = serializers.ListField(child=DecimalText(), help_text="the last one stays")


class UndefinedColumnsSerializer(serializers.Serializer):
    """Columns that are null in every row, and why."""

    columns = serializers.ListField(child=serializers.CharField())
    reason = Word("Reason", Reason)
    detail = serializers.CharField()


class CapacityRowSerializer(serializers.Serializer):
    """One team, role and month; on the bench the team is empty. Hours to two decimals, equivalents to six."""

    period_start = serializers.DateField()
    period_end = serializers.DateField(help_text="the last day, counted too")
    team_code = serializers.CharField()
    team_name = serializers.CharField()
    value_stream_code = serializers.CharField(help_text="where the team serves exactly one; else empty")
    role_code = serializers.CharField()
    role_name = serializers.CharField()
    headcount = serializers.IntegerField()
    allocated_fte = DecimalText()
    shared_people = serializers.IntegerField()
    shared_fte = DecimalText()
    open_position_fte = not_recorded()
    gross_hours = DecimalText()
    absence_hours = DecimalText()
    present_hours = DecimalText()
    effective_hours = DecimalText(allow_null=True, help_text="null on the bench")
    plannable_hours = DecimalText(allow_null=True, help_text="null on the bench")
    over_allocated_fte_days = DecimalText()
    bench_fte = DecimalText()
    unit_hours_per_fte = DecimalText()
    finding_codes = serializers.ListField(child=Word("CapacityFinding", Finding))
    demand_hours_mean = not_recorded()
    demand_hours_p80 = not_recorded()
    gap_hours = not_recorded()
    utilisation = not_recorded()
    utilisation_reason = reason()
    as_of = serializers.DateTimeField(help_text="when it was asked")
    stale = serializers.BooleanField()
    explain_url = serializers.CharField(help_text="the assignments of the team; on the bench, the people of the role")


class CapacityReportSerializer(ComputedSerializer):
    """What teams can do: people, hours and findings of each team, role and month."""

    report = only("capacity")
    computed_at = serializers.DateTimeField(help_text="when it was asked")
    covers = serializers.CharField(help_text="in words, what the figures cover")
    filters = CapacityFiltersSerializer()
    policy = CapacityPolicySerializer()
    undefined = UndefinedColumnsSerializer(many=True)
    results = CapacityRowSerializer(many=True)
