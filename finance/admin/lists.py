"""The other entries of a leader's menu: value streams, teams, epics and outcomes, capacity."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Page as PageOfRows
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from finance.admin.figures import roi_in_spreadsheet, spreadsheet_address
from finance.admin.overview import strip
from finance.admin.overview_blocks import capacity_block, streams_block
from finance.admin.subjects import outcome_row
from finance.admin.team_design import moves_words
from finance.selectors.benefits import READERS
from finance.selectors.overview import streams_now
from finance.selectors.sums import GroupBy
from outcomes.selectors.epics import listed
from outcomes.selectors.seen import seen
from roi_project.access.selectors import audience_for
from roi_project.console.site import Page
from roi_project.db.snapshot import snapshot
from roi_project.kernel.period import month_index, month_text
from teams.models import Team
from teams.selectors.masters import visible
from teams.selectors.organisation import settings_on
from teams.selectors.role_months import role_months
from teams.selectors.serving import streams_by_team

ON_A_PAGE = 50
HALF_A_YEAR = 6


def streams(request: HttpRequest) -> dict[str, Any]:
    found = streams_now(audience_for(request), today=timezone.localdate())
    if found is None:
        return {"is_empty": True}
    return {
        "report": found.report,
        "strip": strip(found.report),
        "streams": streams_block(found),
        "excel_url": roi_in_spreadsheet(found.report, group_by=GroupBy.VALUE_STREAM, codes=None),
    }


def teams(request: HttpRequest) -> dict[str, Any]:
    """By name and in no other order: a team is read against its own past."""
    audience, words = audience_for(request), _words(request)
    rows = visible(audience, Team).filter(Q(code__icontains=words) | Q(name__icontains=words))
    page = _page(request, rows.order_by("name", "code"))
    serves = streams_by_team([team.pk for team in page], on=timezone.localdate())
    return {
        "words": words,
        "rows_page": page,
        "moves": moves_words(audience),
        "teams": [
            {
                "name": team.name or team.code,
                "url": reverse("admin:leader_team", args=[team.pk]),
                "purpose": team.purpose,
                "sort": team.get_topology_display().partition(":")[0],
                "streams": [
                    {"name": name, "url": reverse("admin:leader_stream", args=[pk])}
                    for pk, name in serves.get(team.pk, [])
                ],
            }
            for team in page
        ],
    }


def epics(request: HttpRequest) -> dict[str, Any]:
    """Epics by name, each with the change it should bring and what has been seen of it."""
    audience, words = audience_for(request), _words(request)
    page = _page(request, listed(audience, words=words))
    outcomes: dict[int, list[dict[str, Any]]] = {}
    for one in seen(audience, [epic.pk for epic in page]):
        outcomes.setdefault(one.outcome.epic_id, []).append(outcome_row(one))
    return {
        "words": words,
        "rows_page": page,
        "epics": [
            {
                "name": epic.name or epic.code,
                "url": reverse("admin:leader_epic", args=[epic.pk]),
                "work": epic.get_work_type_display().lower(),
                "state": _state(epic),
                "outcomes": outcomes.get(epic.pk, []),
            }
            for epic in page
        ],
        "add_url": reverse("admin:outcomes_outcome_add"),
        "outcomes_url": reverse("admin:outcomes_outcome_changelist"),
        "attributions_url": reverse("admin:outcomes_attribution_changelist"),
    }


def _state(epic: Any) -> str:
    if epic.stopped_on:
        return f"stopped {epic.stopped_on}"
    if epic.released_on:
        return f"released {epic.released_on}"
    return f"in work since {epic.started_on}" if epic.started_on else "not begun"


def capacity(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    first, last = month_index(today) - HALF_A_YEAR + 1, month_index(today) + HALF_A_YEAR
    with snapshot():
        week = settings_on(today).full_time_week_minutes
        roles = role_months(audience_for(request), first, last, full_time_week_minutes=week)
    span = {"from": month_text(first), "through": month_text(last)}
    return {"capacity": capacity_block(roles), "excel_url": spreadsheet_address("report-capacity", **span)}


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100].replace("\0", "")


def _page(request: HttpRequest, rows: QuerySet[Any]) -> PageOfRows[Any]:
    """The page that is asked for, else the nearest there is."""
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))


admin.site.pages.extend(
    Page(
        title=title,
        icon=icon,
        read=READERS,
        template=f"finance/leader_{name}.html",
        context=context,
        path=path,
        name=f"leader_{name}",
        in_menu=True,
        place=place,
    )
    for place, (title, icon, context, path, name) in enumerate(
        (
            ("Value streams", "conversion_path", streams, "streams/", "streams"),
            ("Teams", "groups", teams, "teams/by-name/", "teams"),
            ("Epics & outcomes", "flag", epics, "epics/", "epics"),
            ("Capacity", "calendar_view_month", capacity, "capacity/", "capacity"),
        ),
        start=1,
    )
)
