"""What people cost, in numbers a person can check by hand, and the laws that hold for any."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.engine.facts import NONE
from finance.engine.labour import labour
from roi_project.kernel.money import round_half_away
from roi_project.kernel.shares import split
from tests.engine.build import FULL_WEEK, Org, day, rows_of

JULY = "2026-07"
INDEPENDENCE_DAY = ["2026-07-03"]
"""July 2026 has 22 working days where the third is free."""
FOUR_DAYS = (480, 480, 480, 480, 0, 0, 0)
NOTHING = (0,) * 7
THREE_FIFTHS = (288, 288, 288, 288, 288, 0, 0)


def july(**more) -> Org:
    return Org(JULY, free=INDEPENDENCE_DAY, **more)


def parts(org: Org, column: str = "variance") -> dict[tuple[str, int, str], int]:
    """Amounts by person, month and team."""
    facts = org.facts()
    table = labour(facts).parts
    return {
        (
            facts.codes["people"][person],
            int(month),
            facts.codes["teams"][team] if team != NONE else "bench",
        ): int(value)
        for person, month, team, value in zip(
            table["person"], table["month"], table["team"], table[column], strict=True
        )
    }


def posted(org: Org, column: str = "variance") -> list[int]:
    """What each month comes to."""
    facts = org.facts()
    table = labour(facts).parts
    return [int(table[column][table["month"] == month].sum()) for month in range(facts.months)]


# --- a month is a month ---


def test_a_month_costs_exactly_the_monthly_rate():
    assert posted(Org(JULY, 3).person("ada", pay="10000.01")) == [1_000_001] * 3


def test_somebody_who_joins_in_mid_month_costs_the_working_days_that_are_left():
    """12 of 22 working days."""
    assert posted(july().person("ada", pay="10000.00", hired="2026-07-16")) == [545_455]


def test_somebody_who_leaves_costs_the_days_before():
    assert posted(july().person("ada", pay="10000.00", left="2026-07-16")) == [454_545]


def test_nobody_costs_anything_outside_employment():
    org = Org(JULY, 3).person("ada", pay="10000.00", hired="2026-08-01", left="2026-09-01")

    assert posted(org) == [0, 1_000_000, 0]


def test_unpaid_leave_costs_its_working_days_less_and_no_more_days_count():
    """3 of 22 working days away: 19/22 of the month."""
    org = july().person("ada", pay="11000.00").unpaid("ada", "2026-07-06", "2026-07-09")

    assert posted(org) == [950_000]


def test_a_whole_month_of_unpaid_leave_costs_nothing_and_counts_nobody():
    org = july().person("ada", pay="11000.00").assign("ada", "search").unpaid("ada", "2026-07-01", "2026-08-01")

    assert labour(org.facts()).parts["person"].tolist() == []


def test_a_month_without_any_scheduled_time_is_counted_in_calendar_days():
    """A shutdown over all of June: half of 30 days is half the month, and all of them the month."""
    shutdown = [f"2026-06-{n:02d}" for n in range(1, 31)]
    half = Org("2026-06", free=shutdown).person("ada", pay="1000.00", hired="2026-06-16").assign("ada", "search")
    whole = Org("2026-06", free=shutdown).person("ada", pay="1000.00").assign("ada", "search", "0.5", end="2026-06-16")

    assert parts(half) == {("ada", 0, "search"): 50_000}
    assert parts(whole) == {("ada", 0, "search"): 25_000, ("ada", 0, "bench"): 75_000}


def test_a_card_in_a_month_without_scheduled_time_is_counted_in_calendar_days_too():
    shutdown = [f"2026-06-{n:02d}" for n in range(1, 31)]
    org = Org("2026-06", free=shutdown).card("engineer", "1000.00").person("ada", left="2026-06-10")

    assert posted(org, "amount") == [30_000]


def test_a_stretch_without_scheduled_time_in_a_month_that_has_some_costs_nothing():
    """Until the 16th nothing is scheduled; the rest of the month carries the whole month's pay."""
    org = july().person("ada", pay="1000.00", week=NOTHING).terms("ada", "2026-07-16")

    assert posted(org) == [100_000]


# --- patterns ---


def test_a_pattern_that_changes_in_mid_month_is_weighed_by_its_minutes():
    """10 days of 8 h and then 12 of 4.8 h: 4,800 of 8,256 minutes until the 16th."""
    org = july().person("ada", pay="1000.00").terms("ada", "2026-07-16", week=THREE_FIFTHS)
    org.assign("ada", "checkout", end="2026-07-16").assign("ada", "search", start="2026-07-16")

    assert parts(org) == {("ada", 0, "checkout"): 58_140, ("ada", 0, "search"): 41_860}
    assert round_half_away(Fraction(100_000 * 4_800, 8_256)) == 58_140


def test_a_card_is_for_full_time_and_is_scaled_by_the_contract_pay_is_not():
    part_time = july().card("engineer", "10000.00").person("ada", week=THREE_FIFTHS, pay="9000.00")

    assert posted(part_time, "amount") == [600_000]
    assert posted(part_time, "variance") == [300_000]


def test_a_card_follows_a_pattern_that_changes_in_mid_month():
    """10/22 of a full month and 12/22 of three fifths of one."""
    org = july().card("engineer", "11000.00").person("ada").terms("ada", "2026-07-16", week=THREE_FIFTHS)

    assert posted(org, "amount") == [500_000 + 360_000]


def test_minutes_are_those_of_the_pattern_and_not_a_share_of_full_time():
    """Four of five days are 18 working days of July 2026, not 0.8 x 22 = 17.6."""
    org = july().person("ada", pay="1.00", week=FOUR_DAYS).assign("ada", "search")

    assert parts(org, "minutes") == {("ada", 0, "search"): 18 * 480}


# --- rates ---


def test_an_hourly_rate_multiplies_scheduled_hours():
    org = july().person("ada", pay="50.00", unit="hour").unpaid("ada", "2026-07-06", "2026-07-07")

    assert posted(org) == [21 * 8 * 5_000]


def test_the_months_of_a_yearly_rate_add_up_to_the_year_from_wherever_it_starts():
    org = Org("2025-10", 12, fiscal_year_starts_in=10).person("ada", pay="100000.00", unit="year")

    months = posted(org)

    assert sum(months) == 10_000_000
    assert months[:3] == [833_333, 833_334, 833_333]


def test_a_rise_in_mid_month_is_rounded_once():
    """10/22 of 1,000.01 and 12/22 of 1,100.01: 1,054.555454... and not 454.55 + 600.01."""
    org = july().person("ada").pay("ada", "1000.01", end="2026-07-16").pay("ada", "1100.01", start="2026-07-16")

    assert posted(org) == [round_half_away(Fraction(10 * 100_001 + 12 * 110_001, 22))]


def test_a_change_from_hourly_to_monthly_pay_is_rounded_once_as_well():
    org = july().person("ada")
    org.pay("ada", "33.33", unit="hour", end="2026-07-16").pay("ada", "5000.01", start="2026-07-16")

    assert posted(org) == [round_half_away(Fraction(80 * 3_333) + Fraction(12 * 500_001, 22))]


def test_pay_in_another_currency_is_converted_once_and_then_split():
    org = Org(JULY).person("ada", pay="8400.00", currency="EUR").rate("EUR", JULY, "1.0842")
    org.assign("ada", "checkout", "0.6").assign("ada", "search", "0.4")

    assert parts(org) == {("ada", 0, "checkout"): 546_437, ("ada", 0, "search"): 364_291}


def test_a_rate_that_cannot_be_converted_is_named_and_costs_nothing():
    org = Org(JULY).card("engineer", "1000.00", currency="EUR").person("ada", pay="1000.00", currency="CHF")

    found = labour(org.facts())

    assert posted(org, "amount") == posted(org, "variance") == [0]
    assert rows_of(found.missing_fx, "month", "currency") == [(0, 1)]
    assert rows_of(found.missing_pay_fx, "month", "currency") == [(0, 2)]
    assert found.unpriced["minutes"].tolist() == [23 * 480]


def test_a_missing_card_is_named_and_its_minutes_are_not_priced():
    org = july().card("engineer", "1000.00", end="2026-07-16").person("ada").assign("ada", "search")

    found = labour(org.facts())

    assert parts(org, "minutes") == {("ada", 0, "search"): 22 * 480}
    assert parts(org, "priced_minutes") == {("ada", 0, "search"): 10 * 480}
    assert rows_of(found.unpriced) == [(0, 0, 0, 12 * 480, 0)]


def test_cards_that_price_few_people_are_counted():
    org = Org(JULY, 2).card("engineer", "1.00").card("designer", "2.00")
    org.person("ada").person("bob").person("cho", role="designer", left="2026-08-01")

    month, people, card = labour(org.facts()).card_use

    assert list(zip(month.tolist(), card.tolist(), people.tolist(), strict=True)) == [(0, 0, 2), (0, 1, 1), (1, 0, 2)]


@pytest.mark.parametrize("k", [0, 6, 10])
def test_amounts_larger_than_64_bits_on_the_way_are_exact(k):
    """A rial salary times the minutes of a month and of a week needs more than 64 bits."""
    amount = 123_456_789 * 10**k
    org = july(currency="JPY").card("engineer", str(amount)).person("ada", hired="2026-07-16", week=THREE_FIFTHS)

    assert posted(org, "amount") == [round_half_away(Fraction(amount * 12 * 3, 22 * 5))]


# --- shared people ---


def test_over_and_under_allocation_are_judged_by_the_day_and_never_netted():
    """Ten days at .5/.3/.3 and twelve at .5/.3 of 14,241.50: the sums are those of the worked example."""
    org = july().person("ada", pay="14241.50")
    org.assign("ada", "a", "0.5").assign("ada", "b", "0.3").assign("ada", "c", "0.3", end="2026-07-16")

    assert parts(org) == {
        ("ada", 0, "a"): 682_650,
        ("ada", 0, "b"): 409_590,
        ("ada", 0, "c"): 176_548,
        ("ada", 0, "bench"): 155_362,
    }


def test_over_allocation_is_a_finding_with_its_days():
    org = july().person("ada", pay="1.00")
    org.assign("ada", "a", "0.8").assign("ada", "b", "0.3", start="2026-07-16")

    assert rows_of(labour(org.facts()).over, "person", "month", "asked", "workdays") == [(0, 0, 1_100_000, 12)]


def test_somebody_without_a_team_is_on_the_bench():
    assert parts(july().person("ada", pay="100.00")) == {("ada", 0, "bench"): 10_000}


def test_full_time_equivalents_count_the_contract_and_the_days():
    """Half a month at full time and half at three fifths: (10 + 0.6 * 12) / 22."""
    org = july().person("ada", pay="1.00").terms("ada", "2026-07-16", week=THREE_FIFTHS).assign("ada", "search")

    assert parts(org, "fte_nano") == {("ada", 0, "search"): 781_818_182}


def test_full_time_equivalents_of_thirds_of_an_odd_week_do_not_depend_on_how_they_are_added_up():
    """333,333 millionths of 37.5 of 40 hours end in exactly half a billionth."""
    week = (450,) * 5 + (0, 0)
    once = july().person("ada", week=week, pay="1.00").assign("ada", "search", "0.333333")
    twice = july().person("ada", week=week, pay="1.00").assign("ada", "search", "0.333333", end="2026-07-09")
    twice.assign("ada", "search", "0.333333", start="2026-07-09")

    assert parts(once, "fte_nano")["ada", 0, "search"] == 312_499_688
    assert parts(twice, "fte_nano") == parts(once, "fte_nano")


# --- standard and actual ---


def test_variance_is_pay_minus_standard_and_nothing_without_pay():
    org = july().card("engineer", "10000.00").person("ada", pay="9500.00").person("bob")

    assert parts(org, "amount") == {("ada", 0, "bench"): 1_000_000, ("bob", 0, "bench"): 1_000_000}
    assert parts(org, "variance") == {("ada", 0, "bench"): -50_000, ("bob", 0, "bench"): 0}


def test_pay_for_half_a_month_is_compared_with_the_standard_of_that_half():
    """Standard 22,000; from the 16th 12/22 of it is compared with 12/22 of 33,000."""
    org = july().card("engineer", "22000.00").person("ada").pay("ada", "33000.00", start="2026-07-16")

    assert posted(org, "amount") == [2_200_000]
    assert posted(org, "variance") == [600_000]


# --- laws ---

share = st.integers(1, 100).map(lambda percent: Fraction(percent, 100))
awkward = st.integers(1, 10**6).map(lambda millionths: Fraction(millionths, 10**6))
day_of_july = st.integers(2, 31)
any_share = st.one_of(share, awkward)


@st.composite
def people(draw):
    """One person's July: hired and left some day, up to four assignments, a pattern and pay that may change."""
    org = july().card("engineer", str(draw(st.integers(1, 99_999))) + ".37")
    hired, left = draw(st.sampled_from([("2000-01-01", None), ("2026-07-10", None), ("2000-01-01", "2026-07-24")]))
    org.person("ada", hired=hired, left=left, week=draw(st.sampled_from([FULL_WEEK, THREE_FIFTHS, FOUR_DAYS])))
    if draw(st.booleans()):
        org.terms("ada", f"2026-07-{draw(day_of_july):02d}", week=draw(st.sampled_from([FULL_WEEK, FOUR_DAYS])))
    if draw(st.booleans()):
        org.pay("ada", str(draw(st.integers(1, 10**7))) + ".01", unit=draw(st.sampled_from(["hour", "month", "year"])))
    if draw(st.booleans()):
        org.unpaid("ada", "2026-07-06", f"2026-07-{draw(st.integers(7, 31)):02d}")
    for team in ("a", "b", "c", "d")[: draw(st.integers(0, 4))]:
        start = draw(st.one_of(st.none(), day_of_july))
        org.assign("ada", team, draw(any_share), *([f"2026-07-{start:02d}"] if start else []))
    return org


@settings(max_examples=80)
@given(org=people())
def test_parts_add_up_to_the_person_and_hold_within_a_unit_of_their_exact_share(org):
    facts = org.facts()
    found = labour(facts).parts

    for whole, part in (("whole", "amount"), ("variance_whole", "variance")):
        if found[part].size:
            assert found[part].sum() == found[whole][0]
            assert len(set(found[whole].tolist())) == 1


@settings(max_examples=60)
@given(org=people())
def test_parts_are_those_of_fractions_added_up_day_by_day(org):
    """The oracle: each day's scheduled minutes times the shares of that day, scaled down where they exceed one."""
    facts = org.facts()
    found = labour(facts).parts
    asked = facts.tables.get("assignments", {"team": [], "share": [], "start": [], "end": []})
    teams = len(facts.codes["teams"])
    weight = [Fraction(0)] * (teams + 1)
    terms, unpaid = facts.tables["terms"], facts.tables.get("unpaid", {"start": [], "end": []})
    first = int(facts.month_starts[0])
    for number in range(first, int(facts.month_starts[1])):
        person = facts.tables["people"]
        away = any(s <= number < e for s, e in zip(unpaid["start"], unpaid["end"], strict=True))
        if away or not person["employed_from"][0] <= number < person["employed_until"][0]:
            continue
        schedule = [s for s, start in zip(terms["schedule"], terms["start"], strict=True) if start <= number][-1]
        plan = facts.schedules.minutes[schedule]
        minutes = int(plan[number - first + 1] - plan[number - first])
        today = {
            int(team): Fraction(int(share), 10**6)
            for team, share, start, end in zip(*(asked[n] for n in ("team", "share", "start", "end")), strict=True)
            if start <= number < end
        }
        total = sum(today.values(), Fraction(0))
        for team, value in today.items():
            weight[team] += minutes * value / max(total, Fraction(1))
        weight[teams] += minutes * max(1 - total, Fraction(0))
    for column, whole in (("amount", "whole"), ("variance", "variance_whole")):
        if found[column].size:
            expected = split(int(found[whole][0]), weight)
            place = np.where(found["team"] == NONE, teams, found["team"])
            assert found[column].tolist() == [expected[i] for i in place]


@settings(max_examples=40)
@given(org=people(), cut_on=day_of_july)
def test_splitting_an_assignment_in_two_changes_nothing(org, cut_on):
    before = rows_of(labour(org.facts()).parts)
    rows, middle = [], f"2026-07-{cut_on:02d}"
    for row in org.rows.get("assignments", []):
        if row["start"] < day(middle) < row["end"]:
            rows += [row | {"end": day(middle)}, row | {"start": day(middle)}]
        else:
            rows.append(row)
    if rows:
        org.rows["assignments"] = rows

    assert rows_of(labour(org.facts()).parts) == before


def test_shares_without_a_common_denominator_in_64_bits_are_split_as_fractions():
    """Four stretches whose sums share no divisor: their product has 80 bits."""
    org = july().person("ada", pay="10000.00")
    for end, share in (("2026-07-08", "0.100003"), ("2026-07-15", "0.100019"), ("2026-07-22", "0.100043")):
        org.assign("ada", "z" + end[-2:], share, start=f"2026-07-{int(end[-2:]) - 7:02d}", end=end)
    org.assign("ada", "z29", "0.100049", start="2026-07-22").assign("ada", "a")
    days = [5 - 1, 5, 5, 8]
    extra = [100_003, 100_019, 100_043, 100_049]

    exact = [sum((Fraction(d * 10**6, 10**6 + e) for d, e in zip(days, extra, strict=True)), Fraction(0))]
    exact += [Fraction(d * e, 10**6 + e) for d, e in zip(days, extra, strict=True)]

    assert list(parts(org).values()) == split(1_000_000, exact)
