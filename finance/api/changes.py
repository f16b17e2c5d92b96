"""What changed from one month to another, as JSON and as a file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from finance.api import change_shapes, parameters
from finance.api.formats import EXPLAIN_URL, money, provenance
from finance.engine.changes import Moves
from finance.selectors.changes import FIGURES, GROUPS, ChangeRow, ChangesQuery, ChangesReport, changes_report
from finance.selectors.roi import METHOD_VERSION
from finance.selectors.sums import GroupBy, Rates, RowKind, View
from roi_project.access.audience import Group
from roi_project.kernel.money import to_decimal
from roi_project.kernel.period import month_text
from roi_project.web import params
from roi_project.web.conditional import etag_response
from roi_project.web.renderers import csv_response
from roi_project.web.views import ReportView

READERS = frozenset({Group.FINANCE, Group.LEADER, Group.PLANNER, Group.AUDITOR})
PARAMETERS = {
    "from": "The earlier month, 2026-05; without it the month before the later one.",
    "through": "The later month, 2026-06; without it the last with a book.",
    **parameters.RATES,
    **parameters.VIEW,
    **parameters.RECORD,
    "group_by": "value_stream | team.",
}
COST_PARTS = ("people", "rates", "pools", "contractor", "direct_other")
BENEFIT_PARTS = ("before", "after", "change", "new", "ended", "corrected")
COLUMNS = (
    "month_from", "month_through", "group_by", "group_code", "group_name", "parent_code", "row_kind", "view", "rates",
    "currency", "cost_before", "cost_after", "cost_change", *(f"cost_change_{part}" for part in COST_PARTS),
    *(f"{figure}_{part}" for figure in FIGURES for part in BENEFIT_PARTS),
    "net_validated_cash_before", "net_validated_cash_after", "net_validated_cash_change",
    "book_version_from", "book_version_through", "period_state_from", "period_state_through", "method_version",
    "stale", "explain_url_from", "explain_url_through",
)  # fmt: skip


class ChangesView(ReportView):
    """From one month to another: what moved cost (people, rates, pools, purchases) and what became of benefits."""

    read_groups = READERS
    parameters = PARAMETERS

    @extend_schema(responses=change_shapes.ChangesReportSerializer, tags=["reports"])
    def get(self, request):
        report = changes_report(self.audience, _query(request))

        def build():
            if self.wants_csv:
                name = f"changes-{report.query.group_by}-{month_text(report.first)}-{month_text(report.last)}.csv"
                return csv_response(COLUMNS, _csv_rows(report), name)
            return Response(_json(report))

        books = ",".join(f"{b.book_id}:{b.state}:{int(b.stale)}:{b.latest_fact_at}" for b in report.books)
        names = [(row.code, row.name, row.parent_code) for row in report.rows]
        etag = f"{report.query!r}|{report.rates}|{books}|{self.audience.sees_pay}|{names}"
        return etag_response(request, etag, build)


def _query(request: Any) -> ChangesQuery:
    first, last = parameters.months(request)
    params.choice(request, "record", ("as_reported",))
    rates = params.choice(request, "rates", list(Rates))
    return ChangesQuery(
        group_by=GroupBy(params.choice(request, "group_by", GROUPS, GroupBy.VALUE_STREAM)),
        first=first,
        last=last,
        view=View(params.choice(request, "view", list(View), View.FULLY_LOADED)),
        rates=None if rates is None else Rates(rates),
        as_of=params.moment(request, "as_of"),
    )


def _amounts(row: ChangeRow) -> dict[str, dict[str, int]]:
    """Every amount of a row in minor units, by figure and part."""
    cost = {"before": row.cost.before, "after": row.cost.after, "change": row.cost.change}
    net_before, net_after = row.net
    return {
        "cost": cost | {part: getattr(row.cost, part) for part in COST_PARTS},
        **{name: _moves(found) for name, found in row.benefits.items()},
        "net_validated_cash": {"before": net_before, "after": net_after, "change": net_after - net_before},
    }


def _moves(found: Moves) -> dict[str, int]:
    change = found.after - found.before
    return {part: change if part == "change" else getattr(found, part) for part in BENEFIT_PARTS}


def _explain_urls(report: ChangesReport, row: ChangeRow) -> dict[str, str]:
    """Where the cost of a row is opened in either month; its other figures open there by their names."""
    asked: dict[str, str] = {"figure": "cost", "group_by": report.query.group_by.value}
    if row is report.total:
        asked["group_by"] = GroupBy.ORGANISATION.value
    elif row.kind is RowKind.GROUP:
        asked["code"] = row.code
    else:
        asked["row_kind"] = row.kind.value
    asked |= {"view": report.query.view.value, "rates": report.rates.value}
    if report.query.as_of is not None:
        asked["as_of"] = report.query.as_of.isoformat()
    months = {"from": report.first, "through": report.last}
    return {
        name: f"{EXPLAIN_URL}?{urlencode({**asked, 'from': month_text(month), 'through': month_text(month)})}"
        for name, month in months.items()
    }


def _json(report: ChangesReport) -> dict[str, Any]:
    query = report.query
    return {
        "report": "changes",
        "covers": report.covers,
        "filters": {
            "group_by": query.group_by.value,
            "from": month_text(report.first),
            "through": month_text(report.last),
            "view": query.view.value,
            "rates": report.rates.value,
            "record": "as_reported",
        },
        **provenance(report.books, report.currency),
        "total": _json_row(report, report.total),
        "results": [_json_row(report, row) for row in report.rows],
    }


def _json_row(report: ChangesReport, row: ChangeRow) -> dict[str, Any]:
    return {
        "group_code": row.code,
        "group_name": row.name,
        "parent_code": row.parent_code,
        "row_kind": row.kind.value,
        **{
            figure: {part: money(amount, report.currency) for part, amount in parts.items()}
            for figure, parts in _amounts(row).items()
        },
        "explain_urls": _explain_urls(report, row),
    }


def _csv_rows(report: ChangesReport) -> Iterator[list[Any]]:
    then, now = report.books
    shared = {
        "month_from": month_text(report.first),
        "month_through": month_text(report.last),
        "group_by": report.query.group_by.value,
        "view": report.query.view.value,
        "rates": report.rates.value,
        "currency": report.currency,
        "book_version_from": then.version,
        "book_version_through": now.version,
        "period_state_from": "final" if then.sealed else "provisional",
        "period_state_through": "final" if now.sealed else "provisional",
        "method_version": METHOD_VERSION,
        "stale": then.stale or now.stale,
    }
    for row in report.rows:
        cells = shared | {
            "group_code": row.code,
            "group_name": row.name,
            "parent_code": row.parent_code,
            "row_kind": row.kind.value,
        }
        for figure, parts in _amounts(row).items():
            for part, amount in parts.items():
                name = f"cost_change_{part}" if part in COST_PARTS and figure == "cost" else f"{figure}_{part}"
                cells[name] = to_decimal(amount, report.currency)
        cells |= {f"explain_url_{name}": url for name, url in _explain_urls(report, row).items()}
        yield [cells[name] for name in COLUMNS]
