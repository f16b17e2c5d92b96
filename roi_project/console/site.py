"""The admin's site: who may enter, what the menu shows, where a caller lands."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from roi_project.access.audience import Group
from roi_project.access.selectors import audience_for, audience_of
from roi_project.console import theme
from roi_project.console.menu import Section, is_short
from roi_project.intake.kinds import all_kinds
from roi_project.kernel.errors import Refusal

MAY_ENTER = frozenset({Group.FINANCE, Group.LEADER, Group.AUDITOR, Group.ADMINISTRATOR})


@dataclass(frozen=True)
class Page:
    """A page of a floor's own making. `context` is asked for each request, and may raise a refusal; `act` takes a form.

    One without a path is a first page; who may read none of them lands on the list of models. A context may also be
    a whole answer: a file, or the way to another page. Those `in_menu` stand above the models, the lower `place`
    higher, and are all that those see who only read results; what is `for_keepers` stands there for those who keep
    the books, and under the name of everybody else who may read it.
    """

    title: str
    read: frozenset[Group]
    template: str
    context: Callable[..., dict[str, Any] | HttpResponse]
    icon: str = "home"
    path: str = ""
    name: str = ""
    act: Callable[..., HttpResponse] | None = None
    in_menu: bool = False
    for_keepers: bool = False
    place: int = 50

    @property
    def address(self) -> str:
        return reverse(f"admin:{self.name}" if self.path else "admin:index")


class SignInForm(theme.AuthenticationForm):
    """Membership of a group opens the door, so that nobody has to tick “staff” beside it."""

    def confirm_login_allowed(self, user: Any) -> None:
        if not (user.is_active and audience_of(user).within(MAY_ENTER)):
            raise ValidationError(
                "This account is for the API only; a member of finance, leaders, auditors or administrators signs in.",
                code="invalid_login",
            )


class Named(AutocompleteJsonView):
    """Choices in a search box, by code and name."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        name = getattr(obj, "name", "")
        return {**result, "text": f"{obj} · {name}"} if name and name != str(obj) else result


class ConsoleSite(theme.Site):
    """Every page of the admin hangs here; `admin.site` is one of these."""

    site_title = site_header = "Team ROI"
    index_title = "Start"
    index_template = "console/index.html"
    login_form = SignInForm
    site_url = None
    enable_nav_sidebar = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pages: list[Page] = []
        self.disable_action("delete_selected")

    def get_urls(self) -> list[Any]:
        return [
            *(
                path(page.path, self.admin_view(partial(self.show, page)), name=page.name)
                for page in self.pages
                if page.path
            ),
            *super().get_urls(),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and audience_for(request).within(MAY_ENTER)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Who is known already goes on to where they were sent from.

        A spreadsheet follows a link itself, without the session, and hands its browser the sign-in that it ended at.
        """
        onward = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
        if request.method == "GET" and safe and self.has_permission(request):
            return HttpResponseRedirect(onward)
        return super().login(request, extra_context)

    def landing_of(self, request: HttpRequest) -> Page | None:
        """The first page this caller may read."""
        audience = audience_for(request)
        return next((page for page in self.pages if not page.path and audience.within(page.read)), None)

    def entries_of(self, request: HttpRequest) -> list[Page]:
        """The pages of the menu that this caller may read, the first page before the others."""
        audience = audience_for(request)
        keeps = not is_short(request)
        entries = [page for page in self.pages if page.in_menu or (page.for_keepers and keeps)]
        readable = [page for page in entries if audience.within(page.read)]
        return sorted(readable, key=lambda page: (bool(page.path), page.place))

    def tools_of(self, request: HttpRequest) -> list[Page]:
        """The pages for keepers of books that somebody else may read too."""
        audience = audience_for(request)
        tools = [page for page in self.pages if page.for_keepers and audience.within(page.read)]
        return tools if is_short(request) else []

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        landing = self.landing_of(request)
        if landing is not None:
            return self.show(landing, request)
        return super().index(request, {"entries": self.entries_of(request), **(extra_context or {})})

    def show(self, page: Page, request: HttpRequest, **named: Any) -> HttpResponse:
        """One page, or in its place what was refused, in words."""
        if not audience_for(request).within(page.read):
            raise PermissionDenied
        request.current_app = self.name
        context = {
            **self.each_context(request),
            "title": page.title,
            "page": page,
            "entries": self.entries_of(request),
            "themed": theme.THEMED,
        }
        try:
            if request.method == "POST" and page.act is not None:
                return page.act(request, **named)
            found = page.context(request, **named)
            if isinstance(found, HttpResponse):
                return found
            return TemplateResponse(request, page.template, {**context, **found})
        except Refusal as refusal:
            told = {**context, "refusal": refusal.detail}
            return TemplateResponse(request, "console/refused.html", told, status=refusal.status)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models of the menu, by section: none for those who only read results. One app's own page lists them as
        Django does."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        return [] if is_short(request) else self.sections_for(request)

    def sections_for(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Sections with the models this caller may open, in the shape of Django's app list."""
        app_dict = self._build_app_dict(request)
        open_models = {entry["model"]: entry for app in app_dict.values() for entry in app["models"]}
        sections: dict[Section, list[dict[str, Any]]] = {}
        for model, model_admin in sorted(self._registry.items(), key=_in_order_of_arrival()):
            if model in open_models:
                title = model_admin.menu_title or open_models[model]["name"]
                entry = open_models[model] | {"icon": model_admin.icon, "name": title}
                sections.setdefault(model_admin.section, []).append(entry)
        return [
            {
                "name": section.title,
                "app_label": models[0]["model"]._meta.app_label,
                "app_url": models[0]["admin_url"],
                "has_module_perms": True,
                "models": models,
            }
            for section, models in sorted(sections.items())
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Named.as_view(admin_site=self)(request)


def _in_order_of_arrival() -> Callable[[tuple[Any, Any]], int]:
    """What comes in stands in the order in which a new organisation sends it; what is worked out comes after."""
    places = {kind.model: place for place, kind in enumerate(all_kinds())}
    return lambda registered: places.get(registered[0], len(places))
