"""The reports of this floor as files: CSV, and XLSX with a sheet that says what it holds."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from finance.api import formats
from finance.api.column_words import INVESTMENT_WORDS, RECONCILIATION_WORDS, ROI_WORDS
from finance.api.investment_file import investment_pieces
from finance.engine.returns import decimal_text
from finance.selectors.investment import InvestmentReport
from finance.selectors.months import MonthBook
from finance.selectors.reconciliation import MonthReconciliation, reconcile
from finance.selectors.roi import METHOD_VERSION, RoiReport
from roi_project.access.audience import Audience
from roi_project.kernel.money import format_minor, to_decimal
from roi_project.kernel.period import month_text
from roi_project.web.tables import Table

UNKNOWN: Final = "unknown (no_data)"


def roi_table(report: RoiReport, audience: Audience, now: dt.datetime) -> Table:
    """One row per group and period."""

    def about() -> dict[str, Any]:
        coverage = {
            f"coverage: {name}": decimal_text(value) or f"unknown ({formats.reason(value)})"
            for name, value in report.coverage.items()
        }
        return {
            **covered("Return on investment", report.covers, formats.roi_filters(report)),
            "total cost": amount(report.total.sums.cost, report.currency) if report.books else UNKNOWN,
            "total validated cash": amount(report.total.benefit_cash, report.currency) if report.books else UNKNOWN,
            **coverage,
            **about_books(report.books, audience, now),
        }

    return Table(
        name=f"roi-{report.query.group_by}-{_months(report.span)}",
        columns=ROI_WORDS,
        rows=partial(formats.roi_rows, report),
        about=about,
        size=len(report.rows),
    )


def investment_table(report: InvestmentReport, audience: Audience, now: dt.datetime) -> Table:
    """One row per cost posting."""

    def about() -> dict[str, Any]:
        return {
            **covered("Investment", report.covers, formats.investment_filters(report)),
            "total": amount(report.total, report.currency) if report.books else UNKNOWN,
            **about_books(report.books, audience, now),
        }

    return Table(
        name=f"investment-{_months(report.span)}",
        columns=INVESTMENT_WORDS,
        rows=partial(formats.investment_rows, report),
        about=about,
        pieces=partial(investment_pieces, report),
        size=report.count,
    )


def reconciliation_table(
    months: list[MonthReconciliation], span: tuple[int, int] | None, covers: str, audience: Audience, now: dt.datetime
) -> Table:
    """One row per month and law."""

    def rows() -> Any:
        for month in months:
            book = month.book
            for law in month.identities:
                sides = (to_decimal(side, book.currency) for side in (law.left, law.right, law.difference))
                yield (month_text(book.month), law.name, *sides, book.currency, book.version)

    return Table(
        name=f"reconciliation-{_months(span)}",
        columns=RECONCILIATION_WORDS,
        rows=rows,
        about=lambda: {
            **covered("Reconciliation", covers, {}),
            **about_books([month.book for month in months], audience, now),
        },
    )


def _months(span: tuple[int, int] | None) -> str:
    return "no-month" if span is None else "-".join(map(month_text, span))


def amount(minor: int, currency: str) -> str:
    """12.50 EUR"""
    return f"{format_minor(minor, currency)} {currency}"


def covered(title: str, covers: str, filters: Mapping[str, Any]) -> dict[str, Any]:
    """What a file is about, and what was asked."""
    told = {name: ", ".join(value) if isinstance(value, list | tuple) else value for name, value in filters.items()}
    return {"report": title, "covers": covers} | {
        f"filter: {name}": value for name, value in told.items() if value is not None
    }


def about_books(books: Sequence[MonthBook], audience: Audience, now: dt.datetime) -> dict[str, Any]:
    """From which books, whether they add up, and who pulled the file when."""
    months = reconcile(audience, books)
    broken = [month_text(m.book.month) for m in months if any(law.difference for law in m.identities)]
    laws = sum(len(month.identities) for month in months)
    held = f"{len(months)} month{'' if len(months) == 1 else 's'}"
    check = f"{laws} identities of {held} hold to the last minor unit"
    if not months:
        check = "nothing to check: no month has a book"
    computed = [book.computed_at for book in books]
    facts = [book.latest_fact_at for book in books if book.latest_fact_at]
    return {
        "identity check": f"BROKEN in {', '.join(broken)}" if broken else check,
        "books": ", ".join(f"{month_text(b.month)} version {b.version} {_state(b)}" for b in books),
        "method version": METHOD_VERSION,
        "computed at": max(computed).isoformat() if computed else None,
        "latest fact at": max(facts).isoformat() if facts else None,
        "stale": "yes: facts have come in since" if any(book.stale for book in books) else "no",
        "pulled by": audience.actor,
        "pulled at": now.isoformat(timespec="seconds"),
    }


def _state(book: MonthBook) -> str:
    return "final" if book.sealed else "provisional"
