"""Return on what was spent, and the windows it is read over."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.engine.accounts import WorkType
from finance.engine.returns import Undefined, cumulative, decimal_text, innovation_capacity, ratio, roi, rolling
from roi_project.kernel.errors import Reason

amounts = st.lists(st.integers(-1000, 1000), min_size=1, max_size=30)
BENEFIT = [0, 0, 5, 8, 12, 15, 18, 20, 22, 23, 24, 25, 26, 27]
COST = [20] * 6 + [15] * 8


@pytest.mark.parametrize(
    ("benefit", "cost", "expected"),
    [
        (150, 100, Fraction(1, 2)),
        (100, 100, Fraction(0)),
        (0, 100, Fraction(-1)),
        (-20, 100, Fraction(-6, 5)),
        (10, 0, Undefined(Reason.ZERO_COST)),
        (0, 0, Undefined(Reason.ZERO_COST)),
        (50, -10, Undefined(Reason.NEGATIVE_COST)),
    ],
)
def test_a_return_is_what_was_earned_on_top_or_a_reason(benefit, cost, expected):
    assert roi(benefit, cost) == expected


def test_innovation_capacity_is_the_part_of_cost_that_goes_into_what_is_new():
    """flow.investment_mix, with a fifth of what is new as experiments; what has no type is in the whole."""
    cost = {
        WorkType.FEATURE: 33_600,
        WorkType.EXPERIMENT: 8_400,
        WorkType.DEFECT: 9_000,
        WorkType.DEBT: 15_000,
        WorkType.RISK: 6_000,
        WorkType.UNSPECIFIED: 8_000,
    }

    assert innovation_capacity(cost) == Fraction(525, 1000)
    assert innovation_capacity({WorkType.RUN: 5}) == 0
    assert innovation_capacity({}) == Undefined(Reason.NO_DATA)


def test_a_return_of_sums_is_not_the_mean_of_returns():
    together = roi(100 + 900, 50 + 1000)
    apart = [roi(100, 50), roi(900, 1000)]

    assert decimal_text(together) == "-0.047619"
    assert decimal_text(sum(apart) / 2, 2) == "0.45"


def test_twelve_months_rolling_begin_in_the_twelfth():
    rolled, summed = rolling(BENEFIT, COST), cumulative(BENEFIT, COST)

    assert rolled[5] == Undefined(Reason.WINDOW_INCOMPLETE)
    assert [decimal_text(value) for value in rolled[11:]] == ["-0.180952", "-0.034146", "0.125000"]
    assert [decimal_text(summed[month]) for month in (11, 13)] == ["-0.180952", "-0.062500"]


@given(amounts, amounts, st.integers(1, 13))
def test_a_window_is_the_return_of_its_sums(benefits, costs, window):
    n = min(len(benefits), len(costs))
    benefits, costs = benefits[:n], costs[:n]

    rolled = rolling(benefits, costs, window=window)

    assert cumulative(benefits, costs)[-1] == roi(sum(benefits), sum(costs))
    for t in range(n):
        first = t - window + 1
        expected = roi(sum(benefits[first : t + 1]), sum(costs[first : t + 1])) if first >= 0 else None
        assert rolled[t] == (expected if expected is not None else Undefined(Reason.WINDOW_INCOMPLETE))
    if n >= window:
        assert rolled[window - 1] == cumulative(benefits, costs)[window - 1]


@given(benefit=st.integers(-(10**9), 10**9), cost=st.integers(1, 10**9), k=st.integers(1, 1000))
def test_a_return_does_not_depend_on_the_unit_of_money(benefit, cost, k):
    assert roi(benefit * k, cost * k) == roi(benefit, cost) == Fraction(benefit, cost) - 1


def test_a_coverage_of_nothing_is_undefined():
    assert ratio(1, 4) == Fraction(1, 4)
    assert ratio(0, 0) == Undefined(Reason.NO_DATA)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(1, 3), 6, "0.333333"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 10**9), 6, "0.000000"),
        (Fraction(12345, 100), 1, "123.5"),
        (Undefined(Reason.NO_DATA), 6, None),
    ],
)
def test_a_ratio_is_written_as_a_plain_decimal(value, places, text):
    assert decimal_text(value, places) == text
