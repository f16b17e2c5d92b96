"""What sort of work the money of each value stream went to: buying the future, or paying for the past."""

from collections.abc import Iterable

from django.db import connection

from finance.engine.accounts import WorkType
from finance.selectors.months import MonthBook
from finance.selectors.sums import GroupBy, Key, Rates, row_of


def cost_by_work(books: Iterable[MonthBook], *, rates: Rates) -> dict[Key, dict[WorkType, int]]:
    """Fully loaded cost of each row of the report by value stream, by type of work. One query."""
    ids = [book.book_id for book in books]
    amount = "amount + variance" if rates is Rates.ACTUAL else "amount"
    out: dict[Key, dict[WorkType, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT stream_id, pooled, residual, work_type, SUM({amount}) FROM finance_workmonth"
            f" WHERE book_id IN ({', '.join('%s' for _ in ids)}) GROUP BY 1, 2, 3, 4",
            ids,
        )
        for stream, pooled, residual, work, found in cursor.fetchall():
            row = out.setdefault(row_of(GroupBy.VALUE_STREAM, stream, bool(pooled), residual), {})
            row[WorkType(work)] = row.get(WorkType(work), 0) + int(found)
    return out
