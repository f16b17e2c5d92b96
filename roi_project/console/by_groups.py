"""Who may open what: groups of the audience decide, not Django's permissions per model and user."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from roi_project.access.audience import Audience, Group
from roi_project.access.selectors import audience_for
from roi_project.console import theme
from roi_project.console.choosing import ChoiceByTyping
from roi_project.console.menu import Section
from roi_project.console.paging import CappedPaginator


class ByGroups(theme.ModelAdmin):
    """A page of the console. `read` may look; `write` may add and change; nobody deletes.

    section, icon   where it stands in the menu, under `menu_title` where that is not its plural
    """

    read: ClassVar[frozenset[Group]] = frozenset()
    write: ClassVar[frozenset[Group]] = frozenset()
    section: Section
    icon = "table_rows"
    menu_title = ""

    change_form_template = "console/looked_at.html"
    paginator = CappedPaginator
    empty_value_display = "–"
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    actions_on_top = True
    show_facets = False  # facets count the whole table, filter by filter
    save_on_top = False
    view_on_site = False

    class Media:
        css: ClassVar = {"all": ("console/console.css",)}

    def audience(self, request: HttpRequest) -> Audience:
        return audience_for(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.audience(request).within(self.read | self.write)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.audience(request).within(self.write)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.audience(request).within(self.write)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Lists are filtered by what they offer: another column could be read that way, one letter at a time."""
        entries = (entry if isinstance(entry, str | tuple) else "" for entry in self.get_list_filter(request))
        offered = {(entry if isinstance(entry, str) else entry[0]).partition("__")[0] for entry in entries}
        column = lookup.partition("__")[0]
        hidden = {field.name for field in self.opts.get_fields()} - offered - {self.opts.pk.name}
        return column not in hidden and super().lookup_allowed(lookup, value, request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChoiceByTyping(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Without a filter, what was counted is all there is; counting again would say the same."""
        found = super().get_changelist_instance(request)
        if not found.get_filters_params() and not found.query:
            found.full_result_count = found.result_count
        return found

    # Django's own log of changes would be a second history: ours are the audit trail and the versions of facts.
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404("What was changed here is in the audit trail.")

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return None


class ReadOnly(ByGroups):
    """Something the service wrote itself: to be looked at, and never edited by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
