"""Addresses of this floor under /api/v1/."""

from django.urls import path, register_converter

from finance.api import changes, explain, facts, months, promises, reports
from finance.api.benefits import BenefitEntryViewSet
from roi_project.web.viewsets import router_for


class MonthInPath:
    """2026-07"""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MonthInPath, "month")

kinds = router_for(
    facts.ExchangeRateViewSet,
    facts.CostCategoryViewSet,
    facts.RateCardViewSet,
    facts.PersonRateViewSet,
    facts.ContractorLineViewSet,
    facts.PoolViewSet,
    facts.AllocationRuleViewSet,
    facts.AllocationShareViewSet,
    facts.DriverRowViewSet,
    facts.CostEntryViewSet,
    facts.ValuationViewSet,
    BenefitEntryViewSet,
    promises.AnticipatedBenefitViewSet,
).urls

urlpatterns = [
    path("reports/roi/", reports.RoiView.as_view(), name="report-roi"),
    path("reports/investment/", reports.InvestmentView.as_view(), name="report-investment"),
    path("reports/changes/", changes.ChangesView.as_view(), name="report-changes"),
    path("reports/promises/", promises.PromisesView.as_view(), name="report-promises"),
    path("reconciliation/", reports.ReconciliationView.as_view(), name="reconciliation"),
    path("explain/", explain.ExplainView.as_view(), name="explain"),
    path("explain/components/<int:component>/", explain.ExplainComponentView.as_view(), name="explain-component"),
    path("explain/postings/<int:posting>/", explain.ExplainPostingView.as_view(), name="explain-posting"),
    path("books/", months.BooksView.as_view(), name="books"),
    path("months/", months.MonthsView.as_view(), name="months"),
    path("months/<month:month>/request-close/", months.CloseView.as_view(act="request"), name="month-request-close"),
    path("months/<month:month>/approve-close/", months.CloseView.as_view(act="approve"), name="month-approve-close"),
    path("findings/", months.FindingsView.as_view(), name="findings"),
    *kinds,
]
