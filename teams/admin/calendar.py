"""Days on which nobody works here."""

from roi_project.console.kind_admin import FactAdmin, register
from roi_project.console.theme import by_day
from roi_project.intake.kinds import kind_named
from teams.admin.sections import ORGANISATION


@register
class ClosureAdmin(FactAdmin):
    kind = kind_named("closures")
    section, icon = ORGANISATION, "door_front"
    shown = ("on", "country", "name")
    search_fields = ("name", "country")
    list_filter = ("country", by_day("on"))
