"""Reports as files: choose what is in it, download it, or let a spreadsheet fetch it again each month."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import resolve, reverse

from roi_project.access.audience import Group
from roi_project.console.site import Page
from roi_project.web.recipes import recipes

READERS = frozenset({Group.FINANCE, Group.LEADER, Group.AUDITOR})
REPORTS = {
    "report-roi": "ROI",
    "report-investment": "Investment",
    "report-capacity": "Capacity",
    "report-team-design": "Team design",
    "report-changes": "Changes",
    "report-promises": "Promises",
    "reconciliation": "Reconciliation",
}
LEFT_OUT = frozenset({"format", "record"})


def files_page(request: HttpRequest) -> dict[str, Any]:
    """One report's file with the filters in the address; each of the others is one click away."""
    chosen = request.GET.get("report", "")
    name = chosen if chosen in REPORTS else "report-roi"
    path = reverse(name)
    view = resolve(path).func.view_class
    fields = {field: words for field, words in view.parameters.items() if field not in LEFT_OUT}
    query = {field: request.GET[field] for field in fields if request.GET.get(field)}
    address = f"{path}?{urlencode(query)}" if query else path
    return {
        "reports": [(key, title, key == name) for key, title in REPORTS.items()],
        "chosen": name,
        "fields": [(field, words, query.get(field, "")) for field, words in fields.items()],
        "address": request.build_absolute_uri(address),
        "files": [(form.upper(), f"{path}?{urlencode({**query, 'format': form})}") for form in ("xlsx", "csv", "json")],
        "recipes": recipes(request.build_absolute_uri(address), numbers=view.numbers),
        "tokens": reverse("admin:access_token_changelist"),
    }


admin.site.pages.append(
    Page(
        title="Reports as files",
        read=READERS,
        template="finance/files.html",
        context=files_page,
        icon="table_view",
        path="files/",
        name="files",
        for_keepers=True,
    )
)
