"""The change that epics should bring, and who brought it about."""

from outcomes.admin.sections import EPICS
from roi_project.console.kind_admin import FactAdmin, MasterAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named


@register
class OutcomeAdmin(MasterAdmin):
    kind = kind_named("outcomes")
    section, icon = EPICS, "flag"
    shown = ("code", "name", "epic", "metric", "baseline", "target", "due_on", "kind")
    search_fields = ("code", "name", "epic__code", "epic__name", "metric__code")
    list_filter = ("kind", "attribution_model", by_reference("epic"), by_reference("metric"), by_day("due_on"))


@register
class AttributionAdmin(FactAdmin):
    kind = kind_named("attributions")
    section, icon = EPICS, "handshake"
    shown = ("outcome", "epic", "team", "stream", "share")
    search_fields = ("outcome__code", "outcome__name", "epic__code", "team__code", "stream__code")
    list_filter = (by_reference("outcome"), by_reference("epic"), by_reference("team"))
