"""Opening a figure: into the components that add up to it exactly, or the figures it is computed from.

A caller sees nothing here that they could not see elsewhere: rate variance is for finance and audit. Components are
opened further in explain_component. See docs/reports/explain.md.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from finance.engine.accounts import VARIANCE, Account, BenefitClass, BenefitState
from finance.engine.returns import Ratio, Undefined
from finance.models import CostCategory, Pool
from finance.selectors.investment import account_name
from finance.selectors.months import MonthBook
from finance.selectors.roi import ROLLING, Window, return_on
from finance.selectors.sums import GroupBy, Rates, RowKind, Sums, View, books_of, counted_accounts, one_currency
from outcomes.models import Epic
from roi_project.access.audience import Audience
from roi_project.db.addresses import addresses
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Forbidden, Invalid, NotFound, Reason
from teams.models import RoleFamily, Team, ValueStream

GROUP_MODELS = {GroupBy.VALUE_STREAM: ValueStream, GroupBy.TEAM: Team, GroupBy.EPIC: Epic}

FIGURES: dict[str, frozenset[int]] = {
    "cost": frozenset(int(a) for a in Account if a % VARIANCE < 20),
    "labour": frozenset({Account.LABOUR, Account.RATE_VARIANCE}),
    "contractor": frozenset({Account.CONTRACTOR}),
    "direct_other": frozenset({Account.DIRECT}),
    "shared_in": frozenset({Account.SHARED_IN, Account.VARIANCE_SHARED_IN}),
    "shared_out": frozenset({Account.SHARED_OUT, Account.VARIANCE_SHARED_OUT}),
    "benefit_validated_cash": frozenset(int(a) for a in Account if 20 <= a < VARIANCE),
    "benefit_validated_avoided": frozenset(int(a) for a in Account if 20 <= a < VARIANCE),
    "benefit_validated_freed": frozenset(int(a) for a in Account if 20 <= a < VARIANCE),
    "benefit_validated_risk": frozenset(int(a) for a in Account if 20 <= a < VARIANCE),
    "benefit_claimed": frozenset(int(a) for a in Account if 20 <= a < VARIANCE),
}
CLASS_OF = {
    "benefit_validated_cash": BenefitClass.HARD_CASH,
    "benefit_validated_avoided": BenefitClass.COST_AVOIDANCE,
    "benefit_validated_freed": BenefitClass.CAPACITY_FREED,
    "benefit_validated_risk": BenefitClass.EXPECTED_LOSS,
}
CASH = ("benefit_validated_cash",)
EVERY_CLASS = tuple(CLASS_OF)
COMPUTED: dict[str, tuple[str, ...]] = {
    "net_validated_cash": CASH,
    "roi_validated_cash": CASH,
    "net_validated_all": EVERY_CLASS,
    "roi_validated_all": EVERY_CLASS,
}
"""Figures computed from others: these benefits less cost, and that over cost."""
MOST_PARTS = 100_000
RESIDUAL_ACCOUNTS = {
    RowKind.BENCH: {Account.BENCH},
    RowKind.IDLE: {Account.IDLE},
    RowKind.UNTAGGED: {Account.UNTAGGED},
    RowKind.UNALLOCATED: {Account.UNALLOCATED},
    RowKind.EXTERNAL: {Account.EXTERNAL},
    RowKind.UNATTRIBUTED: {Account.UNATTRIBUTED},
}


@dataclass(frozen=True)
class Figure:
    """One cell of a report: which row, which column, over which months. Several codes are their sum."""

    name: str
    group_by: GroupBy
    codes: tuple[str, ...]
    row_kind: RowKind
    first: int
    last: int
    view: View
    rates: Rates
    as_of: dt.datetime | None = None
    window: Window = Window.PERIOD
    """What the months are: those of a rolling return must all have a book."""


@dataclass(frozen=True)
class Part:
    """What one component gives to a figure: `amount` here, of the component's whole `component_amount`.

    `component` is its address.
    """

    month: int
    component: int
    account: str
    team: str
    pool: str
    origin_pool: str
    category: str
    benefit_class: str
    state: str
    amount: int
    component_amount: int


@dataclass(frozen=True)
class Explanation:
    """A figure and the parts that add up to it; for a computed one the figures it comes from, and a ratio's value."""

    figure: Figure
    currency: str
    amount: int
    parts: list[Part]
    books: list[MonthBook]
    operands: dict[str, int] = field(default_factory=dict)
    value: Ratio | None = None


def explain_figure(audience: Audience, figure: Figure) -> Explanation:
    """The components behind a figure; their parts add up to it exactly.

    Raises Forbidden for actual rates without the right to see pay, NotFound for a group that is not there,
    Invalid for a row that no report has.
    """
    if figure.rates is Rates.ACTUAL and not audience.sees_pay:
        raise Forbidden("Actual rates are for finance and audit; leave rates out to read standard rates.", slug="rates")
    if figure.group_by is GroupBy.ORGANISATION and figure.row_kind in (RowKind.POOLS, RowKind.UNASSIGNED):
        raise Invalid(f"The organisation has no row {figure.row_kind}; open it by team, value stream or epic.")
    if figure.codes and (figure.group_by is GroupBy.ORGANISATION or figure.row_kind is not RowKind.GROUP):
        raise Invalid("A code names a team, a value stream or an epic; leave it out for any other row.")
    if figure.row_kind is RowKind.GROUP and figure.group_by is not GroupBy.ORGANISATION and not figure.codes:
        raise Invalid(f"A code is needed: which {figure.group_by.replace('_', ' ')}.")
    with snapshot():
        books = books_of(figure.first, figure.last, as_of=figure.as_of, sees_pay=audience.sees_pay)
        currency = one_currency(books, "")
        if figure.name in COMPUTED:
            return _computed(figure, books, currency)
        parts = _of_books(figure, books)
    if len(parts) > MOST_PARTS:
        raise Invalid(
            f"This figure has {len(parts):,} parts; {MOST_PARTS:,} open at once. Ask for fewer months or one group."
        )
    return Explanation(figure, currency, sum(p.amount for p in parts), parts, books)


def _of_books(figure: Figure, books: list[MonthBook]) -> list[Part]:
    where, params = _where(figure, books)
    return parts_where({book.book_id: book.month for book in books}, where, params) if books else []


def _computed(figure: Figure, books: list[MonthBook], currency: str) -> Explanation:
    """A net and a return by the figures they are computed from, each of which opens into its own parts."""
    parts = {
        name: _of_books(replace(figure, name=name), books)
        for name in (*COMPUTED[figure.name], "cost", "benefit_claimed")
    }
    benefits = [part for name, found in parts.items() if name != "cost" for part in found]
    operands = {name: sum(part.amount for part in parts[name]) for name in (*COMPUTED[figure.name], "cost")}
    net = sum(operands.values()) - 2 * operands["cost"]
    value = None
    if figure.name.startswith("roi_"):
        sums = Sums(residual=operands["cost"])
        for part in benefits:
            state, klass = BenefitState[part.state.upper()], BenefitClass[part.benefit_class.upper()]
            sums.benefits[state, klass] += part.amount
        value = return_on(sums, [CLASS_OF[name] for name in COMPUTED[figure.name]])
        if figure.window is Window.ROLLING12 and len(books) < ROLLING:
            value = Undefined(Reason.WINDOW_INCOMPLETE)
    return Explanation(figure, currency, net, [], books, operands, value)


def _where(figure: Figure, books: Iterable[MonthBook]) -> tuple[str, list[Any]]:
    accounts = set(counted_accounts(figure.view, figure.rates)) & set(FIGURES[figure.name])
    ids = [book.book_id for book in books]
    residual = RESIDUAL_ACCOUNTS.get(figure.row_kind)
    every_residual = {int(a) for found in RESIDUAL_ACCOUNTS.values() for a in found}
    if residual is not None:
        accounts &= {int(a) + base for a in residual for base in (0, VARIANCE)}
    elif figure.group_by is GroupBy.ORGANISATION:
        accounts -= {int(Account.EXTERNAL), int(Account.UNATTRIBUTED)}
    else:
        accounts -= {a + base for a in every_residual for base in (0, VARIANCE)}
    clauses = [_in("p.book_id", ids), _in("p.account", accounts) if accounts else "FALSE"]
    params: list[Any] = [*ids, *sorted(accounts)]
    if residual is None and figure.group_by is not GroupBy.ORGANISATION:
        column = {GroupBy.VALUE_STREAM: "stream_id", GroupBy.TEAM: "team_id", GroupBy.EPIC: "epic_id"}[figure.group_by]
        if figure.row_kind is RowKind.GROUP:
            known = dict(GROUP_MODELS[figure.group_by].objects.filter(code__in=figure.codes).values_list("code", "pk"))
            for code in figure.codes:
                if code not in known:
                    raise NotFound(f"There is no {figure.group_by.replace('_', ' ')} “{code}” that you can see.")
            clauses.append(_in(f"p.{column}", known))
            params += known.values()
        else:
            clauses.append(f"p.{column} IS NULL")
            clauses.append(f"p.pool_id IS {'NOT ' if figure.row_kind is RowKind.POOLS else ''}NULL")
    if figure.name.startswith("benefit_"):
        claimed = figure.name == "benefit_claimed"
        clauses.append("p.state = %s")
        params.append(int(BenefitState.CLAIMED if claimed else BenefitState.VALIDATED))
        if figure.name in CLASS_OF:
            clauses.append("p.benefit_class = %s")
            params.append(int(CLASS_OF[figure.name]))
    return " AND ".join(clauses), params


def _in(column: str, values: Iterable[Any]) -> str:
    return f"{column} IN ({', '.join('%s' for _ in values)})"


OWNER = ("book_id", "team_id", "pool_id", "origin_pool_id", "account", "category_id", "benefit_class", "state")


def parts_where(month_of: Mapping[int, int], where: str, params: Sequence[Any]) -> list[Part]:
    """Postings `p` that a condition picks, gathered by the component they were split from. `month_of`: by book."""
    # Cost on a stream alone keeps its stream in the component; every other component has none.
    alone = "CASE WHEN p.team_id IS NULL AND p.pool_id IS NULL AND p.account = 3 THEN p.stream_id END"
    same = " AND ".join(
        f"(k.{name} = g.{name} OR (k.{name} IS NULL AND g.{name} IS NULL))" for name in (*OWNER, "stream_id")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join('g.' + name for name in OWNER)}, g.amount, k.id, k.amount FROM ("
            f" SELECT {', '.join('p.' + name for name in OWNER)}, {alone} AS stream_id, SUM(p.amount) AS amount"
            f" FROM finance_posting p WHERE {where} GROUP BY {', '.join('p.' + name for name in OWNER)}, {alone}) g"
            f" JOIN finance_component k ON {same}",
            list(params),
        )
        rows = sorted(cursor.fetchall(), key=lambda r: r[9])
    components = addresses().hide_all(r[9] for r in rows)
    codes = Names(
        teams={r[1] for r in rows}, pools={r[2] for r in rows} | {r[3] for r in rows}, categories={r[5] for r in rows}
    )
    parts = [
        Part(
            month=month_of[r[0]], team=codes.team(r[1]), pool=codes.pool(r[2]), origin_pool=codes.pool(r[3]),
            account=account_name(r[4]), category=codes.category(r[5]), benefit_class=BenefitClass(r[6]).name.lower(),
            state=BenefitState(r[7]).name.lower(), amount=int(r[8]), component=component,
            component_amount=int(r[10]),
        )
        for r, component in zip(rows, components, strict=True)
    ]  # fmt: skip
    return sorted(parts, key=lambda p: (p.month, p.team, p.pool, p.origin_pool, p.account, p.category))


class Names:
    """Codes of the masters that rows point at: one query per kind."""

    def __init__(self, **ids: set[int | None]) -> None:
        models = {
            "teams": Team,
            "pools": Pool,
            "categories": CostCategory,
            "streams": ValueStream,
            "epics": Epic,
            "roles": RoleFamily,
        }
        self._codes = {
            kind: dict(models[kind].objects.filter(pk__in=found - {None}).values_list("pk", "code"))
            for kind, found in ids.items()
        }

    def team(self, pk: int | None) -> str:
        return self._codes["teams"].get(pk, "")

    def pool(self, pk: int | None) -> str:
        return self._codes["pools"].get(pk, "")

    def category(self, pk: int | None) -> str:
        return self._codes["categories"].get(pk, "")

    def role(self, pk: int | None) -> str:
        return self._codes["roles"].get(pk, "")

    def stream(self, pk: int | None) -> str:
        return self._codes["streams"].get(pk, "")

    def epic(self, pk: int | None) -> str:
        return self._codes["epics"].get(pk, "")


def figure_named(name: str) -> str:
    """A figure that can be opened; Invalid names the known ones."""
    if name not in FIGURES and name not in COMPUTED:
        raise Invalid(f"“{name}” cannot be opened; known are {', '.join(sorted({*FIGURES, *COMPUTED}))}.")
    return name
