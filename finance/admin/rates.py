"""What work costs: by role for every reader, by person for finance and audit alone, and currencies."""

from finance.admin.money import MoneyFactAdmin
from finance.admin.sections import COSTS
from roi_project.console.kind_admin import FactAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named


@register
class RateCardAdmin(MoneyFactAdmin):
    kind = kind_named("rate-cards")
    section, icon = COSTS, "sell"
    shown = ("role", "level", "country", "unit", "amount", "starts_on", "ends_on")
    search_fields = ("role__code", "role__name", "level")
    list_filter = (by_reference("role"), "unit", "country", by_day("starts_on"))


@register
class PersonRateAdmin(MoneyFactAdmin):
    kind = kind_named("person-rates")
    section, icon = COSTS, "lock_person"
    shown = ("person", "unit", "amount", "starts_on", "ends_on")
    search_fields = ("person__code", "person__name")
    list_filter = (by_reference("person"), "unit", by_day("starts_on"))


@register
class ExchangeRateAdmin(FactAdmin):
    kind = kind_named("exchange-rates")
    section, icon = COSTS, "currency_exchange"
    shown = ("currency", "month", "rate", "rate_type")
    search_fields = ("currency",)
    list_filter = ("currency", by_day("month"))
