"""A figure opened for a person: its parts, then the lines of a part, then the facts they came from."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from finance.admin.overview_words import REASONS
from finance.engine.accounts import EffortSource, WorkType
from finance.engine.returns import Undefined, decimal_text
from finance.selectors.benefits import READERS
from finance.selectors.explain import Explanation, Figure, Part, explain_figure, figure_named
from finance.selectors.explain_component import ComponentLines, LinePart, explain_component, explain_posting
from finance.selectors.explain_facts import FactRef
from finance.selectors.investment import account_name
from finance.selectors.months import MonthBook
from finance.selectors.roi import Window
from finance.selectors.sums import GroupBy, Rates, RowKind, View
from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.intake import values
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import Invalid
from roi_project.kernel.money import format_minor
from roi_project.kernel.period import month_text, parse_month
from roi_project.web.params import code_list

MOST_PARTS = 1_000
TITLES = {
    "benefit_validated_cash": "validated cash",
    "benefit_validated_avoided": "validated cost avoidance",
    "benefit_validated_freed": "validated capacity freed",
    "benefit_validated_risk": "validated expected loss",
    "benefit_claimed": "claimed benefit",
    "direct_other": "other direct cost",
    "net_validated_cash": "validated cash less cost",
    "net_validated_all": "validated benefits less cost",
    "roi_validated_cash": "ROI on validated cash",
    "roi_validated_all": "ROI on validated benefits",
}
DIVIDED = ("roi_validated_cash", "roi_validated_all")
ACCOUNT_TITLES = {"contractor": "contractors", "direct": "direct cost", "labour": "labour"}
WIDTH = 1_000
STEP = "step"
"""Names the step of the waterfall whose parts are listed."""
WORDS = {"role": "people of the role", "person": "person"}

Choice = TypeVar("Choice", bound=StrEnum)


def figure_page(request: HttpRequest) -> dict[str, Any]:
    """A figure and its parts, as many as a page holds; all of them are one click further, as JSON."""
    figure = _figure(request)
    found = explain_figure(audience_for(request), figure)
    whose = ", ".join(figure.codes) if figure.row_kind is RowKind.GROUP else figure.row_kind.value
    name = TITLES.get(figure.name, figure.name.replace("_", " "))
    step = request.GET.get(STEP, "")
    parts = [part for part in found.parts if not step or _step_of(part) == step]
    if step and not parts:
        raise Invalid(f"This figure has no step “{step[:50]}”; open it without one.")
    return {
        "title": f"{name[0].upper()}{name[1:]} of {whose or 'the organisation'}",
        "span": f"{month_text(figure.first)} to {month_text(figure.last)}",
        "rates": figure.rates.value,
        "exact": _exact(found),
        "why": REASONS[found.value.reason] if isinstance(found.value, Undefined) else "",
        "books": _books(found.books),
        "operands": [
            (sign, TITLES.get(name, name), cells.money(amount, found.currency), f"?{_query(request, figure=name)}")
            for name, amount in found.operands.items()
            for sign in ("−" if name == "cost" else "+",)
        ],
        "divided": figure.name in DIVIDED,
        **_waterfall(request, found.parts, found.currency),
        "step": step,
        "all_steps": f"?{_query(request)}",
        "heading": _heading(step, parts, found.currency),
        "parts": [_part(part, found.currency) for part in parts[:MOST_PARTS]],
        "left_out": max(0, len(parts) - MOST_PARTS),
        "json": f"{reverse('explain')}?{_query(request, format='json')}",
    }


def _exact(found: Explanation) -> str:
    """The figure itself: an amount, or a ratio; a dash where it is undefined."""
    if found.value is not None:
        return decimal_text(found.value) or cells.EMPTY
    return cells.money(found.amount, found.currency) if found.currency else cells.EMPTY


def _books(books: Sequence[MonthBook]) -> str:
    """Which books a figure is from, when they were computed, and whether they are still what the facts say."""
    if not books:
        return "no books"
    which = f"version {books[0].version}" if len(books) == 1 else f"{len(books)} books"
    computed = max(book.computed_at for book in books)
    stale = "; facts have come in since" if any(book.stale for book in books) else ""
    return f"{which}, computed {computed:%Y-%m-%d %H:%M}{stale}"


def _heading(step: str, parts: Sequence[Part], currency: str) -> str:
    if not step:
        return "Its parts, which add up to it exactly"
    return f"The parts of {step}, together {cells.money(sum(part.amount for part in parts), currency)}"


def _query(request: HttpRequest, **changed: str) -> str:
    """The figure in front of the reader, whole unless a step is named."""
    asked = {name: value for name, value in request.GET.dict().items() if name != STEP}
    return urlencode({**asked, **changed})


def posting_page(request: HttpRequest, posting: int) -> dict[str, Any]:
    """The part that a posting is a share of, and what that was split by."""
    found = explain_posting(audience_for(request), posting)
    row = found.posting
    named = (
        ("team", found.part.team), ("pool", found.part.pool), ("from pool", found.part.origin_pool),
        ("value stream", found.stream), ("epic", found.epic), ("category", found.part.category),
        ("work", WorkType(row.work_type).name.lower()), ("effort", EffortSource(row.effort_source).name.lower()),
    )  # fmt: skip
    return {
        "title": f"A posting of {month_text(found.book.month)}: {found.part.account.replace('_', ' ')}",
        "exact": cells.money(row.amount, found.book.currency),
        "books": _books([found.book]),
        "dimensions": [(name, value.replace("_", " ")) for name, value in named if value],
        "parts": [_part(found.part, found.book.currency)],
        "facts": [_fact(fact) for fact in found.facts],
        "json": f"{reverse('explain-posting', args=[posting])}?format=json",
    }


def component_page(request: HttpRequest, component: int) -> dict[str, Any]:
    """The lines that add up to a part, or what a transfer was split from."""
    found = explain_component(audience_for(request), component)
    currency = found.book.currency
    return {
        "title": _component_title(found),
        "exact": cells.money(found.component.amount, currency),
        "books": _books([found.book]),
        "lines": [_line(line, currency) for line in found.lines],
        "sum": cells.money(sum(line.amount for line in found.lines), currency),
        "parts": [_part(part, currency) for part in found.through],
        "carried": [
            (
                f"{name.replace('_', ' ').capitalize()} of the pool" if name != "amount" else "Of it here",
                cells.money(v, currency),
            )
            for name, v in (found.carried or {}).items()
        ],
        "facts": [_fact(fact) for fact in found.facts],
        "json": f"{reverse('explain-component', args=[component])}?format=json",
    }


def _component_title(found: ComponentLines) -> str:
    component = found.component
    owner = component.team or component.pool
    account = account_name(component.account).replace("_", " ").capitalize()
    return f"{account}{f' of {owner.code}' if owner else ''}, {month_text(found.book.month)}"


def _figure(request: HttpRequest) -> Figure:
    asked = request.GET
    try:
        first, last = parse_month(asked.get("from", "")), parse_month(asked.get("through", ""))
    except ValueError as error:
        raise Invalid(f"A figure is opened from a month through a month: {error}.") from None
    if last < first:
        raise Invalid("“through” is before “from”.")
    return Figure(
        name=figure_named(asked.get("figure", "cost")),
        group_by=_choice(GroupBy, asked.get("group_by", GroupBy.ORGANISATION)),
        codes=_codes(asked.get("code", "")),
        row_kind=_choice(RowKind, asked.get("row_kind", RowKind.GROUP)),
        first=first,
        last=last,
        view=_choice(View, asked.get("view", View.FULLY_LOADED)),
        rates=_choice(Rates, asked.get("rates", Rates.STANDARD)),
        as_of=_moment(asked.get("as_of")),
        window=_choice(Window, asked.get("window", Window.PERIOD)),
    )


def _codes(text: str) -> tuple[str, ...]:
    try:
        return code_list(text) if text else ()
    except ValueError as error:
        raise Invalid(f"“code”: {error}.") from None


def _moment(text: str | None) -> dt.datetime | None:
    try:
        return values.moment(text) if text else None
    except ValueError as error:
        raise Invalid(f"“as_of”: {error}.") from None


def _choice(kind: type[Choice], text: str) -> Choice:
    try:
        return kind(text)
    except ValueError:
        raise Invalid(f"“{text[:50]}” is not one of {', '.join(kind)}.") from None


def _step_of(part: Part) -> str:
    """The step a part belongs to: the pool it was handed on by, else its account."""
    return part.origin_pool or ACCOUNT_TITLES.get(part.account, part.account.replace("_", " "))


def _waterfall(request: HttpRequest, parts: Iterable[Part], currency: str) -> dict[str, Any]:
    """Steps from nothing to the figure, one for each account and each pool that handed something on, and their sum.

    A step stands on a scale of WIDTH from where the one before it ended, and opens its parts; a single one at once.
    """
    of_step: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        of_step[_step_of(part)].append(part)
    sums = {title: sum(part.amount for part in some) for title, some in of_step.items()}
    edges = [0, *accumulate(sums.values())]
    low, high = min(edges), max(edges)

    def place(minor: int) -> int:
        return WIDTH * (minor - low) // max(high - low, 1)

    steps = [
        {
            "title": title,
            "url": _address_of_step(request, title, of_step[title]),
            "amount": cells.money(amount, currency),
            "x": place(min(begin, begin + amount)),
            "width": max(place(max(begin, begin + amount)) - place(min(begin, begin + amount)), 1),
            "below": amount < 0,
        }
        for (title, amount), begin in zip(sums.items(), edges[:-1], strict=True)
    ]
    signed = [
        f"{'−' if minor < 0 else '+'} {title} {cells.grouped(_size(minor, currency))}" for title, minor in sums.items()
    ]
    whole = f"{' '.join(signed).removeprefix('+ ')} = {cells.money(edges[-1], currency)}" if sums else ""
    return {"steps": steps, "equation": whole}


def _address_of_step(request: HttpRequest, title: str, parts: Sequence[Part]) -> str:
    if len(parts) == 1:
        return reverse("admin:explain_component", args=[parts[0].component])
    return f"?{_query(request, **{STEP: title})}#parts"


def _size(minor: int, currency: str) -> str:
    return format_minor(abs(minor), currency)


def _part(part: Part, currency: str) -> dict[str, Any]:
    return {
        "month": month_text(part.month),
        "account": part.account.replace("_", " "),
        "owner": part.team or part.pool or cells.EMPTY,
        "origin": part.origin_pool or cells.EMPTY,
        "category": part.category or cells.EMPTY,
        "amount": cells.money(part.amount, currency),
        "whole": cells.money(part.component_amount, currency),
        "url": reverse("admin:explain_component", args=[part.component]),
    }


def _line(line: LinePart, currency: str) -> dict[str, Any]:
    return {
        "kind": WORDS.get(line.kind, line.kind.replace("-", " ")),
        "label": line.label or cells.EMPTY,
        "count": line.count,
        "whole": cells.EMPTY if line.whole is None else cells.money(line.whole, currency),
        "amount": cells.money(line.amount, currency),
        "facts": [_fact(fact) for fact in line.facts],
    }


def _fact(fact: FactRef) -> dict[str, Any]:
    """A fact as a link with what it says, and a word where it was corrected after the book was made."""
    return {
        "kind": kind_named(fact.kind).singular.replace("-", " "),
        "says": fact.says,
        "changed_since": fact.changed_since,
        "url": _address(fact),
    }


def _address(fact: FactRef) -> str:
    kind = kind_named(fact.kind)
    place = f"admin:{kind.model._meta.app_label}_{kind.model._meta.model_name}"
    if fact.query:
        return f"{reverse(f'{place}_changelist')}?{urlencode({'q': dict(fact.query)['metric']})}"
    return reverse(f"{place}_change" if kind.is_master else f"{place}_key", args=[fact.name])


admin.site.pages.extend(
    [
        Page(
            title="A figure, opened",
            read=READERS,
            template="finance/explain.html",
            context=figure_page,
            path="explain/",
            name="explain",
        ),
        Page(
            title="A posting, opened",
            read=READERS,
            template="finance/explain_posting.html",
            context=posting_page,
            path="explain/postings/<int:posting>/",
            name="explain_posting",
        ),
        Page(
            title="A part, opened",
            read=READERS,
            template="finance/explain_component.html",
            context=component_page,
            path="explain/components/<int:component>/",
            name="explain_component",
        ),
    ]
)
