"""Work moved to teams, and where their effort went."""

from outcomes.admin.sections import EPICS
from roi_project.console.kind_admin import FactAdmin, MasterAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named


@register
class EpicAdmin(MasterAdmin):
    kind = kind_named("epics")
    section, icon = EPICS, "rocket_launch"
    shown = ("code", "name", "work_type", "started_on", "released_on", "stopped_on")
    list_filter = ("work_type", by_day("started_on"), by_day("released_on"))


@register
class EpicTeamAdmin(FactAdmin):
    kind = kind_named("epic-teams")
    section, icon = EPICS, "diversity_3"
    shown = ("epic", "team", "starts_on", "ends_on")
    search_fields = ("epic__code", "epic__name", "team__code", "team__name")
    list_filter = (by_reference("epic"), by_reference("team"))


@register
class EpicStreamShareAdmin(FactAdmin):
    kind = kind_named("epic-stream-shares")
    section, icon = EPICS, "call_split"
    shown = ("epic", "stream", "share", "starts_on", "ends_on")
    search_fields = ("epic__code", "epic__name", "stream__code", "stream__name")
    list_filter = (by_reference("epic"), by_reference("stream"))


@register
class EffortAdmin(FactAdmin):
    kind = kind_named("efforts")
    section, icon = EPICS, "donut_small"
    shown = ("team", "month", "epic", "work_type", "share", "item_days")
    search_fields = ("team__code", "team__name", "epic__code", "epic__name")
    list_filter = (by_reference("team"), by_reference("epic"), "work_type", by_day("month"))
