"""How the organisation counts."""

from django.contrib import admin

from roi_project.access.audience import EVERYONE
from roi_project.console import cells
from roi_project.console.by_groups import ReadOnly
from roi_project.console.kind_admin import FactAdmin, register
from roi_project.intake.kinds import kind_named
from teams.admin.sections import ORGANISATION
from teams.models import FiscalMonth


@register
class OrganisationSettingsAdmin(FactAdmin):
    kind = kind_named("organisation-settings")
    section, icon = ORGANISATION, "tune"
    shown = ("starts_on", "name", "country", "reporting_currency", "official_rates", "single_controller")
    search_fields = ("name", "country")
    ordering = ("-starts_on", "-id")


@admin.register(FiscalMonth)
class FiscalMonthAdmin(ReadOnly):
    read = EVERYONE
    section, icon = ORGANISATION, "calendar_month"
    list_display = ("calendar_month", "fiscal_year", "fiscal_index", "starts_on", "ends_on")
    list_filter = ("fiscal_year",)
    ordering = ("-month",)
    fields = ("calendar_month", "fiscal_year", "fiscal_index", "starts_on", "ends_on")

    @admin.display(description="month", ordering="month")
    def calendar_month(self, row: FiscalMonth) -> str:
        return cells.month(row.month)
