"""Figures of leaders' pages: rounded for the eye, exact behind it, and one click from the facts."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.urls import get_script_prefix, reverse

from finance.admin.overview_words import percent
from finance.engine.returns import Undefined, decimal_text
from finance.selectors.overview import MonthFigures
from finance.selectors.roi import RoiReport, Window
from finance.selectors.sums import GroupBy, RowKind
from finance.selectors.trend import Trend
from roi_project.console import cells
from roi_project.kernel.money import format_minor
from roi_project.kernel.period import month_start, month_text

ARROWS = {1: ("↑", "better"), 0: ("→", "about the same"), -1: ("↓", "worse")}


def span_of(report: RoiReport) -> dict[str, str]:
    return {"from": month_text(report.first), "through": month_text(report.last)}


def place_of_total(report: RoiReport) -> dict[str, Any]:
    """Where the total of a report is opened: the organisation, or the value streams it was asked for together."""
    if report.query.codes is None:
        return {}
    return {"group_by": report.query.group_by, "code": ",".join(report.query.codes)}


def report_address(report: RoiReport) -> str:
    """The report by value stream in the API."""
    codes = {"code": ",".join(report.query.codes)} if report.query.codes else {}
    query = {**span_of(report), "group_by": GroupBy.VALUE_STREAM.value, **codes}
    return f"{reverse('report-roi')}?{urlencode(query)}"


def spreadsheet_address(name: str, **filters: str) -> str:
    """Where a report is had as a file or by a spreadsheet, with the filters of what is in front of the reader."""
    return f"{reverse('admin:files')}?{urlencode({'report': name} | filters)}"


def roi_in_spreadsheet(report: RoiReport, *, group_by: GroupBy, codes: Sequence[str] | None) -> str:
    """Where the rows that are shown of this report stand in a file."""
    filters = span_of(report) | {"window": report.window.value, "rates": report.rates.value}
    only = {"code": ",".join(codes)} if codes else {}
    return spreadsheet_address("report-roi", **filters, group_by=group_by.value, **only)


def figure(
    report: RoiReport,
    minor: int,
    name: str,
    *,
    group_by: GroupBy = GroupBy.ORGANISATION,
    code: str = "",
    kind: RowKind = RowKind.GROUP,
    month: int | None = None,
) -> dict[str, str]:
    """An amount of a row of the report, or of one month of it, and the address where it is opened down to its facts."""
    first, last, window = (report.first, report.last, report.window) if month is None else (month, month, Window.PERIOD)
    row = ""
    if kind is not RowKind.GROUP:
        row = f"&row_kind={kind.value}"
    elif code:
        row = f"&code={quote_plus(code)}"
    # By hand: there are hundreds of them on a page, and everything but a code is a plain word.
    query = (
        f"figure={name}&rates={report.rates.value}&from={month_text(first)}&through={month_text(last)}"
        f"&window={window.value}&group_by={group_by.value}{row}"
    )
    return {
        "short": cells.for_the_eye(minor, report.currency),
        "exact": cells.money(minor, report.currency),
        "url": f"{_explain(get_script_prefix())}?{query}",
    }


@cache
def _explain(prefix: str) -> str:
    """Where figures are opened, below the prefix under which the service is reached."""
    return reverse("admin:explain")


def plain(report: RoiReport, minor: int) -> dict[str, str]:
    """An amount that is opened nowhere by itself."""
    return {"short": cells.for_the_eye(minor, report.currency), "exact": cells.money(minor, report.currency)}


def arrow(trend: Trend | None) -> dict[str, Any] | None:
    """An arrow against a row's own past; none without one."""
    if trend is None:
        return None
    sign, word = ARROWS[trend.direction]
    now, before, months = percent(trend.now), percent(trend.before), trend.months
    then = f"in the {months} before" if trend.apart == months else "half a year earlier"
    says = f"{word}: {now} in the last {months} months, {before} {then}"
    return {"sign": sign, "says": says, "direction": word.split()[0]}


def months_chart(report: RoiReport, months: Sequence[MonthFigures], **place: Any) -> dict[str, Any]:
    """Bars and a line by month, and the same as a table; a month without a book has neither. Of the row at `place`."""
    currency = report.currency

    def units(minor: int | None) -> str | None:
        return None if minor is None else format_minor(minor, currency)

    def shown(month: int, name: str, minor: int | None) -> dict[str, str]:
        return {} if minor is None else figure(report, minor, name, month=month, **place)

    no_return = not any(one.cash for one in months)
    rolling = [None if isinstance(one.rolling, Undefined) else decimal_text(one.rolling * 100, 1) for one in months]
    return {
        "currency": currency,
        "labels": [f"{month_start(one.month):%b %y}" for one in months],
        "invested": [units(one.cost) for one in months],
        "returned": [None if no_return else units(one.cash) for one in months],
        "provisional": [one.cost is not None and not one.final for one in months],
        "rolling": rolling,
        "table": [
            {
                "label": f"{month_start(one.month):%B %Y}",
                "amounts": [
                    shown(one.month, "cost", one.cost),
                    shown(one.month, "benefit_validated_cash", one.cash),
                    shown(one.month, "benefit_claimed", one.claimed),
                ],
                "rolling": percent(one.rolling),
                "state": "no book" if one.cost is None else "closed" if one.final else "provisional",
            }
            for one in months
        ],
        "no_return": no_return,
        "has_rolling": sum(text is not None for text in rolling) > 1,
    }
