"""Read-only doors: ROI, investment, reconciliation."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from finance.api import column_words, files, formats, parameters, report_shapes
from finance.selectors.investment import InvestmentReport, investment_report
from finance.selectors.months import earliest_month, latest_month
from finance.selectors.reconciliation import reconciliation
from finance.selectors.roi import RoiBasis, covers, from_is_later, roi_basis, roi_of
from roi_project.access.audience import RESULT_READERS, Audience
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import month_text
from roi_project.web.kept import kept_response
from roi_project.web.views import ReportView

MOST_JSON_ROWS = 20_000


def _roi_etag(basis: RoiBasis, audience: Audience) -> str:
    """What an answer depends on. A name changes without a new book, so their state is part of it."""
    months = f"{basis.window}|{basis.first}|{basis.last}|{basis.read_from}|{basis.currency}"
    books = formats.books_tag(basis.books)
    return f"roi|{basis.query!r}|{basis.rates}|{months}|{books}|{audience.sees_pay}|{basis.names}"


def _investment_etag(report: InvestmentReport, audience: Audience) -> str:
    months = f"{report.first}|{report.last}|{report.currency}"
    books = formats.books_tag(report.books)
    return f"investment|{report.query!r}|{report.rates}|{months}|{books}|{audience.sees_pay}|{report.names_state}"


class RoiView(ReportView):
    """What groups cost, what their work brought, and the return where it is defined."""

    read_groups = RESULT_READERS
    parameters = parameters.ROI
    numbers = column_words.ROI_NUMBERS

    @extend_schema(responses=report_shapes.RoiReportSerializer, tags=["reports"])
    def get(self, request):
        now = timezone.now()

        def decide():
            basis = roi_basis(self.audience, parameters.roi_query(request))
            return _roi_etag(basis, self.audience), lambda: build(roi_of(basis))

        def build(report):
            if self.file_format:
                return files.roi_table(report, self.audience, now).response(self.file_format, self.site)
            return Response(formats.roi_json(report))

        return kept_response(request, self.audience, decide)


class InvestmentView(ReportView):
    """Where the money goes: every cost posting with its dimensions."""

    read_groups = RESULT_READERS
    parameters = parameters.INVESTMENT
    numbers = column_words.INVESTMENT_NUMBERS

    @extend_schema(responses=report_shapes.InvestmentReportSerializer, tags=["reports"])
    def get(self, request):
        now = timezone.now()

        def decide():
            report = investment_report(self.audience, parameters.investment_query(request))
            return _investment_etag(report, self.audience), lambda: build(report)

        def build(report):
            if self.file_format:
                return files.investment_table(report, self.audience, now).response(self.file_format, self.site)
            if report.count > MOST_JSON_ROWS:
                raise Invalid(
                    f"These are {report.count:,} rows; JSON answers at most {MOST_JSON_ROWS:,}. Ask for fewer months, "
                    "name teams or value streams, or read the file with format=csv."
                )
            return Response(formats.investment_json(report))

        return kept_response(request, self.audience, decide)


class ReconciliationView(ReportView):
    """Whether each month adds up, to the minor unit."""

    read_groups = RESULT_READERS
    parameters = parameters.SPAN
    numbers = column_words.RECONCILIATION_NUMBERS

    @extend_schema(responses=report_shapes.ReconciliationSerializer, tags=["reports"])
    def get(self, request):
        first, last = parameters.months(request)
        last = last if last is not None else latest_month()
        first = first if first is not None else earliest_month()
        if first is not None and last is not None and last < first:
            raise Invalid(from_is_later(last))
        span = (first, last) if first is not None and last is not None else None
        months = reconciliation(self.audience, first=span[0], last=span[1]) if span else []
        books = [m.book for m in months]
        told = covers(span, books)
        if self.file_format:
            table = files.reconciliation_table(months, span, told, self.audience, timezone.now())
            return table.response(self.file_format, self.site)
        return Response(
            {
                "report": "reconciliation",
                "covers": told,
                **formats.provenance(books, books[-1].currency if books else ""),
                "reconciles": all(i.difference == 0 for m in months for i in m.identities) if months else None,
                "results": [
                    {
                        "month": month_text(m.book.month),
                        "book_version": m.book.version,
                        "identities": [
                            {
                                "name": i.name,
                                "left": formats.money(i.left, m.book.currency),
                                "right": formats.money(i.right, m.book.currency),
                                "difference": formats.money(i.difference, m.book.currency),
                            }
                            for i in m.identities
                        ],
                        "parts": {name: formats.money(v, m.book.currency) for name, v in m.parts.items()},
                    }
                    for m in months
                ],
            }
        )
