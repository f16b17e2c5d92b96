"""The reciprocal method once more, by name and in fractions: an answer that the engine's columns are compared with.

It shares nothing with the engine, which inverts a matrix. Here pools are taken out one after another: whoever used
the pool uses those behind it instead, until only teams and sinks are left.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Parts = dict[str, Fraction]
Usage = Mapping[str, Mapping[str, Any]]
"""Who uses how much of each pool; who is no pool is a team or a sink."""


def reciprocal_parts(usage: Usage) -> dict[str, Parts]:
    """The part of each pool's own cost that ends at each team or sink, through whatever pools it passes."""
    parts = {pool: _of_one({user: Fraction(n) for user, n in users.items()}) for pool, users in usage.items()}
    for gone in usage:
        behind = _of_one({user: part for user, part in parts[gone].items() if user != gone})
        for users in parts.values():
            through = users.pop(gone, Fraction(0))
            for user, part in behind.items():
                users[user] = users.get(user, Fraction(0)) + through * part
        parts[gone] = behind
    return parts


def reciprocal(costs: Mapping[str, Any], usage: Usage) -> Parts:
    """What each team or sink carries of the pools' own costs."""
    carried: Parts = {}
    for pool, parts in reciprocal_parts(usage).items():
        for user, part in parts.items():
            carried[user] = carried.get(user, Fraction(0)) + part * Fraction(costs[pool])
    return carried


def _of_one(amounts: Parts) -> Parts:
    """The same in proportion, adding up to one."""
    whole = sum(amounts.values())
    return {user: amount / whole for user, amount in amounts.items()}
