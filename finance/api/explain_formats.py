"""How an opened figure leaves: parts, lines and facts, each sum beside what it is a sum of."""

from typing import Any

from finance.api.formats import EXPLAIN_URL, money, provenance
from finance.selectors.explain import ComponentLines, Explanation, Figure, LinePart, Part
from roi_project.kernel.period import month_text


def explanation_json(found: Explanation) -> dict[str, Any]:
    """A figure, and the parts that add up to it."""
    figure: Figure = found.figure
    return {
        "figure": {
            "name": figure.name,
            "group_by": figure.group_by.value,
            "code": figure.code,
            "row_kind": figure.row_kind.value,
            "from": month_text(figure.first),
            "through": month_text(figure.last),
            "view": figure.view.value,
            "rates": figure.rates.value,
        },
        **provenance(found.books, found.currency or "XXX"),
        "amount": money(found.amount, found.currency) if found.currency else None,
        "reason": None if found.currency else "no_data",
        "parts": [_part_json(part, found.currency) for part in found.parts],
    }


def _part_json(part: Part, currency: str) -> dict[str, Any]:
    return {
        "month": month_text(part.month),
        "account": part.account,
        "team": part.team or None,
        "pool": part.pool or None,
        "origin_pool": part.origin_pool or None,
        "category": part.category or None,
        "benefit_class": part.benefit_class,
        "state": part.state,
        "amount": money(part.amount, currency),
        "component": part.component,
        "component_amount": money(part.component_amount, currency),
        "explain_url": f"{EXPLAIN_URL}components/{part.component}/",
    }


def component_json(found: ComponentLines) -> dict[str, Any]:
    """A component: its lines, or what a transfer was split from."""
    component, currency = found.component, found.currency
    return {
        "component": component.pk,
        "month": month_text(found.month),
        "currency": currency,
        "amount": money(component.amount, currency),
        "lines": [_line_json(line, currency) for line in found.lines],
        "through": [_part_json(part, currency) for part in found.through],
        "carried": {name: money(value, currency) for name, value in found.carried.items()} if found.carried else None,
    }


def _line_json(line: LinePart, currency: str) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "label": line.label,
        "whole": None if line.whole is None else money(line.whole, currency),
        "amount": money(line.amount, currency),
        "count": line.count,
        "facts": [
            {**fact, "url": f"/api/v1/{fact['kind']}/{fact.get('key') or fact.get('id')}/"} for fact in line.facts
        ],
    }
