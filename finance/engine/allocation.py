"""Pools: who carries what a shared pool costs, by the reciprocal method as one matrix of effective shares.

    d[k, p]   share of pool p's output used by k (a team, another pool, or a sink); each column sums to one
    E = F (I - A)^-1      A: pool to pool, F: pool to teams and sinks
    E[k, p] is the part of pool p's OWN cost that ends at k, through whatever other pools it passed

Each pool's own cost is split once by its column of E, so gross pool costs, which count money twice, are never
reported. Pools may use each other; a group of pools none of which reaches a team or sink is a closed cycle,
found before solving and named. See docs/algorithms/reciprocal-allocation.md.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

E_ONE = 10**12
"""Effective shares are rounded to 1e-12 before an amount is split by them, so that no noise flips a cent."""
EXACT_POOLS = 24
"""Pools exchanging anything that are inverted exactly, in some hundredths of a second a month; more of them by LU."""


@dataclass(frozen=True)
class Usage:
    """Driver quantities of one month: row i says pool[i] delivered quantity[i] to target[i].

    Targets 0..pools-1 are pools; pools.. are final objects (teams, then sinks) in an order the caller knows.
    """

    pool: Ints
    target: Ints
    quantity: Floats


def closed_cycles(pools: int, usage: Usage) -> list[int]:
    """Pools with usage from which no final object can be reached, by walking backwards from the finals."""
    reaches = np.zeros(pools, dtype=bool)
    positive = usage.quantity > 0
    pool, target = usage.pool[positive], usage.target[positive]
    final = target >= pools
    reaches[pool[final]] = True
    inner_pool, inner_target = pool[~final], target[~final]
    while True:
        found = inner_pool[reaches[inner_target] & ~reaches[inner_pool]] if inner_pool.size else inner_pool
        if found.size == 0:
            break
        reaches[found] = True
    served = np.zeros(pools, dtype=bool)
    served[pool] = True
    return [int(p) for p in np.flatnonzero(served & ~reaches)]


def effective_shares(pools: int, finals: int, usage: Usage) -> Floats:
    """E (finals x pools): the part of each pool's own cost that ends at each final object.

    Every pool must reach a final object (see closed_cycles); a pool without usage has a column of zeros.
    """
    totals = np.zeros(pools)
    np.add.at(totals, usage.pool, usage.quantity)
    outward = usage.target >= pools
    final = np.zeros((finals, pools))
    np.add.at(final, (usage.target[outward] - pools, usage.pool[outward]), usage.quantity[outward])
    inner = np.zeros((pools, pools))
    np.add.at(inner, (usage.target[~outward], usage.pool[~outward]), usage.quantity[~outward])
    shares: Floats = final @ _gross_per_total(inner, totals)
    return shares


def _gross_per_total(inner: Floats, totals: Floats) -> Floats:
    """(D - Q)^-1 with D the totals of the pools and Q what they give one another: F (I - A)^-1 is F D (D - Q)^-1.

    Without a quotient the matrix holds whole numbers: exact for up to EXACT_POOLS pools that exchange anything, and
    as good as 64 bits allow, by LU, for more.
    """
    out = np.diag(np.where(totals > 0, 1 / np.where(totals > 0, totals, 1), 0))
    linked = np.flatnonzero((inner.any(axis=0) | inner.any(axis=1)) & (totals > 0))
    here = np.ix_(linked, linked)
    matrix = np.diag(totals[linked]) - inner[here]
    if linked.size > EXACT_POOLS:
        out[here] = np.linalg.inv(matrix)
    elif linked.size:
        out[here] = [[float(x) for x in row] for row in invert([[Fraction(x) for x in row] for row in matrix.tolist()])]
    return out


def invert(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """The exact inverse; ZeroDivisionError when there is none.

    Gauss-Jordan elimination in whole numbers (Bareiss): each division by the pivot before leaves no remainder, so
    that no common divisor is ever looked for.
    """
    n = len(matrix)
    scales = [lcm(*(x.denominator for x in row)) for row in matrix]
    rows = [
        [int(x * scale) for x in row] + [scale if i == j else 0 for j in range(n)]
        for i, (row, scale) in enumerate(zip(matrix, scales, strict=True))
    ]
    before = 1
    for column in range(n):
        pivot = next((r for r in range(column, n) if rows[r][column] != 0), None)
        if pivot is None:
            raise ZeroDivisionError("the matrix has no inverse")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        leading = rows[column]
        for r in range(n):
            if r != column:
                factor = rows[r][column]
                rows[r] = [(leading[column] * x - factor * y) // before for x, y in zip(rows[r], leading, strict=True)]
        before = leading[column]
    return [[Fraction(x, before) for x in row[n:]] for row in rows]


def as_weights(shares: Floats) -> Ints:
    """Effective shares as whole weights of 1e-12."""
    return np.rint(shares * E_ONE).astype(np.int64)
