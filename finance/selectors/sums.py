"""Sums of postings by group and month: what every report of this floor adds up.

Current book versions are resolved first, then rows are asked for by their ids: one query for the sums at any size.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.db.models import Model

from finance.engine.accounts import SINKS, VARIANCE, Account, BenefitClass, BenefitState
from finance.models import Book, BookMonth, MonthState
from finance.selectors.months import MonthBook, books_without_pay, current_books, month_book
from roi_project.db.columns import fetch
from roi_project.kernel.errors import Conflict, Invalid
from roi_project.kernel.period import month_start


class GroupBy(StrEnum):
    ORGANISATION = "organisation"
    VALUE_STREAM = "value_stream"
    TEAM = "team"
    EPIC = "epic"


class View(StrEnum):
    DIRECT = "direct"
    FULLY_LOADED = "fully_loaded"


class Rates(StrEnum):
    STANDARD = "standard"
    ACTUAL = "actual"


class RowKind(StrEnum):
    """A group, or one of the residual rows that make a table foot to the organisation."""

    GROUP = "group"
    POOLS = "pools"
    BENCH = "bench"
    IDLE = "idle"
    UNTAGGED = "untagged"
    UNALLOCATED = "unallocated"
    UNASSIGNED = "unassigned"
    EXTERNAL = "external"
    UNATTRIBUTED = "unattributed"


RESIDUAL_OF = {
    Account.BENCH: RowKind.BENCH,
    Account.IDLE: RowKind.IDLE,
    Account.UNTAGGED: RowKind.UNTAGGED,
    Account.UNALLOCATED: RowKind.UNALLOCATED,
    Account.EXTERNAL: RowKind.EXTERNAL,
    Account.UNATTRIBUTED: RowKind.UNATTRIBUTED,
}

Key = tuple[RowKind, int | None]
"""A row of a report: its kind, and the id of its group."""


@dataclass
class Sums:
    """Whole minor units of one row over some months."""

    labour: int = 0
    contractor: int = 0
    direct_other: int = 0
    shared_in: int = 0
    shared_out: int = 0
    residual: int = 0
    benefits: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    """(state, class) -> amount; a key is there where a benefit was recorded, were it of zero."""
    minutes: int = 0
    priced_minutes: int = 0
    effort_cost: int = 0
    team_cost: int = 0
    """Cost that effort could explain: everything a team carries."""

    @property
    def cost(self) -> int:
        return self.labour + self.contractor + self.direct_other + self.shared_in + self.shared_out + self.residual

    def benefit(self, state: BenefitState, *classes: BenefitClass) -> int:
        return sum(v for (s, c), v in self.benefits.items() if s == state and (not classes or c in classes))

    def add(self, other: "Sums") -> None:
        self.labour += other.labour
        self.contractor += other.contractor
        self.direct_other += other.direct_other
        self.shared_in += other.shared_in
        self.shared_out += other.shared_out
        self.residual += other.residual
        self.minutes += other.minutes
        self.priced_minutes += other.priced_minutes
        self.effort_cost += other.effort_cost
        self.team_cost += other.team_cost
        for key, value in other.benefits.items():
            self.benefits[key] += value


def counted_accounts(view: View, rates: Rates) -> frozenset[int]:
    """Which accounts a view adds up.

    The direct view is what each owner causes itself: transfers from pools, and what pools left in sinks, are out. At
    standard rates the variance accounts are out.
    """
    moved = {Account.SHARED_OUT, Account.SHARED_IN, *SINKS}
    moved |= {Account(a + VARIANCE) for a in moved}
    moved |= {Account.BENEFIT_SHARED_OUT, Account.BENEFIT_SHARED_IN}
    accounts = set(Account) - (moved if view is View.DIRECT else set())
    if rates is Rates.STANDARD:
        accounts = {a for a in accounts if a < VARIANCE}
    return frozenset(int(a) for a in accounts)


def books_of(first: int, last: int, *, as_of: dt.datetime | None = None, sees_pay: bool = False) -> list[MonthBook]:
    """The books that count for the months first..last: the current ones, or those that were current at `as_of`."""
    if as_of is None:
        return current_books(first, last, sees_pay=sees_pay)
    closed = dict(BookMonth.objects.filter(closed_at__lte=as_of).values_list("month", "state"))
    span = Book.objects.filter(month__gte=month_start(first), month__lte=month_start(last))
    then = {book.month: book for book in span.filter(computed_at__lte=as_of).order_by("month", "version")}
    read = {} if sees_pay else books_without_pay(then.values())
    return [
        month_book(
            then[m],
            state=closed.get(m, MonthState.OPEN),
            sealed=then[m].sealed and m in closed,  # sealed later, it was provisional then
            stale=False,
            read=read.get(then[m].pk),
        )
        for m in sorted(then)
    ]


def known_codes(model: type[Model], codes: Sequence[str], noun: str) -> None:
    """Invalid when a code names nothing: a mistyped group must never read as one that cost nothing."""
    found = set(model._default_manager.filter(code__in=codes).values_list("code", flat=True))
    if unknown := [code for code in codes if code not in found]:
        raise Invalid(f"There is no {noun} “{unknown[0]}”; look its code up before you ask for its figures.")


def one_currency(books: Sequence[MonthBook], otherwise: str) -> str:
    """The currency of all these books; Conflict when they were kept in more than one: their sum would mean nothing."""
    kept_in = sorted({book.currency for book in books})
    if len(kept_in) > 1:
        raise Conflict(
            f"The books of these months are kept in {' and '.join(kept_in)}; ask for months of one currency.",
            slug="currency-mismatch",
        )
    return kept_in[0] if kept_in else otherwise


def sums_by(
    group_by: GroupBy, books: Iterable[MonthBook], *, view: View, rates: Rates, only: int | None = None
) -> dict[int, dict[Key, Sums]]:
    """Sums per month and row, or of one group by its id. One query."""
    month_of = {book.book_id: book.month for book in books}
    out: dict[int, dict[Key, Sums]] = {month: {} for month in month_of.values()}
    if not month_of:
        return out
    source = _SOURCES[group_by]
    accounts = sorted(counted_accounts(view, rates))
    which, params = "", []
    if only is not None:
        # Postings have an index by book and team, and roll-ups by book alone; both add up to the same.
        source = _OF_ONE_TEAM if group_by is GroupBy.TEAM else source
        which, params = f" AND {source.group} = %s", [only]
    found = fetch(
        f"SELECT book_id, {source.group} AS place, {source.pooled} AS pooled, account, benefit_class, state,"
        f" {', '.join(source.measures)} FROM {source.table}"
        f" WHERE book_id IN ({_marks(month_of)}) AND account IN ({_marks(accounts)}){which}{source.grouping}",
        [*month_of, *accounts, *params],
        types=_TYPES,
        nulls={"place": NOBODY},
    )
    places: dict[tuple[int, int, int], Key] = {}  # the same places come back every month
    columns = (found[name].tolist() for name in _TYPES)
    for book_id, group, pooled, account, klass, state, amount, effort, minutes, priced in zip(*columns, strict=True):
        place = group, pooled, account
        key = places.get(place)
        if key is None:
            key = places[place] = row_of(group_by, None if group == NOBODY else group, bool(pooled), account)
        rows = out[month_of[book_id]]
        if (row := rows.get(key)) is None:
            row = rows[key] = Sums()
        _book(row, account, klass, state, amount, effort, minutes, priced)
    return out


NOBODY = -1
_TYPES = {
    "book_id": "int8", "place": "int8", "pooled": "int2", "account": "int2", "benefit_class": "int2", "state": "int2",
    "amount": "int8", "effort": "int8", "minutes": "int8", "priced_minutes": "int8",
}  # fmt: skip


@dataclass(frozen=True)
class _Source:
    table: str
    group: str
    pooled: str
    effort: str = "effort_amount"
    is_added_up: bool = False
    """Its rows are those of the report; adding up each by itself would only cost time."""

    @property
    def measures(self) -> list[str]:
        of = {"amount": "amount", "effort": self.effort, "minutes": "minutes", "priced_minutes": "priced_minutes"}
        return [f"{sql if self.is_added_up else f'SUM({sql})'} AS {name}" for name, sql in of.items()]

    @property
    def grouping(self) -> str:
        return "" if self.is_added_up else " GROUP BY 1, 2, 3, 4, 5, 6"


_POOLED = "CASE WHEN pooled THEN 1 ELSE 0 END"
_SOURCES = {
    GroupBy.ORGANISATION: _Source("finance_streammonth", "CAST(NULL AS BIGINT)", _POOLED),
    GroupBy.VALUE_STREAM: _Source("finance_streammonth", "stream_id", _POOLED, is_added_up=True),
    GroupBy.TEAM: _Source(
        "finance_teammonth", "team_id", "CASE WHEN pool_id IS NOT NULL THEN 1 ELSE 0 END", is_added_up=True
    ),
    GroupBy.EPIC: _Source(
        "finance_posting",
        "epic_id",
        "CASE WHEN pool_id IS NOT NULL THEN 1 ELSE 0 END",
        "CASE WHEN effort_source <> 0 THEN amount ELSE 0 END",
    ),
}

_OF_ONE_TEAM = replace(_SOURCES[GroupBy.EPIC], group="team_id")


def _marks(values: Iterable[object]) -> str:
    return ", ".join("%s" for _ in values)


def row_of(group_by: GroupBy, group: int | None, pooled: bool, account: int) -> Key:
    """The row of a report by this group that a posting stands in."""
    residual = _RESIDUAL.get(account)
    if group_by is GroupBy.ORGANISATION:
        # External and unattributed benefits are not the organisation's return on its cost; they stay apart.
        outside = residual in (RowKind.EXTERNAL, RowKind.UNATTRIBUTED)
        return (residual, None) if residual and outside else (RowKind.GROUP, None)
    if residual is not None:
        return residual, None
    if group is not None:
        return RowKind.GROUP, group
    return (RowKind.POOLS if pooled else RowKind.UNASSIGNED), None


_RESIDUAL = {int(a): RESIDUAL_OF[Account(a % VARIANCE)] for a in Account if a % VARIANCE in RESIDUAL_OF}
_COLUMN_OF = {
    Account.LABOUR: "labour",
    Account.RATE_VARIANCE: "labour",
    Account.CONTRACTOR: "contractor",
    Account.DIRECT: "direct_other",
    Account.SHARED_IN: "shared_in",
    Account.SHARED_OUT: "shared_out",
    **dict.fromkeys((Account.BENCH, *SINKS), "residual"),
}
# By plain numbers: a report reads ten thousand rows, and making an account of each takes longer than adding it.
_COLUMN = {int(a): _COLUMN_OF[Account(a % VARIANCE)] for a in Account if a % VARIANCE in _COLUMN_OF}


def _book(row: Sums, account: int, klass: int, state: int, amount: int, effort: int, minutes: int, priced: int) -> None:
    column = _COLUMN.get(account)
    if column is None:
        row.benefits[state, klass] += amount
        return
    setattr(row, column, getattr(row, column) + amount)
    row.minutes += minutes
    row.priced_minutes += priced
    if column != "residual":
        row.team_cost += amount
        row.effort_cost += effort
