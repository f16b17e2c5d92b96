"""Read-only doors of this floor: capacity."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from outcomes.api.shapes import CapacityReportSerializer
from outcomes.selectors.capacity import CapacityReport, CapacityRow, capacity_report
from roi_project.access.audience import RESULT_READERS
from roi_project.kernel.errors import Invalid, Reason
from roi_project.kernel.period import month_index, month_start, month_text
from roi_project.web import params
from roi_project.web.conditional import etag_response
from roi_project.web.tables import Table
from roi_project.web.views import ReportView
from teams.selectors.capacity import METHOD_VERSION, CapacityQuery, state

USUAL_MONTHS = 6
MOST_JSON_ROWS = 20_000

WORDS = {
    "period_start": "First day of the month.",
    "period_end": "Last day of the month.",
    "team_code": "The team; empty on the bench.",
    "team_name": "Its name.",
    "value_stream_code": "The value stream of the team, where it serves exactly one in that month.",
    "role_code": "The role family.",
    "role_name": "Its name.",
    "headcount": "Different people with a share of the team on at least a day; on the bench, with time left over.",
    "allocated_fte": "Full-time equivalents given to the team; 0 on the bench.",
    "shared_people": "How many of them have a share of more than one team in that month.",
    "shared_fte": "Full-time equivalents of those.",
    "open_position_fte": "Empty: open positions are not recorded yet.",
    "gross_hours": "Scheduled hours, without holidays and closures.",
    "absence_hours": "Of these, hours on which people are away.",
    "present_hours": "gross_hours - absence_hours.",
    "effective_hours": "Present, after the ramp of newcomers and the overhead; empty on the bench.",
    "plannable_hours": "Effective less the unplanned reserve; empty on the bench.",
    "over_allocated_fte_days": "Days' work promised beyond what people have, by the team's part of the promise.",
    "bench_fte": "Full-time equivalents without a team; 0 on rows of teams.",
    "unit_hours_per_fte": "Hours of one full-time person in that month, in the organisation's own country.",
    "finding_codes": "Findings about people of the row, with semicolons between them.",
    "demand_hours_mean": "Empty: demand is not recorded yet.",
    "demand_hours_p80": "Empty: demand is not recorded yet.",
    "gap_hours": "Empty: demand is not recorded yet.",
    "utilisation": "Empty: demand is not recorded yet.",
    "utilisation_reason": "Why utilisation is empty.",
    "as_of": "When it was asked: facts recorded until then count.",
    "stale": "false: capacity is computed when it is asked for.",
    "explain_url": "The assignments of the team in that month; on the bench, the people of the role.",
}
COLUMNS = tuple(WORDS)
NUMBERS = tuple(
    name
    for name in COLUMNS[COLUMNS.index("headcount") : COLUMNS.index("utilisation_reason")]
    if name != "finding_codes"
)

NOTHING = Decimal("0.000000")
UNDEFINED = (
    {"columns": ["open_position_fte"], "reason": Reason.NO_DATA, "detail": "Open positions are not recorded yet."},
    {
        "columns": ["demand_hours_mean", "demand_hours_p80", "gap_hours", "utilisation"],
        "reason": Reason.NO_DATA,
        "detail": "Demand is not recorded yet.",
    },
)


class CapacityView(ReportView):
    """What teams can do: people, hours and findings of each team, role and month. No person, no money."""

    read_groups = RESULT_READERS
    parameters = {
        "from": "First month, 2026-01; the month of today when left out.",
        "through": "Last month, counted too; five months after the first when left out.",
        "team": "Only these teams, codes with commas between them.",
        "role": "Only these role families.",
        "value_stream": "Only teams that serve these value streams, or a part of them.",
    }
    numbers = NUMBERS

    @extend_schema(responses=CapacityReportSerializer, tags=["reports"])
    def get(self, request):
        now = timezone.now()
        query = capacity_query(request, today=now.date())

        def build():
            report = capacity_report(self.audience, query)
            if self.file_format:
                return _table(report, self.audience.actor, now).response(self.file_format, self.site)
            if len(report.rows) > MOST_JSON_ROWS:
                raise Invalid(
                    f"These are {len(report.rows):,} rows; JSON answers at most {MOST_JSON_ROWS:,}. Ask for fewer "
                    "months, name teams or roles, or read the file with format=csv."
                )
            return Response(as_json(report, now))

        return etag_response(request, state(query).token, build)


def capacity_query(request: Any, *, today: dt.date) -> CapacityQuery:
    """The months and codes asked for; six months from the one of today by themselves."""
    first = month_index(params.month(request, "from") or today)
    last = month_index(params.month(request, "through") or month_start(first + USUAL_MONTHS - 1))
    if last < first:
        raise params.refuse("through", "“through” is before “from”.")
    return CapacityQuery(
        first=first,
        last=last,
        teams=params.codes(request, "team"),
        roles=params.codes(request, "role"),
        streams=params.codes(request, "value_stream"),
    )


def cells(row: CapacityRow, now: dt.datetime) -> dict[str, Any]:
    """One row by column: numbers as Decimal, days as dates. Present and absent hours add up to gross as shown."""
    of, found, demand = row.supply, row.supply.supply, row.demand
    return {
        "period_start": month_start(of.month),
        "period_end": month_start(of.month + 1) - dt.timedelta(days=1),
        "team_code": of.team_code,
        "team_name": of.team_name,
        "value_stream_code": of.stream_code,
        "role_code": of.role_code,
        "role_name": of.role_name,
        "headcount": found.headcount,
        "allocated_fte": NOTHING if found.is_bench else found.fte,
        "shared_people": found.shared_people,
        "shared_fte": found.shared_fte,
        "open_position_fte": None,
        "gross_hours": found.gross,
        "absence_hours": found.gross - found.present,
        "present_hours": found.present,
        "effective_hours": None if found.is_bench else found.effective,
        "plannable_hours": None if found.is_bench else found.plannable,
        "over_allocated_fte_days": found.over_fte_days,
        "bench_fte": found.fte if found.is_bench else NOTHING,
        "unit_hours_per_fte": of.full_time_hours,
        "finding_codes": [finding.value for finding in found.findings],
        "demand_hours_mean": demand.mean,
        "demand_hours_p80": demand.p80,
        "gap_hours": demand.gap,
        "utilisation": demand.utilisation,
        "utilisation_reason": demand.reason.value if demand.reason else None,
        "as_of": now,
        "stale": False,
        "explain_url": explain_url(row),
    }


def explain_url(row: CapacityRow) -> str:
    """The facts of a row: its team's assignments in the month, or the people a bench is made of."""
    of = row.supply
    days = {"since": month_start(of.month), "until": month_start(of.month + 1)}
    if of.supply.is_bench:
        return f"/api/v1/people/?{urlencode({'role': of.role_code, **days})}"
    return f"/api/v1/assignments/?{urlencode({'team': of.team_code, **days})}"


def _table(report: CapacityReport, actor: str, now: dt.datetime) -> Table:
    query = report.query
    told = head(report, now)
    return Table(
        name=f"capacity-{month_text(query.first)}-{month_text(query.last)}",
        columns=WORDS,
        rows=lambda: csv_rows(report, now),
        about=lambda: {
            "report": "Capacity",
            "covers": told["covers"],
            **{f"filter: {name}": _words(value) for name, value in told["filters"].items() if value is not None},
            **{f"policy: {name}": _words(value) for name, value in told["policy"].items()},
            "latest fact at": told["latest_fact_at"].isoformat() if told["latest_fact_at"] else None,
            "pulled by": actor,
            "pulled at": now.isoformat(timespec="seconds"),
        },
        size=len(report.rows),
    )


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def csv_rows(report: CapacityReport, now: dt.datetime) -> Iterator[list[Any]]:
    for row in report.rows:
        found = cells(row, now)
        found["finding_codes"] = ";".join(found["finding_codes"])
        yield [found[column] for column in COLUMNS]


def as_json(report: CapacityReport, now: dt.datetime) -> dict[str, Any]:
    """The report as a program reads it."""
    rows = (cells(row, now) for row in report.rows)
    results = [{n: f"{v:f}" if isinstance(v, Decimal) else v for n, v in row.items()} for row in rows]
    return head(report, now) | {"results": results}


def head(report: CapacityReport, now: dt.datetime) -> dict[str, Any]:
    """What is said before the rows."""
    query, policy = report.query, report.policy
    return {
        "report": "capacity",
        "covers": report.covers,
        "filters": {
            "from": month_text(query.first),
            "through": month_text(query.last),
            "team": query.teams,
            "role": query.roles,
            "value_stream": query.streams,
        },
        "policy": {
            "overhead": decimal(policy.overhead),
            "unplanned_reserve": decimal(policy.reserve),
            "ramp_by_month_on_team": [decimal(part) for part in policy.ramp],
        },
        "undefined": UNDEFINED,
        "method_version": METHOD_VERSION,
        "computed_at": now,
        "latest_fact_at": report.latest_fact_at,
        "stale": False,
    }


def decimal(part: Fraction) -> str:
    """0.25"""
    return f"{Decimal(part.numerator) / part.denominator:f}"
