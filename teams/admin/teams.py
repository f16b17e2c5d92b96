"""Value streams, the teams that work for them, and what people there do."""

from roi_project.console.kind_admin import FactAdmin, MasterAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named
from teams.admin.sections import TEAMS


@register
class ValueStreamAdmin(MasterAdmin):
    kind = kind_named("value-streams")
    section, icon = TEAMS, "conversion_path"
    shown = ("code", "name", "parent", "is_product", "starts_on", "ends_on")
    list_filter = ("is_product", by_reference("parent"))


@register
class TeamAdmin(MasterAdmin):
    kind = kind_named("teams")
    section, icon = TEAMS, "groups"
    shown = ("code", "name", "topology", "starts_on", "ends_on")
    list_filter = ("topology",)


@register
class TeamNameAdmin(FactAdmin):
    kind = kind_named("team-names")
    section, icon = TEAMS, "alt_route"
    shown = ("called", "system", "team", "starts_on", "ends_on")
    search_fields = ("called", "team__code", "team__name")
    list_filter = ("system", by_reference("team"), by_day("starts_on"))


@register
class TeamStreamShareAdmin(FactAdmin):
    kind = kind_named("team-stream-shares")
    section, icon = TEAMS, "call_split"
    shown = ("team", "stream", "share", "starts_on", "ends_on")
    search_fields = ("team__code", "team__name", "stream__code", "stream__name")
    list_filter = (by_reference("team"), by_reference("stream"), by_day("starts_on"))


@register
class RoleFamilyAdmin(MasterAdmin):
    kind = kind_named("role-families")
    section, icon = TEAMS, "badge"
    shown = ("code", "name", "shared", "max_teams")
    list_filter = ("shared",)
