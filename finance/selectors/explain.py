"""Opening a figure: posting -> component -> lines -> facts, adding up exactly at each grain.

A caller sees nothing here that they could not see elsewhere: rate variance and person lines are for finance and
audit; others read labour grouped by role, at standard rates. See docs/reports/explain.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from finance import models as money
from finance.engine.accounts import SINKS, VARIANCE, Account, BenefitClass, BenefitState, LineKind
from finance.models import Book, Component, CostCategory, Line, Pool
from finance.selectors.benefits import READERS as BENEFIT_READERS
from finance.selectors.investment import account_name
from finance.selectors.months import MonthBook, books_without_pay
from finance.selectors.sums import GroupBy, Rates, RowKind, View, books_of, counted_accounts, one_currency
from outcomes.models import Epic
from roi_project.access.audience import Audience
from roi_project.db.snapshot import snapshot
from roi_project.kernel.errors import Forbidden, Invalid, NotFound
from roi_project.kernel.period import month_index, month_start
from teams.models import Assignment, Person, RoleFamily, Team, ValueStream

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
    """One cell of a report: which row, which column, over which months."""

    name: str
    group_by: GroupBy
    code: str
    row_kind: RowKind
    first: int
    last: int
    view: View
    rates: Rates
    as_of: dt.datetime | None = None


@dataclass(frozen=True)
class Part:
    """What one component gives to a figure: `amount` here, of the component's whole `component_amount`."""

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
    """A figure and the parts that add up to it."""

    figure: Figure
    currency: str
    amount: int
    parts: list[Part]
    books: list[MonthBook]


def explain_figure(audience: Audience, figure: Figure) -> Explanation:
    """The components behind a figure; their parts add up to it exactly.

    Raises Forbidden for actual rates without the right to see pay, NotFound for a group that is not there,
    Invalid for a row that no report has.
    """
    if figure.rates is Rates.ACTUAL and not audience.sees_pay:
        raise Forbidden("Actual rates are for finance and audit; leave rates out to read standard rates.", slug="rates")
    if figure.group_by is GroupBy.ORGANISATION and figure.row_kind in (RowKind.POOLS, RowKind.UNASSIGNED):
        raise Invalid(f"The organisation has no row {figure.row_kind}; open it by team, value stream or epic.")
    if figure.code and (figure.group_by is GroupBy.ORGANISATION or figure.row_kind is not RowKind.GROUP):
        raise Invalid("A code names a team, a value stream or an epic; leave it out for any other row.")
    with snapshot():
        books = books_of(figure.first, figure.last, as_of=figure.as_of, sees_pay=audience.sees_pay)
        where, params = _where(figure, books)
        parts = _parts(books, where, params) if books else []
    currency = one_currency(books, "")
    return Explanation(figure, currency, sum(p.amount for p in parts), parts, books)


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
            group = GROUP_MODELS[figure.group_by].objects.filter(code=figure.code).values_list("pk", flat=True).first()
            if group is None:
                raise NotFound(f"There is no {figure.group_by.replace('_', ' ')} “{figure.code}” that you can see.")
            clauses.append(f"p.{column} = %s")
            params.append(group)
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


def _parts(books: list[MonthBook], where: str, params: list[Any]) -> list[Part]:
    month_of = {book.book_id: book.month for book in books}
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
            params,
        )
        rows = cursor.fetchall()
    codes = _Names(
        teams={r[1] for r in rows}, pools={r[2] for r in rows} | {r[3] for r in rows}, categories={r[5] for r in rows}
    )
    parts = [
        Part(
            month=month_of[r[0]], team=codes.team(r[1]), pool=codes.pool(r[2]), origin_pool=codes.pool(r[3]),
            account=account_name(r[4]), category=codes.category(r[5]), benefit_class=BenefitClass(r[6]).name.lower(),
            state=BenefitState(r[7]).name.lower(), amount=int(r[8]), component=r[9], component_amount=int(r[10]),
        )
        for r in rows
    ]  # fmt: skip
    return sorted(parts, key=lambda p: (p.month, p.team, p.pool, p.origin_pool, p.account, p.category, p.component))


class _Names:
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


# --- a component and its lines -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class LinePart:
    """One line, or several people of one role: the whole posted amount, and the part of it in this component."""

    kind: str
    label: str
    whole: int | None
    amount: int
    count: int
    facts: list[dict[str, str]]


@dataclass(frozen=True)
class ComponentLines:
    """A component, its lines adding up to it, and for a transfer the components it was split from."""

    component: Component
    month: int
    currency: str
    lines: list[LinePart]
    through: list[Part]
    carried: dict[str, int] | None


def explain_component(audience: Audience, component_id: int) -> ComponentLines:
    """The lines of a component; they add up to it exactly. A transfer is explained by its pool's own components."""
    with snapshot():
        component = Component.objects.select_related("book").filter(pk=component_id).first()
        if component is None or not (audience.sees_pay or _is_without_pay(component)):
            raise NotFound
        book = component.book
        base = Account(component.account % VARIANCE)
        through: list[Part] = []
        carried = None
        lines: list[LinePart] = []
        if base in (Account.SHARED_IN, Account.SHARED_OUT, *SINKS):
            through = _pool_components(book, component.origin_pool_id or component.pool_id, component.account)
            carried = {"own_cost": sum(p.component_amount for p in through), "amount": component.amount}
        elif base in (Account.BENEFIT_SHARED_IN, Account.BENEFIT_SHARED_OUT):
            through = _benefit_components(book, component)
            carried = {"own_benefit": sum(p.component_amount for p in through), "amount": component.amount}
        else:
            lines = _lines(audience, component)
    return ComponentLines(component, month_index(book.month), book.currency, lines, through, carried)


def _is_without_pay(component: Component) -> bool:
    """Whether those who may not see pay can have come across this component: no variance, in a book that they read."""
    return component.account < VARIANCE and books_without_pay([component.book])[component.book_id][0] == component.book


def _pool_components(book: Book, pool: int, account: int) -> list[Part]:
    """A pool's own cost: what was split over teams and sinks, standard or variance as the account asks."""
    low, high = (VARIANCE, VARIANCE + 4) if account >= VARIANCE else (0, 4)
    own = Component.objects.filter(book=book, pool_id=pool, account__gt=low, account__lt=high)
    return _as_parts(book, own)


def _benefit_components(book: Book, component: Component) -> list[Part]:
    """The pool team's benefit of the same class and state, which followed its cost."""
    team = (
        Pool.objects.filter(pk=component.origin_pool_id or component.pool_id).values_list("team_id", flat=True).first()
    )
    own = Component.objects.filter(
        book=book, team_id=team, account=Account.BENEFIT, benefit_class=component.benefit_class, state=component.state
    )
    return _as_parts(book, own)


def _as_parts(book: Book, found: Iterable[Component]) -> list[Part]:
    found = list(found)
    names = _Names(
        teams={c.team_id for c in found}, pools={c.pool_id for c in found}, categories={c.category_id for c in found}
    )
    return [
        Part(
            month=month_index(book.month), component=c.pk, account=account_name(c.account), team=names.team(c.team_id),
            pool=names.pool(c.pool_id), origin_pool="", category=names.category(c.category_id),
            benefit_class=BenefitClass(c.benefit_class).name.lower(), state=BenefitState(c.state).name.lower(),
            amount=c.amount, component_amount=c.amount,
        )
        for c in found
    ]  # fmt: skip


def _lines(audience: Audience, component: Component) -> list[LinePart]:
    variance = component.account >= VARIANCE
    lines = list(
        Line.objects.filter(
            book_id=component.book_id,
            team_id=component.team_id,
            pool_id=component.pool_id,
            account=component.account % VARIANCE,
            category_id=component.category_id,
            benefit_class=component.benefit_class,
            state=component.state,
        )
        .filter(Q() if component.stream_id is None else Q(stream_id=component.stream_id))
        .order_by("kind", "source_id", "stream_id", "epic_id")
    )
    if component.account == Account.DIRECT and component.stream_id is None:
        lines = [line for line in lines if line.stream_id is None or line.team_id or line.pool_id]
    by_kind: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if not variance or line.variance:
            by_kind[line.kind].append(line)
    out: list[LinePart] = []
    for kind, found in by_kind.items():
        if kind == LineKind.PERSON:
            out += _person_lines(audience, component, found, variance)
        else:
            out += _fact_lines(audience, LineKind(kind), found)
    return out


def _person_lines(audience: Audience, component: Component, lines: list[Line], variance: bool) -> list[LinePart]:
    roles = _Names(roles={line.role_id for line in lines})
    if not audience.sees_pay:
        by_role: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            by_role[roles.role(line.role_id)].append(line)
        return [
            LinePart("role", role, None, sum(x.amount for x in found), len(found), [])
            for role, found in sorted(by_role.items())
        ]
    people = dict(Person.objects.filter(pk__in={x.source_id for x in lines}).values_list("pk", "code"))
    facts = _person_facts(component.book, {x.source_id for x in lines}, {x.role_id for x in lines}, variance)
    return sorted(
        (
            LinePart(
                kind="person",
                label=people.get(line.source_id, ""),
                whole=line.variance_whole if variance else line.whole,
                amount=line.variance if variance else line.amount,
                count=1,
                facts=[
                    {"kind": "people", "id": str(line.source_id)},
                    *facts["person", line.source_id],
                    *facts["role", line.role_id],
                ],
            )
            for line in lines
        ),
        key=lambda part: part.label,
    )


def _person_facts(
    book: Book, people: set[int], roles: set[int | None], variance: bool
) -> dict[tuple[str, int | None], list[dict[str, str]]]:
    """Assignments and rates in force in the month: what a person's line was computed from."""
    first, end = book.month, month_start(month_index(book.month) + 1)
    in_force = Q(starts_on__lt=end) & (Q(ends_on=None) | Q(ends_on__gt=first))
    out: dict[tuple[str, int | None], list[dict[str, str]]] = defaultdict(list)
    for key, person in Assignment.current.filter(in_force, person_id__in=people).values_list("key", "person_id"):
        out["person", person].append({"kind": "assignments", "key": str(key)})
    for key, role in money.RateCard.current.filter(in_force, role_id__in=roles - {None}).values_list("key", "role_id"):
        out["role", role].append({"kind": "rate-cards", "key": str(key)})
    if variance:
        rates = money.PersonRate.current.filter(in_force, person_id__in=people).values_list("key", "person_id")
        for key, person in rates:
            out["person", person].append({"kind": "person-rates", "key": str(key)})
    return out


def _fact_lines(audience: Audience, kind: LineKind, lines: list[Line]) -> list[LinePart]:
    model, name = {
        LineKind.CONTRACTOR: (money.ContractorLine, "contractor-lines"),
        LineKind.COST_ENTRY: (money.CostEntry, "cost-entries"),
        LineKind.BENEFIT_ENTRY: (money.BenefitEntry, "benefit-entries"),
        LineKind.VALUATION: (money.Valuation, "valuations"),
    }[kind]
    rows = {row.pk: row for row in model.objects.filter(pk__in={line.source_id for line in lines})}
    # Cost lines name vendors and invoices, and benefits are not read by everybody: others see how many and their sum.
    bought = kind in (LineKind.CONTRACTOR, LineKind.COST_ENTRY)
    if not (audience.sees_pay if bought else audience.within(BENEFIT_READERS)):
        return [LinePart(name, "", None, sum(line.amount for line in lines), len({x.source_id for x in lines}), [])]
    merged: dict[int, int] = defaultdict(int)
    whole: dict[int, int] = {}
    for line in lines:
        merged[line.source_id] += line.amount
        whole[line.source_id] = line.whole
    return [
        LinePart(
            kind=name,
            label=_label(rows.get(pk)),
            whole=whole[pk],
            amount=amount,
            count=1,
            facts=[{"kind": name, "key": str(rows[pk].key)}] if pk in rows else [],
        )
        for pk, amount in merged.items()
    ]


def _label(row: Any) -> str:
    if row is None:
        return ""
    return getattr(row, "document_number", "") or getattr(row, "supplier", "") or row.external_id


def figure_named(name: str) -> str:
    """A figure that can be opened; Invalid names the known ones."""
    if name not in FIGURES:
        raise Invalid(f"“{name}” cannot be opened; known are {', '.join(sorted(FIGURES))}.")
    return name
