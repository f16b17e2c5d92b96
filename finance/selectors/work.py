"""What sort of work money went to: buying the future, or paying for the past. See docs/algorithms/investment-mix.md."""

from collections.abc import Iterable

from django.db import connection

from finance.engine.accounts import STANDARD_COST, WorkType
from finance.selectors.months import MonthBook
from finance.selectors.sums import RESIDUAL_OF, GroupBy, Key, Rates, row_of
from roi_project.kernel.errors import Invalid


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


def work_of(group_by: GroupBy, pk: int, books: Iterable[MonthBook]) -> dict[int, dict[WorkType, int]]:
    """Fully loaded cost of one value stream or team at standard rates, by month and type of work. One query."""
    month_of = {book.book_id: book.month for book in books}
    ids = ", ".join("%s" for _ in month_of)
    if group_by is GroupBy.VALUE_STREAM:
        source, params = (
            f"finance_workmonth WHERE book_id IN ({ids}) AND stream_id = %s AND residual = 0",
            [*month_of, pk],
        )
    elif group_by is GroupBy.TEAM:
        accounts = sorted(int(account) for account in STANDARD_COST if account not in RESIDUAL_OF)
        marks = ", ".join("%s" for _ in accounts)
        source = f"finance_posting WHERE book_id IN ({ids}) AND team_id = %s AND account IN ({marks})"
        params = [*month_of, pk, *accounts]
    else:
        raise Invalid("Types of work are counted for a value stream or a team.")
    out: dict[int, dict[WorkType, int]] = {month: {} for month in month_of.values()}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT book_id, work_type, SUM(amount) FROM {source} GROUP BY 1, 2", params)
        for book, work, found in cursor.fetchall():
            out[month_of[book]][WorkType(work)] = int(found)
    return out
