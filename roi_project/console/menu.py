"""The menu: sections of models, in the order of the trip from people to money; leaders get a short one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from roi_project.access.audience import Group
from roi_project.access.selectors import audience_for
from roi_project.intake.kinds import all_kinds

if TYPE_CHECKING:
    from roi_project.console.site import ConsoleSite

KEEPERS = frozenset({Group.FINANCE, Group.AUDITOR, Group.ADMINISTRATOR})


@dataclass(frozen=True, order=True)
class Section:
    """A heading of the menu; the lower place stands higher."""

    place: int
    title: str


WORK = Section(80, "Jobs and trail")
ACCESS = Section(90, "Access")


def is_short(request: HttpRequest) -> bool:
    """Whether the caller reads results and keeps no books, and so gets the short menu."""
    return not audience_for(request).within(KEEPERS)


def sections_for(site: "ConsoleSite", request: HttpRequest) -> list[dict[str, Any]]:
    """Sections with the models this caller may open, in the shape of Django's app list."""
    short = is_short(request)
    open_models = {entry["model"]: entry for app in site._build_app_dict(request).values() for entry in app["models"]}
    sections: dict[Section, list[dict[str, Any]]] = {}
    for model, model_admin in sorted(site._registry.items(), key=_in_order_of_arrival()):
        if model in open_models and (model_admin.in_short_menu or not short):
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


def _in_order_of_arrival() -> Callable[[tuple[Any, Any]], int]:
    """What comes in stands in the order in which a new organisation sends it; what is worked out comes after."""
    places = {kind.model: place for place, kind in enumerate(all_kinds())}
    return lambda registered: places.get(registered[0], len(places))


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The same as the theme's sidebar, with the first page on top."""
    from django.contrib import admin

    landing = admin.site.landing_of(request)
    home = {"title": landing.title if landing else "Start", "icon": landing.icon if landing else "home"}
    top = {"title": None, "items": [{**home, "link": reverse("admin:index")}]}
    groups = [
        {
            "title": section["name"],
            "collapsible": not is_short(request),
            "items": [
                {"title": str(entry["name"]), "icon": entry["icon"], "link": entry["admin_url"]}
                for entry in section["models"]
                if entry["admin_url"]
            ],
        }
        for section in admin.site.get_app_list(request)
    ]
    return [top, *groups]


def icon_address(request: HttpRequest) -> str:
    """The small picture of a browser's tab."""
    return static("console/icon.svg")


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Links under the caller's own name."""
    return [
        {"title": "My tokens", "link": reverse("admin:access_token_changelist")},
        {"title": "API documents", "link": reverse("docs")},
    ]
