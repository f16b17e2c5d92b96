"""Opening a posting into its component, and a component into its lines and their facts.

A component's lines add up to it exactly; a transfer is explained by the pool's own components it was split from.
Person lines are for finance and audit; others read labour grouped by role, at standard rates, and nothing that would
tell them that somebody's pay changed. See docs/reports/explain.md.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from finance.engine.accounts import SINKS, VARIANCE, Account, BenefitClass, BenefitState, LineKind
from finance.models import Book, Component, Line, Pool, Posting
from finance.selectors.benefits import READERS as BENEFIT_READERS
from finance.selectors.explain import Names, Part, parts_where
from finance.selectors.explain_facts import SOURCES, FactRef, of_people, of_pools, of_sources, of_split
from finance.selectors.investment import account_name
from finance.selectors.months import MonthBook, book_as_read, books_without_pay
from roi_project.access.audience import Audience
from roi_project.db.addresses import addresses, id_at
from roi_project.db.snapshot import snapshot
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import NotFound
from roi_project.kernel.period import month_index
from teams.models import Person


@dataclass(frozen=True)
class LinePart:
    """One line, or several people of one role: the whole posted amount, and the part of it in this component."""

    kind: str
    label: str
    whole: int | None
    amount: int
    count: int
    facts: list[FactRef]


@dataclass(frozen=True)
class ComponentLines:
    """A component, its lines adding up to it, and for a transfer the components it was split from and by what."""

    address: int
    component: Component
    book: MonthBook
    lines: list[LinePart]
    through: list[Part]
    carried: dict[str, int] | None
    facts: list[FactRef]


def explain_component(audience: Audience, address: int) -> ComponentLines:
    """The lines of a component; they add up to it exactly. A transfer is explained by its pool's own components."""
    with snapshot():
        component = Component.objects.select_related("book", "team", "pool").filter(pk=id_at(address)).first()
        if component is None or not (audience.sees_pay or _is_without_pay(component)):
            raise NotFound
        book = component.book
        base = Account(component.account % VARIANCE)
        through: list[Part] = []
        carried = None
        lines: list[LinePart] = []
        facts: list[FactRef] = []
        if base in (Account.SHARED_IN, Account.SHARED_OUT, *SINKS):
            pool = component.origin_pool_id or component.pool_id
            through = _pool_components(book, pool, component.account)
            facts = _readable(audience, of_pools(book, pool))
            carried = {"own_cost": sum(p.component_amount for p in through), "amount": component.amount}
        elif base in (Account.BENEFIT_SHARED_IN, Account.BENEFIT_SHARED_OUT):
            through = _benefit_components(book, component)
            carried = {"own_benefit": sum(p.component_amount for p in through), "amount": component.amount}
        else:
            lines = _lines(audience, component)
        read = book_as_read(book, sees_pay=audience.sees_pay)
    return ComponentLines(address, component, read, lines, through, carried, facts)


@dataclass(frozen=True)
class PostingSplit:
    """One posting: the component it is a part of, and what that was split over teams' streams and work by."""

    address: int
    posting: Posting
    book: MonthBook
    part: Part
    stream: str
    epic: str
    facts: list[FactRef]


def explain_posting(audience: Audience, address: int) -> PostingSplit:
    """The component a posting was split from, and the facts that decided the split."""
    with snapshot():
        posting = Posting.objects.select_related("book").filter(pk=id_at(address)).first()
        if posting is None or not (audience.sees_pay or _is_without_pay(posting)):
            raise NotFound
        book = posting.book
        (part,) = parts_where({book.pk: month_index(book.month)}, "p.id = %s", [posting.pk])
        names = Names(streams={posting.stream_id}, epics={posting.epic_id})
        facts = _readable(audience, of_split(book, posting))
        read = book_as_read(book, sees_pay=audience.sees_pay)
    return PostingSplit(
        address, posting, read, part, names.stream(posting.stream_id), names.epic(posting.epic_id), facts
    )


def _is_without_pay(row: Component | Posting) -> bool:
    """Whether those who may not see pay can have come across this row: no variance, in a book that they read."""
    return row.account < VARIANCE and books_without_pay([row.book])[row.book_id][0] == row.book


def _readable(audience: Audience, facts: Iterable[FactRef]) -> list[FactRef]:
    """The facts whose kind the caller may read."""
    return [fact for fact in facts if audience.within(kind_named(fact.kind).read)]


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
    places = addresses().hide_all(c.pk for c in found)
    names = Names(
        teams={c.team_id for c in found}, pools={c.pool_id for c in found}, categories={c.category_id for c in found}
    )
    return [
        Part(
            month=month_index(book.month), component=address, account=account_name(c.account),
            team=names.team(c.team_id), pool=names.pool(c.pool_id), origin_pool="",
            category=names.category(c.category_id), benefit_class=BenefitClass(c.benefit_class).name.lower(),
            state=BenefitState(c.state).name.lower(), amount=c.amount, component_amount=c.amount,
        )
        for c, address in zip(found, places, strict=True)
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
            out += _fact_lines(audience, component.book, LineKind(kind), found)
    return out


def _person_lines(audience: Audience, component: Component, lines: list[Line], variance: bool) -> list[LinePart]:
    facts = of_people(component.book, {line.source_id for line in lines}, variance=variance)
    if not audience.sees_pay:
        return _role_lines(audience, component, lines, facts)
    people = dict(Person.objects.filter(pk__in={x.source_id for x in lines}).values_list("pk", "code"))
    return sorted(
        (
            LinePart(
                kind="person",
                label=people.get(line.source_id, ""),
                whole=line.variance_whole if variance else line.whole,
                amount=line.variance if variance else line.amount,
                count=1,
                facts=[FactRef("people", str(line.source_id), people.get(line.source_id, "")), *facts[line.source_id]],
            )
            for line in lines
        ),
        key=lambda part: part.label,
    )


OF_A_ROLE = ("assignments", "rate-cards")
"""What is named of people who are shown by role: nothing that says which amount is whose."""


def _role_lines(
    audience: Audience, component: Component, lines: list[Line], facts: dict[int, list[FactRef]]
) -> list[LinePart]:
    """Labour by role, with the assignments and the cards behind it."""
    roles = Names(roles={line.role_id for line in lines})
    by_role: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_role[roles.role(line.role_id)].append(line)
    out = []
    for role, found in sorted(by_role.items()):
        named = {fact for line in found for fact in facts[line.source_id] if fact.kind in OF_A_ROLE}
        ordered = sorted(_readable(audience, named), key=lambda fact: (fact.kind, fact.says, fact.name))
        out.append(LinePart("role", role, None, sum(x.amount for x in found), len(found), ordered))
    return out


def _fact_lines(audience: Audience, book: Book, kind: LineKind, lines: list[Line]) -> list[LinePart]:
    name = SOURCES[kind][1]
    # Cost lines name vendors and invoices, and benefits are not read by everybody: others see how many and their sum.
    bought = kind in (LineKind.CONTRACTOR, LineKind.COST_ENTRY)
    if not (audience.sees_pay if bought else audience.within(BENEFIT_READERS)):
        return [LinePart(name, "", None, sum(line.amount for line in lines), len({x.source_id for x in lines}), [])]
    merged: dict[int, int] = defaultdict(int)
    whole: dict[int, int] = {}
    for line in lines:
        merged[line.source_id] += line.amount
        whole[line.source_id] = line.whole
    sources = of_sources(book, kind, lines)
    return [
        LinePart(
            kind=name,
            label=_label(sources[pk][0]),
            whole=whole[pk],
            amount=amount,
            count=1,
            facts=_readable(audience, sources[pk][1]),
        )
        for pk, amount in merged.items()
    ]


def _label(row: Any) -> str:
    return getattr(row, "document_number", "") or getattr(row, "supplier", "") or row.external_id
