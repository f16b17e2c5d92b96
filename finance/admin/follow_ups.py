"""Who looks after findings, and which are accepted for a while."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from finance.admin.findings import in_words
from finance.admin.sections import BOOKS
from finance.models import FindingFollowUp
from finance.selectors.findings import SUBJECT, codes_for, followed
from finance.services.follow_ups import COLUMNS, KEEPERS, About, look_after
from roi_project.access.audience import PAY_READERS
from roi_project.console import cells
from roi_project.console.by_groups import ByGroups
from roi_project.console.kind_admin import Called
from roi_project.console.menu import is_short
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[FindingFollowUp]:
        return super().get_queryset(request).filter(code__in=codes_for(self.audience(request)))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A finding that is known, as from the page of findings, has only what it is about."""
        if obj is not None:
            return ("what", *(name for name in SUBJECT if getattr(obj, name) is not None), *COLUMNS)
        about = SUBJECT if "code" not in request.GET else (name for name in SUBJECT if name in request.GET)
        return ("code", *about, *COLUMNS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("what", *SUBJECT)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Codes that the caller may know, so that not even a name that is taken tells of another."""
        if db_field.name == "code":
            kwargs["choices"] = [
                ("", cells.EMPTY),
                *((code, in_words(code)) for code in codes_for(self.audience(request))),
            ]
            kwargs["label"] = "Finding"
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type("FollowUpForm", (made,), {"refusal": self.refusal_of(request)})

    def save_model(self, request: HttpRequest, obj: FindingFollowUp, form: Any, change: bool) -> None:
        codes = {name: ((about := getattr(obj, name)) and about.code) or "" for name in SUBJECT}
        changes = {name: getattr(obj, name) for name in COLUMNS}
        obj.pk = look_after(self.audience(request), About(obj.code, **codes), changes).pk

    def response_add(
        self, request: HttpRequest, obj: FindingFollowUp, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, _said(obj))
        return self.response_post_save_add(request, obj)

    def response_change(self, request: HttpRequest, obj: FindingFollowUp) -> HttpResponse:
        messages.success(request, _said(obj))
        return self.response_post_save_change(request, obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """One way to save, since there is one place to go on to; and the finding by its words."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        if (obj := kwargs.get("obj")) is not None:
            context |= {"original": Called(obj, in_words(obj.code)), "subtitle": in_words(obj.code)}
        return super().render_change_form(request, context, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: FindingFollowUp) -> HttpResponse:
        return self._back(request) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: FindingFollowUp) -> HttpResponse:
        return self._back(request) or super().response_post_save_change(request, obj)

    def _back(self, request: HttpRequest) -> HttpResponse | None:
        """Who has no list of models came from the findings, and goes on with them."""
        return HttpResponseRedirect(reverse("admin:leader_findings")) if is_short(request) else None

    @admin.display(description="finding", ordering="code")
    def what(self, row: FindingFollowUp) -> str:
        return in_words(row.code)

    @admin.display(description="overdue", boolean=True)
    def overdue(self, row: FindingFollowUp) -> bool:
        return followed(row, timezone.localdate()).overdue


def _said(row: FindingFollowUp) -> str:
    """What was stored. A person is not named: it is read on the page of findings, which names nobody."""
    named = row.team or row.pool or row.role
    where = "one person" if row.person is not None else "" if named is None else named.name or named.code
    due = "" if row.due_on is None else f" by {row.due_on}"
    kept = [
        *([f"{row.owner} looks after it{due}"] if row.owner else []),
        *([f"it is accepted until {row.accepted_until}"] if row.accepted_until is not None else []),
    ]
    return f"{in_words(row.code)}{f' ({where})' if where else ''}: {'; '.join(kept) or 'nobody looks after it'}."
