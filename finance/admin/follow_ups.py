"""Who looks after findings, and which are accepted for a while."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from finance.admin.sections import BOOKS
from finance.models import FindingFollowUp
from finance.selectors.findings import SUBJECT, codes_for, followed
from finance.services.follow_ups import COLUMNS, KEEPERS, About, look_after
from roi_project.access.audience import PAY_READERS
from roi_project.console import cells
from roi_project.console.by_groups import ByGroups
from roi_project.console.refusals import ShowsRefusals, TellsRefusal


class FollowUpForm(TellsRefusal, forms.ModelForm):
    """Who looks after one finding."""

    class Meta:
        model = FindingFollowUp
        fields = ("code", *SUBJECT, *COLUMNS)


@admin.register(FindingFollowUp)
class FindingFollowUpAdmin(ShowsRefusals, ByGroups):
    """What is saved goes through the service, which knows the finding and writes the change down."""

    read, write = PAY_READERS | KEEPERS, KEEPERS
    section, icon, menu_title = BOOKS, "assignment_ind", "Findings looked after"
    form = FollowUpForm
    list_display = ("what", *SUBJECT, "owner", "due_on", "overdue", "accepted_until")
    list_select_related = SUBJECT
    list_filter = ("code",)
    search_fields = ("code", "owner", "team__code", "pool__code", "person__code", "role__code")
    autocomplete_fields = SUBJECT
    ordering = ("code", "id")
    fields = ("code", *SUBJECT, *COLUMNS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FindingFollowUp]:
        return super().get_queryset(request).filter(code__in=codes_for(self.audience(request)))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("code", *SUBJECT)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Codes that the caller may know, so that not even a name that is taken tells of another."""
        if db_field.name == "code":
            kwargs["choices"] = [("", cells.EMPTY), *((code, code) for code in codes_for(self.audience(request)))]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type("FollowUpForm", (made,), {"refusal": self.refusal_of(request)})

    def save_model(self, request: HttpRequest, obj: FindingFollowUp, form: Any, change: bool) -> None:
        codes = {name: ((about := getattr(obj, name)) and about.code) or "" for name in SUBJECT}
        changes = {name: getattr(obj, name) for name in COLUMNS}
        obj.pk = look_after(self.audience(request), About(obj.code, **codes), changes).pk

    @admin.display(description="what", ordering="code")
    def what(self, row: FindingFollowUp) -> str:
        return cells.label(row.code)

    @admin.display(description="overdue", boolean=True)
    def overdue(self, row: FindingFollowUp) -> bool:
        return followed(row, timezone.localdate()).overdue
