"""Where did the month go? One page per team and month, filled in within two minutes."""

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from outcomes.kinds import EFFORTS
from outcomes.selectors.effort_grid import EffortGrid, effort_grid
from outcomes.services.effort_grid import declare
from roi_project.access.selectors import audience_for
from roi_project.console.site import Page
from roi_project.intake import values
from roi_project.kernel.errors import Invalid, Refusal
from roi_project.kernel.period import month_index, month_start, month_text, parse_month
from roi_project.web.params import LONGEST_TEXT
from teams.models import Team
from teams.selectors.masters import visible

MONTHS_OFFERED = 12
HUNDRED = Decimal(100)
PERCENT = "0123456789."


def grid_page(request: HttpRequest) -> dict[str, Any]:
    """The grid of the team and month asked for, last month by itself; without a team, the teams to choose from."""
    audience = audience_for(request)
    this = month_index(timezone.now().date())
    month = _month(request.GET.get("month"), this - 1)
    teams = list(visible(audience, Team).values_list("code", "name"))
    code = _code(request.GET.get("team", ""))
    context: dict[str, Any] = {
        "teams": [(team, name, team == code) for team, name in teams],
        "months": [(month_text(m), m == month) for m in range(this, this - MONTHS_OFFERED, -1)],
        "month": month_text(month),
        "grid": None,
    }
    if not code:
        return context
    grid = effort_grid(audience, code, month_start(month))
    return context | {
        "grid": grid,
        "rows": _rows(grid, request.session.pop(_kept(grid), {})),
        "prefilled": not grid.declared and any(row.before for row in grid.rows),
        "may_write": audience.within(EFFORTS.write),
    }


def save(request: HttpRequest) -> HttpResponse:
    """Store the percentages of the form and show the month again; what is wrong is told and what was typed kept."""
    audience = audience_for(request)
    code, month = _code(request.POST.get("team", "")), _month(request.POST.get("month"), None)
    grid = effort_grid(audience, code, month_start(month))
    typed = {name: text.strip() for name, text in request.POST.items() if name.startswith(("epic-", "work-"))}
    try:
        receipt = declare(audience, grid, {name: _percent(text) for name, text in typed.items() if text})
    except Refusal as refusal:
        request.session[_kept(grid)] = typed
        messages.error(request, f"Nothing was stored. {refusal.detail}")
    else:
        changed = receipt.created + receipt.changed + receipt.withdrawn
        told = "It says so already." if not changed else "Costs follow it when the month is compiled."
        messages.success(request, f"{grid.team.name} spent {month_text(month)} like this. {told}")
    return HttpResponseRedirect(f"{reverse('admin:effort')}?{urlencode({'team': code, 'month': month_text(month)})}")


def _rows(grid: EffortGrid, typed: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "title": row.epic.name if row.epic else f"Other work: {row.work_type}",
            "code": row.epic.code if row.epic else "",
            "value": typed.get(row.name, _text(row.share if grid.declared else row.before)),
            "before": _text(row.before),
        }
        for row in grid.rows
    ]


def _text(share: Decimal | None) -> str:
    return "" if share is None else f"{(share * HUNDRED).normalize():f}"


def _percent(text: str) -> Decimal:
    """40 or 33.33, with at most four decimals, because a share has six."""
    try:
        if set(text) - set(PERCENT) or len(text.partition(".")[2]) > 4:
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation:
        raise Invalid(f"“{text[:20]}” is no percentage; write 40 or 33.33, with at most four decimals.") from None


def _code(text: str) -> str:
    try:
        return values.text(text, longest=LONGEST_TEXT)
    except ValueError as error:
        raise Invalid(f"The code of the team {error}.") from None


def _month(text: str | None, otherwise: int | None) -> int:
    try:
        return parse_month(text or "")
    except ValueError as error:
        if otherwise is not None and not text:
            return otherwise
        raise Invalid(f"{error}.") from None


def _kept(grid: EffortGrid) -> str:
    """Where what was typed is kept over one redirect."""
    return f"effort {grid.team.pk} {grid.month:%Y-%m}"


admin.site.pages.append(
    Page(
        title="Where did the month go?",
        read=EFFORTS.read,
        template="outcomes/effort_grid.html",
        context=grid_page,
        act=save,
        icon="donut_small",
        path="effort/",
        name="effort",
        for_keepers=True,
    )
)
