"""The doors of promises: what epics should bring, and how much of it came."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from finance.api import promise_shapes
from finance.api.files import about_books, amount, covered
from finance.api.formats import EXPLAIN_URL, books_tag, money, number, provenance, reason
from finance.engine.promises import Promised
from finance.engine.returns import decimal_text
from finance.models import BenefitClass
from finance.selectors.explain import CLASS_OF
from finance.selectors.promises import PromiseRow, PromisesBy, PromisesQuery, PromisesReport, promises_report
from finance.selectors.roi import METHOD_VERSION
from finance.selectors.sums import RowKind
from roi_project.access.audience import RESULT_READERS, Audience
from roi_project.intake.kinds import kind_named
from roi_project.kernel.money import to_decimal
from roi_project.kernel.period import month_index, month_text
from roi_project.web import params
from roi_project.web.filters import Codes
from roi_project.web.kept import kept_response
from roi_project.web.params import OneOf
from roi_project.web.tables import Table
from roi_project.web.views import ReportView
from roi_project.web.viewsets import FactViewSet

REPORT_URL = "/api/v1/reports/promises/"
AMOUNTS = ("promised", "matured", "not_yet_due", "arrived", "waiting", "gap")
FIGURE_OF = {klass.name.lower(): figure for figure, klass in CLASS_OF.items()}
WORDS = {
    "due_through": "Promises are due up to this month; empty while no month has a book.",
    "group_by": "What rows are: epic or value_stream.",
    "group_code": "Code of the epic or value stream; empty on the row unassigned.",
    "group_name": "Its name.",
    "row_kind": "group; or unassigned: what the stream shares of epics leave uncovered.",
    "benefit_class": "hard_cash, cost_avoidance, capacity_freed or expected_loss; classes are never added up.",
    "first_month": "The first month promised.",
    "last_month": "The last month promised, counted too.",
    "currency": "Currency of every amount in the row, ISO 4217.",
    "promised": "Everything that was promised.",
    "matured": "What was promised for the months that are due.",
    "not_yet_due": "What was promised for the months after them.",
    "arrived": "Validated benefit, in the months that are due.",
    "waiting": "Claimed benefit that waits for a second person, in the same months.",
    "gap": "matured - arrived; below zero where more came than was promised.",
    "gap_share": "gap / matured, to six decimals.",
    "gap_reason": "Why gap_share is empty: immature (nothing is due), zero_anticipated (nothing was promised for it).",
    "started_on": "The day the epic was started.",
    "released_on": "The day it was released.",
    "stopped_on": "The day it was given up.",
    "method_version": "Version of the method the books were compiled by.",
    "stale": "true where facts have come in since a book was computed.",
    "explain_url": "Opens what arrived; empty where nothing is due.",
}


class AnticipatedBenefitFilter(django_filters.FilterSet):
    """What epics should bring."""

    epic = Codes(field_name="epic__code")
    benefit_class = django_filters.ChoiceFilter(choices=BenefitClass.choices)


class AnticipatedBenefitViewSet(FactViewSet):
    """What epics should bring; 409 promise-frozen once work on the epic has begun."""

    kind = kind_named("anticipated-benefits")
    filterset_class = AnticipatedBenefitFilter
    search_fields = ("epic__code", "epic__name")
    ordering_fields = ("first_month",)


class PromisesView(ReportView):
    """Promised against arrived: what is due first, the largest gap before the others."""

    read_groups = RESULT_READERS
    parameters = {
        "through": "Promises are due up to this month; without it, and at most, the last month with a book.",
        "group_by": OneOf(PromisesBy),
        "epic": "Only what was promised of these epics.",
        "value_stream": "Only the part that is for these value streams.",
        "as_of": "What was promised and booked at this moment (RFC 3339).",
    }

    numbers = (*AMOUNTS, "gap_share")

    @extend_schema(responses=promise_shapes.PromisesReportSerializer, tags=["reports"])
    def get(self, request):
        now = timezone.now()

        def decide():
            report = promises_report(self.audience, _query(request))
            books = books_tag(report.books)
            rows = [(row.code, row.name, row.first, row.last, row.sums, _days(row)) for row in report.rows]
            told = f"promises|{report.query!r}|{report.last}|{report.currency}|{books}"
            return f"{told}|{self.audience.sees_pay}|{rows}", lambda: build(report)

        def build(report):
            if self.file_format:
                return _table(report, self.audience, now).response(self.file_format, self.site)
            return Response(_json(report))

        return kept_response(request, self.audience, decide)


def _query(request: Any) -> PromisesQuery:
    last = params.month(request, "through")
    return PromisesQuery(
        group_by=PromisesBy(params.choice(request, "group_by", list(PromisesBy), PromisesBy.EPIC)),
        last=None if last is None else month_index(last),
        epics=params.codes(request, "epic"),
        value_streams=params.codes(request, "value_stream"),
        as_of=params.moment(request, "as_of"),
    )


def _filters(report: PromisesReport) -> dict[str, Any]:
    return {
        "group_by": report.query.group_by.value,
        "through": None if report.last is None else month_text(report.last),
        "epic": report.query.epics,
        "value_stream": report.query.value_streams,
    }


def _table(report: PromisesReport, audience: Audience, now: dt.datetime) -> Table:
    return Table(
        name=f"promises-{report.query.group_by}",
        columns=WORDS,
        rows=lambda: _rows(report),
        about=lambda: {
            **covered("Promised against arrived", report.covers, _filters(report)),
            **{f"gap of {name}": amount(sums.gap, report.currency) for name, sums in report.totals.items()},
            **about_books(report.books, audience, now),
        },
        size=len(report.rows),
    )


def _json(report: PromisesReport) -> dict[str, Any]:
    return {
        "report": "promises",
        "covers": report.covers,
        "filters": _filters(report),
        **provenance(report.books, report.currency),
        "totals": [_sums(report, benefit_class, sums) for benefit_class, sums in report.totals.items()],
        "results": [
            {
                "group_code": row.code,
                "group_name": row.name,
                "row_kind": row.kind.value,
                "first_month": month_text(row.first),
                "last_month": month_text(row.last),
                **_sums(report, row.benefit_class, row.sums),
                **_days(row),
                "explain_url": _explain_url(report, row),
            }
            for row in report.rows
        ],
    }


def _sums(report: PromisesReport, benefit_class: str, sums: Promised) -> dict[str, Any]:
    return {
        "benefit_class": benefit_class,
        **{name: money(getattr(sums, name), report.currency) for name in AMOUNTS},
        "gap_share": decimal_text(sums.gap_share),
        "gap_reason": reason(sums.gap_share),
    }


def _days(row: PromiseRow) -> dict[str, Any]:
    return {name: row.epic and getattr(row.epic, name) for name in ("started_on", "released_on", "stopped_on")}


def _explain_url(report: PromisesReport, row: PromiseRow) -> str | None:
    """What arrived of an epic opens into its postings, a value stream into its epics."""
    query = report.query
    if not row.sums.due or row.kind is not RowKind.GROUP or report.last is None:
        return None
    as_of = {} if query.as_of is None else {"as_of": query.as_of.isoformat()}
    through = month_text(min(row.last, report.last))
    if query.group_by is PromisesBy.VALUE_STREAM:
        epics = {} if query.epics is None else {"epic": ",".join(query.epics)}
        asked = {"value_stream": row.code, "through": month_text(report.last), **epics, **as_of}
        return f"{REPORT_URL}?{urlencode(asked)}"
    if query.value_streams is not None:
        return None  # a posting of an epic is opened with all its streams
    asked = {"figure": FIGURE_OF[row.benefit_class], "group_by": "epic", "code": row.code}
    return f"{EXPLAIN_URL}?{urlencode({**asked, 'from': month_text(row.first), 'through': through, **as_of})}"


def _rows(report: PromisesReport) -> Iterator[list[Any]]:
    for row in report.rows:
        cells = {
            "due_through": "" if report.last is None else month_text(report.last),
            "group_by": report.query.group_by.value,
            "group_code": row.code,
            "group_name": row.name,
            "row_kind": row.kind.value,
            "benefit_class": row.benefit_class,
            "first_month": month_text(row.first),
            "last_month": month_text(row.last),
            "currency": report.currency,
            **{name: to_decimal(getattr(row.sums, name), report.currency) for name in AMOUNTS},
            "gap_share": number(row.sums.gap_share),
            "gap_reason": reason(row.sums.gap_share),
            **_days(row),
            "method_version": METHOD_VERSION,
            "stale": any(book.stale for book in report.books),
            "explain_url": _explain_url(report, row),
        }
        yield [cells[name] for name in WORDS]
