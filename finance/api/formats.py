"""How reports leave: money as text with its currency, ratios as decimal text, columns in the order of the contract."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from finance.api.column_words import INVESTMENT_WORDS, ROI_WORDS
from finance.engine.accounts import BenefitClass, BenefitState
from finance.engine.returns import Ratio, Undefined, decimal_text, ratio
from finance.selectors.investment import InvestmentReport, InvestmentRow
from finance.selectors.months import MonthBook
from finance.selectors.roi import METHOD_VERSION, RoiReport, RoiRow, month_label
from finance.selectors.sums import GroupBy, RowKind
from roi_project.kernel.money import format_minor, round_half_away, to_decimal
from roi_project.kernel.period import month_start, month_text

EXPLAIN_URL = "/api/v1/explain/"
POSTING_URL = f"{EXPLAIN_URL}postings/"

ROI_COLUMNS = tuple(ROI_WORDS)
INVESTMENT_COLUMNS = tuple(INVESTMENT_WORDS)

AMOUNTS = {
    "labour", "contractor", "direct_other", "shared_in", "shared_out", "cost", "benefit_validated_cash",
    "benefit_validated_avoided", "benefit_validated_freed", "benefit_validated_risk", "benefit_claimed",
    "net_validated_cash", "net_validated_all", "amount",
}  # fmt: skip


def money(minor: int, currency: str) -> dict[str, str]:
    return {"amount": format_minor(minor, currency), "currency": currency}


@lru_cache(maxsize=1_200)
def last_day(month: int) -> dt.date:
    return month_start(month + 1) - dt.timedelta(days=1)


def number(value: Ratio) -> Decimal | None:
    text = decimal_text(value)
    return None if text is None else Decimal(text)


def reason(value: Ratio) -> str | None:
    return value.reason.value if isinstance(value, Undefined) else None


# --- ROI -----------------------------------------------------------------------------------------------------------


def roi_cells(report: RoiReport, row: RoiRow) -> dict[str, Any]:
    """One row of the file, by column: amounts as Decimal, days as dates, ratios as Decimal or None with a reason."""
    sums, currency = row.sums, report.currency

    def amount(minor: int) -> Decimal:
        return to_decimal(minor, currency)

    def validated(klass: BenefitClass) -> Decimal:
        return amount(sums.benefit(BenefitState.VALIDATED, klass))

    shown = row.claimed + row.benefit_all
    outside = row.kind in (RowKind.EXTERNAL, RowKind.UNATTRIBUTED)
    versions = sorted({book.version for book in row.books})
    return {
        "period_start": month_start(row.first),
        "period_end": last_day(row.last),
        "period_label": month_label(row.first, row.last),
        "period_state": row.state,
        "grain": report.query.grain.value,
        "window": report.window.value,
        "months_in_window": row.months,
        "group_by": report.query.group_by.value,
        "group_code": row.code,
        "group_name": row.name,
        "parent_code": row.parent_code,
        "row_kind": row.kind.value,
        "view": report.query.view.value,
        "rates": report.rates.value,
        "currency": currency,
        "labour": amount(sums.labour),
        "contractor": amount(sums.contractor),
        "direct_other": amount(sums.direct_other),
        "shared_in": amount(sums.shared_in),
        "shared_out": amount(sums.shared_out),
        "cost": amount(sums.cost),
        "benefit_validated_cash": validated(BenefitClass.HARD_CASH),
        "benefit_validated_avoided": validated(BenefitClass.COST_AVOIDANCE),
        "benefit_validated_freed": validated(BenefitClass.CAPACITY_FREED),
        "benefit_validated_risk": validated(BenefitClass.EXPECTED_LOSS),
        "benefit_claimed": amount(row.claimed),
        "net_validated_cash": amount(row.benefit_cash - sums.cost),
        "roi_validated_cash": number(row.roi_cash),
        "roi_reason": reason(row.roi_cash),
        "net_validated_all": amount(row.benefit_all - sums.cost),
        "roi_validated_all": number(row.roi_all),
        "roi_all_reason": reason(row.roi_all),
        "priced_hours_coverage": number(ratio(sums.priced_minutes, sums.minutes)),
        "benefit_measured_cost_coverage": number(ratio(sums.cost if sums.benefits else 0, sums.cost)),
        "validated_share": number(ratio(row.benefit_all, shown)),
        "attributed_share": number(ratio(0 if outside else shown, shown)),
        "book_version": ",".join(map(str, versions)),
        "method_version": METHOD_VERSION,
        "as_of": max((book.computed_at for book in row.books), default=None),
        "restated": False,
        "stale": any(book.stale for book in row.books),
        "explain_url": explain_url(report, row),
    }


def explain_url(report: RoiReport, row: RoiRow) -> str:
    """Where a row's cost is opened; its other columns open there by their names."""
    group = {}
    if row.kind is not RowKind.GROUP:
        group["row_kind"] = row.kind.value
    elif report.query.group_by is not GroupBy.ORGANISATION:
        group["code"] = row.code
    return _opened(report, report.query.group_by, row, group)


def _total_url(report: RoiReport) -> str:
    """Where the total is opened: as the organisation, or as the sum of the groups that were named."""
    if report.query.codes is None or report.query.group_by is GroupBy.ORGANISATION:
        return _opened(report, GroupBy.ORGANISATION, report.total, {})
    return _opened(report, report.query.group_by, report.total, {"code": ",".join(report.query.codes)})


def _opened(report: RoiReport, group_by: GroupBy, row: RoiRow, group: dict[str, str]) -> str:
    query = {
        "figure": "cost",
        "group_by": group_by.value,
        "from": month_text(row.first),
        "through": month_text(row.last),
        "view": report.query.view.value,
        "rates": report.rates.value,
        "window": report.window.value,
        **_as_of(report.query.as_of),
        **group,
    }
    return f"{EXPLAIN_URL}?{urlencode(query)}"


def _as_of(moment: dt.datetime | None) -> dict[str, str]:
    """A figure of an earlier moment is opened in the books of that moment."""
    return {} if moment is None else {"as_of": moment.isoformat()}


def _months(span: tuple[int, int] | None) -> dict[str, str | None]:
    first, last = (None, None) if span is None else map(month_text, span)
    return {"from": first, "through": last}


def roi_filters(report: RoiReport) -> dict[str, Any]:
    """What was asked, with what stands where nothing was said."""
    return {
        "group_by": report.query.group_by.value,
        **_months(report.span),
        "view": report.query.view.value,
        "rates": report.rates.value,
        "window": report.window.value,
        "grain": report.query.grain.value,
        "record": "as_reported",
        "code": list(report.query.codes) if report.query.codes is not None else None,
        "ordering": report.query.ordering,
    }


def roi_json(report: RoiReport) -> dict[str, Any]:
    """The report as a program reads it."""
    return {
        "report": "roi",
        "covers": report.covers,
        "filters": roi_filters(report),
        **provenance(report.books, report.currency if report.span else ""),
        "complete": report.complete,
        "coverage": {name: ratio_json(value) for name, value in report.coverage.items()},
        "total": _json_total(report),
        "results": [_json_row(report, row) for row in report.rows],
    }


def provenance(books: Any, currency: str) -> dict[str, Any]:
    """What every answer says of its figures: books, versions, when computed, whether facts have changed since."""
    return {
        "currency": currency,
        "method_version": METHOD_VERSION,
        "computed_at": max((book.computed_at for book in books), default=None),
        "stale": any(book.stale for book in books),
        "latest_fact_at": max((b.latest_fact_at for b in books if b.latest_fact_at), default=None),
        "books": [book_json(book) for book in books],
    }


def books_tag(books: Iterable[MonthBook]) -> str:
    """What an answer made of these books depends on, for its ETag."""
    return ",".join(
        f"{b.book_id}:{b.version}:{b.state}:{int(b.sealed)}:{int(b.stale)}:{b.computed_at}:{b.latest_fact_at}"
        for b in books
    )


def book_json(book: MonthBook) -> dict[str, Any]:
    return {
        "month": month_text(book.month),
        "version": book.version,
        "state": "final" if book.sealed else "provisional",
        "period_state": book.state,
        "stale": book.stale,
    }


def ratio_json(value: Ratio) -> dict[str, str | None]:
    return {"value": decimal_text(value), "reason": reason(value)}


def _json_total(report: RoiReport) -> dict[str, Any]:
    """The rows added up; without a book it is not known what they would come to, which is not nothing."""
    total = _json_row(report, report.total) | {"explain_url": _total_url(report)}
    if not report.books:
        total |= dict.fromkeys(AMOUNTS & total.keys())
    if report.span is None:
        total |= dict.fromkeys(("period_start", "period_end", "period_label", "explain_url"))
    return total


def _json_row(report: RoiReport, row: RoiRow) -> dict[str, Any]:
    cells = roi_cells(report, row)
    del cells["grain"], cells["window"], cells["group_by"], cells["view"], cells["rates"], cells["currency"]
    out: dict[str, Any] = {}
    for name, value in cells.items():
        if name in AMOUNTS:
            out[name] = {"amount": f"{value:f}", "currency": report.currency}
        else:
            out[name] = f"{value:f}" if isinstance(value, Decimal) else value
    return out


def roi_rows(report: RoiReport) -> Iterator[list[Any]]:
    for row in report.rows:
        cells = roi_cells(report, row)
        yield [cells[name] for name in ROI_COLUMNS]


# --- investment ----------------------------------------------------------------------------------------------------


def investment_cells(report: InvestmentReport, row: InvestmentRow) -> dict[str, Any]:
    fte = None if row.fte_nano is None else Decimal(round_half_away(Fraction(row.fte_nano, 1_000))).scaleb(-6)
    return dict(
        zip(
            INVESTMENT_COLUMNS,
            (
                month_start(row.book.month), last_day(row.book.month), _state(row.book), *row.stream, *row.team,
                *row.epic, row.work_type, row.effort_source, row.account, row.category, row.pool, *row.bookkeeping,
                report.rates.value, report.query.view.value, report.currency, to_decimal(row.amount, report.currency),
                fte, number(ratio(row.amount, report.total)), row.book.version, f"{POSTING_URL}{row.posting}/",
            ),
            strict=True,
        )
    )  # fmt: skip


def _state(book: MonthBook) -> str:
    return "final" if book.sealed else "provisional"


def investment_filters(report: InvestmentReport) -> dict[str, Any]:
    """What was asked, with what stands where nothing was said."""
    return {
        **_months(report.span),
        "view": report.query.view.value,
        "rates": report.rates.value,
        "record": "as_reported",
        "value_stream": report.query.value_streams,
        "team": report.query.teams,
        "epic": report.query.epics,
    }


def investment_rows(report: InvestmentReport) -> Iterator[list[Any]]:
    for row in report.rows():
        yield list(investment_cells(report, row).values())


def investment_json(report: InvestmentReport) -> dict[str, Any]:
    rows = []
    for row in report.rows():
        cells = investment_cells(report, row)
        cells["amount"] = {"amount": f"{cells['amount']:f}", "currency": cells.pop("currency")}
        rows.append({k: f"{v:f}" if isinstance(v, Decimal) else v for k, v in cells.items()})
    return {
        "report": "investment",
        "covers": report.covers,
        "filters": investment_filters(report),
        **provenance(report.books, report.currency if report.span else ""),
        "total": money(report.total, report.currency) if report.books else None,
        "rows": report.count,
        "results": rows,
    }
