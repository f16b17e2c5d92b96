"""The door of the report about how teams are made up."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from outcomes.api.design_shapes import DesignReportSerializer
from outcomes.selectors.design import METHOD_VERSION, DesignQuery, DesignReport, DesignRow, design_report, state
from roi_project.access.audience import RESULT_READERS
from roi_project.kernel.errors import Reason
from roi_project.kernel.money import round_half_away
from roi_project.kernel.period import month_index, month_start, month_text
from roi_project.web import params
from roi_project.web.conditional import etag_response
from roi_project.web.tables import Table
from roi_project.web.views import ReportView
from teams.selectors.design import days_of

USUAL_MONTHS = 12

WORDS = {
    "period_start": "First day of the quarter.",
    "period_end": "Last day of the quarter.",
    "complete": "Whether the quarter is over; until then it is as planned.",
    "team_code": "The team.",
    "team_name": "Its name.",
    "team_type": "What it is for other teams.",
    "has_purpose": "Whether somebody has written down why the team exists.",
    "members_start": "People at the start of the quarter, or on the first day of the team.",
    "joins": "People who came after that.",
    "leaves": "People who left, before the end of the quarter or of the team.",
    "members_end": "members_start + joins - leaves.",
    "members_average": "People on an average day of the team in the quarter.",
    "stability": "1 - (joins + leaves) / (2 * members_average).",
    "stability_reason": "Why stability is empty.",
    "growth": "(joins - leaves) / members_start.",
    "growth_reason": "Why growth is empty.",
    "people_moved_in": "People who came from another team they left in the quarter.",
    "work_moved_in": "Epics that came from another team that left them in the quarter.",
    "dedicated_people": "Of members_end, people wholly on this team.",
    "shared_people": "Of members_end, people on another team too.",
    "role_codes": "Role families of members_end, with semicolons between them.",
    "single_holder_role_codes": "Of these, role families that one person alone has.",
    "finding_codes": "What to know of how the team is made up, with semicolons between them.",
    "as_of": "When it was asked: facts recorded until then count.",
    "stale": "false: the report is computed when it is asked for.",
    "explain_url": "The assignments of the team in the quarter.",
}
COLUMNS = tuple(WORDS)
LISTS = ("role_codes", "single_holder_role_codes", "finding_codes")


class DesignView(ReportView):
    """How stable and complete teams are, by quarter; by name and in no other order. No person, no money."""

    read_groups = RESULT_READERS
    parameters = {
        "from": "A month of the first quarter, 2026-01; a year before the last one when left out.",
        "through": "A month of the last quarter; the month of today when left out.",
        "team": "Only these teams, codes with commas between them.",
    }
    numbers = (
        "members_start", "joins", "leaves", "members_end", "members_average", "stability", "growth", "people_moved_in",
        "work_moved_in", "dedicated_people", "shared_people",
    )  # fmt: skip

    @extend_schema(responses=DesignReportSerializer, tags=["reports"])
    def get(self, request):
        now = timezone.now()
        query = design_query(request, today=now.date())

        def build():
            report = design_report(self.audience, query)
            if self.file_format:
                return _table(report, self.audience.actor, now).response(self.file_format, self.site)
            return Response(as_json(report, now))

        return etag_response(request, f"{state(query).token}|{now.date()}", build)


def design_query(request: Any, *, today: dt.date) -> DesignQuery:
    """The months and codes asked for; a year up to the month of today by themselves."""
    last = month_index(params.month(request, "through") or today)
    first = month_index(params.month(request, "from") or month_start(last - USUAL_MONTHS))
    if last < first:
        raise params.refuse("through", "“through” is before “from”.")
    return DesignQuery(first=first, last=last, teams=params.codes(request, "team"))


def cells(row: DesignRow, now: dt.datetime) -> dict[str, Any]:
    """One row by column: numbers as Decimal, days as dates."""
    of, found = row.of, row.of.found
    start, end = days_of(of.month)
    return {
        "period_start": start,
        "period_end": end,
        "complete": end < now.date(),
        "team_code": of.team.code,
        "team_name": of.team.name,
        "team_type": of.team.topology,
        "has_purpose": bool(of.team.purpose.strip()),
        "members_start": found.members_start,
        "joins": found.joins,
        "leaves": found.leaves,
        "members_end": found.members_end,
        "members_average": rounded(found.average, 2),
        "stability": rounded(found.stability),
        "stability_reason": None if found.stability is not None else Reason.NO_DATA.value,
        "growth": rounded(found.growth),
        "growth_reason": None if found.growth is not None else Reason.NO_DATA.value,
        "people_moved_in": found.moved_in,
        "work_moved_in": row.work_moved_in,
        "dedicated_people": found.dedicated,
        "shared_people": found.shared,
        "role_codes": [code for code, _, _ in of.roles],
        "single_holder_role_codes": [code for code, _ in of.single_holders],
        "finding_codes": [finding.value for finding in of.findings],
        "as_of": now,
        "stale": False,
        "explain_url": "/api/v1/assignments/?"
        + urlencode({"team": of.team.code, "since": start, "until": end + dt.timedelta(days=1)}),
    }


def rounded(value: Fraction | None, places: int = 6) -> Decimal | None:
    """0.769620"""
    return None if value is None else Decimal(round_half_away(value * 10**places)).scaleb(-places)


def as_json(report: DesignReport, now: dt.datetime) -> dict[str, Any]:
    """The report as a program reads it."""
    rows = (cells(row, now) for row in report.rows)
    results = [{n: f"{v:f}" if isinstance(v, Decimal) else v for n, v in row.items()} for row in rows]
    moves = [
        {"period_start": days_of(month)[0], "period_end": days_of(month)[1], "people_moves": people, "work_moves": work}
        for month, (people, work) in report.moves.items()
    ]
    return head(report, now) | {"moves": moves, "results": results}


def head(report: DesignReport, now: dt.datetime) -> dict[str, Any]:
    """What is said before the rows."""
    query = report.query
    return {
        "report": "team-design",
        "covers": report.covers,
        "filters": {"from": month_text(query.first), "through": month_text(query.last), "team": query.teams},
        "method_version": METHOD_VERSION,
        "computed_at": now,
        "latest_fact_at": report.latest_fact_at,
        "stale": False,
    }


def _table(report: DesignReport, actor: str, now: dt.datetime) -> Table:
    told, query = head(report, now), report.query
    return Table(
        name=f"team-design-{month_text(query.first)}-{month_text(query.last)}",
        columns=WORDS,
        rows=lambda: file_rows(report, now),
        about=lambda: {
            "report": "Team design",
            "covers": told["covers"],
            **{
                f"moves in the quarter from {days_of(month)[0]}": f"people {people}, work {work}"
                for month, (people, work) in report.moves.items()
            },
            **({"filter: team": ", ".join(query.teams)} if query.teams else {}),
            "latest fact at": told["latest_fact_at"].isoformat() if told["latest_fact_at"] else None,
            "pulled by": actor,
            "pulled at": now.isoformat(timespec="seconds"),
        },
        size=len(report.rows),
    )


def file_rows(report: DesignReport, now: dt.datetime) -> Iterator[list[Any]]:
    for row in report.rows:
        found = cells(row, now)
        yield [";".join(found[column]) if column in LISTS else found[column] for column in COLUMNS]
