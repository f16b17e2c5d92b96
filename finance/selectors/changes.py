"""What changed from one month to another: cost by what moved it, benefits by what became of their sources.

Two books are compared where their postings stand, so every change is a difference of two figures of the ROI report.
See docs/reports/changes.md and docs/algorithms/changes.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection

from finance.engine.accounts import VARIANCE, Account, BenefitClass, BenefitState, LineKind
from finance.engine.changes import Moves, Priced, Work, at_earlier_prices, moves, rate_effect, running_parts
from finance.models import Book
from finance.selectors.card_prices import price_moves
from finance.selectors.explain import CLASS_OF
from finance.selectors.months import MonthBook, latest_month
from finance.selectors.roi import RESIDUAL_NAMES, names_of, permitted_rates
from finance.selectors.sums import (
    GroupBy,
    Key,
    Rates,
    RowKind,
    Sums,
    View,
    books_of,
    one_currency,
    row_of,
    sums_by,
)
from roi_project.access.audience import Audience
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Conflict, Invalid
from roi_project.kernel.period import month_start, month_text
from teams.selectors.organisation import settings_on

GROUPS = (GroupBy.VALUE_STREAM, GroupBy.TEAM)
CLAIMED = "benefit_claimed"
FIGURES = (*CLASS_OF, CLAIMED)
"""Benefits by class and state, as the ROI report names them."""
OUTSIDE = (RowKind.EXTERNAL, RowKind.UNATTRIBUTED)
_VALIDATED = {klass: name for name, klass in CLASS_OF.items()}


@dataclass(frozen=True)
class ChangesQuery:
    """What is asked; None means the last month with a book, and the month before it."""

    group_by: GroupBy = GroupBy.VALUE_STREAM
    first: int | None = None
    last: int | None = None
    view: View = View.FULLY_LOADED
    rates: Rates | None = None
    as_of: dt.datetime | None = None


@dataclass(frozen=True)
class CostChange:
    """Cost in both months, and the parts of its change; they add up to it exactly."""

    before: int = 0
    after: int = 0
    people: int = 0
    rates: int = 0
    pools: int = 0
    contractor: int = 0
    direct_other: int = 0

    @property
    def change(self) -> int:
        return self.after - self.before

    def __add__(self, other: "CostChange") -> "CostChange":
        return CostChange(
            self.before + other.before,
            self.after + other.after,
            self.people + other.people,
            self.rates + other.rates,
            self.pools + other.pools,
            self.contractor + other.contractor,
            self.direct_other + other.direct_other,
        )


@dataclass(frozen=True)
class ChangeRow:
    """A group or a residual row: how its cost and each of its benefits moved."""

    kind: RowKind
    code: str
    name: str
    parent_code: str
    cost: CostChange
    benefits: Mapping[str, Moves]

    @property
    def net(self) -> tuple[int, int]:
        """Validated cash less cost, then and now."""
        cash = self.benefits["benefit_validated_cash"]
        return cash.before - self.cost.before, cash.after - self.cost.after


@dataclass(frozen=True)
class ChangesReport:
    """The rows with what a reader needs to know about them."""

    query: ChangesQuery
    rates: Rates
    first: int
    last: int
    currency: str
    rows: Sequence[ChangeRow]
    total: ChangeRow
    books: tuple[MonthBook, MonthBook]

    @property
    def covers(self) -> str:
        """“2026-05 (closed) to 2026-06 (provisional)”"""
        return " to ".join(f"{month_text(b.month)} ({'closed' if b.sealed else 'provisional'})" for b in self.books)


def changes_report(audience: Audience, query: ChangesQuery) -> ChangesReport:
    """The change of each group between two months. A fixed number of queries, in one snapshot.

    Raises Conflict (no-book) where one of the months has no book: nothing can be compared with what is not known.
    """
    with snapshot():
        first, last = _months(query)
        organisation = settings_on(month_start(last))
        rates = permitted_rates(audience, query.rates, organisation)
        found = books_of(first, last, as_of=query.as_of, sees_pay=audience.sees_pay)
        then, now = (_book(found, month) for month in (first, last))
        currency = one_currency((then, now), organisation.reporting_currency)
        sums = sums_by(query.group_by, (then, now), view=query.view, rates=rates)
        by_price = _by_price(query.group_by, then, now, rates)
        by_source = _by_source(query, then, now)
        keys = sums[first].keys() | sums[last].keys()
        names = names_of(query.group_by, {group for _, group in keys if group is not None})
    rows = [
        _row(key, sums[first].get(key, Sums()), sums[last].get(key, Sums()), by_price[key], by_source, names)
        for key in keys
    ]
    rows.sort(key=lambda row: (list(RowKind).index(row.kind), row.code))
    return ChangesReport(query, rates, first, last, currency, rows, _total(rows), (then, now))


def _months(query: ChangesQuery) -> tuple[int, int]:
    last = query.last if query.last is not None else latest_month()
    if last is None:
        raise Conflict("No month has a book yet; compile two of them first.", slug="no-book")
    first = query.first if query.first is not None else last - 1
    if first >= last:
        raise Invalid("A change takes two months: “from” is the earlier, “through” the later one.")
    return first, last


def _book(found: Iterable[MonthBook], month: int) -> MonthBook:
    for book in found:
        if book.month == month:
            return book
    raise Conflict(f"{month_text(month)} has no book, so nothing can be compared with it.", slug="no-book")


def _row(
    key: Key,
    then: Sums,
    now: Sums,
    rates: int,
    by_source: Mapping[tuple[Key, str], Moves],
    names: Mapping[int, tuple[str, str, str]],
) -> ChangeRow:
    kind, group = key
    code, name, parent = names[group] if group is not None else ("", RESIDUAL_NAMES[kind], "")
    on_bench = kind is RowKind.BENCH
    # What pools could not hand on stands in residual rows; the only other residual cost is the labour on the bench.
    labour = now.labour - then.labour + (now.residual - then.residual if on_bench else 0)
    handed_on = now.shared_in + now.shared_out - then.shared_in - then.shared_out
    cost = CostChange(
        before=then.cost,
        after=now.cost,
        people=labour - rates,
        rates=rates,
        pools=handed_on + (0 if on_bench else now.residual - then.residual),
        contractor=now.contractor - then.contractor,
        direct_other=now.direct_other - then.direct_other,
    )
    return ChangeRow(kind, code, name, parent, cost, {name: by_source.get((key, name), Moves()) for name in FIGURES})


def _total(rows: Sequence[ChangeRow]) -> ChangeRow:
    """The rows added up, but for what others brought about and what nobody is credited with."""
    inside = [row for row in rows if row.kind not in OUTSIDE]
    cost = sum((row.cost for row in inside), CostChange())
    benefits = {name: sum((row.benefits[name] for row in inside), Moves()) for name in FIGURES}
    return ChangeRow(RowKind.GROUP, "total", "Total", "", cost, benefits)


def _column(group_by: GroupBy) -> str:
    return "stream_id" if group_by is GroupBy.VALUE_STREAM else "team_id"


# --- labour ------------------------------------------------------------------------------------------------------


def _by_price(group_by: GroupBy, then: MonthBook, now: MonthBook, rates: Rates) -> dict[Key, int]:
    """What prices added to the labour of each row, in a fixed number of queries.

    The index of a team is applied to what of its labour stands in a row now. At actual rates the change of rate
    variance is a change of rates too.
    """
    index = _price_index(then, now)
    accounts = [Account.LABOUR, Account.BENCH]
    if rates is Rates.ACTUAL:
        accounts += [Account.RATE_VARIANCE, Account.VARIANCE_BENCH]
    found = _rows(
        f"SELECT book_id, {_column(group_by)}, CASE WHEN pool_id IS NOT NULL THEN 1 ELSE 0 END, account, team_id,"
        " SUM(amount) FROM finance_posting WHERE book_id IN (%s, %s)"
        f" AND account IN ({', '.join(str(int(a)) for a in accounts)}) GROUP BY 1, 2, 3, 4, 5",
        [then.book_id, now.book_id],
    )
    out: dict[Key, int] = defaultdict(int)
    for book, group, pooled, account, team, amount in found:
        key, amount = row_of(group_by, group, bool(pooled), account), int(amount)
        if account >= VARIANCE:
            out[key] += amount if book == now.book_id else -amount
        elif book == now.book_id:
            out[key] += rate_effect(amount, index.get(team, Fraction(1)))
    return out


def _price_index(then: MonthBook, now: MonthBook) -> dict[int | None, Fraction]:
    """Per team, and for the bench: what today's labour would have cost at the prices of then, per unit of it."""
    earlier: dict[int | None, dict[Hashable, Work]] = defaultdict(dict)
    for team, role, minutes, cost in _rows(
        "SELECT team_id, role_id, SUM(minutes), SUM(amount) FROM finance_line WHERE book_id = %s AND kind = %s"
        " GROUP BY 1, 2",
        [then.book_id, LineKind.PERSON.value],
    ):
        earlier[team][role] = Work(int(minutes), int(cost))
    lines = _rows(
        "SELECT team_id, role_id, source_id, minutes, amount FROM finance_line WHERE book_id = %s AND kind = %s",
        [now.book_id, LineKind.PERSON.value],
    )
    books = Book.objects.in_bulk([then.book_id, now.book_id])
    moved = price_moves(books[then.book_id], books[now.book_id], {person for _, _, person, _, _ in lines})
    work: dict[int | None, list[Priced]] = defaultdict(list)
    for team, role, person, minutes, cost in lines:
        work[team].append(Priced(role, Work(minutes, cost), moved.get(person)))
    return {team: at_earlier_prices(earlier[team], priced) for team, priced in work.items()}


# --- benefits ----------------------------------------------------------------------------------------------------

Leaf = tuple[int, int | None, int | None, int | None, int, int]
"""Where parts of benefits lie in a book: book, team, stream, epic, class, state."""
Part = tuple[tuple[Key, str], str, int]
"""A part of a benefit in a row and a figure: where, the stable key of its fact, amount."""


def _by_source(query: ChangesQuery, then: MonthBook, now: MonthBook) -> dict[tuple[Key, str], Moves]:
    """Each benefit figure of each row, by what became of its sources: two queries, one in the direct view."""
    parts: dict[int, list[Part]] = {then.book_id: [], now.book_id: []}
    lying: dict[Leaf, list[tuple[str, int]]] = defaultdict(list)
    by_team = query.group_by is GroupBy.TEAM
    for book, team, stream, epic, account, klass, state, source, amount in _rows(
        "SELECT l.book_id, l.team_id, l.stream_id, l.epic_id, l.account, l.benefit_class, l.state,"
        " COALESCE(e.key, v.key), SUM(l.amount) FROM finance_line l"
        " LEFT JOIN finance_benefitentry e ON l.kind = %s AND e.id = l.source_id"
        " LEFT JOIN finance_valuation v ON l.kind = %s AND v.id = l.source_id"
        " WHERE l.book_id IN (%s, %s) AND l.kind IN (%s, %s) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 8",
        [
            LineKind.BENEFIT_ENTRY.value, LineKind.VALUATION.value, then.book_id, now.book_id,
            LineKind.BENEFIT_ENTRY.value, LineKind.VALUATION.value,
        ],
    ):  # fmt: skip
        key = row_of(query.group_by, team if by_team else stream, False, account)
        parts[book].append(((key, _figure(klass, state)), str(source), int(amount)))
        lying[book, team, stream, epic, klass, state].append((str(source), int(amount)))
    if query.view is View.FULLY_LOADED:
        for book, part in _moved(query.group_by, then, now, lying):
            parts[book].append(part)
    return moves(parts[then.book_id], parts[now.book_id])


def _moved(
    group_by: GroupBy, then: MonthBook, now: MonthBook, lying: Mapping[Leaf, list[tuple[str, int]]]
) -> Iterator[tuple[int, Part]]:
    """Benefits of pool teams that followed their cost to other teams, by the sources they are made of."""
    found = list(
        _rows(
            "SELECT book_id, account, team_id, pool_id, origin_pool_id, stream_id, epic_id, benefit_class, state,"
            " SUM(amount) FROM finance_posting WHERE book_id IN (%s, %s) AND account IN (%s, %s)"
            " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9",
            [then.book_id, now.book_id, Account.BENEFIT_SHARED_OUT.value, Account.BENEFIT_SHARED_IN.value],
        )
    )
    team_of = {(row[0], row[3]): row[2] for row in found if row[1] == Account.BENEFIT_SHARED_OUT}
    for book, account, team, pool, origin, stream, epic, klass, state, amount in found:
        came_from = team_of[book, pool if account == Account.BENEFIT_SHARED_OUT else origin]
        sources = lying[book, came_from, stream, epic, klass, state]
        group = team if group_by is GroupBy.TEAM else stream
        cell = row_of(group_by, group, pool is not None, account), _figure(klass, state)
        shares = running_parts(int(amount), [part for _, part in sources])
        for (source, _), share in zip(sources, shares, strict=True):
            yield book, (cell, source, share)


def _figure(klass: int, state: int) -> str:
    return CLAIMED if state == BenefitState.CLAIMED else _VALIDATED[BenefitClass(klass)]


def _rows(sql: str, params: Sequence[object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
