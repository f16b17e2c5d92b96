"""One door per kind of this floor. What a row means is in finance.kinds; who may come in as well."""

from finance.api import filters
from roi_project.intake.kinds import kind_named
from roi_project.web.viewsets import FactViewSet, MasterViewSet

BY_NAME = ("code", "name")


class ExchangeRateViewSet(FactViewSet):
    """What other currencies were worth."""

    kind = kind_named("exchange-rates")
    filterset_class = filters.ExchangeRateFilter
    ordering_fields = ("month", "currency")


class CostCategoryViewSet(MasterViewSet):
    """Sorts of cost."""

    kind = kind_named("cost-categories")
    filterset_class = filters.ByCode
    search_fields = BY_NAME
    ordering_fields = BY_NAME


class RateCardViewSet(FactViewSet):
    """Standard rates of roles."""

    kind = kind_named("rate-cards")
    filterset_class = filters.RateCardFilter
    search_fields = ("role__code", "role__name")
    ordering_fields = ("starts_on",)


class PersonRateViewSet(FactViewSet):
    """Pay. Finance and audit alone."""

    kind = kind_named("person-rates")
    filterset_class = filters.PersonRateFilter
    search_fields = ("person__code", "person__name")
    ordering_fields = ("starts_on",)


class ContractorLineViewSet(FactViewSet):
    """Work bought by the hour."""

    kind = kind_named("contractor-lines")
    filterset_class = filters.ContractorLineFilter
    search_fields = ("supplier", "team__code")
    ordering_fields = ("month",)


class PoolViewSet(MasterViewSet):
    """Shared costs."""

    kind = kind_named("pools")
    filterset_class = filters.PoolFilter
    search_fields = BY_NAME
    ordering_fields = BY_NAME


class AllocationRuleViewSet(FactViewSet):
    """How pools are allocated."""

    kind = kind_named("allocation-rules")
    filterset_class = filters.AllocationRuleFilter
    search_fields = ("pool__code",)
    ordering_fields = ("starts_on",)


class AllocationShareViewSet(FactViewSet):
    """Agreed parts of pools."""

    kind = kind_named("allocation-shares")
    filterset_class = filters.AllocationShareFilter
    search_fields = ("pool__code", "team__code", "to_pool__code")
    ordering_fields = ("starts_on",)


class DriverRowViewSet(FactViewSet):
    """Usage of pools."""

    kind = kind_named("driver-rows")
    filterset_class = filters.DriverRowFilter
    search_fields = ("pool__code", "team__code", "to_pool__code")
    ordering_fields = ("month",)


class CostEntryViewSet(FactViewSet):
    """What was spent."""

    kind = kind_named("cost-entries")
    filterset_class = filters.CostEntryFilter
    search_fields = ("vendor", "document_number", "gl_account", "cost_centre")
    ordering_fields = ("incurred_on",)


class ValuationViewSet(FactViewSet):
    """What outcomes are worth."""

    kind = kind_named("valuations")
    filterset_class = filters.ValuationFilter
    search_fields = ("outcome__code", "outcome__name")
    ordering_fields = ("starts_on",)
