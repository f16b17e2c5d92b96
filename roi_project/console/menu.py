"""The menu: pages of results, then sections of models in the order of the trip from people to money.

Those who only read results have the pages and no list of models.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from roi_project.access.audience import Group
from roi_project.access.selectors import audience_for

KEEPERS = frozenset({Group.FINANCE, Group.AUDITOR, Group.ADMINISTRATOR})


@dataclass(frozen=True, order=True)
class Section:
    """A heading of the menu; the lower place stands higher."""

    place: int
    title: str


WORK = Section(80, "Jobs and trail")
ACCESS = Section(90, "Access")


def is_short(request: HttpRequest) -> bool:
    """Whether the caller reads results and keeps no books, and so gets no list of models."""
    return not audience_for(request).within(KEEPERS)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages and the sections of the caller's models as the theme's sidebar."""
    entries = [
        {"title": page.title, "icon": page.icon, "link": page.address} for page in admin.site.entries_of(request)
    ]
    if admin.site.landing_of(request) is None:
        entries.insert(0, {"title": "Start", "icon": "home", "link": reverse("admin:index")})
    top = {"title": None, "items": entries}
    groups = [
        {
            "title": section["name"],
            "collapsible": True,
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


def keys_address(request: HttpRequest) -> str:
    """What makes the theme's own menus open by the keyboard."""
    return static("console/keys.js")


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Links under the caller's own name."""
    return [
        *({"title": page.title, "link": page.address} for page in admin.site.tools_of(request)),
        {"title": "My tokens", "link": reverse("admin:access_token_changelist")},
        {"title": "API documents", "link": reverse("docs")},
    ]
