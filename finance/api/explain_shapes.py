"""An opened figure, component or posting as the OpenAPI document shows it; explained in docs/reports/explain.md."""

from rest_framework import serializers

from finance.api.shapes import (
    MoneySerializer,
    ProvenanceSerializer,
    RatioSerializer,
    group_by,
    rates,
    row_kind,
    view,
    window,
)
from finance.engine.accounts import Account, BenefitClass, BenefitState, EffortSource, WorkType
from finance.selectors.explain import COMPUTED, FIGURES
from finance.selectors.investment import account_name
from roi_project.web.shapes import MonthText, SpanSerializer, Word, reason


def figure_name() -> Word:
    return Word("FigureName", sorted({*FIGURES, *COMPUTED}))


def account() -> Word:
    return Word("Account", [account_name(account) for account in Account])


def benefit_class() -> Word:
    return Word("PostedBenefitClass", [klass.name.lower() for klass in BenefitClass])


def benefit_state() -> Word:
    return Word("PostedBenefitState", [state.name.lower() for state in BenefitState])


class FactSerializer(serializers.Serializer):
    """A fact that a figure came from, in the version its book was made of."""

    kind = serializers.CharField(help_text="the kind of fact, as in its address")
    says = serializers.CharField(help_text="what it says, in a few words")
    changed_since = serializers.BooleanField(help_text="true: another version stands at the address today")
    url = serializers.CharField()


class OwnerSerializer(serializers.Serializer):
    """Where an amount stands in a book; null where it does not apply."""

    month = MonthText()
    account = account()
    team = serializers.CharField(allow_null=True)
    pool = serializers.CharField(allow_null=True)
    origin_pool = serializers.CharField(allow_null=True, help_text="the pool a transfer came from")
    category = serializers.CharField(allow_null=True)
    benefit_class = benefit_class()
    state = benefit_state()
    component = serializers.IntegerField()
    component_amount = MoneySerializer(help_text="the whole component")
    explain_url = serializers.CharField(help_text="opens the component")


class PartSerializer(OwnerSerializer):
    """What one component gives to a figure."""

    amount = MoneySerializer(help_text="the part of it that is here")


class FigureSerializer(SpanSerializer):
    """The cell of a report that was opened."""

    name = figure_name()
    group_by = group_by()
    codes = serializers.ListField(child=serializers.CharField())
    row_kind = row_kind()
    view = view()
    rates = rates()
    window = window()


class OperandSerializer(serializers.Serializer):
    """A figure that another one is computed from."""

    figure = figure_name()
    sign = Word("Sign", ("+", "-"))
    amount = MoneySerializer(allow_null=True)
    explain_url = serializers.CharField()


class ExplanationSerializer(ProvenanceSerializer):
    """A figure and what adds up to it: parts, or for a computed figure its operands."""

    figure = FigureSerializer()
    amount = MoneySerializer(allow_null=True, help_text="null: no month has a book")
    reason = reason()
    value = RatioSerializer(allow_null=True, help_text="of a return: net over cost; else null")
    operands = OperandSerializer(many=True)
    parts = PartSerializer(many=True)


class LineSerializer(serializers.Serializer):
    """One posted source amount, or those of people of one role, or of a kind whose rows the caller may not read."""

    kind = serializers.CharField()
    label = serializers.CharField()
    whole = MoneySerializer(allow_null=True, help_text="the whole source amount; null for several together")
    amount = MoneySerializer(help_text="the part of it that is here")
    count = serializers.IntegerField(help_text="how many sources stand behind it")
    facts = FactSerializer(many=True)


class CarriedSerializer(serializers.Serializer):
    """How much of what a pool had came here."""

    own_cost = MoneySerializer(required=False, help_text="of a transfer of cost")
    own_benefit = MoneySerializer(required=False, help_text="of a transfer of benefit")
    amount = MoneySerializer()


class ComponentSerializer(ProvenanceSerializer):
    """A component: the lines that add up to it, or for a transfer what it was split from and by."""

    component = serializers.IntegerField()
    month = MonthText()
    amount = MoneySerializer()
    lines = LineSerializer(many=True)
    through = PartSerializer(many=True)
    carried = CarriedSerializer(allow_null=True)
    facts = FactSerializer(many=True)


class PostingSerializer(OwnerSerializer, ProvenanceSerializer):
    """One posting: the component it is a part of, and what that was split by."""

    posting = serializers.IntegerField()
    value_stream = serializers.CharField(allow_null=True)
    epic = serializers.CharField(allow_null=True)
    work_type = Word("PostedWorkType", [work.name.lower() for work in WorkType])
    effort_source = Word("EffortSource", [source.name.lower() for source in EffortSource])
    amount = MoneySerializer()
    facts = FactSerializer(many=True)
