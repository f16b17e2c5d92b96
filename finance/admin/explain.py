"""A figure opened for a person: its parts, then the lines of a part, then the facts they came from."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from finance.selectors.benefits import READERS
from finance.selectors.explain import Figure, LinePart, Part, explain_component, explain_figure, figure_named
from finance.selectors.sums import GroupBy, Rates, RowKind, View
from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.intake.kinds import kind_named
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import month_text, parse_month

MOST_PARTS = 1_000
TITLES = {
    "benefit_validated_cash": "validated cash",
    "benefit_validated_avoided": "validated cost avoidance",
    "benefit_validated_freed": "validated capacity freed",
    "benefit_validated_risk": "validated expected loss",
    "benefit_claimed": "claimed benefit",
    "direct_other": "other direct cost",
}
WORDS = {"role": "people of the role", "person": "person"}

Choice = TypeVar("Choice", bound=StrEnum)


def figure_page(request: HttpRequest) -> dict[str, Any]:
    """A figure and its parts, as many as a page holds; all of them are one click further, as JSON."""
    figure = _figure(request)
    found = explain_figure(audience_for(request), figure)
    whose = figure.code if figure.row_kind is RowKind.GROUP else figure.row_kind.value
    name = TITLES.get(figure.name, figure.name.replace("_", " "))
    return {
        "title": f"{name.capitalize()} of {whose or 'the organisation'}",
        "span": f"{month_text(figure.first)} to {month_text(figure.last)}",
        "rates": figure.rates.value,
        "exact": cells.money(found.amount, found.currency) if found.currency else cells.EMPTY,
        "accounts": _by_account(found.parts, found.currency),
        "parts": [_part(part, found.currency) for part in found.parts[:MOST_PARTS]],
        "left_out": max(0, len(found.parts) - MOST_PARTS),
        "json": f"{reverse('explain')}?{urlencode(request.GET)}",
    }


def component_page(request: HttpRequest, component: int) -> dict[str, Any]:
    """The lines that add up to a part, or what a transfer was split from."""
    found = explain_component(audience_for(request), component)
    return {
        "title": f"A part of {month_text(found.month)}",
        "exact": cells.money(found.component.amount, found.currency),
        "lines": [_line(line, found.currency) for line in found.lines],
        "parts": [_part(part, found.currency) for part in found.through],
        "carried": [
            (name.replace("_", " "), cells.money(v, found.currency)) for name, v in (found.carried or {}).items()
        ],
        "json": reverse("explain-component", args=[component]),
    }


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
        code=asked.get("code", ""),
        row_kind=_choice(RowKind, asked.get("row_kind", RowKind.GROUP)),
        first=first,
        last=last,
        view=_choice(View, asked.get("view", View.FULLY_LOADED)),
        rates=_choice(Rates, asked.get("rates", Rates.STANDARD)),
    )


def _choice(kind: type[Choice], text: str) -> Choice:
    try:
        return kind(text)
    except ValueError:
        raise Invalid(f"“{text[:50]}” is not one of {', '.join(kind)}.") from None


def _by_account(parts: Iterable[Part], currency: str) -> list[tuple[str, str]]:
    sums: dict[str, int] = defaultdict(int)
    for part in parts:
        sums[part.account] += part.amount
    return [(account.replace("_", " "), cells.money(amount, currency)) for account, amount in sums.items()]


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
        "facts": [(kind_named(fact["kind"]).singular.replace("-", " "), _address(fact)) for fact in line.facts],
    }


def _address(fact: dict[str, str]) -> str:
    opts = kind_named(fact["kind"]).model._meta
    if "key" in fact:
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_key", args=[fact["key"]])
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[fact["id"]])


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
            title="A part, opened",
            read=READERS,
            template="finance/explain_component.html",
            context=component_page,
            path="explain/components/<int:component>/",
            name="explain_component",
        ),
    ]
)
