"""What was spent beside people's time."""

from finance.admin.money import MoneyFactAdmin
from finance.admin.sections import COSTS
from roi_project.console.kind_admin import MasterAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named


@register
class ContractorLineAdmin(MoneyFactAdmin):
    kind = kind_named("contractor-lines")
    section, icon = COSTS, "engineering"
    shown = ("supplier", "role", "team", "month", "hours", "overtime_hours", "rate")
    search_fields = ("supplier", "role__code", "team__code", "team__name")
    list_filter = (by_reference("team"), by_reference("role"), by_day("month"))


@register
class CostEntryAdmin(MoneyFactAdmin):
    kind = kind_named("cost-entries")
    section, icon = COSTS, "receipt_long"
    shown = ("incurred_on", "amount", "category", "team", "stream", "pool", "vendor", "document_number")
    search_fields = ("vendor", "document_number", "gl_account", "cost_centre", "external_id")
    list_filter = (
        by_reference("category"),
        by_reference("team"),
        by_reference("stream"),
        by_reference("pool"),
        by_day("incurred_on"),
    )
    date_hierarchy = "incurred_on"


@register
class CostCategoryAdmin(MasterAdmin):
    kind = kind_named("cost-categories")
    section, icon = COSTS, "category"
    shown = ("code", "name")
