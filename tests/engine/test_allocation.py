"""Effective shares: every column adds up to one, cycles are legal, and closed ones are named."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.engine import allocation
from finance.engine.allocation import (
    ClosedCycle,
    Usage,
    as_weights,
    closed_cycles,
    direct,
    effective_shares,
    idle_split,
    invert,
    reciprocal,
)
from roi_project.kernel.money import round_half_away


def usage(rows):
    pool, target, quantity = zip(*rows, strict=True)
    return Usage(np.array(pool), np.array(target), np.array(quantity, dtype=np.float64))


# --- published numbers ---

HR, DP, RM = "hr", "data", "maintenance"
DEPARTMENTS = {
    HR: {DP: "0.2", RM: "0.1", "machining": "0.4", "assembly": "0.3"},
    DP: {HR: "0.08", RM: "0.07", "machining": "0.3", "assembly": "0.55"},
    RM: {"machining": "0.5", "assembly": "0.5"},
}
COSTS = {HR: 80_000, DP: 120_000, RM: 40_000}


def shares_of(table):
    return {pool: {k: Fraction(v) for k, v in targets.items()} for pool, targets in table.items()}


def cents(value):
    return round_half_away(value * 100)


def test_three_departments_by_the_reciprocal_method():
    gross, final = reciprocal(COSTS, shares_of(DEPARTMENTS))

    assert {k: cents(v) for k, v in final.items()} == {"machining": 10_727_642, "assembly": 13_272_358}
    assert {k: cents(v) for k, v in gross.items()} == {HR: 9_105_691, DP: 13_821_138, RM: 5_878_049}
    assert sum(final.values()) == 240_000
    assert sum(gross.values()) > 288_000  # gross counts money twice: it is never spend


def test_three_departments_by_the_direct_method():
    assert {k: cents(v) for k, v in direct(COSTS, shares_of(DEPARTMENTS)).items()} == {
        "machining": 10_806_723,
        "assembly": 13_193_277,
    }


def test_two_departments_that_use_one_another():
    gross, _ = reciprocal(
        {"y": 7_260, "z": 4_000}, shares_of({"y": {"z": "0.2", "t": "0.8"}, "z": {"y": "0.3", "t": "0.7"}})
    )

    assert gross == {"y": 9_000, "z": 5_800}


def test_what_a_pool_uses_of_itself_changes_nothing():
    _, final = reciprocal({"p": 1_000}, shares_of({"p": {"p": "0.2", "a": "0.6", "b": "0.2"}}))
    kept = effective_shares(1, 2, usage([(0, 0, 2), (0, 1, 6), (0, 2, 2)]))
    dropped = effective_shares(1, 2, usage([(0, 1, 6), (0, 2, 2)]))

    assert final == {"a": 750, "b": 250}
    assert as_weights(kept).tolist() == as_weights(dropped).tolist() == [[750 * 10**9], [250 * 10**9]]


def test_pools_that_serve_only_one_another_are_named():
    with pytest.raises(ClosedCycle) as refused:
        reciprocal({"p": 1, "q": 1, "r": 1}, shares_of({"p": {"q": "1"}, "q": {"p": "1"}, "r": {"t": "1"}}))

    assert refused.value.members == ("p", "q")
    assert refused.value.reason == "closed_cycle_without_outlet"
    assert closed_cycles(3, usage([(0, 1, 1), (1, 0, 1), (2, 3, 1)])) == [0, 1]


def test_a_pool_that_feeds_a_closed_cycle_alone_is_part_of_it_and_one_with_another_way_out_is_not():
    assert closed_cycles(4, usage([(0, 1, 1), (1, 0, 1), (2, 0, 1), (3, 0, 1), (3, 4, 1)])) == [0, 1, 2]


def test_a_pool_without_usage_has_an_empty_column():
    shares = effective_shares(3, 1, usage([(0, 2, 1), (0, 3, 1), (1, 3, 5), (2, 3, 0)]))

    assert shares.tolist() == [[0.5, 1.0, 0.0]]


@pytest.mark.parametrize(
    ("capacity", "used", "charged", "idle"),
    [
        (1_500, {"a": 600, "b": 450, "c": 200}, {"a": 36_000, "b": 27_000, "c": 12_000}, 15_000),
        (1_500, {"a": 800, "b": 600, "c": 200}, {"a": 45_000, "b": 33_750, "c": 11_250}, 0),
        (0, {"a": 1}, {"a": 90_000}, 0),
    ],
)
def test_use_is_charged_at_capacity_cost_and_never_more_than_the_cost(capacity, used, charged, idle):
    assert idle_split(Fraction(90_000), Fraction(capacity), used) == (charged, idle)


# --- laws ---

quantity = st.integers(1, 10**9)


@st.composite
def usages(draw, most=6):
    """Pools, finals, and rows in which every pool serves at least one final object."""
    pools, finals = draw(st.integers(1, most)), draw(st.integers(1, 4))
    rows = [(pool, pools + draw(st.integers(0, finals - 1)), draw(quantity)) for pool in range(pools)]
    rows += draw(
        st.lists(
            st.tuples(st.integers(0, pools - 1), st.integers(0, pools + finals - 1), quantity),
            max_size=3 * pools,
            unique_by=lambda row: row[:2],
        )
    )
    return pools, finals, rows


@given(case=usages())
def test_every_column_adds_up_to_one(case):
    pools, finals, rows = case

    shares = effective_shares(pools, finals, usage(rows))

    assert np.allclose(shares.sum(axis=0), 1, rtol=0, atol=1e-12)
    assert (shares > -1e-15).all()


@given(case=usages(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(case, shuffle):
    pools, finals, rows = case
    mixed = list(rows)
    shuffle.shuffle(mixed)

    one, other = (as_weights(effective_shares(pools, finals, usage(some))) for some in (rows, mixed))

    assert one.tolist() == other.tolist()


@given(case=usages())
def test_it_is_the_limit_of_allocating_again_and_again(case):
    """F (1 + A + A A + ...), the number of rounds doubled fifty times."""
    pools, finals, rows = case
    here = usage(rows)
    total = np.zeros(pools)
    np.add.at(total, here.pool, here.quantity)
    once = np.zeros((pools + finals, pools))
    np.add.at(once, (here.target, here.pool), here.quantity / total[here.pool])
    rounds, power = np.eye(pools), once[:pools]
    for _ in range(50):
        rounds, power = rounds + power @ rounds, power @ power

    assert np.allclose(effective_shares(pools, finals, here), once[pools:] @ rounds, rtol=0, atol=1e-6)


@given(case=usages())
def test_the_columns_agree_with_the_named_form(case):
    pools, finals, rows = case
    table = {f"p{n}": {} for n in range(pools)}
    for pool, target, q in rows:
        name = f"p{target}" if target < pools else f"t{target - pools}"
        table[f"p{pool}"][name] = table[f"p{pool}"].get(name, Fraction(0)) + q
    shares = effective_shares(pools, finals, usage(rows))

    for pool in range(pools):
        _, final = reciprocal({f"p{pool}": 1}, table)
        for target in range(finals):
            assert abs(Fraction(float(shares[target, pool])) - final.get(f"t{target}", 0)) < Fraction(1, 10**12)


@settings(max_examples=40)
@given(case=usages())
def test_exact_inversion_and_lu_agree(case):
    pools, finals, rows = case
    exact = effective_shares(pools, finals, usage(rows))
    limit, allocation.EXACT_POOLS = allocation.EXACT_POOLS, 0
    try:
        by_lu = effective_shares(pools, finals, usage(rows))
    finally:
        allocation.EXACT_POOLS = limit

    assert np.allclose(exact, by_lu, rtol=0, atol=1e-9)


fractions = st.fractions(min_value=-5, max_value=5, max_denominator=20)


@given(
    rows=st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(fractions, min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_a_matrix_times_its_inverse_is_one(rows):
    n = len(rows)
    try:
        inverse = invert(rows)
    except ZeroDivisionError:
        assert abs(np.linalg.det(np.array(rows, dtype=float))) < 1e-6
        return

    product = [[sum(rows[i][k] * inverse[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
    assert product == [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
