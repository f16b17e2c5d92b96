"""What epics were meant to bring, said before the work."""

from finance.admin.money import MoneyFactAdmin
from finance.admin.sections import BENEFITS
from roi_project.console.kind_admin import register
from roi_project.console.theme import by_reference
from roi_project.intake.kinds import kind_named


@register
class AnticipatedBenefitAdmin(MoneyFactAdmin):
    kind = kind_named("anticipated-benefits")
    section, icon = BENEFITS, "flag"
    shown = ("epic", "amount", "benefit_class", "first_month", "last_month")
    search_fields = ("epic__code", "epic__name", "external_id")
    list_filter = ("benefit_class", by_reference("epic"))
