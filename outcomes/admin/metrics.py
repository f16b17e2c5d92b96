"""What is measured, what it read, and one figure a month."""

from django.contrib import admin

from outcomes.admin.sections import METRICS
from outcomes.kinds import METRICS as METRIC_KIND
from outcomes.models import MetricMonth
from roi_project.console import cells
from roi_project.console.by_groups import ReadOnly
from roi_project.console.kind_admin import FactAdmin, MasterAdmin, register
from roi_project.console.theme import by_day, by_reference
from roi_project.intake.columns.numbers import plain
from roi_project.intake.kinds import kind_named


@register
class MetricAdmin(MasterAdmin):
    kind = METRIC_KIND
    section, icon = METRICS, "monitoring"
    shown = ("code", "name", "unit", "aggregate", "higher_is_better", "level")
    list_filter = ("aggregate", "level", "higher_is_better")


@register
class ObservationAdmin(FactAdmin):
    kind = kind_named("observations")
    section, icon = METRICS, "visibility"
    shown = ("metric", "observed_on", "value")
    search_fields = ("metric__code", "metric__name", "external_id")
    list_filter = (by_reference("metric"), by_day("observed_on"))


@admin.register(MetricMonth)
class MetricMonthAdmin(ReadOnly):
    read = METRIC_KIND.read
    section, icon = METRICS, "date_range"
    list_display = ("metric", "calendar_month", "count", "sum_of_values", "last_value_seen", "last_on")
    list_select_related = ("metric",)
    search_fields = ("metric__code", "metric__name")
    list_filter = (by_reference("metric"), by_day("month"))
    ordering = ("-month", "metric__code")
    fields = (*list_display, "revision")

    @admin.display(description="month", ordering="month")
    def calendar_month(self, row: MetricMonth) -> str:
        return cells.month(row.month)

    @admin.display(description="sum", ordering="total")
    def sum_of_values(self, row: MetricMonth) -> str:
        return cells.grouped(plain(row.total))

    @admin.display(description="last value")
    def last_value_seen(self, row: MetricMonth) -> str:
        return cells.EMPTY if row.last_value is None else cells.grouped(plain(row.last_value))
