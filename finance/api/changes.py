"""What changed from one month to another, as JSON and as a file."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from finance.api import change_shapes, parameters
from finance.api.files import about_books, amount, covered
from finance.api.formats import EXPLAIN_URL, books_tag, money, provenance
from finance.engine.changes import Moves
from finance.selectors.changes import FIGURES, GROUPS, ChangeRow, ChangesQuery, ChangesReport, changes_report
from finance.selectors.roi import METHOD_VERSION
from finance.selectors.sums import GroupBy, Rates, RowKind, View
from roi_project.access.audience import RESULT_READERS, Audience
from roi_project.kernel.money import to_decimal
from roi_project.kernel.period import month_text
from roi_project.web import params
from roi_project.web.kept import kept_response
from roi_project.web.params import OneOf
from roi_project.web.tables import Table
from roi_project.web.views import ReportView

PARAMETERS = {
    "from": "The earlier month, 2026-05; without it the month before the later one.",
    "through": "The later month, 2026-06; without it the last with a book.",
    **parameters.RATES,
    **parameters.VIEW,
    **parameters.RECORD,
    "group_by": OneOf(GROUPS),
}
COST_PARTS = ("people", "rates", "pools", "contractor", "direct_other")
BENEFIT_PARTS = ("before", "after", "change", "new", "ended", "corrected")
_FIGURE_WORDS = {
    "benefit_validated_cash": "Validated hard cash",
    "benefit_validated_avoided": "Validated cost avoidance",
    "benefit_validated_freed": "Validated capacity freed",
    "benefit_validated_risk": "Validated expected loss",
    "benefit_claimed": "Benefits that wait for a second person",
}
_BENEFIT_WORDS = {
    "before": "in the earlier month.",
    "after": "in the later month.",
    "change": "after - before; new + ended + corrected.",
    "new": "of sources that stand in the later month alone.",
    "ended": "of sources that stand in the earlier month alone; below zero.",
    "corrected": "of sources that stand in both months, by what they changed.",
}
WORDS = {
    "month_from": "The earlier month.",
    "month_through": "The later month.",
    "group_by": "What rows are: value_stream or team.",
    "group_code": "Code of the group; empty on a residual row.",
    "group_name": "Its name.",
    "parent_code": "Code of the value stream above it, if there is one.",
    "row_kind": "group, or a residual row that makes the table add up to the organisation.",
    "view": "direct: what a group causes itself; fully_loaded: with what pools handed to it.",
    "rates": "standard: the rate cards; actual: what was paid (finance and audit).",
    "currency": "Currency of every amount in the row, ISO 4217.",
    "cost_before": "Cost in the earlier month.",
    "cost_after": "Cost in the later month.",
    "cost_change": "cost_after - cost_before; the five columns after it add up to it.",
    "cost_change_people": "More or fewer people, other roles and hours, effort that moved between streams.",
    "cost_change_rates": "The same work at other rates.",
    "cost_change_pools": "What pools handed on, and what they could not hand on.",
    "cost_change_contractor": "Work bought by the hour.",
    "cost_change_direct_other": "Costs entered directly.",
    **{
        f"{figure}_{part}": f"{_FIGURE_WORDS[figure]}, {_BENEFIT_WORDS[part]}"
        for figure in FIGURES
        for part in BENEFIT_PARTS
    },
    "net_validated_cash_before": "Validated hard cash - cost, in the earlier month.",
    "net_validated_cash_after": "The same in the later month.",
    "net_validated_cash_change": "after - before.",
    "book_version_from": "Version of the book of the earlier month.",
    "book_version_through": "Version of the book of the later month.",
    "period_state_from": "final when the earlier month is closed, else provisional.",
    "period_state_through": "The same of the later month.",
    "method_version": "Version of the method the books were compiled by.",
    "stale": "true where facts have come in since a book was computed.",
    "explain_url_from": "Opens the cost of the row in the earlier month.",
    "explain_url_through": "The same in the later month.",
}
COLUMNS = tuple(WORDS)
NUMBERS = tuple(name for name in COLUMNS if name.startswith(("cost_", "benefit_", "net_", "book_version")))


class ChangesView(ReportView):
    """From one month to another: what moved cost (people, rates, pools, purchases) and what became of benefits."""

    read_groups = RESULT_READERS
    parameters = PARAMETERS
    numbers = NUMBERS

    @extend_schema(responses=change_shapes.ChangesReportSerializer, tags=["reports"])
    def get(self, request):
        now = timezone.now()

        def decide():
            report = changes_report(self.audience, _query(request))
            books = books_tag(report.books)
            names = [(row.code, row.name, row.parent_code) for row in report.rows]
            told = f"changes|{report.query!r}|{report.first}|{report.last}|{report.rates}|{books}"
            return f"{told}|{self.audience.sees_pay}|{names}", lambda: build(report)

        def build(report):
            if self.file_format:
                return _table(report, self.audience, now).response(self.file_format, self.site)
            return Response(_json(report))

        return kept_response(request, self.audience, decide)


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


def _filters(report: ChangesReport) -> dict[str, Any]:
    query = report.query
    return {
        "group_by": query.group_by.value,
        "from": month_text(report.first),
        "through": month_text(report.last),
        "view": query.view.value,
        "rates": report.rates.value,
        "record": "as_reported",
    }


def _table(report: ChangesReport, audience: Audience, now: dt.datetime) -> Table:
    total = report.total
    return Table(
        name=f"changes-{report.query.group_by}-{month_text(report.first)}-{month_text(report.last)}",
        columns=WORDS,
        rows=lambda: _csv_rows(report),
        about=lambda: {
            **covered("Changes", report.covers, _filters(report)),
            "change of cost": amount(total.cost.change, report.currency),
            **about_books(report.books, audience, now),
        },
        size=len(report.rows),
    )


def _json(report: ChangesReport) -> dict[str, Any]:
    return {
        "report": "changes",
        "covers": report.covers,
        "filters": _filters(report),
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
            figure: {part: money(minor, report.currency) for part, minor in parts.items()}
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
            for part, minor in parts.items():
                name = f"cost_change_{part}" if part in COST_PARTS and figure == "cost" else f"{figure}_{part}"
                cells[name] = to_decimal(minor, report.currency)
        cells |= {f"explain_url_{name}": url for name, url in _explain_urls(report, row).items()}
        yield [cells[name] for name in COLUMNS]
