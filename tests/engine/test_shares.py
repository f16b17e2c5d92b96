"""Splitting exactly: the scalar and the columnar form give the same parts, and no unit is lost or invented."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roi_project.kernel.integers import (
    AMOUNT_BOUND,
    WEIGHT_BOUND,
    group_sums,
    muldiv,
    round_div_columns,
    round_muldiv_columns,
    run_starts,
)
from roi_project.kernel.money import round_half_away
from roi_project.kernel.shares import ZeroWeights, schedule, split, split_columns

cents = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any)
# Around the bounds where columns leave 64-bit arithmetic, on both sides.
near_amounts = st.one_of(cents, st.integers(AMOUNT_BOUND - 3, AMOUNT_BOUND + 3), st.integers(-(2**62), 2**62))
near_weights = st.lists(
    st.one_of(
        st.integers(0, 5),
        st.integers(WEIGHT_BOUND - 3, WEIGHT_BOUND + 3),
        st.integers(WEIGHT_BOUND // 2 - 3, WEIGHT_BOUND // 2 + 3),
        st.integers(0, 2**63 - 1),
    ),
    min_size=1,
    max_size=8,
).filter(any)


def ints(values):
    return np.array(values, dtype=np.int64)


@given(amount=cents, weights=weights)
def test_splitting_neither_loses_nor_invents_a_cent(amount, weights):
    parts = split(amount, weights)

    assert sum(parts) == amount
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
    assert all(
        abs(part - Fraction(amount) * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True)
    )


@given(amount=near_amounts, weights=near_weights)
@example(amount=AMOUNT_BOUND - 1, weights=[WEIGHT_BOUND // 2 - 1, WEIGHT_BOUND // 2])
@example(amount=AMOUNT_BOUND, weights=[1, 2])
@example(amount=5, weights=[WEIGHT_BOUND - 1, 1])
@example(amount=2**62, weights=[2**63 - 1, 2**63 - 1, 1])
def test_columns_split_as_the_scalar_form_on_both_sides_of_the_bounds(amount, weights):
    parts = split_columns(ints([amount]), ints([0] * len(weights)), ints(weights))

    assert parts.tolist() == split(amount, weights)


@given(
    groups=st.lists(st.tuples(near_amounts, near_weights), min_size=1, max_size=12),
    shuffle=st.randoms(use_true_random=False),
)
def test_many_groups_in_any_order_split_as_each_would_alone(groups, shuffle):
    rows = [(number, weight) for number, (_, weights) in enumerate(groups) for weight in weights]
    shuffle.shuffle(rows)
    amounts = [amount for amount, _ in groups]

    parts = split_columns(ints(amounts), ints([g for g, _ in rows]), ints([w for _, w in rows]))

    for number, amount in enumerate(amounts):
        mine = [i for i, (g, _) in enumerate(rows) if g == number]
        assert parts[mine].tolist() == split(amount, [rows[i][1] for i in mine])


@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=40),
    same=st.integers(1, 10**6),
    amount=st.integers(-100, 100),
)
def test_equal_weights_give_the_left_over_units_to_the_smallest_keys(sizes, same, amount):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    keys = -np.arange(groups.size)  # the last row of each group comes first

    parts = split_columns(np.full(len(sizes), amount), groups, np.full(groups.size, same), keys)

    for number, size in enumerate(sizes):
        assert parts[groups == number].tolist() == split(amount, [same] * size)[::-1]


def test_a_tie_goes_to_the_larger_weight_then_to_the_earlier_key():
    assert split(5, [3, 7]) == [1, 4]
    assert split(1, [1, 1, 1]) == [1, 0, 0]
    assert split(-5, [3, 7]) == [-1, -4]
    assert split_columns(ints([5, 1]), ints([0, 0, 1, 1, 1]), ints([3, 7, 1, 1, 1])).tolist() == [1, 4, 1, 0, 0]
    assert split_columns(ints([1]), ints([0, 0, 0]), ints([1, 1, 1]), ints([7, 9, 5])).tolist() == [0, 0, 1]


def test_remainders_that_only_differ_below_the_precision_of_a_float_are_told_apart():
    """Both remainders round to the same float; the exact one decides, not the order."""
    third = 2**59 // 3
    weights = [third, third + 1, third + 2]

    assert split_columns(ints([1]), ints([0] * 3), ints(weights)).tolist() == split(1, weights) == [0, 0, 1]


def test_amounts_without_anybody_to_carry_them_are_refused_and_zero_needs_nobody():
    with pytest.raises(ZeroWeights):
        split(1, [0, 0])
    with pytest.raises(ZeroWeights):
        split_columns(ints([1]), ints([0, 0]), ints([0, 0]))
    with pytest.raises(ZeroWeights):
        split_columns(ints([1, 5]), ints([0]), ints([1]))

    assert split_columns(ints([0, 5]), ints([0, 1]), ints([0, 1])).tolist() == [0, 5]
    assert split_columns(ints([0]), ints([]), ints([])).tolist() == []
    assert split_columns(ints([]), ints([]), ints([])).tolist() == []


def test_negative_weights_are_refused():
    with pytest.raises(ValueError, match="negative"):
        split(1, [-1, 2])
    with pytest.raises(ValueError, match="negative"):
        split_columns(ints([1]), ints([0, 0]), ints([-1, 2]))


def test_weights_may_be_decimals_and_fractions():
    assert split(100, [Decimal("0.333333"), Fraction(1, 3), 0]) == [50, 50, 0]


@given(
    a=st.integers(0, AMOUNT_BOUND - 1),
    bc=st.integers(1, WEIGHT_BOUND - 1).flatmap(lambda c: st.tuples(st.integers(0, c), st.just(c))),
)
@example(a=AMOUNT_BOUND - 1, bc=(WEIGHT_BOUND - 1, WEIGHT_BOUND - 1))
@example(a=AMOUNT_BOUND - 1, bc=(WEIGHT_BOUND - 2, WEIGHT_BOUND - 1))
def test_a_product_too_large_for_64_bits_is_divided_exactly(a, bc):
    b, c = bc

    whole, rest = muldiv(ints([a]), ints([b]), ints([c]))

    assert (int(whole[0]), int(rest[0])) == divmod(a * b, c)


@given(
    rows=st.lists(
        st.tuples(st.integers(-(2**61), 2**61), st.integers(0, 2**62), st.integers(1, 2**62)).filter(
            lambda row: abs(row[0]) * row[1] // row[2] < 2**62
        ),
        min_size=1,
        max_size=10,
    )
)
@example(rows=[(5, 1, 2), (-5, 1, 2), (AMOUNT_BOUND, 1, 3), (1, WEIGHT_BOUND + 1, WEIGHT_BOUND + 3)])
def test_products_are_rounded_half_away_from_zero_at_any_size(rows):
    a, b, c = (ints(column) for column in zip(*rows, strict=True))

    assert round_muldiv_columns(a, b, c).tolist() == [round_half_away(Fraction(x * y, z)) for x, y, z in rows]


def test_a_result_beyond_64_bits_is_an_error_and_never_wraps():
    with pytest.raises(OverflowError):
        round_muldiv_columns(ints([2**62]), ints([8]), ints([1]))


@given(rows=st.lists(st.tuples(st.integers(-(10**18), 10**18), st.integers(1, 10**18)), min_size=1, max_size=10))
@example(rows=[(1, 2), (-1, 2), (3, 2), (-3, 2), (2, 5)])
def test_quotients_are_rounded_half_away_from_zero(rows):
    numerators, denominators = (ints(column) for column in zip(*rows, strict=True))

    assert round_div_columns(numerators, denominators).tolist() == [round_half_away(Fraction(n, d)) for n, d in rows]


@given(amount=cents, parts=st.integers(1, 120))
def test_a_schedule_adds_up_at_every_step(amount, parts):
    plan = schedule(amount, parts)

    assert sum(plan) == amount
    assert max(plan) - min(plan) <= 1
    for k in range(parts + 1):
        assert sum(plan[:k]) == round_half_away(Fraction(amount * k, parts))


def test_a_three_year_schedule_of_an_amount_that_does_not_divide():
    plan = schedule(12_840_000, 36)

    assert plan[:3] == [356_667, 356_666, 356_667]
    assert (plan.count(356_667), plan.count(356_666)) == (24, 12)


def test_splitting_a_split_again_differs_from_splitting_once():
    """Why a posted amount is split once, at its leaves, and only summed above them."""
    once = split(10_000, [1] * 6)
    twice = [part for half in split(10_000, [1, 1]) for part in split(half, [1, 1, 1])]

    assert once == [1667, 1667, 1667, 1667, 1666, 1666]
    assert twice == [1667, 1667, 1666, 1667, 1667, 1666]


@given(rows=st.lists(st.tuples(st.integers(0, 9), st.integers(-(10**17), 10**17)), max_size=50))
def test_group_sums_are_exact_in_any_order(rows):
    groups, values = ints([g for g, _ in rows]), ints([v for _, v in rows])

    assert group_sums(groups, values, 10).tolist() == [sum(v for g, v in rows if g == n) for n in range(10)]


def test_group_sums_that_might_wrap_are_refused():
    half = 2**62

    with pytest.raises(OverflowError):
        group_sums(ints([0, 0]), ints([half, half]), 1)

    assert group_sums(ints([0]), ints([half]), 1).tolist() == [half]


def test_runs_begin_where_a_number_differs_from_the_one_before():
    assert run_starts(ints([3, 3, 5, 5, 5, 9])).tolist() == [0, 2, 5]
    assert run_starts(ints([])).tolist() == []
