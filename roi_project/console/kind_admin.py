"""Masters and facts in the admin: listed, changed through the importer, opened with their history.

@register
class AssignmentAdmin(FactAdmin):
    kind = kind_named("assignments")
    section, icon = TEAMS, "person_add"
    shown = ("person", "team", "share", "starts_on", "ends_on")
    search_fields = ("person__code", "team__code")
    list_filter = (by_reference("team"),)
"""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from roi_project.audit.selectors import READERS as TRAIL_READERS
from roi_project.audit.selectors import changes
from roi_project.console import cells, theme
from roi_project.console.by_groups import ByGroups
from roi_project.console.kind_form import KindForm, field_names
from roi_project.console.kind_upload import TakesFiles
from roi_project.console.refusals import ShowsRefusals
from roi_project.console.trail import told
from roi_project.intake.change import withdraw
from roi_project.intake.columns import Choice, Column, Day, Flag, Money, Month, Number, Reference, Text, Whole
from roi_project.intake.kinds import Kind
from roi_project.kernel.errors import Refusal

LONGEST_HISTORY = 200


def register(admin_class: type["KindAdmin"]) -> type["KindAdmin"]:
    """Put a kind into the admin."""
    admin.site.register(admin_class.kind.model, admin_class)
    return admin_class


class Called:
    """A stored row under the name its pages call it by; facts have no name of their own."""

    def __init__(self, row: Model, name: str) -> None:
        self._row, self._name = row, name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._row, attribute)

    def __str__(self) -> str:
        return self._name


class KindAdmin(TakesFiles, ShowsRefusals, ByGroups):
    """What masters and facts have in common. `shown` are the columns of the list, by their names."""

    kind: ClassVar[Kind]
    shown: ClassVar[tuple[str, ...]]
    change_form_template = "console/kind_form.html"
    warn_unsaved_form = True
    stored_fields: ClassVar[tuple[str, ...]] = ("source", "external_id")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in cls.__dict__:
            cls.read, cls.write = cls.kind.read, cls.kind.write

    def __init__(self, model: type[Model], site: Any) -> None:
        self.cell_names = {column.name: self._cell_name(column) for column in self.kind.columns}
        self.list_display = tuple(self.cell_names.get(name, name) for name in self.shown)
        references = tuple(c.model_fields[0] for c in self.kind.columns if isinstance(c, Reference))
        self.autocomplete_fields = references
        self.list_select_related = tuple(name for name in references if name in self.list_display) or False
        super().__init__(model, site)
        self.opts.verbose_name_plural = self.kind.name.replace("-", " ")  # Django would guess “cost entrys”

    def _cell_name(self, column: Column) -> str:
        if not cells.needs_cell(column):
            return column.model_fields[0]
        name = f"shown_{column.name}"
        setattr(self, name, cells.cell(column))
        return name

    def name_of(self, instance: Any) -> str:
        return str(instance)

    # --- the form ---------------------------------------------------------------------------------------------

    def _may_write(self, request: HttpRequest, obj: Any) -> bool:
        return self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[str | None, dict[str, Any]]]:
        if self._may_write(request, obj):
            return [
                (None, {"fields": [*field_names(self.kind), "tag"]}),
                ("Where it comes from", {"fields": [("source", "external_id")], "classes": ["collapse"]}),
            ]
        return [
            (None, {"fields": list(self.cell_names.values())}),
            ("Where it comes from", {"fields": self.stored_fields}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[KindForm]:
        meta = type("Meta", (), {"model": self.model, "fields": ()})
        members: dict[str, Any] = {"Meta": meta, "of_kind": self.kind, "refusal": self.refusal_of(request)}
        if self._may_write(request, obj):
            for column in self.kind.columns:
                members |= self._form_fields(column, request)
            members |= {
                name: forms.CharField(
                    required=False,
                    max_length=KindForm.base_fields[name].max_length,
                    help_text=KindForm.base_fields[name].help_text,
                    widget=theme.TextInput,
                )
                for name in ("source", "external_id")
            }
        else:
            members |= dict.fromkeys(("source", "external_id", "tag"))
        return type(f"{self.model.__name__}Form", (KindForm,), members)

    def _form_fields(self, column: Column, request: HttpRequest) -> dict[str, forms.Field | None]:
        """The fields a column is written in. Numbers and months stay text until the importer reads them."""
        told = {
            "label": cells.label(column.name).capitalize(),
            "help_text": column.help,
            "required": column.must_be_sent and not isinstance(column, Flag),
        }
        if isinstance(column, Money):
            currency = forms.CharField(
                label="Currency",
                required=told["required"],
                max_length=3,
                help_text="ISO 4217",
                widget=theme.TextInput({"placeholder": "EUR", "autocapitalize": "characters"}),
            )
            return {column.name: _text(told, inputmode="decimal"), column.currency_field: currency}
        if isinstance(column, Month):
            return {column.name: _text(told, type="month", placeholder="2026-07", pattern="[0-9]{4}-[0-9]{2}")}
        if isinstance(column, Number):
            return {column.name: _text(told, inputmode="decimal")}
        if isinstance(column, Whole):
            return {column.name: _text(told, inputmode="numeric")}
        if isinstance(column, Choice | Day | Flag | Reference) or (isinstance(column, Text) and not column.lines):
            field = self.model._meta.get_field(column.model_fields[0])
            found = self.formfield_for_dbfield(field, request)
            for name, value in told.items():
                setattr(found, name, value)
            found.widget.is_required = told["required"]
            if not isinstance(column, Reference) and column.default not in (None, ""):
                found.initial = column.default
            return {column.name: found}
        field = self.formfield_for_dbfield(self.model._meta.get_field(column.model_fields[0]), request)
        return {column.name: forms.CharField(**told, widget=field.widget)}

    # --- writing ----------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: KindForm, change: bool) -> None:
        stored, receipt = form.store(self.audience(request))
        vars(obj).update(vars(stored))
        if receipt.late:
            messages.warning(
                request,
                "It is about a closed month: it is kept as late, and the closed book stays as it is. "
                "No report from that book shows it.",
            )

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return super().response_add(request, Called(obj, self.name_of(obj)), post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, Called(obj, self.name_of(obj)))
        if "_continue" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(self.address_of(obj))  # a changed fact is a new version under a new id
        return response

    def address_of(self, obj: Any) -> str:
        opts = self.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[quote(obj.pk)])

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None:
            name = self.name_of(obj)
            context |= {"original": Called(obj, name), "subtitle": name}
            context["can_take_back"] = not self.kind.is_master and self.has_delete_permission(request, obj)
        context |= {"kind": self.kind, "show_delete": False}
        return super().render_change_form(request, context, **kwargs)

    # --- history ----------------------------------------------------------------------------------------------

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        name = self.name_of(obj)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {name}",
            "subtitle": None,
            "opts": self.opts,
            "object": Called(obj, name),
            "original": Called(obj, name),
            "back": self.address_of(obj),
            **self.history_of(request, obj),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "console/history.html", context)

    def history_of(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Column heads and rows, newest first, or `nothing`: why there is none to show."""
        raise NotImplementedError


class MasterAdmin(KindAdmin):
    """A thing with a name; its history is the audit trail."""

    search_fields = ("code", "name")
    ordering = ("code",)
    stored_fields = ("source", "external_id", "source_updated_at", "created_at", "updated_at", "revision")

    def name_of(self, instance: Any) -> str:
        return f"{instance.code} · {instance.name}" if instance.name else instance.code

    def history_of(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        audience = self.audience(request)
        if not audience.within(TRAIL_READERS):
            return {"nothing": f"Who changed what is read by {', '.join(sorted(TRAIL_READERS))}."}
        found = changes(audience).filter(kind=self.kind.name, object_id=str(obj.pk))[:LONGEST_HISTORY]
        return {
            "heads": ["when", "who", "what", "from → to"],
            "rows": [[f"{row.at:%Y-%m-%d %H:%M}", row.actor, row.get_action_display(), told(row)] for row in found],
            "nothing": "Nothing is in the trail: it was made before the trail, or straight in the database.",
        }


class Versions(admin.SimpleListFilter):
    """Facts as they are believed now, unless somebody asks for what was believed before."""

    title = "version"
    parameter_name = "versions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("every", "Every version"), ("withdrawn", "Withdrawn")]

    def choices(self, changelist: Any) -> Any:
        found = list(super().choices(changelist))
        found[0]["display"] = "Current"
        return found

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "every":
            return queryset
        return queryset.filter(superseded_at=None, withdrawn=self.value() == "withdrawn")


class FactAdmin(KindAdmin):
    """Something that was told: changed by a new version, taken back by a last one."""

    ordering = ("-id",)
    stored_fields = ("source", "external_id", "source_updated_at", "recorded_at", "recorded_by")
    delete_confirmation_template = "console/withdraw.html"

    def __init__(self, model: type[Model], site: Any) -> None:
        super().__init__(model, site)
        self.list_filter = (Versions, *self.list_filter)

    def name_of(self, instance: Any) -> str:
        columns = [self.kind.column(name) for name in self.kind.identity]
        words = [cells.text(column, instance) for column in columns]
        return " · ".join(word for word in words if word != cells.EMPTY) or instance.external_id

    def is_current(self, obj: Any) -> bool:
        return obj.superseded_at is None and not obj.withdrawn

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self.is_current(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST" and object_id is not None and super().has_change_permission(request):
            newer = self._newer(request, object_id)
            if newer is not None:
                messages.error(request, "Somebody changed it since you opened it. This is how it is now.")
                return HttpResponseRedirect(self.address_of(newer))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[Any]:
        opts = self.opts
        by_key = path(
            "key/<uuid:key>/",
            self.admin_site.admin_view(self.by_key),
            name=f"{opts.app_label}_{opts.model_name}_key",
        )
        return [by_key, *super().get_urls()]

    def by_key(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """The current version of a fact, which keeps its key and not its id."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        stored = self.model._default_manager.filter(key=key, superseded_at=None).first()
        if stored is None:
            raise Http404
        return HttpResponseRedirect(self.address_of(stored))

    def _newer(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or obj.superseded_at is None:
            return None
        return self.model._default_manager.filter(key=obj.key, superseded_at=None).first()

    # --- taking back ------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[str], dict[str, int], set, list]:
        return [self.name_of(obj) for obj in objs], {}, set(), []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, {"title": "Take back", **(extra_context or {})})
        except Refusal as refusal:
            messages.error(request, refusal.detail)
            return HttpResponseRedirect("../change/")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        withdraw(self.audience(request), self.kind, obj.key)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        obj = context["object"]
        context |= {"object": Called(obj, self.name_of(obj)), "back": self.address_of(obj)}
        return super().render_delete_form(request, context)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        messages.success(request, f"The {self.opts.verbose_name} was taken back. Its history stays.")
        opts = self.opts
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))

    def history_of(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        references = [c.model_fields[0] for c in self.kind.columns if isinstance(c, Reference)]
        versions = self.model._default_manager.filter(key=obj.key).select_related(*references).order_by("-id")
        columns = [column for column in self.kind.columns if column.name not in ("source", "external_id")]
        return {
            "heads": ["recorded", "by", "until", *(cells.label(column.name) for column in columns)],
            "rows": [
                [
                    f"{version.recorded_at:%Y-%m-%d %H:%M}",
                    version.recorded_by,
                    _until(version),
                    *(cells.text(column, version) for column in columns),
                ]
                for version in versions[:LONGEST_HISTORY]
            ],
        }


def _until(version: Any) -> str:
    if version.withdrawn:
        return "taken back"
    return "now" if version.superseded_at is None else f"{version.superseded_at:%Y-%m-%d %H:%M}"


def _text(told: dict[str, Any], **attributes: str) -> forms.CharField:
    kind = attributes.pop("type", None)
    widget = theme.TextInput(attributes)
    if kind is not None:
        widget.input_type = kind
    return forms.CharField(**told, widget=widget)
