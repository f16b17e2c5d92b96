"""What sort of work the money of each value stream went to: buying the future, or paying for the past."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from finance.engine.accounts import COST, WorkType
from finance.selectors.months import MonthBook
from finance.selectors.sums import GroupBy, Key, Rates, View, counted_accounts, row_of

MOST_KEPT = 240
"""Books of so many months are kept in memory: a book never changes, and adding one up takes its every posting."""

Place = tuple[int | None, bool, int, int]
"""value stream, whether a pool owns it, account, work type"""
Amounts = Mapping[Place, int]


@dataclass(frozen=True)
class _Book:
    """A book by what no other one shares, were ids to be given out again."""

    book_id: int
    computed_at: object


_kept: OrderedDict[_Book, Amounts] = OrderedDict()
_lock = threading.Lock()


def cost_by_work(books: Iterable[MonthBook], *, view: View, rates: Rates) -> dict[Key, dict[WorkType, int]]:
    """Cost of each row of the report by value stream, by type of work. At most one query."""
    counted = counted_accounts(view, rates) & {int(account) for account in COST}
    whole: dict[Place, int] = defaultdict(int)
    for amounts in _amounts(list(books)):
        for place, amount in amounts.items():
            whole[place] += amount
    out: dict[Key, dict[WorkType, int]] = {}
    for (stream, pooled, account, work), amount in whole.items():
        if account in counted:
            row = out.setdefault(row_of(GroupBy.VALUE_STREAM, stream, pooled, account), {})
            row[WorkType(work)] = row.get(WorkType(work), 0) + amount
    return out


def _amounts(books: list[MonthBook]) -> list[Amounts]:
    names = [_Book(book.book_id, book.computed_at) for book in books]
    with _lock:
        known = {name: _kept[name] for name in names if name in _kept}
    missing = [name for name in names if name not in known]
    if missing:
        read = _read(missing)
        known |= read
        with _lock:
            _kept.update(read)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return [known[name] for name in names]


def _read(names: list[_Book]) -> dict[_Book, Amounts]:
    found: dict[int, dict[Place, int]] = {name.book_id: {} for name in names}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT book_id, stream_id, CASE WHEN pool_id IS NOT NULL THEN 1 ELSE 0 END, account, work_type,"
            " SUM(amount) FROM finance_posting"
            f" WHERE book_id IN ({', '.join('%s' for _ in found)}) GROUP BY 1, 2, 3, 4, 5",
            list(found),
        )
        for book, stream, pooled, account, work, amount in cursor.fetchall():
            found[book][stream, bool(pooled), account, work] = int(amount)
    return {name: found[name.book_id] for name in names}
