"""Facts with an amount start in the currency the books are kept in."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from roi_project.console.kind_admin import FactAdmin
from teams.selectors.organisation import settings_on


class MoneyFactAdmin(FactAdmin):
    """A fact with an amount."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        currency = settings_on(timezone.localdate()).reporting_currency
        return {"currency": currency, **super().get_changeform_initial_data(request)}
