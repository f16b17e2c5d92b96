"""What was bought: contractor hours, invoices, service periods and cloud bills below the cent."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.engine.accounts import Account as A
from finance.engine.book import compile_book
from finance.engine.costs import contractor_lines, cost_lines, service_steps
from roi_project.kernel.money import round_half_away
from tests.engine.build import Org, day, money, rows_of

JULY = "2026-07"


def bought(org: Org) -> list[int]:
    return contractor_lines(org.facts())[0]["amount"].tolist()


def by_month(org: Org) -> list[int]:
    facts = org.facts()
    table, _ = cost_lines(facts)
    return [int(table["amount"][table["month"] == month].sum()) for month in range(facts.months)]


# --- contractors ---


def test_overtime_is_paid_by_its_multiplier():
    assert bought(Org(JULY).contractor(JULY, "search", "152.5", "92.00", overtime="8", multiplier="1.5")) == [1_513_400]


def test_a_contract_in_another_currency_is_posted_there_and_converted_once():
    org = Org(JULY).contractor(JULY, "search", "84.5", "92.00", currency="EUR").rate("EUR", JULY, "1.1437")

    assert bought(org) == [889_112]


def test_hours_with_four_decimals_are_rounded_once_half_away_from_zero():
    assert bought(Org(JULY).contractor(JULY, "search", "0.0050", "1.00")) == [1]
    assert bought(Org(JULY).contractor(JULY, "search", "0.0049", "1.00")) == [0]


def test_a_contract_beyond_64_bits_on_the_way_is_exact():
    org = Org(JULY, currency="JPY").contractor(JULY, "search", "2000", "70000000000000", overtime="0.5", multiplier="2")

    assert bought(org) == [2001 * 70_000_000_000_000]


def test_contractors_count_as_full_time_equivalents_by_hours():
    """84.5 of 176 hours in July 2026, with the third free."""
    facts = Org(JULY, free=["2026-07-03"]).contractor(JULY, "search", "84.5", "1.00").facts()

    assert contractor_lines(facts)[0]["fte_nano"].tolist() == [round_half_away(Fraction(845 * 10**8, 176))]


def test_a_contract_without_an_exchange_rate_is_left_out_and_named():
    lines, missing = contractor_lines(Org(JULY).contractor(JULY, "search", "1", "1.00", currency="EUR").facts())

    assert lines["amount"].tolist() == []
    assert rows_of(missing) == [(0, 1)]


# --- service periods ---


def test_an_invoice_without_a_service_period_falls_on_its_month():
    assert by_month(Org(JULY, 2).cost("12.34", on="2026-08-31", team="search")) == [0, 1_234]


def test_a_service_over_whole_months_is_spread_over_months():
    org = Org(JULY, 12).cost("100.00", service=("2026-07-01", "2026-10-01"), team="search")

    assert by_month(org) == [3_333, 3_334, 3_333] + [0] * 9


def test_three_years_of_a_service_that_does_not_divide():
    months = by_month(Org(JULY, 36).cost("128400.00", service=("2026-07-01", "2029-07-01"), team="search"))

    assert months[:3] == [356_667, 356_666, 356_667]
    assert (months.count(356_667), months.count(356_666), sum(months)) == (24, 12, 12_840_000)


def test_a_service_from_mid_month_is_spread_over_days():
    """20 days of July, 31 of August, 9 of September: 60 days."""
    org = Org(JULY, 3).cost("100.00", service=("2026-07-12", "2026-09-10"), team="search")

    assert by_month(org) == [3_333, 5_167, 1_500]


def test_a_service_that_reaches_beyond_the_span_posts_only_what_falls_in_it():
    org = Org(JULY, 2).cost("100.00", service=("2026-06-01", "2026-10-01"), team="search")

    assert by_month(org) == [2_500, 2_500]
    assert by_month(Org(JULY).cost("100.00", service=("2026-08-01", "2026-09-01"), team="search")) == [0]
    assert by_month(Org(JULY).cost("100.00", service=("2026-05-01", "2026-07-01"), team="search")) == [0]


def test_a_credit_is_spread_like_a_charge():
    org = Org(JULY, 3).cost("-100.00", service=("2026-07-01", "2026-10-01"), team="search")

    assert by_month(org) == [-3_333, -3_334, -3_333]


def test_a_service_with_a_part_below_the_cent_adds_up_to_its_rounded_amount():
    org = Org(JULY, 3).cost("0.025", service=("2026-07-01", "2026-10-01"), team="search")

    assert by_month(org) == [1, 1, 1]


dates = st.dates(min_value=np.datetime64("2026-01-01").item(), max_value=np.datetime64("2026-12-31").item())


@given(cents=st.integers(-(10**16), 10**16), edges=st.tuples(dates, dates).map(sorted).filter(lambda e: e[0] < e[1]))
def test_a_service_period_posts_the_whole_amount_in_all(cents, edges):
    org = Org("2026-01", 12).cost(Fraction(cents, 100), service=tuple(map(str, edges)), team="search")

    assert sum(by_month(org)) == cents


def test_steps_of_a_service_are_months_or_days():
    def steps(start, end):
        columns = (np.array([day(text)]) for text in (start, end, "2026-07-01", "2026-08-01"))
        return [int(x[0]) for x in service_steps(*columns)]

    assert steps("2026-06-01", "2026-09-01") == [3, 1, 2]
    assert steps("2026-06-02", "2026-09-01") == [91, 29, 60]


# --- below the cent ---


def cloud(*amounts: str, **more) -> Org:
    org = Org(JULY)
    for amount in amounts:
        org.cost(amount, on="2026-07-01", team="search", **more)
    return org


def lines(org: Org) -> list[int]:
    return cost_lines(org.facts())[0]["amount"].tolist()


def test_entries_below_the_cent_are_posted_as_one_sum():
    """Three times 0.004 is 0.012: one cent, where rounding each line would post none."""
    assert lines(cloud("0.004", "0.004", "0.004")) == [1, 0, 0]
    assert lines(cloud("0.004")) == [0]


def test_the_cent_goes_to_the_largest_remainder_not_to_the_first_line():
    assert lines(cloud("0.014", "0.019", "0.013")) == [2, 2, 1]
    assert lines(cloud("0.004", "0.009")) == [0, 1]


def test_halves_of_the_sum_are_rounded_away_from_zero_on_both_sides():
    assert sum(lines(cloud("0.0025", "0.0025"))) == 1
    assert sum(lines(cloud("-0.0025", "-0.0025"))) == -1
    assert lines(cloud("-0.004", "-0.009")) == [0, -1]


def test_sums_are_kept_apart_by_target_category_and_month():
    org = cloud("0.004", "0.004").cost("0.004", on="2026-07-01", team="checkout")
    org.cost("0.004", on="2026-07-01", team="search", category="licences")

    assert lines(org) == [1, 0, 0, 0]


def test_an_entry_below_the_cent_in_another_currency_is_converted_before_it_is_rounded():
    """0.004 USD is 0.66 yen: one yen, though rounded to the cent first it would have been none."""
    org = (
        Org(JULY, currency="JPY").cost("0.004", on="2026-07-01", team="search", currency="USD").rate("USD", JULY, "165")
    )

    assert lines(org) == [1]


exact = st.integers(-(10**9), 10**9).map(lambda n: Fraction(n, 10**8))


@given(amounts=st.lists(exact, min_size=1, max_size=8), rate=st.sampled_from([None, "1.0842", "0.0000123457"]))
def test_lines_below_the_cent_add_up_to_their_rounded_sum_and_hold_within_a_cent(amounts, rate):
    code = "EUR" if rate else "USD"
    org = cloud(*amounts, currency=code)
    if rate:
        org.rate("EUR", JULY, rate)
    converted = [amount * 100 * Fraction(rate or 1) for amount in amounts]

    found = lines(org)

    whole = [x for x, amount in zip(converted, amounts, strict=True) if (amount * 100).denominator == 1]
    parts = [x for x, amount in zip(converted, amounts, strict=True) if (amount * 100).denominator != 1]
    assert sum(found) == sum(map(round_half_away, whole)) + round_half_away(sum(parts, Fraction(0)))
    assert all(abs(line - x) <= 1 for line, x in zip(found, converted, strict=True))


def test_the_order_of_entries_moves_no_cent_between_different_ones():
    amounts = ["0.004", "0.0041", "0.0141", "3.005", "0.0002"]
    forward = dict(zip(amounts, lines(cloud(*amounts)), strict=True))
    backward = dict(zip(amounts[::-1], lines(cloud(*amounts[::-1])), strict=True))

    assert forward == backward


# --- where they land ---


@pytest.mark.parametrize(("target", "column"), [("team", "team"), ("pool", "pool"), ("stream", "stream")])
def test_a_cost_belongs_to_a_team_a_pool_or_a_stream(target, column):
    org = Org(JULY).cost("12.34", on="2026-07-01", **{target: "one"})
    facts = org.facts()

    posted = compile_book(facts).postings

    assert money(posted, facts=facts, account=A.DIRECT, **{column: "one"}) == "12.34"


def test_a_purchase_that_is_used_later_is_one_cost_and_not_two():
    """A commitment of 1.50 bought and used: the purchase is billed, its use costs nothing again."""
    org = Org(JULY).cost("1.50", on="2026-07-01", team="search").cost("0.00", on="2026-07-01", team="search")

    assert money(compile_book(org.facts()).postings, account=A.DIRECT) == "1.50"
