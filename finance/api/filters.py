"""Filters of this floor's lists; months and days as on the floor below."""

import django_filters

from finance.models import BenefitClass, Driver, Sink
from finance.selectors.benefits import State
from outcomes.api.filters import Monthly
from roi_project.web.filters import Codes, Day, Holding, Plain


class ExchangeRateFilter(Monthly):
    """Exchange rates."""

    currency = Codes(field_name="currency")


class ByCode(django_filters.FilterSet):
    """Things found by their code alone."""

    code = Codes(field_name="code")


class RateCardFilter(Holding):
    """Standard rates."""

    role = Codes(field_name="role__code")
    level = Codes(field_name="level")
    country = Codes(field_name="country")


class PersonRateFilter(Holding):
    """Pay."""

    person = Codes(field_name="person__code")


class ContractorLineFilter(Monthly):
    """Work bought by the hour."""

    supplier = Plain(field_name="supplier")
    role = Codes(field_name="role__code")
    team = Codes(field_name="team__code")


class PoolFilter(ByCode):
    """Pools."""

    team = Codes(field_name="team__code")


class AllocationRuleFilter(Holding):
    """How pools are allocated."""

    pool = Codes(field_name="pool__code")
    driver = django_filters.ChoiceFilter(choices=Driver.choices)


class AllocationShareFilter(Holding):
    """Fixed shares of pools."""

    pool = Codes(field_name="pool__code")
    team = Codes(field_name="team__code")
    to_pool = Codes(field_name="to_pool__code")
    sink = django_filters.ChoiceFilter(choices=Sink.choices)


class DriverRowFilter(Monthly):
    """Usage of pools."""

    pool = Codes(field_name="pool__code")
    team = Codes(field_name="team__code")
    to_pool = Codes(field_name="to_pool__code")
    sink = django_filters.ChoiceFilter(choices=Sink.choices)


class CostEntryFilter(django_filters.FilterSet):
    """What was spent."""

    team = Codes(field_name="team__code")
    stream = Codes(field_name="stream__code")
    pool = Codes(field_name="pool__code")
    category = Codes(field_name="category__code")
    vendor = Plain(field_name="vendor")
    gl_account = Codes(field_name="gl_account")
    cost_centre = Codes(field_name="cost_centre")
    document_number = Plain(field_name="document_number")
    since = Day(field_name="incurred_on", lookup_expr="gte", label="on this day or later")
    until = Day(field_name="incurred_on", lookup_expr="lt", label="before this day")


class ValuationFilter(Holding):
    """What outcomes are worth."""

    outcome = Codes(field_name="outcome__code")
    benefit_class = django_filters.ChoiceFilter(choices=BenefitClass.choices)


class BenefitEntryFilter(Monthly):
    """Benefits; `?state=claimed` is what waits for a second pair of eyes."""

    outcome = Codes(field_name="outcome__code")
    epic = Codes(field_name="epic__code")
    benefit_class = django_filters.ChoiceFilter(choices=BenefitClass.choices)
    state = django_filters.ChoiceFilter(choices=[(state.value, state.value) for state in State])
