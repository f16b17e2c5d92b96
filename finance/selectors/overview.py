"""What the first page shows: twelve months by value stream and in total, and each month of them, in one snapshot."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finance.engine.accounts import BenefitState
from finance.engine.returns import Ratio, Undefined, roi
from finance.models import BookMonth
from finance.selectors.months import MonthBook, books_without_pay, month_book
from finance.selectors.roi import CASH, ROLLING, RoiQuery, RoiReport, roi_report
from finance.selectors.sums import GroupBy, Rates, RowKind, Sums, sums_by
from roi_project.access.audience import Audience
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Reason
from roi_project.kernel.period import month_start
from teams.selectors.organisation import settings_on

HALF_A_YEAR = 6


@dataclass(frozen=True)
class MonthFigures:
    """One month of the organisation; amounts are None where it has no book."""

    month: int
    cost: int | None = None
    cash: int | None = None
    claimed: int | None = None
    final: bool = False


@dataclass(frozen=True)
class Overview:
    """The figures of the page. `streams` is the ROI report that anybody reads who asks for nothing in particular."""

    organisation: str
    streams: RoiReport
    months: Sequence[MonthFigures]
    rolling_now: Ratio
    rolling_before: Ratio

    @property
    def is_empty(self) -> bool:
        return not self.streams.books


def overview(audience: Audience, *, today: dt.date) -> Overview:
    """The latest months at the official rates. Raises Conflict when their books are of two currencies."""
    # Without sight of pay the rates are standard ones whatever the official are, so nobody has to look those up.
    rates = None if audience.sees_pay else Rates.STANDARD
    with snapshot():
        organisation = settings_on(today).name
        streams = roi_report(audience, RoiQuery(group_by=GroupBy.VALUE_STREAM, rates=rates))
        earlier = _books_between(audience, streams.last - ROLLING - HALF_A_YEAR + 1, streams.first)
        books = [*(book for book in earlier if book.currency == streams.currency), *streams.books]
        by_month = sums_by(GroupBy.ORGANISATION, books, view=streams.query.view, rates=streams.rates)
    sums = {month: rows.get((RowKind.GROUP, None), Sums()) for month, rows in by_month.items()}
    known = {book.month: book for book in books}
    return Overview(
        organisation=organisation,
        streams=streams,
        months=[_figures(month, known, sums) for month in range(streams.first, streams.last + 1)],
        rolling_now=_rolling(sums, streams.last),
        rolling_before=_rolling(sums, streams.last - HALF_A_YEAR),
    )


def _books_between(audience: Audience, first: int, end: int) -> list[MonthBook]:
    """Current books of the months first..end, the last not counted.

    Whether facts have come in since is not asked, as `current_books` does: only the trend rests on these.
    """
    span = BookMonth.objects.filter(month__gte=month_start(first), month__lt=month_start(end))
    rows = span.filter(current_book__isnull=False).select_related("current_book").order_by("month")
    read = {} if audience.sees_pay else books_without_pay([row.current_book for row in rows])
    return [
        month_book(row.current_book, state=row.state, stale=False, read=read.get(row.current_book.pk)) for row in rows
    ]


def _figures(month: int, books: Mapping[int, MonthBook], sums: Mapping[int, Sums]) -> MonthFigures:
    if month not in books:
        return MonthFigures(month)
    found = sums[month]
    return MonthFigures(
        month,
        cost=found.cost,
        cash=found.benefit(BenefitState.VALIDATED, *CASH),
        claimed=found.benefit(BenefitState.CLAIMED),
        final=books[month].sealed,
    )


def _rolling(sums: Mapping[int, Sums], last: int) -> Ratio:
    """ROI over the twelve months that end with `last`: a ratio of sums."""
    window = [sums[month] for month in range(last - ROLLING + 1, last + 1) if month in sums]
    if len(window) < ROLLING:
        return Undefined(Reason.WINDOW_INCOMPLETE)
    total = Sums()
    for found in window:
        total.add(found)
    if not any(state == BenefitState.VALIDATED for state, _ in total.benefits):
        return Undefined(Reason.NO_DATA)
    return roi(total.benefit(BenefitState.VALIDATED, *CASH), total.cost)
