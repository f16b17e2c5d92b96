"""How an opened figure leaves: parts, lines and facts, each sum beside what it is a sum of."""

from typing import Any
from urllib.parse import urlencode

from finance.api.formats import EXPLAIN_URL, money, provenance, ratio_json
from finance.engine.accounts import EffortSource, WorkType
from finance.selectors.explain import Explanation, Figure, Part
from finance.selectors.explain_component import ComponentLines, LinePart, PostingSplit
from finance.selectors.explain_facts import FactRef
from finance.selectors.sums import RowKind
from roi_project.kernel.period import month_text


def explanation_json(found: Explanation) -> dict[str, Any]:
    """A figure, and the parts that add up to it."""
    figure: Figure = found.figure
    return {
        "figure": {
            "name": figure.name,
            "group_by": figure.group_by.value,
            "codes": list(figure.codes),
            "row_kind": figure.row_kind.value,
            "from": month_text(figure.first),
            "through": month_text(figure.last),
            "view": figure.view.value,
            "rates": figure.rates.value,
            "window": figure.window.value,
        },
        **provenance(found.books, found.currency),
        "amount": money(found.amount, found.currency) if found.currency else None,
        "reason": None if found.currency else "no_data",
        "value": None if found.value is None else ratio_json(found.value),
        "operands": [_operand(figure, name, amount, found.currency) for name, amount in found.operands.items()],
        "parts": [_part_json(part, found.currency) for part in found.parts],
    }


def figure_url(figure: Figure, name: str) -> str:
    """Where another figure of the same row is opened."""
    query = {
        "figure": name,
        "group_by": figure.group_by.value,
        "from": month_text(figure.first),
        "through": month_text(figure.last),
        "view": figure.view.value,
        "rates": figure.rates.value,
        "window": figure.window.value,
    }
    if figure.row_kind is not RowKind.GROUP:
        query["row_kind"] = figure.row_kind.value
    if figure.codes:
        query["code"] = ",".join(figure.codes)
    if figure.as_of is not None:
        query["as_of"] = figure.as_of.isoformat()
    return f"{EXPLAIN_URL}?{urlencode(query)}"


def _operand(figure: Figure, name: str, amount: int, currency: str) -> dict[str, Any]:
    return {
        "figure": name,
        "sign": "-" if name == "cost" else "+",
        "amount": money(amount, currency) if currency else None,
        "explain_url": figure_url(figure, name),
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
    component, currency = found.component, found.book.currency
    return {
        "component": found.address,
        "month": month_text(found.book.month),
        **provenance([found.book], currency),
        "amount": money(component.amount, currency),
        "lines": [_line_json(line, currency) for line in found.lines],
        "through": [_part_json(part, currency) for part in found.through],
        "carried": {name: money(value, currency) for name, value in found.carried.items()} if found.carried else None,
        "facts": [_fact_json(fact) for fact in found.facts],
    }


def posting_json(found: PostingSplit) -> dict[str, Any]:
    """A posting: the component it is a part of, and what that was split by."""
    posting, part, currency = found.posting, found.part, found.book.currency
    return {
        "posting": found.address,
        "month": month_text(found.book.month),
        **provenance([found.book], currency),
        "account": part.account,
        "team": part.team or None,
        "pool": part.pool or None,
        "origin_pool": part.origin_pool or None,
        "value_stream": found.stream or None,
        "epic": found.epic or None,
        "work_type": WorkType(posting.work_type).name.lower(),
        "effort_source": EffortSource(posting.effort_source).name.lower(),
        "category": part.category or None,
        "benefit_class": part.benefit_class,
        "state": part.state,
        "amount": money(posting.amount, currency),
        "component": part.component,
        "component_amount": money(part.component_amount, currency),
        "facts": [_fact_json(fact) for fact in found.facts],
        "explain_url": f"{EXPLAIN_URL}components/{part.component}/",
    }


def _line_json(line: LinePart, currency: str) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "label": line.label,
        "whole": None if line.whole is None else money(line.whole, currency),
        "amount": money(line.amount, currency),
        "count": line.count,
        "facts": [_fact_json(fact) for fact in line.facts],
    }


def _fact_json(fact: FactRef) -> dict[str, Any]:
    url = f"/api/v1/{fact.kind}/"
    return {
        "kind": fact.kind,
        "says": fact.says,
        "changed_since": fact.changed_since,
        "url": f"{url}?{urlencode(fact.query)}" if fact.query else f"{url}{fact.name}/",
    }
