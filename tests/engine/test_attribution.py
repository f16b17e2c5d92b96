"""Shares by name: what documents and worked cases speak."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from outcomes.engine.attribution import EXTERNAL, UNATTRIBUTED, equal, leaf_shares, nested
from roi_project.kernel.shares import split

third, half = Fraction(1, 3), Fraction(1, 2)


def test_equal_shares_of_three():
    assert split(10_000_000, list(leaf_shares(equal("abc")).values())) == [3_333_334, 3_333_333, 3_333_333]


def test_leaves_of_teams_and_their_streams_roll_up_to_the_cent():
    leaves = nested(
        {"t1": third, "t2": 2 * third}, {"t1": {"v1": half, "v2": half}, "t2": {"v1": third, "v2": 2 * third}}
    )

    parts = dict(zip(leaves, split(1_000_001, list(leaves.values())), strict=True))

    assert parts == {("t1", "v1"): 166_667, ("t1", "v2"): 166_667, ("t2", "v1"): 222_222, ("t2", "v2"): 444_445}
    assert sum(amount for (team, _), amount in parts.items() if team == "t1") == 333_334
    assert sum(amount for (_, stream), amount in parts.items() if stream == "v1") == 388_889


def test_cost_as_a_weight_gives_everybody_the_same_return():
    """Why it is never used to compare teams."""
    cost = {"a": Fraction(57_000), "b": Fraction(24_000), "c": Fraction(9_000)}

    shares = leaf_shares(cost, external=Fraction(1, 5))

    assert {leaf: share * 120_000 for leaf, share in shares.items()} == {
        "a": 60_800, "b": 25_600, "c": 9_600, EXTERNAL: 24_000,
    }  # fmt: skip
    assert len({shares[team] * 120_000 / cost[team] for team in cost}) == 1


def test_incomplete_shares_leave_the_rest_unattributed():
    assert leaf_shares({"a": half}, external=half, complete=False) == {
        "a": Fraction(1, 4),
        EXTERNAL: half,
        UNATTRIBUTED: Fraction(1, 4),
    }
    assert leaf_shares({}) == {UNATTRIBUTED: 1}


@given(
    weights=st.dictionaries(st.sampled_from("abcdef"), st.fractions(0, 10), max_size=6),
    external=st.fractions(0, 1),
    complete=st.booleans(),
)
def test_shares_add_up_to_one(weights, external, complete):
    if not complete:
        total = sum(weights.values(), Fraction(0))
        weights = {leaf: weight / max(total, 1) for leaf, weight in weights.items()}

    assert sum(leaf_shares(weights, external=external, complete=complete).values()) == 1
