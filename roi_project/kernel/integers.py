"""Exact arithmetic on columns of 64-bit integers: sums by group, products divided, quotients rounded.

Nothing here wraps around or rounds on the way: a row that does not fit is computed in Python integers, and a result
that does not fit raises OverflowError.
"""

from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from roi_project.kernel.money import round_half_away

Ints = npt.NDArray[np.int64]

# Below these bounds amount * weight may wrap around 64 bits, and still quotient and remainder come out exactly:
# a float64 quotient below 2**50 is off by at most one, and the true remainder then fits in 62 bits.
AMOUNT_BOUND: Final = 2**50
WEIGHT_BOUND: Final = 2**60
SUM_BOUND: Final = 9 * 10**18  # a little below 2**63


def group_sums(groups: Ints, values: Ints, count: int) -> Ints:
    """Exact int64 sums per group number 0..count-1, groups in any order; OverflowError where they might not fit."""
    largest = max(int(values.max()), -int(values.min())) if values.size else 0
    if largest * values.size >= SUM_BOUND and np.abs(values.astype(np.float64)).sum() >= SUM_BOUND:
        raise OverflowError("sums beyond 64 bits")
    out = np.zeros(count, dtype=np.int64)
    np.add.at(out, groups, values)
    return out


def run_starts(ordered: Ints) -> Ints:
    """Where each run of equal numbers begins in a column in which equal numbers stand together."""
    if ordered.size == 0:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])


def distinct(values: Ints) -> Ints:
    """Each different number once, in order; by sorting, which is several times faster than hashing most columns."""
    ordered = np.sort(values)
    return ordered[run_starts(ordered)]


def muldiv(a: Ints, b: Ints, c: Ints) -> tuple[Ints, Ints]:
    """floor(a * b / c) and the remainder, exact although a * b may not fit in 64 bits.

    Needs 0 <= a < AMOUNT_BOUND, 0 <= b, 0 < c < WEIGHT_BOUND and a quotient below AMOUNT_BOUND. The quotient is
    estimated in floating point, which misses by at most one, and mended by the exact remainder, which arithmetic
    modulo 2**64 delivers: read as unsigned, a remainder that is too large or below zero is not below c.
    """
    whole: Ints = (a * (b / c)).astype(np.int64)
    rest: Ints = a * b - whole * c
    wrong = np.flatnonzero(rest.view(np.uint64) >= c.view(np.uint64))
    step = np.where(rest[wrong] < 0, -1, 1)
    whole[wrong] += step
    rest[wrong] -= step * c[wrong]
    return whole, rest


def round_div_columns(numerators: Ints, denominators: Ints) -> Ints:
    """numerators / denominators rounded half away from zero, element by element; denominators above zero."""
    size = np.abs(numerators)
    whole, rest = np.divmod(size, denominators)
    whole = whole + (rest >= denominators - rest)
    return np.where(numerators < 0, -whole, whole)


def round_muldiv_columns(a: Ints, b: Ints, c: Ints) -> Ints:
    """a * b / c rounded half away from zero where 0 <= b, 0 < c and a may be negative; exact at any size.

    Rows outside the bounds of `muldiv` are computed in Python integers; a result beyond 64 bits raises OverflowError.
    """
    size = np.abs(a.astype(np.float64))
    small = (size < AMOUNT_BOUND) & (c < WEIGHT_BOUND) & (size * (b / c) < AMOUNT_BOUND) & (b < WEIGHT_BOUND)
    divisor = np.where(small, c, 1)
    whole, rest = muldiv(np.where(small, np.abs(a), 0), np.where(small, b, 0), divisor)
    whole += rest >= divisor - rest
    out: Ints = np.where(a < 0, -whole, whole)
    for row in np.flatnonzero(~small):
        out[row] = round_half_away(Fraction(int(a[row]) * int(b[row]), int(c[row])))
    return out


def round_ratio_sums(a: Ints, b: Ints, c: Ints, starts: Ints, *, times: int = 1) -> Ints:
    """times * sum(a * b / c) over each run of rows, rounded once, half away from zero; exact at any size.

    starts  where each run begins (see run_starts); b and c are not negative, c not zero. Runs with one denominator
    are summed as integers, the few others as fractions.
    """
    if starts.size == 0:
        return np.zeros(0, dtype=np.int64)
    rough = np.add.reduceat(np.abs(a.astype(np.float64)) * b, starts)
    lowest, highest = np.minimum.reduceat(c, starts), np.maximum.reduceat(c, starts)
    plain = (lowest == highest) & (rough < 2**62)
    total = np.where(plain, np.add.reduceat(a * b, starts), 0)
    out = round_muldiv_columns(total, np.full(starts.size, times, dtype=np.int64), lowest)
    ends = np.r_[starts[1:], a.size]
    for run in np.flatnonzero(~plain):
        rows = slice(int(starts[run]), int(ends[run]))
        exact = sum(
            (Fraction(int(x) * int(y), int(z)) for x, y, z in zip(a[rows], b[rows], c[rows], strict=True)), Fraction(0)
        )
        out[run] = round_half_away(exact * times)
    return out
