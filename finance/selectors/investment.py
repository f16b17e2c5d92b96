"""Where the money goes: cost postings with every dimension, and no benefit beside them (it would repeat).

See docs/reports/investment.md.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from finance.engine.accounts import COST, Account, EffortSource, LineKind, WorkType
from finance.selectors.months import MonthBook
from finance.selectors.roi import covers, earliest_month, latest_month, permitted_rates
from finance.selectors.sums import Rates, View, books_of, counted_accounts, known_codes, one_currency
from outcomes.models import Epic
from roi_project.access.audience import Audience
from roi_project.audit.selectors import newest
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import month_index, month_start
from teams.models import Team, ValueStream
from teams.selectors.organisation import settings_on

ROWS_AT_ONCE = 2_000
NAMED = ("value-streams", "teams", "epics", "cost-categories", "pools")


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


@dataclass(frozen=True)
class InvestmentRow:
    """One cost posting, by id. Bookkeeping words (vendor, account, cost centre) stand where all its lines share one."""

    book: MonthBook
    posting: int
    stream_code: str
    stream_name: str
    team_code: str
    team_name: str
    team_type: str
    epic_code: str
    epic_name: str
    work_type: str
    effort_source: str
    account: str
    category: str
    pool_code: str
    vendor: str
    gl_account: str
    cost_centre: str
    amount: int
    fte_nano: int | None


@dataclass(frozen=True)
class InvestmentReport:
    """Totals first; `rows` reads the postings as they are consumed."""

    query: InvestmentQuery
    rates: Rates
    first: int
    last: int
    currency: str
    books: list[MonthBook]
    total: int
    count: int
    names_as_of: int
    """The latest change of a name that may stand in the rows, which are read later."""
    rows: Iterator[InvestmentRow]

    @property
    def covers(self) -> str:
        return covers(self.first, self.last, self.books)


def investment_report(audience: Audience, query: InvestmentQuery) -> InvestmentReport:
    """Cost postings of a span of months. A fixed number of queries; rows are streamed in pieces."""
    with snapshot():
        for model, codes, noun in (
            (ValueStream, query.value_streams, "value stream"),
            (Team, query.teams, "team"),
            (Epic, query.epics, "epic"),
        ):
            if codes is not None:
                known_codes(model, codes, noun)
        latest = latest_month()
        last = query.last if query.last is not None else latest
        if last is None:
            last = month_index(dt.date(2000, 1, 1))
        first = query.first if query.first is not None else max(earliest_month() or last, last - 11)
        if last < first:
            raise Invalid("“through” is before “from”.")
        rates = permitted_rates(audience, query.rates, last)
        books = books_of(first, last, as_of=query.as_of, sees_pay=audience.sees_pay)
        where, params = _where(query, books, rates)
        total, count = _totals(where, params) if books else (0, 0)
        currency = one_currency(books, settings_on(month_start(last)).reporting_currency)
        names_as_of = newest(NAMED)
        words = _bookkeeping(books) if books and audience.sees_pay else {}
    return InvestmentReport(
        query=query, rates=rates, first=first, last=last, currency=currency, books=books, total=total, count=count,
        names_as_of=names_as_of, rows=_rows(books, where, params, words) if books else iter(()),
    )  # fmt: skip


JOINS = """
    FROM finance_posting p
    LEFT JOIN teams_valuestream s ON s.id = p.stream_id
    LEFT JOIN teams_team t ON t.id = p.team_id
    LEFT JOIN outcomes_epic e ON e.id = p.epic_id
    LEFT JOIN finance_costcategory c ON c.id = p.category_id
    LEFT JOIN finance_pool o ON o.id = COALESCE(p.origin_pool_id, p.pool_id)
"""


def _where(query: InvestmentQuery, books: list[MonthBook], rates: Rates) -> tuple[str, list[object]]:
    accounts = sorted(counted_accounts(query.view, rates) & {int(a) for a in COST})
    clauses = [_in("p.book_id", [b.book_id for b in books]), _in("p.account", accounts)]
    params: list[object] = [*(b.book_id for b in books), *accounts]
    for column, codes in (("s.code", query.value_streams), ("t.code", query.teams), ("e.code", query.epics)):
        if codes is not None:
            clauses.append(_in(column, codes))
            params += codes
    return " AND ".join(clauses), params


def _in(column: str, values: object) -> str:
    return f"{column} IN ({', '.join('%s' for _ in values)})"  # type: ignore[attr-defined]


def _totals(where: str, params: list[object]) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(SUM(p.amount), 0), COUNT(*) {JOINS} WHERE {where}", params)
        total, count = cursor.fetchone()
    return int(total), int(count)


Owner = tuple[int, int | None, int | None, int | None, int | None]


def _bookkeeping(books: list[MonthBook]) -> dict[Owner, tuple[str, str, str]]:
    """Vendor, ledger account and cost centre per owner and category, where there is just one of each."""
    one = ", ".join(
        f"CASE WHEN MIN(f.{name}) = MAX(f.{name}) THEN MIN(f.{name}) ELSE '' END"
        for name in ("vendor", "gl_account", "cost_centre")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.book_id, l.team_id, l.pool_id, l.stream_id, l.category_id, {one}"
            " FROM finance_line l JOIN finance_costentry f ON f.id = l.source_id"
            f" WHERE l.kind = {int(LineKind.COST_ENTRY)} AND {_in('l.book_id', books)} GROUP BY 1, 2, 3, 4, 5",
            [book.book_id for book in books],
        )
        return {tuple(row[:5]): tuple(row[5:]) for row in cursor.fetchall()}


def _rows(
    books: list[MonthBook], where: str, params: list[object], words: dict[Owner, tuple[str, str, str]]
) -> Iterator[InvestmentRow]:
    by_id = {book.book_id: book for book in books}
    timed = (Account.LABOUR, Account.CONTRACTOR)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT p.book_id, COALESCE(s.code, ''), COALESCE(s.name, ''), COALESCE(t.code, ''), COALESCE(t.name, ''),"
            " COALESCE(t.topology, ''), COALESCE(e.code, ''), COALESCE(e.name, ''), p.work_type, p.effort_source,"
            " p.account, COALESCE(c.code, ''), COALESCE(o.code, ''), p.amount, p.fte_nano, p.team_id, p.pool_id,"
            " p.stream_id, p.category_id, p.id"
            f" {JOINS} WHERE {where} ORDER BY p.book_id, 2, 4, 7, p.work_type, p.account, 12, 13, p.id",
            params,
        )
        while found := cursor.fetchmany(ROWS_AT_ONCE):
            for r in found:
                direct = r[10] == Account.DIRECT
                # A posting of a team's leaf names its stream; the line it comes from does not.
                owner = (r[0], r[15], r[16], r[17] if r[15] is None and r[16] is None else None, r[18])
                vendor, gl_account, cost_centre = words.get(owner, ("", "", "")) if direct else ("", "", "")
                yield InvestmentRow(
                    book=by_id[r[0]], posting=r[19], stream_code=r[1], stream_name=r[2], team_code=r[3], team_name=r[4],
                    team_type=r[5], epic_code=r[6], epic_name=r[7], work_type=WorkType(r[8]).name.lower(),
                    effort_source=EffortSource(r[9]).name.lower(), account=account_name(r[10]), category=r[11],
                    pool_code=r[12], vendor=vendor, gl_account=gl_account, cost_centre=cost_centre, amount=int(r[13]),
                    fte_nano=int(r[14]) if r[10] in timed else None,
                )  # fmt: skip


def account_name(account: int) -> str:
    """The name an account has in reports: labour, shared_in, rate_variance, variance_bench."""
    return Account(account).name.lower()
