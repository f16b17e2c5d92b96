"""Effective shares: every column adds up to one, cycles are legal, and closed ones are named."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.engine import allocation
from finance.engine.allocation import Usage, as_weights, closed_cycles, effective_shares, invert
from roi_project.kernel.money import round_half_away
from tests.engine.by_name import reciprocal, reciprocal_parts


def usage(rows):
    pool, target, quantity = zip(*rows, strict=True)
    return Usage(np.array(pool), np.array(target), np.array(quantity, dtype=np.float64))


# --- examples ---


def test_three_departments_by_columns_and_by_name():
    """University of Regina, Introduction to Operations; through the books: tests/engine/test_published.py."""
    costs = {"hr": 80_000, "data": 120_000, "maintenance": 40_000}
    by_name = {
        "hr": {"data": 20, "maintenance": 10, "machining": 40, "assembly": 30},
        "data": {"hr": 8, "maintenance": 7, "machining": 30, "assembly": 55},
        "maintenance": {"machining": 50, "assembly": 50},
    }
    numbers = {name: number for number, name in enumerate([*costs, "machining", "assembly"])}
    rows = [(numbers[pool], numbers[user], n) for pool, users in by_name.items() for user, n in users.items()]

    columns = effective_shares(3, 2, usage(rows)) @ list(costs.values())
    carried = reciprocal(costs, by_name)

    assert [round_half_away(Fraction(amount) * 100) for amount in columns] == [10_727_642, 13_272_358]
    assert {name: round_half_away(amount * 100) for name, amount in carried.items()} == {
        "machining": 10_727_642,
        "assembly": 13_272_358,
    }
    assert sum(carried.values()) == 240_000


def test_what_a_pool_uses_of_itself_changes_nothing():
    kept = effective_shares(1, 2, usage([(0, 0, 2), (0, 1, 6), (0, 2, 2)]))
    dropped = effective_shares(1, 2, usage([(0, 1, 6), (0, 2, 2)]))

    assert as_weights(kept).tolist() == as_weights(dropped).tolist() == [[750 * 10**9], [250 * 10**9]]


def test_pools_that_serve_only_one_another_are_found():
    assert closed_cycles(3, usage([(0, 1, 1), (1, 0, 1), (2, 3, 1)])) == [0, 1]


def test_a_pool_that_feeds_a_closed_cycle_alone_is_part_of_it_and_one_with_another_way_out_is_not():
    assert closed_cycles(4, usage([(0, 1, 1), (1, 0, 1), (2, 0, 1), (3, 0, 1), (3, 4, 1)])) == [0, 1, 2]


def test_a_pool_without_usage_has_an_empty_column():
    shares = effective_shares(3, 1, usage([(0, 2, 1), (0, 3, 1), (1, 3, 5), (2, 3, 0)]))

    assert shares.tolist() == [[0.5, 1.0, 0.0]]


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
def test_the_columns_agree_with_the_method_by_name(case):
    pools, finals, rows = case
    by_name = {f"p{n}": {} for n in range(pools)}
    for pool, target, q in rows:
        name = f"p{target}" if target < pools else f"t{target - pools}"
        by_name[f"p{pool}"][name] = by_name[f"p{pool}"].get(name, 0) + q
    shares = effective_shares(pools, finals, usage(rows))

    for pool, parts in reciprocal_parts(by_name).items():
        for target in range(finals):
            found = Fraction(float(shares[target, int(pool[1:])]))
            assert abs(found - parts.get(f"t{target}", 0)) < Fraction(1, 10**12)


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
