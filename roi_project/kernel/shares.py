"""Splitting a posted amount exactly: the largest remainder method, for one amount and for columns.

    q_i = amount * w_i / sum(w); every part gets floor(q_i); the units left over go one each to the
    largest remainders. Ties go to the larger weight, then to the earlier key. A negative amount is split
    by its absolute value. A zero weight never receives a unit.

See docs/algorithms/largest-remainder.md. Both forms give the same parts; tests hold them
equal on both sides of the bound where columns leave 64-bit arithmetic.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from roi_project.kernel.errors import Reason
from roi_project.kernel.integers import AMOUNT_BOUND, WEIGHT_BOUND, Ints, muldiv, run_starts
from roi_project.kernel.money import round_half_away


class ZeroWeights(ValueError):
    """Nothing to split by: the whole amount belongs in an explicit remainder."""

    reason = Reason.ZERO_WEIGHTS


def split(amount: int, weights: Sequence[int | Fraction | Decimal]) -> list[int]:
    """Parts of `amount` (minor units) in proportion to `weights`, adding up to it exactly.

    Keys are the positions: an earlier position wins a tie after the larger weight.
    Raises ZeroWeights when no weight is above zero, ValueError when one is negative.
    """
    # Most weights are whole, and whole numbers divide many times as fast as fractions.
    whole = all(type(weight) is int for weight in weights)
    exact: list[Any] = list(weights) if whole else [Fraction(weight) for weight in weights]
    if any(weight < 0 for weight in exact):
        raise ValueError("weights must not be negative")
    total = sum(exact)
    if total == 0:
        raise ZeroWeights("all weights are zero: there is nobody to carry the amount")
    size = abs(amount)
    floors, remainders = zip(*(divmod(size * weight, total) for weight in exact), strict=True)
    left = size - sum(floors)
    order = sorted(range(len(exact)), key=lambda i: (-remainders[i], -exact[i], i))
    winners = set(order[:left])
    sign = -1 if amount < 0 else 1
    return [sign * (floor + (i in winners)) for i, floor in enumerate(floors)]


def schedule(amount: int, parts: int) -> list[int]:
    """An amount spread evenly over `parts` periods by cumulative rounding: a_k = round(T k/n) - round(T (k-1)/n)."""
    marks = [round_half_away(Fraction(amount * k, parts)) for k in range(parts + 1)]
    return [after - before for before, after in pairwise(marks)]


def split_columns(amounts: Ints, groups: Ints, weights: Ints, keys: Ints | None = None) -> Ints:
    """Many splits at once: row i is a part of amounts[groups[i]] with weight weights[i].

    amounts  int64 minor units, one per group
    groups   int64 group number of each row, 0..len(amounts)-1; fastest where equal numbers stand together in order
    weights  int64, not negative; only their proportion within a group counts
    keys     int64, for ties within a group (smaller first); the row number when left out

    Returns int64 parts, one per row; the parts of each group add up to its amount exactly. Groups with
    amount zero need no weight; a group with an amount and no weight above zero raises ZeroWeights.
    """
    amounts, groups, weights = (np.ascontiguousarray(x, dtype=np.int64) for x in (amounts, groups, weights))
    keys = np.arange(groups.size) if keys is None else np.ascontiguousarray(keys, dtype=np.int64)
    if weights.size and weights.min() < 0:
        raise ValueError("weights must not be negative")
    if not np.any(groups[1:] < groups[:-1]):
        return _split_sorted(amounts, groups, weights, keys)
    order = np.argsort(groups, kind="stable")
    parts = np.empty_like(weights)
    parts[order] = _split_sorted(amounts, groups[order], weights[order], keys[order])
    return parts


def _split_sorted(amounts: Ints, groups: Ints, weights: Ints, keys: Ints) -> Ints:
    starts = run_starts(groups)
    present = groups[starts]
    rows = np.diff(np.r_[starts, groups.size])
    # Judged in floating point, because a total of integers may have wrapped around.
    rough = np.add.reduceat(weights.astype(np.float64), starts) if starts.size else np.zeros(0)
    bare = amounts != 0
    bare[present[rough > 0]] = False
    if bare.any():
        raise ZeroWeights("a group has an amount to split and no weight above zero")
    if starts.size == 0:
        return weights.copy()
    amount = amounts[present]
    large = (np.abs(amount.astype(np.float64)) >= AMOUNT_BOUND) | (rough >= WEIGHT_BOUND)
    easy = ~large & (amount != 0)
    size = np.where(easy, np.abs(amount), 0)
    total = np.where(easy, np.add.reduceat(weights, starts), 1)
    parts, rest = muldiv(np.repeat(size, rows), np.where(np.repeat(easy, rows), weights, 0), np.repeat(total, rows))
    left = size - np.add.reduceat(parts, starts)
    _give_left_over(parts, rest, total, left, starts, rows, weights, keys)
    for group in np.flatnonzero(large):  # exactly, in Python integers
        at = np.arange(starts[group], starts[group] + rows[group])
        at = at[np.argsort(keys[at], kind="stable")]
        parts[at] = split(abs(int(amount[group])), [int(weight) for weight in weights[at]])
    sign: Ints = np.where(amount < 0, -1, 1)
    out: Ints = parts * np.repeat(sign, rows)
    return out


def _give_left_over(
    parts: Ints, rest: Ints, total: Ints, left: Ints, starts: Ints, rows: Ints, weights: Ints, keys: Ints
) -> None:
    """One more unit to the `left` rows with the largest remainders of each group; changes `parts`.

    Sorting one number per row, the group before the remainder cut to the bits that are left, shows where each
    group's edge lies. Rows above the edge win; where more rows stand at it than units are left, exact remainders,
    weights and keys decide.
    """
    need = np.flatnonzero(left > 0)
    if need.size == 0:
        return
    count, spots = rows[need], left[need]
    first = np.cumsum(count) - count
    inside = np.arange(int(count.sum())) + np.repeat(starts[need] - first, count)
    group = np.repeat(np.arange(need.size), count)
    bits = 61 - int(need.size).bit_length()
    cut = (rest[inside] / np.repeat(total[need], count) * 2**bits).astype(np.int64)
    place = (group << bits + 1) + (2**bits - cut)
    edge = np.sort(place)[first + spots - 1][group]
    parts[inside[place < edge]] += 1
    spots -= np.add.reduceat(place < edge, first, dtype=np.int64)
    at_edge = place == edge
    contested = np.add.reduceat(at_edge, first, dtype=np.int64) > spots
    parts[inside[at_edge & ~contested[group]]] += 1
    tied = np.flatnonzero(at_edge & contested[group])
    if tied.size == 0:
        return
    row = inside[tied]
    order = np.lexsort((keys[row], -weights[row], -rest[row], group[tied]))
    begin = run_starts(group[tied])
    rank = np.arange(tied.size) - np.repeat(begin, np.diff(np.r_[begin, tied.size]))
    parts[row[order[rank < spots[group[tied]]]]] += 1
