"""Small organisations that published and worked examples are told as: numbers in, what the engine makes of them out."""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from finance.engine.accounts import Account as A
from finance.engine.book import compile_book
from finance.engine.labour import labour
from roi_project.kernel.money import format_minor, round_half_away
from tests.engine.build import LOADED, STANDARD, Org, money

MONTH, THIRTY_DAYS = "2026-07", "2026-06"
SINKS = {"idle": A.IDLE, "untagged": A.UNTAGGED, "unallocated": A.UNALLOCATED}
RESOURCES = ("CPU", "RAM", "GPU", "PV", "Net", "LB")

Usage = Mapping[str, Mapping[str, Any]]
"""Who uses how much of each pool; who is no pool is a team."""


def totals(org: Org) -> dict[str, str]:
    """What each team and sink carries at standard rates; whoever carries nothing is left out."""
    facts = org.facts()
    posted = compile_book(facts).postings
    found = {team: money(posted, facts=facts, team=team, account=LOADED & STANDARD) for team in facts.codes["teams"]}
    found |= {name: money(posted, facts=facts, account=account) for name, account in SINKS.items()}
    return {name: amount for name, amount in found.items() if Fraction(amount)}


def serving(costs: Mapping[str, Any], usage: Usage) -> Org:
    """Pools with costs, and who uses how much of each."""
    org = Org(MONTH)
    for pool in costs:
        org.pool(pool)
    for pool, amount in costs.items():
        org.cost(Fraction(amount), on=f"{MONTH}-01", pool=pool)
        org.rule(pool, "usage").usage(pool, MONTH, **usage[pool])
    return org


def shared(costs: Mapping[str, Any], usage: Usage) -> dict[str, str]:
    """What the users of pools carry of their costs, through whatever other pools it passes."""
    return totals(serving(costs, usage))


def direct(costs: Mapping[str, Any], usage: Usage) -> dict[str, str]:
    """The direct method: the same with what pools use of one another left out."""
    return shared(costs, {pool: {k: v for k, v in uses.items() if k not in usage} for pool, uses in usage.items()})


def gross(costs: Mapping[str, Any], shares: Usage) -> dict[str, str]:
    """What passes through each pool: what users outside carry of it over their share. Shares add up to one.

    Compiled ten thousand times as large, so that no cent of a posting decides a cent here.
    """
    finer = 10_000
    outside = {pool: sum(Fraction(v) for k, v in uses.items() if k not in shares) for pool, uses in shares.items()}
    usage = {
        pool: {k: v for k, v in uses.items() if k in shares} | {f"outside {pool}": outside[pool]}
        for pool, uses in shares.items()
    }
    found = shared({pool: Fraction(amount) * finer for pool, amount in costs.items()}, usage)
    return {
        pool: format_minor(round_half_away(Fraction(found[f"outside {pool}"]) * 100 / finer / share), "USD")
        for pool, share in outside.items()
    }


def used(cost: str, capacity: int, usage: Mapping[str, int]) -> dict[str, str]:
    """One pool with a capacity."""
    org = Org(MONTH).pool("pool").cost(cost, on=f"{MONTH}-01", pool="pool")
    return totals(org.rule("pool", "usage", capacity=capacity).usage("pool", MONTH, **usage))


def agreed(cost: str, shares: Mapping[str, str]) -> dict[str, str]:
    """One pool by fixed shares."""
    org = Org(MONTH).pool("pool").cost(cost, on=f"{MONTH}-01", pool="pool").rule("pool", "fixed")
    return totals(org.fixed("pool", **shares))


def streams(cost: str, shares: Mapping[str, str]) -> dict[str, str]:
    """One team's cost over its value streams; "unassigned" is what the shares leave over."""
    org = Org(MONTH).cost(cost, on=f"{MONTH}-01", team="team")
    for stream, share in shares.items():
        org.serves("team", stream, share)
    facts = org.facts()
    posted = compile_book(facts).postings
    found = {stream: money(posted, facts=facts, stream=stream) for stream in shares}
    return found | {"unassigned": money(posted, stream=None)}


def credit(benefit: str, weights: Mapping[str, Any], *, external: str | None = None) -> dict[str, str]:
    """One benefit by effort; equal effort is the equal model."""
    org = Org(MONTH).epic("epic").outcome("outcome", epic="epic", model="effort", external=external)
    for team, weight in weights.items():
        org.worked(MONTH, "epic", team, weight)
    org.benefit(MONTH, benefit, outcome="outcome")
    facts = org.facts()
    posted = compile_book(facts).postings
    found = {team: money(posted, facts=facts, team=team, account=A.BENEFIT) for team in weights}
    return found | ({"external": money(posted, account=A.EXTERNAL)} if external else {})


def credit_by_stream(
    benefit: str, weights: Mapping[str, Any], streams: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """One benefit by effort, on to what each team served: one stream after another in a month of thirty days.

    Days hold thirds, which shares of six decimals do not.
    """
    org = Org(THIRTY_DAYS).epic("epic").outcome("outcome", epic="epic", model="effort")
    org.benefit(THIRTY_DAYS, benefit, outcome="outcome")
    for team, parts in streams.items():
        org.worked(THIRTY_DAYS, "epic", team, weights[team])
        day = dt.date.fromisoformat(f"{THIRTY_DAYS}-01")
        for stream, part in parts.items():
            days = Fraction(part) * 30
            assert days.denominator == 1, f"{part} of thirty days is not whole"
            start, day = day, day + dt.timedelta(days=int(days))
            org.serves(team, stream, start=start.isoformat(), end=day.isoformat())
    facts = org.facts()
    posted = compile_book(facts).postings
    return {
        f"{team}/{stream}": money(posted, facts=facts, team=team, stream=stream, account=A.BENEFIT)
        for team, parts in streams.items()
        for stream in parts
    }


def person(org: Org, column: str = "variance") -> dict[str, int]:
    """What one person with pay comes to by team and bench, over all months."""
    facts = org.facts()
    table = labour(facts).parts
    found: dict[str, int] = {}
    for team, value in zip(table["team"].tolist(), table[column].tolist(), strict=True):
        name = facts.codes["teams"][team] if team >= 0 else "bench"
        found[name] = found.get(name, 0) + value
    return found


# --- a cluster shared by namespaces ---

Line = Mapping[str, Any]


def namespaces(
    lines: Iterable[Line],
    idle: Mapping[str, Mapping[str, int]],
    *,
    idle_by_use: bool = False,
    shared_namespace: str | None = None,
    overhead: int = 0,
) -> dict[str, str]:
    """Costs of containers by namespace, and of what no container asked for, in thousandths.

    idle_by_use       each cluster's idle cost of a resource follows what the namespaces used of it there
    shared_namespace  is carried by the others in proportion to their own cost
    overhead          is carried by all in proportion to their own cost
    """
    org = Org(MONTH, currency="KWD").pool("overhead").rule("overhead", "direct_cost")
    org.cost(str(overhead), on=f"{MONTH}-01", pool="overhead")
    if shared_namespace:
        org.pool(shared_namespace).rule(shared_namespace, "direct_cost")
    use: dict[tuple[str, str], dict[str, int]] = {}
    for line in lines:
        space = line["namespace"]
        where = {"pool": space} if space == shared_namespace else {"team": space}
        org.cost(str(sum(line[resource] for resource in RESOURCES)), on=f"{MONTH}-01", **where)
        for resource in RESOURCES:
            here = use.setdefault((line["cluster"], resource), {})
            here[space] = here.get(space, 0) + line[resource]
    for cluster, costs in idle.items():
        for resource, cost in costs.items():
            pool = f"{cluster}-{resource}"
            org.pool(pool).cost(str(cost), on=f"{MONTH}-01", pool=pool).rule(pool, "usage")
            org.usage(pool, MONTH, **(use[cluster, resource] if idle_by_use else {"idle": 1}))
    return totals(org)
