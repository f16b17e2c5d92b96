"""The first page of those who read results: are we getting our money back, is it getting better, where next?"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from finance.admin.overview_words import REASONS, percent, sentence
from finance.engine.accounts import BenefitClass, BenefitState
from finance.engine.returns import Undefined, decimal_text
from finance.selectors.benefits import READERS
from finance.selectors.overview import Overview, overview
from finance.selectors.roi import RoiReport, RoiRow
from finance.selectors.sums import RowKind
from finance.services.books import FINANCE
from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.kernel.money import format_minor
from roi_project.kernel.period import month_start, month_text

OTHER_CLASSES = (
    (BenefitClass.COST_AVOIDANCE, "cost avoided"),
    (BenefitClass.CAPACITY_FREED, "capacity freed"),
    (BenefitClass.EXPECTED_LOSS, "expected loss avoided"),
)
COVERAGES = (
    ("priced_hours", "hours with a rate"),
    ("effort", "team cost with known effort"),
    ("benefit_measured_cost", "cost with a measured benefit"),
    ("validated_share", "benefit validated"),
    ("attributed_share", "benefit attributed"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Everything the template shows, as words and rounded figures with the exact ones behind them."""
    found = overview(audience_for(request), today=timezone.localdate())
    if found.is_empty:
        starts = audience_for(request).within(FINANCE)
        return {"organisation": found.organisation, "is_empty": True, "may_start": starts}
    report = found.streams
    shown = [row for row in report.rows if row.sums.cost or row.benefit_cash or row.claimed]
    return {
        "organisation": found.organisation,
        "report": report,
        "strip": _strip(found),
        "coverages": [(words, percent(report.coverage[name])) for name, words in COVERAGES],
        "sentence": sentence(report),
        "numbers": _numbers(report),
        "months_chart": _months_chart(found),
        "streams_chart": _streams_chart(report, shown),
        "rolling": _rolling(found),
        "rows": [_row(report, row) for row in shown],
        "total": _row(report, report.total),
        "report_url": f"{reverse('report-roi')}?{urlencode(_span(report) | {'group_by': 'value_stream'})}",
    }


def _span(report: RoiReport) -> dict[str, str]:
    return {"from": month_text(report.first), "through": month_text(report.last)}


def _figure(report: RoiReport, minor: int, name: str, row: RoiRow | None = None) -> dict[str, str]:
    """A figure rounded for the eye, exact behind it, and the address where it is opened down to its facts."""
    query = {"figure": name, **_span(report), "rates": report.rates.value, "group_by": "organisation"}
    if row is not None and row.code != "total":
        query["group_by"] = "value_stream"
        query |= {"code": row.code} if row.kind is RowKind.GROUP else {"row_kind": row.kind.value}
    return {
        "short": cells.for_the_eye(minor, report.currency),
        "exact": cells.money(minor, report.currency),
        "url": f"{reverse('admin:explain')}?{urlencode(query)}",
    }


def _strip(found: Overview) -> list[str]:
    report = found.streams
    months = report.last - report.first + 1
    provisional = [f"{month_start(book.month):%B}" for book in report.books if not book.sealed]
    books = f"books to {month_start(report.last):%B %Y}"
    if len(provisional) == len(report.books):
        books += ", all provisional"
    elif provisional:
        books += f", {' and '.join(provisional)} provisional" if len(provisional) < 3 else ""
        books += "" if len(provisional) < 3 else f", {len(provisional)} of them provisional"
    computed = max(book.computed_at for book in report.books)
    stale = sum(book.stale for book in report.books)
    strip = [
        f"last {months} months" if months > 1 else f"{month_start(report.last):%B %Y}",
        report.currency,
        books,
        f"computed {computed:%Y-%m-%d %H:%M}",
        f"{report.rates.value} rates",
    ]
    if stale:
        strip.append(f"{stale} month{'' if stale == 1 else 's'} with newer facts, being compiled anew")
    return strip


def _numbers(report: RoiReport) -> list[dict[str, Any]]:
    total, currency = report.total, report.currency
    others = [(words, total.sums.benefit(BenefitState.VALIDATED, klass)) for klass, words in OTHER_CLASSES]
    beside = [f"{currency}\u00a0{cells.for_the_eye(amount, currency)} {words}" for words, amount in others if amount]
    per_unit = None if isinstance(total.roi_cash, Undefined) else decimal_text(total.roi_cash + 1, 2)
    return [
        {"title": "Invested", **_figure(report, total.sums.cost, "cost"), "note": "everything the teams cost"},
        {
            "title": "Returned, validated cash",
            **_figure(report, total.benefit_cash, "benefit_validated_cash"),
            "note": f"beside it, not added: {', '.join(beside)}" if beside else "signed by a second person",
        },
        {
            "title": "Waiting for validation",
            **_figure(report, total.claimed, "benefit_claimed"),
            "note": "claimed, and not counted as returned" if total.claimed else "every benefit has been looked at",
        },
        {
            "title": f"Return per {currency} spent",
            "short": per_unit or cells.EMPTY,
            "exact": f"ROI {percent(total.roi_cash)}",
            "is_ratio": True,
            "url": f"{reverse('report-roi')}?{urlencode(_span(report) | {'group_by': 'organisation'})}",
            "note": f"ROI {percent(total.roi_cash)}" if per_unit else REASONS[total.roi_cash.reason],
        },
    ]


def _months_chart(found: Overview) -> dict[str, Any]:
    currency = found.streams.currency

    def units(minor: int | None) -> str | None:
        return None if minor is None else format_minor(minor, currency)

    return {
        "currency": currency,
        "labels": [f"{month_start(one.month):%b %y}" for one in found.months],
        "invested": [units(one.cost) for one in found.months],
        "returned": [units(one.cash) for one in found.months],
        "waiting": [units(one.claimed) for one in found.months],
        "provisional": [not one.final for one in found.months],
        "table": [
            {
                "label": month_text(one.month),
                "invested": cells.EMPTY if one.cost is None else cells.for_the_eye(one.cost, currency),
                "returned": cells.EMPTY if one.cash is None else cells.for_the_eye(one.cash, currency),
                "waiting": cells.EMPTY if one.claimed is None else cells.for_the_eye(one.claimed, currency),
                "state": "no book" if one.cost is None else "closed" if one.final else "provisional",
            }
            for one in found.months
        ],
        "no_return": not any(one.cash for one in found.months),
    }


def _streams_chart(report: RoiReport, rows: list[RoiRow]) -> dict[str, Any]:
    groups = [row for row in rows if row.kind is RowKind.GROUP]
    return {
        "currency": report.currency,
        "labels": [row.name or row.code for row in groups],
        "cost": [format_minor(row.sums.cost, report.currency) for row in groups],
        "validated": [format_minor(row.benefit_cash, report.currency) for row in groups],
    }


def _rolling(found: Overview) -> str:
    """How the last twelve months compare with the twelve before half a year, in words."""
    now, before = found.rolling_now, found.rolling_before
    if isinstance(now, Undefined):
        return "Rolling twelve months begin when there are twelve months of books with a validated benefit."
    if isinstance(before, Undefined):
        return f"Rolling twelve months: ROI {percent(now)}. The trend begins with eighteen months of books."
    return f"Rolling twelve months: ROI {percent(now)}, {percent(before)} half a year before."


def _row(report: RoiReport, row: RoiRow) -> dict[str, Any]:
    net = row.benefit_cash - row.sums.cost
    undefined = isinstance(row.roi_cash, Undefined)
    outside = row.kind in (RowKind.EXTERNAL, RowKind.UNATTRIBUTED)
    return {
        "name": row.name or row.code,
        "code": row.code if row.kind is RowKind.GROUP else "",
        "is_residual": row.kind is not RowKind.GROUP,
        "is_outside": outside,
        "cost": _figure(report, row.sums.cost, "cost", row),
        "cash": _figure(report, row.benefit_cash, "benefit_validated_cash", row),
        "waiting": _figure(report, row.claimed, "benefit_claimed", row),
        "net": {"short": cells.for_the_eye(net, report.currency), "exact": cells.money(net, report.currency)},
        "roi": cells.EMPTY if undefined else percent(row.roi_cash),
        "why": REASONS[row.roi_cash.reason] if undefined else "",
    }


admin.site.pages.append(
    Page(title="Overview", icon="monitoring", read=READERS, template="finance/overview.html", context=page)
)
