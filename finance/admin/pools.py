"""Cost that several teams cause together, and what decides who carries it."""

from finance.admin.sections import POOLS
from roi_project.console.kind_admin import FactAdmin, MasterAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named


@register
class PoolAdmin(MasterAdmin):
    kind = kind_named("pools")
    section, icon = POOLS, "hub"
    shown = ("code", "name", "team")


@register
class AllocationRuleAdmin(FactAdmin):
    kind = kind_named("allocation-rules")
    section, icon = POOLS, "rule"
    shown = ("pool", "driver", "fallback", "capacity", "starts_on", "ends_on")
    search_fields = ("pool__code", "pool__name")
    list_filter = (by_reference("pool"), "driver")


@register
class AllocationShareAdmin(FactAdmin):
    kind = kind_named("allocation-shares")
    section, icon = POOLS, "pie_chart"
    shown = ("pool", "target_kind", "team", "to_pool", "sink", "share", "starts_on", "ends_on")
    search_fields = ("pool__code", "pool__name", "team__code", "to_pool__code")
    list_filter = (by_reference("pool"), "target_kind", by_reference("team"))


@register
class DriverRowAdmin(FactAdmin):
    kind = kind_named("driver-rows")
    section, icon = POOLS, "speed"
    shown = ("pool", "month", "target_kind", "team", "to_pool", "sink", "quantity")
    search_fields = ("pool__code", "pool__name", "team__code", "to_pool__code")
    list_filter = (by_reference("pool"), "target_kind", by_reference("team"), by_day("month"))
