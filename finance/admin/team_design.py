"""How stable and complete a team is, against its own past: a page behind the one of the team."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from finance.admin.figures import spreadsheet_address
from finance.admin.overview_words import percent
from finance.selectors.benefits import READERS
from outcomes.selectors.design import DesignRow, latest_moves, team_design
from roi_project.access.audience import Audience
from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import NotFound
from roi_project.kernel.period import month_index, month_text
from teams.engine.design import DesignFinding
from teams.models import Team
from teams.selectors.design import days_of
from teams.selectors.masters import visible

QUARTERS = 5
SAID = {
    DesignFinding.NO_PURPOSE: "Nobody has written down why the team exists: give it a purpose.",
    DesignFinding.NO_MEMBERS: "Nobody is on it any more: end the team, or assign people to it.",
    DesignFinding.ONE_DISCIPLINE: "Everybody on it has the same role: what takes another one waits for another team.",
    DesignFinding.GREW_FAST: "It grew by more in the quarter than the organisation wants of a team.",
    DesignFinding.SHARED_ROLE_OVER_LIMIT: "Somebody on it is on more teams than their role allows: end an assignment.",
}


def design(request: HttpRequest, pk: int) -> dict[str, Any]:
    audience, today = audience_for(request), timezone.localdate()
    with snapshot():
        team = visible(audience, Team).filter(pk=pk).first()
        if team is None:
            raise NotFound("There is no team with that number; the list of them has each by its name.")
        rows = team_design(audience, team, last=month_index(today), count=QUARTERS)
    shown: dict[str, Any] = {"title": team.name or team.code, "url": reverse("admin:leader_team", args=[pk])}
    if not rows:
        return shown
    last = rows[-1]
    return {
        **shown,
        "sentence": sentence(rows),
        "quarters": [_quarter(row) for row in rows],
        "is_running": days_of(last.of.month)[1] >= today,
        "roles": [{"name": name or code, "count": count} for code, name, count in last.of.roles],
        "alone": ", ".join(name or code for code, name in last.of.single_holders),
        "findings": [SAID[finding] for finding in last.of.findings],
        "excel_url": spreadsheet_address(
            "report-team-design",
            **{"from": month_text(rows[0].of.month), "through": month_text(last.of.month), "team": team.code},
        ),
    }


def sentence(rows: Sequence[DesignRow]) -> str:
    """“8 people at the end of September 2026, 6 of them wholly on this team; 1 joined and nobody left.”"""
    last = rows[-1].of
    found = last.found
    until = days_of(last.month)[1]
    wholly = f", {found.dedicated} of them wholly on this team" if found.members_end else ""
    came, went = ("nobody" if count == 0 else str(count) for count in (found.joins, found.leaves))
    return f"{people(found.members_end)} at the end of {until:%B %Y}{wholly}; {came} joined and {went} left."


def people(count: int) -> str:
    return {0: "Nobody", 1: "1 person"}.get(count, f"{count} people")


def _quarter(row: DesignRow) -> dict[str, Any]:
    found = row.of.found
    first, last = days_of(row.of.month)
    return {
        "name": f"{first:%b} to {last:%b %Y}",
        "start": found.members_start,
        "joins": found.joins,
        "leaves": found.leaves,
        "end": found.members_end,
        "stability": cells.EMPTY if found.stability is None else percent(found.stability, 0),
        "people_moved_in": found.moved_in,
        "work_moved_in": row.work_moved_in,
    }


def moves_words(audience: Audience) -> str:
    """Whether work moved to teams or people to work, in the last quarter that is over."""
    (first, last), (moved, work) = latest_moves(audience, today=timezone.localdate())
    epics = {0: "no epic", 1: "1 epic"}.get(work, f"{work} epics")
    return f"From {first:%B} to {last:%B %Y} {epics} and {people(moved).lower()} moved from one team to another."


admin.site.pages.append(
    Page(
        title="How a team is made up",
        read=READERS,
        template="finance/team_design.html",
        context=design,
        path="teams/<int:pk>/design/",
        name="leader_team_design",
    )
)
