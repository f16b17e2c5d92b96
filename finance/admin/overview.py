"""The first page of those who read results: eight blocks, each the answer to a question."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from finance.admin.figures import figure, months_chart, place_of_total, report_address, roi_in_spreadsheet
from finance.admin.overview_blocks import capacity_block, look_block, streams_block, work_block
from finance.admin.overview_words import REASONS, cash_note, lag_words, percent, rolling_words, sentence
from finance.admin.promises_block import promises_block
from finance.admin.switches import asked_of, switches
from finance.engine.returns import Undefined, decimal_text
from finance.selectors.benefits import READERS
from finance.selectors.overview import Nothing, Overview, overview
from finance.selectors.roi import RoiReport
from finance.selectors.sums import GroupBy
from finance.services.books import FINANCE
from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.kernel.period import month_start

COVERAGES = (
    ("priced_hours", "hours with a rate"),
    ("effort", "team cost with known effort"),
    ("benefit_measured_cost", "cost with a measured benefit"),
    ("validated_share", "benefit validated"),
    ("attributed_share", "benefit attributed"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Everything the template shows, as words and rounded figures with the exact ones behind them."""
    found = overview(audience_for(request), asked_of(request), today=timezone.localdate())
    if isinstance(found, Nothing):
        starts = audience_for(request).within(FINANCE)
        return {"organisation": found.organisation, "is_empty": True, "may_start": starts}
    report = found.streams.report
    return {
        "who": _who(found),
        "report": report,
        "strip": strip(report, is_latest=found.asked.last is None),
        "switches": switches(found),
        "coverages": [(words, percent(report.coverage[name])) for name, words in COVERAGES],
        "sentence": sentence(report),
        "numbers": _numbers(report),
        "months_chart": months_chart(report, found.months, **place_of_total(report)),
        "rolling": rolling_words(*found.rolling),
        "lag": lag_words(found.lag),
        "streams": streams_block(found.streams),
        "promises": promises_block(report, found.promises, found.streams.ids),
        "work": work_block(report, found.work),
        "capacity": capacity_block(found.roles),
        "look": look_block(found.streams, found.findings, found.roles),
        "report_url": report_address(report),
        "excel_url": roi_in_spreadsheet(report, group_by=GroupBy.VALUE_STREAM, codes=report.query.codes),
    }


def _who(found: Overview) -> str:
    names = [name or code for code, name in found.every_stream if code in found.asked.streams]
    return ", ".join(names) or found.organisation or "The organisation"


def strip(report: RoiReport, *, is_latest: bool = True) -> list[str]:
    """What is covered, in a few words each."""
    months = report.last - report.first + 1
    end = f"{month_start(report.last):%B %Y}"
    span = f"last {months} months" if is_latest else f"{months} months to {end}"
    provisional = [f"{month_start(book.month):%B}" for book in report.books if not book.sealed]
    books = f"books to {month_start(report.books[-1].month):%B %Y}"
    if len(provisional) == len(report.books):
        books += ", all provisional"
    elif provisional:
        books += f", {' and '.join(provisional)} provisional" if len(provisional) < 3 else ""
        books += "" if len(provisional) < 3 else f", {len(provisional)} of them provisional"
    computed = max(book.computed_at for book in report.books)
    stale = sum(book.stale and not book.sealed for book in report.books)
    late = sum(book.stale and book.sealed for book in report.books)
    said = [
        span if months > 1 else end,
        report.currency,
        books,
        f"computed {computed:%Y-%m-%d %H:%M}",
        f"{report.rates.value} rates",
    ]
    if stale:
        said.append(f"{stale} month{'' if stale == 1 else 's'} with newer facts, being compiled anew")
    if late:
        which = "1 month is" if late == 1 else f"{late} months are"
        said.append(f"{which} closed, with later facts that {'it does' if late == 1 else 'they do'} not show")
    return said


def _numbers(report: RoiReport) -> list[dict[str, Any]]:
    total, currency, whole = report.total, report.currency, place_of_total(report)
    per_unit = None if isinstance(total.roi_cash, Undefined) else decimal_text(total.roi_cash + 1, 2)
    return [
        {
            "title": "Invested",
            **figure(report, total.sums.cost, "cost", **whole),
            "note": "everything the teams cost" if report.complete else "everything these value streams cost",
        },
        {
            "title": "Returned, validated cash",
            **figure(report, total.benefit_cash, "benefit_validated_cash", **whole),
            "note": cash_note(total, currency),
        },
        {
            "title": "Waiting for validation",
            **figure(report, total.claimed, "benefit_claimed", **whole),
            "note": "claimed, and not counted as returned" if total.claimed else "every benefit has been looked at",
        },
        {
            "title": f"Return per {currency} spent",
            "short": per_unit or cells.EMPTY,
            "exact": f"ROI {percent(total.roi_cash)}",
            "is_ratio": True,
            "url": figure(report, 0, "roi_validated_cash", **whole)["url"],
            "note": f"ROI {percent(total.roi_cash)}" if per_unit else REASONS[total.roi_cash.reason],
        },
    ]


admin.site.pages.append(
    Page(
        title="Overview", icon="monitoring", read=READERS, template="finance/overview.html", context=page, in_menu=True
    )
)
