"""What changes are worth, what they brought, and who else looked at it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from finance.admin.money import MoneyFactAdmin
from finance.admin.sections import BENEFITS
from finance.models import BenefitEntry, BenefitReview, Decision
from finance.selectors.benefits import READERS, with_state
from finance.services.benefits import Item, decide
from roi_project.console import cells
from roi_project.console.by_groups import ReadOnly
from roi_project.console.kind_admin import register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import Refusal
from roi_project.kernel.money import Money
from teams.selectors.organisation import settings_on


@register
class BenefitEntryAdmin(MoneyFactAdmin):
    kind = kind_named("benefit-entries")
    section, icon = BENEFITS, "savings"
    shown = ("month", "amount", "benefit_class", "outcome", "epic", "external_share", "reviewed", "recorded_by")
    search_fields = ("outcome__code", "outcome__name", "epic__code", "evidence", "external_id")
    list_filter = ("benefit_class", by_reference("outcome"), by_reference("epic"), by_day("month"))
    actions = ("validate",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BenefitEntry]:
        return with_state(super().get_queryset(request))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if self.has_add_permission(request) else {}

    @admin.display(description="state", ordering="state")
    def reviewed(self, entry: Any) -> str:
        return f"{entry.state}, by one person" if entry.relaxed else entry.state

    @admin.action(description="Validate the selected, as they stand here")
    def validate(self, request: HttpRequest, entries: QuerySet[BenefitEntry]) -> None:
        """A version never changes, so what was selected is what was seen. All of them or none."""
        now = timezone.now()
        items = [
            Item(decision=Decision.VALIDATED, seen=Money(entry.amount_minor, entry.currency), benefit=entry.key)
            for entry in entries
        ]
        try:
            done = decide(self.audience(request), items, settings=settings_on(now.date()))
        except Refusal as refusal:
            messages.error(request, f"Nothing was validated. {refusal.detail}")
        else:
            messages.success(request, f"Validated: {len(done)}. They count as returned when their months are compiled.")


@register
class ValuationAdmin(MoneyFactAdmin):
    kind = kind_named("valuations")
    section, icon = BENEFITS, "price_check"
    shown = ("outcome", "volume", "volume_metric", "unit_value", "margin", "benefit_class", "starts_on", "ends_on")
    search_fields = ("outcome__code", "outcome__name")
    list_filter = ("benefit_class", by_reference("outcome"))


@admin.register(BenefitReview)
class BenefitReviewAdmin(ReadOnly):
    """Decisions are made on benefits; here they are read."""

    read = READERS
    section, icon = BENEFITS, "fact_check"
    list_display = ("calendar_month", "amount", "benefit_class", "decision", "reason", "author", "reviewer", "relaxed")
    list_filter = ("decision", "benefit_class", "relaxed", by_day("month"))
    search_fields = ("author", "reviewer", "reason")
    ordering = ("-id",)
    fields = (*list_display, "recorded_at", "superseded_at")

    @admin.display(description="month", ordering="month")
    def calendar_month(self, row: BenefitReview) -> str:
        return cells.month(row.month)

    @admin.display(ordering="amount_minor")
    def amount(self, row: BenefitReview) -> str:
        return cells.money(row.amount_minor, row.currency)
