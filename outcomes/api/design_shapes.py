"""The report about how teams are made up as the OpenAPI document shows it; see docs/reports/team-design.md."""

from rest_framework import serializers

from roi_project.web.shapes import ComputedSerializer, DecimalText, SpanSerializer, Word, codes, only, reason
from teams.engine.design import DesignFinding
from teams.models import Topology


class DesignFiltersSerializer(SpanSerializer):
    """What was asked, with the months that stand where nothing was said."""

    team = codes()


class MovesSerializer(serializers.Serializer):
    """How often people, and how often work, came to a team from another one in a quarter; of all teams."""

    period_start = serializers.DateField()
    period_end = serializers.DateField(help_text="the last day, counted too")
    people_moves = serializers.IntegerField()
    work_moves = serializers.IntegerField()


class DesignRowSerializer(serializers.Serializer):
    """One team in one quarter."""

    period_start = serializers.DateField()
    period_end = serializers.DateField(help_text="the last day, counted too")
    complete = serializers.BooleanField(help_text="false: the quarter is not over, and this is as planned")
    team_code = serializers.CharField()
    team_name = serializers.CharField()
    team_type = Word("Topology", Topology.values)
    has_purpose = serializers.BooleanField()
    members_start = serializers.IntegerField()
    joins = serializers.IntegerField()
    leaves = serializers.IntegerField()
    members_end = serializers.IntegerField()
    members_average = DecimalText(allow_null=True, help_text="null: nobody was ever on the team")
    stability = DecimalText(allow_null=True)
    stability_reason = reason()
    growth = DecimalText(allow_null=True)
    growth_reason = reason()
    people_moved_in = serializers.IntegerField()
    work_moved_in = serializers.IntegerField()
    dedicated_people = serializers.IntegerField()
    shared_people = serializers.IntegerField()
    role_codes = serializers.ListField(child=serializers.CharField())
    single_holder_role_codes = serializers.ListField(child=serializers.CharField())
    finding_codes = serializers.ListField(child=Word("DesignFinding", DesignFinding))
    as_of = serializers.DateTimeField(help_text="when it was asked")
    stale = serializers.BooleanField()
    explain_url = serializers.CharField(help_text="the assignments of the team in the quarter")


class DesignReportSerializer(ComputedSerializer):
    """How stable and complete teams are, by quarter."""

    report = only("team-design")
    covers = serializers.CharField()
    filters = DesignFiltersSerializer()
    moves = MovesSerializer(many=True)
    results = DesignRowSerializer(many=True)
