"""The reports of this floor as the OpenAPI document shows them; the columns are explained in docs/reports."""

from rest_framework import serializers

from finance.api.shapes import (
    MoneySerializer,
    ProvenanceSerializer,
    RatioSerializer,
    book_state,
    group_by,
    rates,
    row_kind,
    view,
    window,
)
from finance.engine.accounts import COST, EffortSource, WorkType
from finance.selectors.investment import account_name
from finance.selectors.roi import Grain
from roi_project.web.shapes import DecimalText, MonthText, SpanSerializer, Word, codes, only, reason
from teams.models import Topology


def share() -> DecimalText:
    return DecimalText(allow_null=True, help_text="a part of one, to six decimals; null where the whole is zero")


class FiguresFilterSerializer(SpanSerializer):
    """What was asked, with what stands where nothing was said."""

    view = view()
    rates = rates()
    record = Word("Record", ("as_reported",))


class MonthsWithBooksSerializer(FiguresFilterSerializer):
    """The same where months that are not named are those with books; null while there are none."""

    vars()["from"] = MonthText(allow_null=True, help_text="the first month; null: none was named, and none has a book")
    through = MonthText(allow_null=True, help_text="the last month, counted too; null: as for from")


class RoiFiltersSerializer(MonthsWithBooksSerializer):
    """What was asked of an ROI report."""

    group_by = group_by()
    window = window()
    grain = Word("Grain", Grain)
    code = codes()
    ordering = serializers.CharField()


class RoiCoverageSerializer(serializers.Serializer):
    """How far the figures carry: five ratios of sums over what is shown."""

    priced_hours = RatioSerializer(help_text="hours with a card rate of all hours")
    benefit_measured_cost = RatioSerializer(help_text="cost of groups with a benefit of all cost")
    validated_share = RatioSerializer(help_text="validated benefit of validated and claimed")
    attributed_share = RatioSerializer(help_text="benefit credited to teams of all benefit")
    effort = RatioSerializer(help_text="team cost that declared effort explains")


class RoiRowSerializer(serializers.Serializer):
    """One group, or what no group carries, over one window: its cost, what its work brought, and the return."""

    period_start = serializers.DateField()
    period_end = serializers.DateField(help_text="the last day, counted too")
    period_label = serializers.CharField()
    period_state = book_state()
    months_in_window = serializers.IntegerField(help_text="months that have a book")
    group_code = serializers.CharField(help_text="empty on a residual row")
    group_name = serializers.CharField()
    parent_code = serializers.CharField(help_text="of a value stream; else empty")
    row_kind = row_kind()
    labour = MoneySerializer()
    contractor = MoneySerializer()
    direct_other = MoneySerializer()
    shared_in = MoneySerializer()
    shared_out = MoneySerializer()
    cost = MoneySerializer()
    benefit_validated_cash = MoneySerializer()
    benefit_validated_avoided = MoneySerializer()
    benefit_validated_freed = MoneySerializer()
    benefit_validated_risk = MoneySerializer()
    benefit_claimed = MoneySerializer(help_text="waits for a second person")
    net_validated_cash = MoneySerializer()
    roi_validated_cash = DecimalText(allow_null=True, help_text="0.25 = a quarter earned on top")
    roi_reason = reason()
    net_validated_all = MoneySerializer()
    roi_validated_all = DecimalText(allow_null=True, help_text="the same over benefits of every class")
    roi_all_reason = reason()
    priced_hours_coverage = share()
    benefit_measured_cost_coverage = share()
    validated_share = share()
    attributed_share = share()
    book_version = serializers.CharField(help_text="versions of the books, with commas")
    method_version = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="when the newest of the books was computed")
    restated = serializers.BooleanField(help_text="always false: adjustments of closed months are not made yet")
    stale = serializers.BooleanField()
    explain_url = serializers.CharField(help_text="opens the cost")


class RoiTotalSerializer(RoiRowSerializer):
    """The rows added up. Amounts are null where no month has a book, and the months where none was named either."""

    period_start = serializers.DateField(allow_null=True)
    period_end = serializers.DateField(allow_null=True, help_text="the last day, counted too")
    period_label = serializers.CharField(allow_null=True)
    explain_url = serializers.CharField(allow_null=True, help_text="opens the cost")

    def get_fields(self):
        fields = super().get_fields()
        for field in fields.values():
            field.allow_null = field.allow_null or isinstance(field, MoneySerializer)
        return fields


class RoiReportSerializer(ProvenanceSerializer):
    """What groups cost, what their work brought, and the return where it is defined."""

    report = only("roi")
    covers = serializers.CharField(help_text="in words, what the figures cover")
    filters = RoiFiltersSerializer()
    complete = serializers.BooleanField(help_text="false: rows were left out by code, so it is no whole")
    coverage = RoiCoverageSerializer()
    total = RoiTotalSerializer(help_text="the rows added up, but for external and unattributed")
    results = RoiRowSerializer(many=True)


class InvestmentFiltersSerializer(MonthsWithBooksSerializer):
    """What was asked of an investment report."""

    value_stream = codes()
    team = codes()
    epic = codes()


class InvestmentRowSerializer(serializers.Serializer):
    """One cost posting; what it does not have is empty."""

    period_start = serializers.DateField()
    period_end = serializers.DateField(help_text="the last day, counted too")
    period_state = book_state()
    value_stream_code = serializers.CharField()
    value_stream_name = serializers.CharField()
    team_code = serializers.CharField()
    team_name = serializers.CharField()
    team_type = Word("TeamType", ("", *Topology.values))
    epic_code = serializers.CharField()
    epic_name = serializers.CharField()
    work_type = Word("PostedWorkType", [work.name.lower() for work in WorkType])
    effort_source = Word("EffortSource", [source.name.lower() for source in EffortSource])
    account = Word("CostAccount", [account_name(account) for account in sorted(COST)])
    cost_category = serializers.CharField()
    pool_code = serializers.CharField()
    vendor = serializers.CharField()
    gl_account = serializers.CharField()
    cost_centre = serializers.CharField()
    basis = rates()
    view = view()
    amount = MoneySerializer()
    allocated_fte = DecimalText(allow_null=True, help_text="on labour and contractor rows; else null")
    share_of_total = share()
    book_version = serializers.IntegerField()
    explain_url = serializers.CharField(help_text="opens the row")


class InvestmentReportSerializer(ProvenanceSerializer):
    """Where the money went: every cost posting with its dimensions."""

    report = only("investment")
    covers = serializers.CharField(help_text="in words, what the figures cover")
    filters = InvestmentFiltersSerializer()
    total = MoneySerializer(allow_null=True, help_text="null: no month has a book")
    rows = serializers.IntegerField(help_text="how many results there are")
    results = InvestmentRowSerializer(many=True)


class IdentitySerializer(serializers.Serializer):
    """Two sums that must be equal."""

    name = serializers.CharField()
    left = MoneySerializer()
    right = MoneySerializer()
    difference = MoneySerializer()


class ReconciliationPartsSerializer(serializers.Serializer):
    """What the sums of a month consist of, at standard rates; the last three are for finance and audit."""

    teams = MoneySerializer()
    pools_and_streams = MoneySerializer()
    bench = MoneySerializer()
    idle = MoneySerializer()
    untagged = MoneySerializer()
    unallocated = MoneySerializer()
    unassigned = MoneySerializer()
    attributed = MoneySerializer()
    external = MoneySerializer()
    unattributed = MoneySerializer()
    rate_variance = MoneySerializer(required=False)
    labour_standard = MoneySerializer(required=False)
    payroll = MoneySerializer(required=False)


class ReconciledMonthSerializer(serializers.Serializer):
    """The laws of one month, and the parts they are made of."""

    month = MonthText()
    book_version = serializers.IntegerField()
    identities = IdentitySerializer(many=True)
    parts = ReconciliationPartsSerializer()


class ReconciliationSerializer(ProvenanceSerializer):
    """Whether each month adds up, to the minor unit."""

    report = only("reconciliation")
    covers = serializers.CharField(help_text="in words, what the figures cover")
    reconciles = serializers.BooleanField(
        allow_null=True, help_text="true: every difference is zero; null: no month has a book"
    )
    results = ReconciledMonthSerializer(many=True)
