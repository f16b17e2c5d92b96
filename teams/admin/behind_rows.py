"""What the rows of capacity and of team design are made of, for a person: the addresses that end them, in a browser.

These pages name people by their codes, as the lists of the API do for the same reader, and so stand apart from the
pages of results, which name nobody.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.intake.columns.numbers import plain
from roi_project.kernel.errors import Invalid
from roi_project.kernel.money import round_half_away
from roi_project.kernel.period import month_start
from roi_project.web import params
from teams.models import Assignment, Person, PersonTerms
from teams.selectors.behind_rows import Days, of_roles, of_teams
from teams.selectors.capacity import SupplyRow
from teams.selectors.design import Designed
from teams.selectors.masters import SEE_PEOPLE

MOST_ROWS = 500
OF_A_TEAM = (
    "Role", "People", "Full-time people", "On other teams too", "Scheduled hours", "Absent", "Present", "Plannable",
    "Days over-allocated",
)  # fmt: skip
OF_THE_BENCH = ("Role", "People with time left", "Full-time people", "Scheduled hours", "Absent", "Present")
OF_DESIGN = (
    "Team", "At the start", "Joined", "Left", "At the end", "On an average day", "Stability", "Wholly on this team",
    "On another team too",
)  # fmt: skip


def assignments_of_team(request: HttpRequest) -> dict[str, Any]:
    """Who was on a team in a month or in a quarter, beside the figures that reports give of it."""
    codes, days = _asked(request, "team")
    found = of_teams(audience_for(request), codes, days)
    names = ", ".join(team.name or team.code for team in found.teams)
    tables = [(OF_A_TEAM, [_of_a_team(row) for row in found.capacity])] if days.month is not None else []
    tables += [(OF_DESIGN, [_of_design(row) for row in found.design])] if days.quarter is not None else []
    return {
        "title": f"{names}: who was on it, {_span(days)}",
        "json": _json("assignments-list", request),
        "links": [(team.name or team.code, reverse("admin:teams_team_change", args=[team.pk])) for team in found.teams],
        "tables": tables,
        "heading": "Its assignments",
        "heads": ("Person", "Role", "Team", "Share", "From", "Until, not counted"),
        "rows": [
            [
                _person(one.person),
                (_role(one.person, found.terms.get(one.person_id, [])), ""),
                (one.team.name or one.team.code, ""),
                (_share(one), reverse("admin:teams_assignment_change", args=[one.pk])),
                *_from_until(one.starts_on, one.ends_on),
            ]
            for one in found.assignments[:MOST_ROWS]
        ],
        "left_out": max(0, len(found.assignments) - MOST_ROWS),
        "nothing": "Nobody was assigned to it on any of these days. It fills with assignments.",
    }


def people_of_role(request: HttpRequest) -> dict[str, Any]:
    """Who had a role in a month, with the teams they were on: what is left over is the bench."""
    codes, days = _asked(request, "role")
    found = of_roles(audience_for(request), codes, days)
    names = ", ".join(role.name or role.code for role in found.roles)
    return {
        "title": f"{names}: who had the role, {_span(days)}",
        "json": _json("people-list", request),
        "links": [
            (role.name or role.code, reverse("admin:teams_rolefamily_change", args=[role.pk])) for role in found.roles
        ],
        "tables": [(OF_THE_BENCH, [_of_the_bench(row) for row in found.bench])] if days.month is not None else [],
        "heading": "Its people, and the teams that have them; the rest of their time is the bench",
        "heads": ("Person", "Role", "Teams and shares", "Employed from", "Until, not counted"),
        "rows": [
            [
                _person(one),
                (_role(one, found.terms.get(one.pk, [])), ""),
                (_teams(found.assignments.get(one.pk, [])), ""),
                *_from_until(one.employed_from, one.employed_until),
            ]
            for one in found.people[:MOST_ROWS]
        ],
        "left_out": max(0, len(found.people) - MOST_ROWS),
        "nothing": "Nobody with this role was employed on any of these days. It fills with people.",
    }


def _asked(request: HttpRequest, name: str) -> tuple[tuple[str, ...], Days]:
    params.known_parameters(request, (name, "since", "until"))
    codes, since, until = params.codes(request, name), params.day(request, "since"), params.day(request, "until")
    if codes is None or since is None or until is None:
        raise Invalid(f"Name a {name}, and the days with “since” and “until”, as the addresses of the report do.")
    if until <= since:
        raise params.refuse("until", "“until” is not after “since”.")
    return codes, Days(since, until)


def _span(days: Days) -> str:
    """“July 2026”, “July to September 2026”, or the days."""
    last = days.until - dt.timedelta(days=1)
    if days.month is not None:
        return f"{days.since:%B %Y}"
    if days.quarter is not None:
        return f"{month_start(days.quarter):%B} to {last:%B %Y}"
    return f"{days.since} to {last}"


def _json(name: str, request: HttpRequest) -> str:
    return f"{reverse(name)}?{urlencode(request.GET.dict() | {'format': 'json'})}"


def _of_a_team(row: SupplyRow) -> list[str]:
    found = row.supply
    hours = (found.gross, found.gross - found.present, found.present, found.plannable)
    return [
        row.role_name or row.role_code,
        str(found.headcount),
        f"{found.fte:.2f}",
        str(found.shared_people),
        *(cells.grouped(f"{number:f}") for number in hours),
        f"{found.over_fte_days:.2f}",
    ]


def _of_the_bench(row: SupplyRow) -> list[str]:
    found = row.supply
    hours = (found.gross, found.gross - found.present, found.present)
    return [
        row.role_name or row.role_code,
        str(found.headcount),
        f"{found.fte:.2f}",
        *(cells.grouped(f"{number:f}") for number in hours),
    ]


def _of_design(row: Designed) -> list[str]:
    found = row.found
    return [
        row.team.name or row.team.code,
        *(str(count) for count in (found.members_start, found.joins, found.leaves, found.members_end)),
        _rounded(found.average, 2),
        cells.EMPTY if found.stability is None else f"{_rounded(found.stability * 100, 1)}\u00a0%",
        str(found.dedicated),
        str(found.shared),
    ]


def _rounded(value: Fraction | None, places: int) -> str:
    return cells.EMPTY if value is None else f"{Decimal(round_half_away(value * 10**places)).scaleb(-places):f}"


def _person(person: Person) -> tuple[str, str]:
    return person.code, reverse("admin:teams_person_change", args=[person.pk])


def _role(person: Person, terms: Sequence[PersonTerms]) -> str:
    """The role of the person, and others they had for a while."""
    dated = (
        f"{one.role.name or one.role.code} from {one.starts_on}{f' until {one.ends_on}' if one.ends_on else ''}"
        for one in terms
        if one.role is not None
    )
    return "; ".join([person.role.name or person.role.code, *dated])


def _teams(assignments: Sequence[Assignment]) -> str:
    return ", ".join(f"{one.team.name or one.team.code} {_share(one)}" for one in assignments) or cells.EMPTY


def _share(one: Assignment) -> str:
    return f"{plain(one.share * 100)}\u00a0%"


def _from_until(first: dt.date, after: dt.date | None) -> list[tuple[str, str]]:
    return [(str(first), ""), (cells.EMPTY if after is None else str(after), "")]


admin.site.pages.extend(
    Page(
        title=title,
        read=SEE_PEOPLE,
        template="teams/behind_rows.html",
        context=context,
        path=path,
        name=name,
    )
    for title, context, path, name in (
        ("Who was on a team", assignments_of_team, "reports/assignments/", "assignments_of_team"),
        ("Who had a role", people_of_role, "reports/people/", "people_of_role"),
    )
)
