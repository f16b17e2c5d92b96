"""The audit trail: who changed what, from what to what."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from roi_project.audit.models import Change
from roi_project.audit.selectors import READERS, changes
from roi_project.console.by_groups import ReadOnly
from roi_project.console.menu import WORK
from roi_project.console.theme import by_day
from roi_project.console.trail import with_reason


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    read = READERS
    section, icon, menu_title = WORK, "history", "Audit trail"
    list_display = ("at", "actor", "action", "kind", "object", "told")
    list_display_links = None
    list_filter = ("action", "kind", by_day("at"))
    search_fields = ("actor", "object_code", "kind", "request_id")
    ordering = ("-id",)
    fields = ("at", "actor", "request_id", "action", "kind", "object", "told")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        return changes(self.audience(request))

    @admin.display(description="which")
    def object(self, change: Change) -> str:
        return change.object_code or change.object_id

    @admin.display(description="from → to")
    def told(self, change: Change) -> Any:
        return with_reason(change)
