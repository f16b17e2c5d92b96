"""People, what is different for them for a while, where they are assigned, and when they are away."""

from roi_project.console.kind_admin import FactAdmin, MasterAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.kinds import kind_named
from teams.admin.sections import TEAMS


@register
class PersonAdmin(MasterAdmin):
    kind = kind_named("people")
    section, icon = TEAMS, "person"
    shown = ("code", "name", "role", "level", "country", "employed_from", "employed_until")
    list_filter = (by_reference("role"), "level", "country", by_day("employed_from"))


@register
class PersonTermsAdmin(FactAdmin):
    kind = kind_named("person-terms")
    section, icon = TEAMS, "edit_calendar"
    shown = ("person", "role", "level", "country", "starts_on", "ends_on")
    search_fields = ("person__code", "person__name")
    list_filter = (by_reference("person"), by_day("starts_on"))


@register
class AssignmentAdmin(FactAdmin):
    kind = kind_named("assignments")
    section, icon = TEAMS, "person_add"
    shown = ("person", "team", "share", "starts_on", "ends_on")
    search_fields = ("person__code", "person__name", "team__code", "team__name")
    list_filter = (by_reference("team"), by_reference("person"), by_day("starts_on"))


@register
class AbsenceAdmin(FactAdmin):
    kind = kind_named("absences")
    section, icon = TEAMS, "event_busy"
    shown = ("person", "reason", "starts_on", "ends_on")
    search_fields = ("person__code", "person__name")
    list_filter = ("reason", by_reference("person"), by_day("starts_on"))
    date_hierarchy = "starts_on"
