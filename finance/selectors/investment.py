"""Where the money goes: cost postings with every dimension, and no benefit beside them (it would repeat).

Postings are read as columns, some hundred thousand at once, so that a file of millions takes little memory and time.
See docs/reports/investment.md.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from django.db import connection

from finance.engine.accounts import COST, Account, EffortSource, LineKind, WorkType
from finance.models import CostCategory, Pool
from finance.selectors.months import MonthBook, months_with_books
from finance.selectors.roi import covers, from_is_later, last_meant, permitted_rates, span_of
from finance.selectors.sums import Rates, View, books_of, counted_accounts, known_codes, one_currency
from outcomes.models import Epic
from roi_project.access.audience import Audience
from roi_project.audit.selectors import NamesState, names_state
from roi_project.db.addresses import addresses
from roi_project.db.ahead import ahead, can_read_ahead
from roi_project.db.columns import Columns, fetch
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import month_start
from roi_project.kernel.permutation import KeyedPermutation
from teams.models import Team, ValueStream
from teams.selectors.organisation import settings_on

ROWS_AT_ONCE = 60_000
NAMED = ("value-streams", "teams", "epics", "cost-categories", "pools")
NONE = -1
TIMED = (Account.LABOUR, Account.CONTRACTOR)
"""Accounts whose rows carry people's time."""


@dataclass(frozen=True)
class InvestmentQuery:
    """What is asked: months, view and rates, and the codes rows are limited to."""

    first: int | None = None
    last: int | None = None
    view: View = View.FULLY_LOADED
    rates: Rates | None = None
    value_streams: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    epics: tuple[str, ...] | None = None
    as_of: dt.datetime | None = None


Words = tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """What masters of a kind are called: words and place in the order of codes, by id; the last of each is of no id."""

    words: Sequence[Words]
    rank: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, ...]], width: int) -> "Named":
        """From rows (id, code, more words)."""
        size = max((row[0] for row in rows), default=0) + 2
        words: list[Words] = [("",) * width] * size
        rank = np.full(size, NONE, dtype=np.int64)
        for place, row in enumerate(sorted(rows, key=lambda row: str(row[1]))):
            words[row[0]], rank[row[0]] = row[1:], place
        return cls(words, rank)


@dataclass(frozen=True)
class InvestmentBlock:
    """Postings as columns, in the order of the file: by month, stream, team, epic, work type, account.

    Columns: posting (its address), book, stream, team, epic, category, pool (ids, NONE = none; pool is where cost comes
    from, else whose it is), work_type, effort_source, account (as numbers), amount, fte_nano.
    `bookkeeping` holds vendor, ledger account and cost centre of the rows where all their lines share one, by place.
    """

    columns: Columns
    bookkeeping: Mapping[int, Words]


@dataclass(frozen=True)
class InvestmentRow:
    """One cost posting in words; `posting` is its address."""

    book: MonthBook
    posting: int
    stream: Words
    team: Words
    epic: Words
    work_type: str
    effort_source: str
    account: str
    category: str
    pool: str
    bookkeeping: Words
    amount: int
    fte_nano: int | None


@dataclass(frozen=True)
class InvestmentReport:
    """What is covered. Sums, names and postings are read when they are asked for, from books that never change."""

    query: InvestmentQuery
    rates: Rates
    first: int
    last: int
    currency: str
    books: list[MonthBook]
    names_state: NamesState
    """Which names may stand in the rows."""
    condition: tuple[str, list[Any]]
    """Which postings `p` of the books are meant: SQL and its parameters."""
    shows_bookkeeping: bool

    @cached_property
    def sums(self) -> dict[int, tuple[int, int]]:
        """Total and number of postings by book. One query."""
        return _sums(self.books, *self.condition) if self.books else {}

    @cached_property
    def at(self) -> KeyedPermutation:
        """What postings are addressed by. One query."""
        return addresses()

    @property
    def total(self) -> int:
        return sum(total for total, _ in self.sums.values())

    @property
    def count(self) -> int:
        return sum(count for _, count in self.sums.values())

    @cached_property
    def names(self) -> dict[str, Named]:
        """Words of everything a posting can point at. One query a kind."""
        return _names() if self.books else {}

    def blocks(self) -> Iterator[InvestmentBlock]:
        """The postings, as many months at once as make ROWS_AT_ONCE of them, or one; the next are read meanwhile."""
        names, groups, _ = self.names, self._groups(), self.at
        read = (_block(self, books, names) for books in groups)
        return ahead(read) if len(groups) > 1 and can_read_ahead() else read

    def _groups(self) -> list[list[int]]:
        groups: list[list[int]] = []
        rows = ROWS_AT_ONCE
        for book in self.books:
            _, count = self.sums.get(book.book_id, (0, 0))
            if count and rows + count > ROWS_AT_ONCE:
                groups.append([])
                rows = 0
            if count:
                groups[-1].append(book.book_id)
                rows += count
        return groups

    @property
    def span(self) -> tuple[int, int] | None:
        return span_of(self.query, self.first, self.last, self.books)

    @property
    def covers(self) -> str:
        return covers(self.span, self.books)

    def rows(self) -> Iterator[InvestmentRow]:
        """The postings one by one, for a reader of few."""
        by_id = {book.book_id: book for book in self.books}
        names = {kind: named.words for kind, named in self.names.items()}
        for block in self.blocks():
            values = zip(*(block.columns[name].tolist() for name in COLUMNS), strict=True)
            for place, row in enumerate(values):
                posting, book, stream, team, epic, category, pool, work, source, account, amount, fte = row
                yield InvestmentRow(
                    book=by_id[book], posting=posting, stream=names["streams"][stream], team=names["teams"][team],
                    epic=names["epics"][epic], work_type=_WORK_TYPES[work], effort_source=_EFFORT_SOURCES[source],
                    account=account_name(account),
                    category=names["categories"][category][0], pool=names["pools"][pool][0],
                    bookkeeping=block.bookkeeping.get(place, ("", "", "")), amount=amount,
                    fte_nano=fte if account in TIMED else None,
                )  # fmt: skip


def investment_report(audience: Audience, query: InvestmentQuery) -> InvestmentReport:
    """Cost postings of a span of months; the number of queries follows how many rows there are, not the months."""
    with snapshot():
        for model, codes, noun in (
            (ValueStream, query.value_streams, "value stream"),
            (Team, query.teams, "team"),
            (Epic, query.epics, "epic"),
        ):
            if codes is not None:
                known_codes(model, codes, noun)
        span = months_with_books()
        last = last_meant(query, span)
        first = query.first if query.first is not None else max(span[0] if span else last, last - 11)
        if last < first:
            raise Invalid(from_is_later(last))
        organisation = settings_on(month_start(last))
        rates = permitted_rates(audience, query.rates, organisation)
        books = books_of(first, last, as_of=query.as_of, sees_pay=audience.sees_pay)
        currency = one_currency(books, organisation.reporting_currency)
        return InvestmentReport(
            query=query,
            rates=rates,
            first=first,
            last=last,
            currency=currency,
            books=books,
            names_state=names_state(NAMED),
            condition=_where(query, rates),
            shows_bookkeeping=audience.sees_pay,
        )


def _where(query: InvestmentQuery, rates: Rates) -> tuple[str, list[Any]]:
    """A condition on postings `p` of some books, and its parameters."""
    accounts = sorted(counted_accounts(query.view, rates) & {int(a) for a in COST})
    clauses, params = [_in("p.account", accounts)], [*accounts]
    for column, model, codes in (
        ("p.stream_id", ValueStream, query.value_streams),
        ("p.team_id", Team, query.teams),
        ("p.epic_id", Epic, query.epics),
    ):
        if codes is not None:
            ids = list(model._default_manager.filter(code__in=codes).values_list("pk", flat=True))
            clauses.append(_in(column, ids))
            params += ids
    return " AND ".join(clauses), params


def _in(column: str, values: Sequence[Any]) -> str:
    return f"{column} IN ({', '.join('%s' for _ in values)})"


def _sums(books: list[MonthBook], where: str, params: list[Any]) -> dict[int, tuple[int, int]]:
    """Total and number of postings by book."""
    ids = [book.book_id for book in books]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.book_id, SUM(p.amount), COUNT(*) FROM finance_posting p"
            f" WHERE {_in('p.book_id', ids)} AND {where} GROUP BY p.book_id",
            [*ids, *params],
        )
        return {book: (int(total), count) for book, total, count in cursor.fetchall()}


def _names() -> dict[str, Named]:
    return {
        "streams": Named.of(list(ValueStream.objects.values_list("pk", "code", "name")), 2),
        "teams": Named.of(list(Team.objects.values_list("pk", "code", "name", "topology")), 3),
        "epics": Named.of(list(Epic.objects.values_list("pk", "code", "name")), 2),
        "categories": Named.of(list(CostCategory.objects.values_list("pk", "code")), 1),
        "pools": Named.of(list(Pool.objects.values_list("pk", "code")), 1),
    }


COLUMNS = (
    "posting", "book", "stream", "team", "epic", "category", "pool", "work_type", "effort_source", "account", "amount",
    "fte_nano",
)  # fmt: skip
TYPES = dict.fromkeys(("posting", "book", "stream", "team", "epic", "category", "pool", "own_pool"), "int8") | {
    "work_type": "int2", "effort_source": "int2", "account": "int2", "amount": "int8", "fte_nano": "int8",
}  # fmt: skip
NULLS = dict.fromkeys(("stream", "team", "epic", "category", "pool", "own_pool"), NONE)


def _block(report: InvestmentReport, books: list[int], names: Mapping[str, Named]) -> InvestmentBlock:
    where, params = report.condition
    found = fetch(
        "SELECT p.id AS posting, p.book_id AS book, p.stream_id AS stream, p.team_id AS team, p.epic_id AS epic,"
        " p.category_id AS category, COALESCE(p.origin_pool_id, p.pool_id) AS pool, p.pool_id AS own_pool, p.work_type,"
        f" p.effort_source, p.account, p.amount, p.fte_nano FROM finance_posting p WHERE {_in('p.book_id', books)}"
        f" AND {where}",
        [*books, *params],
        types=TYPES,
        nulls=NULLS,
    )
    month = np.zeros(max(books) + 1, dtype=np.int64)
    month[books] = np.arange(len(books))
    ranks = {
        kind: names[kind].rank[found[column]]
        for kind, column in (
            ("streams", "stream"), ("teams", "team"), ("epics", "epic"), ("categories", "category"), ("pools", "pool")
        )
    }  # fmt: skip
    order = np.lexsort(
        (
            found["posting"], ranks["pools"], ranks["categories"], found["account"], found["work_type"], ranks["epics"],
            ranks["teams"], ranks["streams"], month[found["book"]],
        )
    )  # fmt: skip
    ordered = {name: column[order] for name, column in found.items()}
    ordered["posting"] = report.at.hide(ordered["posting"])
    return InvestmentBlock(ordered, _bookkeeping_by_place(books, ordered) if report.shows_bookkeeping else {})


Owner = tuple[int, int, int, int, int]


def _bookkeeping_by_place(books: list[int], columns: Columns) -> dict[int, Words]:
    by_owner = _bookkeeping(books)
    direct = np.flatnonzero(columns["account"] == Account.DIRECT)
    # A posting of a team's leaf names its stream; the line it comes from does not.
    alone = (columns["team"] == NONE) & (columns["own_pool"] == NONE)
    stream = np.where(alone, columns["stream"], NONE)
    owners = zip(
        *(column[direct].tolist() for column in (
            columns["book"], columns["team"], columns["own_pool"], stream, columns["category"]
        )), strict=True,
    )  # fmt: skip
    return {place: by_owner[owner] for place, owner in zip(direct.tolist(), owners, strict=True) if owner in by_owner}


def _bookkeeping(books: list[int]) -> dict[Owner, Words]:
    """Vendor, ledger account and cost centre per owner and category, where there is just one of each."""
    one = ", ".join(
        f"CASE WHEN MIN(f.{name}) = MAX(f.{name}) THEN MIN(f.{name}) ELSE '' END"
        for name in ("vendor", "gl_account", "cost_centre")
    )
    owner = ", ".join(f"COALESCE(l.{name}, {NONE})" for name in ("team_id", "pool_id", "stream_id", "category_id"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.book_id, {owner}, {one}"
            " FROM finance_line l JOIN finance_costentry f ON f.id = l.source_id"
            f" WHERE l.kind = {int(LineKind.COST_ENTRY)} AND {_in('l.book_id', books)} GROUP BY 1, 2, 3, 4, 5",
            books,
        )
        return {tuple(row[:5]): tuple(row[5:]) for row in cursor.fetchall()}


_WORK_TYPES = {int(work): work.name.lower() for work in WorkType}
_EFFORT_SOURCES = {int(source): source.name.lower() for source in EffortSource}


@cache
def account_name(account: int) -> str:
    """The name an account has in reports: labour, shared_in, rate_variance, variance_bench."""
    return Account(account).name.lower()
