"""What work brought: who is credited, what stays external or unattributed, and what a measured change is worth."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.engine.accounts import Account as A
from finance.engine.accounts import BenefitState, LineKind
from finance.engine.benefits import benefit_lines, valued
from finance.engine.facts import NONE
from roi_project.kernel.money import round_half_away
from roi_project.kernel.shares import split
from tests.engine.build import Org, micro, rows_of

JUNE, JULY, AUGUST = "2026-06", "2026-07", "2026-08"


def credited(org: Org, *columns: str) -> dict[tuple[str, ...], int]:
    """Amounts by account or the names in these columns; "-" is nobody."""
    facts = org.facts()
    lines, _ = benefit_lines(facts)
    kinds = {"team": "teams", "stream": "streams", "epic": "epics"}
    found: dict[tuple[str, ...], int] = {}
    for i in range(lines["amount"].size):
        account = A(lines["account"][i])
        if account == A.BENEFIT:
            ranks = [(kinds[c], int(lines[c][i])) for c in columns or ("team",)]
            key = tuple("-" if rank == NONE else facts.codes[kind][rank] for kind, rank in ranks)
        else:
            key = (account.name.lower(),)
        found[key] = found.get(key, 0) + int(lines["amount"][i])
    return found


def won(amount: str = "1000.00", **outcome) -> Org:
    """An outcome of the epic faster-pay, and a benefit of it in July."""
    org = Org(JULY, 2).epic("faster-pay").outcome("conversion", epic="faster-pay", **outcome)
    return org.benefit(JULY, amount, outcome="conversion")


# --- who is credited ---


def test_by_effort_those_who_worked_on_the_epic_share_in_proportion():
    org = won("120000.00", model="effort")
    org.worked(JUNE, "faster-pay", "checkout", 600).worked(JULY, "faster-pay", "platform", 300)
    org.worked(JULY, "faster-pay", "data", 100)

    assert credited(org) == {("checkout",): 7_200_000, ("platform",): 3_600_000, ("data",): 1_200_000}


def test_effort_after_the_benefit_changes_nothing():
    org = won(model="effort").worked(JULY, "faster-pay", "checkout", 1).worked(AUGUST, "faster-pay", "search", 9)

    assert credited(org) == {("checkout",): 100_000}


def test_effort_is_added_up_to_each_benefits_own_month():
    org = won("900.00", model="effort").benefit(AUGUST, "900.00", outcome="conversion")
    for month, team, days in ((JUNE, "search", 1), (JULY, "checkout", 2), (AUGUST, "search", 3), (JULY, "search", 0)):
        org.worked(month, "faster-pay", team, days)
    facts = org.facts()

    lines, _ = benefit_lines(facts)

    assert rows_of(lines, "month", "team", "amount") == [(0, 0, 60_000), (0, 1, 30_000), (1, 0, 30_000), (1, 1, 60_000)]


def test_effort_that_comes_to_nothing_leaves_the_benefit_unattributed():
    assert credited(won(model="effort").worked(JULY, "faster-pay", "checkout", 0)) == {("unattributed",): 100_000}


def test_without_any_effort_the_teams_linked_to_the_epic_share_equally():
    org = won("100000.00", model="effort")
    org.link("faster-pay", "a").link("faster-pay", "b").link("faster-pay", "c").link(
        "faster-pay", "old", end="2026-07-01"
    )

    assert credited(org) == {("a",): 3_333_334, ("b",): 3_333_333, ("c",): 3_333_333}


def test_the_equal_model_asks_who_is_linked_and_not_who_worked():
    org = won(model="equal").link("faster-pay", "a").link("faster-pay", "b").worked(JULY, "faster-pay", "a", 5)

    assert credited(org) == {("a",): 50_000, ("b",): 50_000}


def test_a_link_that_was_split_in_two_counts_once():
    org = won(model="equal").link("faster-pay", "b")
    org.link("faster-pay", "a", end="2026-07-10").link("faster-pay", "a", start="2026-07-10")

    assert credited(org) == {("a",): 50_000, ("b",): 50_000}


def test_fixed_shares_below_one_leave_the_rest_unattributed():
    org = won().credit("conversion", "0.6", team="checkout").credit("conversion", "0.3", team="search")

    assert credited(org) == {("checkout",): 60_000, ("search",): 30_000, ("unattributed",): 10_000}


def test_fixed_shares_above_one_keep_their_proportion():
    org = won().credit("conversion", "0.9", team="checkout").credit("conversion", "0.9", team="search")

    assert credited(org) == {("checkout",): 50_000, ("search",): 50_000}


def test_fixed_shares_that_nobody_agreed_are_not_replaced_by_a_guess():
    assert credited(won().link("faster-pay", "a").worked(JULY, "faster-pay", "a", 1)) == {("unattributed",): 100_000}


def test_the_external_share_is_taken_first():
    org = won("120000.00", external="0.2", model="effort")
    for team, weight in (("a", 57), ("b", 24), ("c", 9)):
        org.worked(JULY, "faster-pay", team, weight)

    assert credited(org) == {("a",): 6_080_000, ("b",): 2_560_000, ("c",): 960_000, ("external",): 2_400_000}


def test_agreed_shares_are_shares_of_what_the_external_part_leaves():
    org = won(external="0.5").credit("conversion", "0.5", team="a")

    assert credited(org) == {("a",): 25_000, ("external",): 50_000, ("unattributed",): 25_000}


def test_a_benefit_may_tell_its_own_external_share_even_none():
    org = won(external="0.2").credit("conversion", "1", team="a")
    org.benefit(JULY, "100.00", outcome="conversion", external="0")

    assert credited(org) == {("a",): 80_000 + 10_000, ("external",): 20_000}


def test_a_benefit_that_is_all_external_credits_nobody():
    assert credited(won(external="1").credit("conversion", "1", team="a")) == {("external",): 100_000}


def test_a_benefit_without_outcome_or_epic_is_unattributed():
    assert credited(Org(JULY).benefit(JULY, "10.00")) == {("unattributed",): 1_000}


def test_a_benefit_of_an_epic_needs_no_outcome():
    org = Org(JULY).epic("faster-pay", commerce="1").benefit(JULY, "10.00", epic="faster-pay")
    org.worked(JULY, "faster-pay", "checkout", 1)

    assert credited(org, "epic", "team", "stream") == {("faster-pay", "checkout", "commerce"): 1_000}


# --- leaves ---


def test_one_split_over_teams_and_streams_so_that_both_roll_ups_agree():
    """10,000.01 over a third and two thirds, whose streams are halves and thirds."""
    org = Org(JUNE).epic("faster-pay").outcome("conversion", epic="faster-pay", model="effort")
    org.worked(JUNE, "faster-pay", "t1", 1).worked(JUNE, "faster-pay", "t2", 2)
    org.serves("t1", "v1", "0.5").serves("t1", "v2", "0.5")
    # Ten and twenty of thirty days: exact thirds, which no six decimals hold.
    org.serves("t2", "v1", "1", end="2026-06-11").serves("t2", "v2", "1", start="2026-06-11")
    org.benefit(JUNE, "10000.01", outcome="conversion")

    assert credited(org, "team", "stream") == {
        ("t1", "v1"): 166_667,
        ("t1", "v2"): 166_667,
        ("t2", "v1"): 222_222,
        ("t2", "v2"): 444_445,
    }
    assert credited(org, "team") == {("t1",): 333_334, ("t2",): 666_667}
    assert credited(org, "stream") == {("v1",): 388_889, ("v2",): 611_112}


def test_an_epics_streams_go_before_its_teams():
    org = won("100.00", model="effort").worked(JULY, "faster-pay", "checkout", 1).serves("checkout", "support")
    org.epic_serves("faster-pay", "commerce", "0.75")

    assert credited(org, "stream") == {("commerce",): 7_500, ("-",): 2_500}


def test_an_agreed_stream_goes_before_both():
    org = won("100.00").credit("conversion", "1", team="checkout", stream="discovery").serves("checkout", "support")

    assert credited(org, "team", "stream") == {("checkout", "discovery"): 10_000}


def test_a_benefit_of_nothing_keeps_its_leaves_because_zero_was_measured():
    org = won("0.00", external="0.2").credit("conversion", "0.5", team="a")

    lines, _ = benefit_lines(org.facts())

    assert rows_of(lines, "account", "amount") == [(A.BENEFIT, 0), (A.EXTERNAL, 0), (A.UNATTRIBUTED, 0)]


def test_a_loss_is_split_like_a_gain():
    assert credited(won("-1.00").credit("conversion", "0.5", team="a").credit("conversion", "0.5", team="b")) == {
        ("a",): -50,
        ("b",): -50,
    }


def test_rejected_benefits_are_left_out_and_claimed_ones_stay_claimed():
    org = Org(JULY).benefit(JULY, "1.00", state="rejected").benefit(JULY, "2.00", state="claimed").benefit(JULY, "3.00")

    lines, _ = benefit_lines(org.facts())

    assert rows_of(lines, "state", "amount") == [(BenefitState.CLAIMED, 200), (BenefitState.VALIDATED, 300)]


def test_a_benefit_in_another_currency_is_converted_once_and_named_without_a_rate():
    org = Org(JULY).benefit(JULY, "10.00", currency="EUR").benefit(JULY, "10.00", currency="CHF")
    org.rate("EUR", JULY, "1.0842")

    lines, missing = benefit_lines(org.facts())

    assert lines["amount"].tolist() == [1_084]
    assert rows_of(missing) == [(0, 2)]


millionths = st.integers(0, 10**6)


@given(
    cents=st.integers(-(10**15), 10**15),
    external=millionths,
    shares=st.lists(st.integers(1, 10**6), min_size=1, max_size=4),
    streams=st.lists(st.integers(1, 10**6), max_size=3),
    first=st.integers(1, 31),
)
def test_credit_is_one_exact_split_whatever_the_shares(cents, external, shares, streams, first):
    """Sevenfold products of awkward millionths leave 64 bits; the parts stay those of plain fractions."""
    org = Org(JULY).epic("e").outcome("o", epic="e", external=str(Fraction(external, 10**6)))
    for number, share in enumerate(shares):
        org.credit("o", str(Fraction(share, 10**6)), team=f"t{number}")
    for number, share in enumerate(streams):
        org.epic_serves("e", f"s{number}", str(Fraction(share, 10**6)), start=f"2026-07-{first:02d}")
    org.benefit(JULY, f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}", outcome="o")
    kept, whole = 10**6 - external, max(sum(shares), 10**6)
    days = 32 - first
    stream_whole = 31 * 10**6
    stream_weights = [share * days for share in streams]
    if sum(stream_weights) > stream_whole:
        stream_weights = split(stream_whole, stream_weights)
    parts = {f"s{n}": w for n, w in enumerate(stream_weights)}
    parts["-"] = stream_whole - sum(stream_weights)
    weights = {
        (f"t{n}", stream): kept * share * part for n, share in enumerate(shares) for stream, part in parts.items()
    }
    weights["external",] = external * whole * stream_whole
    weights["unattributed",] = kept * (whole - sum(shares)) * stream_whole
    weights = {leaf: weight for leaf, weight in weights.items() if weight}

    found = credited(org, "team", "stream")

    assert found == dict(zip(weights, split(cents, list(weights.values())), strict=True))
    assert sum(found.values()) == cents


# --- what a measured change is worth ---


def worth(org: Org) -> list[tuple[int, ...]]:
    return rows_of(valued(org.facts()), "month", "amount")


def conversion(**outcome) -> Org:
    org = Org(JULY, 2).metric("conversion").metric("sessions", "sum")
    return org.outcome("checkout", metric="conversion", **outcome)


def test_a_conversion_is_worth_its_margin_and_not_its_revenue():
    """(2.64 % - 2.40 %) x 500,000 sessions x 80.00 x 35 % = 33,600.00."""
    org = (
        conversion(baseline="0.024")
        .observed("conversion", JULY, "0.0264")
        .observed("sessions", JULY, "300000", "200000")
    )
    org.value("checkout", "80.00", volume_metric="sessions", margin="0.35")

    assert worth(org) == [(0, 3_360_000)]


def test_a_cost_that_falls_is_a_gain_where_lower_is_better():
    """(0.0120 - 0.0096) x 40,000,000 x 1.00 = 96,000.00."""
    org = conversion(baseline="0.012", direction=-1).observed("conversion", JULY, "0.0096")
    org.value("checkout", "1.00", volume="40000000")

    assert worth(org) == [(0, 9_600_000)]


def test_a_change_for_the_worse_is_a_loss_and_is_kept():
    org = conversion(baseline="0.03").observed("conversion", JULY, "0.0264").value("checkout", "1.00", volume="1000")

    assert worth(org) == [(0, -360)]


@pytest.mark.parametrize(("aggregate", "value"), [("sum", 6), ("mean", 2), ("last", 3)])
def test_observations_of_a_month_are_one_value_by_the_metrics_own_rule(aggregate, value):
    org = Org(JULY).metric("m", aggregate).outcome("o", metric="m").observed("m", JULY, "1", "2", "3")

    assert worth(org.value("o", "1.00", volume="1")) == [(0, value * 100)]


def test_a_month_without_an_observation_has_no_value_and_one_of_zero_has():
    org = conversion().observed("conversion", AUGUST, "0").value("checkout", "1.00", volume="1")

    assert worth(org) == [(1, 0)]


def test_a_volume_that_was_not_measured_gives_no_value():
    org = conversion().observed("conversion", JULY, "1").value("checkout", "1.00", volume_metric="sessions")

    assert worth(org) == []


def test_benefits_count_inside_the_outcomes_window_only():
    org = Org(JULY, 4).metric("m").outcome("o", metric="m", starts_in=AUGUST, window=2)
    for month in ("2026-07", "2026-08", "2026-09", "2026-10"):
        org.observed("m", month, "1")

    assert worth(org.value("o", "1.00", volume="1")) == [(1, 100), (2, 100)]


def test_a_valuation_counts_in_the_months_it_holds_for():
    org = conversion().observed("conversion", JULY, "1").observed("conversion", AUGUST, "1")
    org.value("checkout", "1.00", volume="1", end="2026-08-01").value(
        "checkout", "2.00", volume="1", start="2026-08-01"
    )

    assert worth(org) == [(0, 100), (1, 200)]


@given(
    value=st.integers(-(10**12), 10**12),
    baseline=st.integers(-(10**12), 10**12),
    volume=st.integers(0, 10**12),
    unit=st.integers(0, 10**6),
    margin=st.integers(1, 10**6),
)
def test_a_valuation_is_rounded_once_at_any_size(value, baseline, volume, unit, margin):
    org = Org(JULY).metric("m").outcome("o", metric="m", baseline=str(Fraction(baseline, 10**6)))
    org.observed("m", JULY, str(Fraction(value, 10**6)))
    org.value(
        "o", f"{unit // 100}.{unit % 100:02d}", volume=str(Fraction(volume, 10**6)), margin=str(Fraction(margin, 10**6))
    )
    exact = Fraction((value - baseline) * volume * unit * margin, 10**18)

    if abs(exact) < 2**62:
        assert worth(org) == [(0, round_half_away(exact))]
    else:
        with pytest.raises(OverflowError):
            valued(org.facts())


# --- four eyes ---


def reviewed(observed: str, *, state: str = "validated") -> list[tuple[int, ...]]:
    org = conversion(baseline="1").observed("conversion", JULY, observed).value("checkout", "1.00", volume="100")
    org.review(0, JULY, "50.00", state=state)
    lines, _ = benefit_lines(org.facts())
    return rows_of(lines, "kind", "state", "amount")


def test_a_valuation_is_claimed_until_somebody_has_seen_exactly_this_amount():
    assert reviewed("1.5") == [(LineKind.VALUATION, BenefitState.VALIDATED, 5_000)]
    assert reviewed("1.6") == [(LineKind.VALUATION, BenefitState.CLAIMED, 6_000)]


def test_a_rejected_valuation_is_left_out_until_its_amount_changes():
    assert reviewed("1.5", state="rejected") == []
    assert reviewed("1.4", state="rejected") == [(LineKind.VALUATION, BenefitState.CLAIMED, 4_000)]


def test_a_review_in_another_currency_has_not_seen_this_amount():
    org = conversion(baseline="1").observed("conversion", JULY, "1.5").value("checkout", "1.00", volume="100")
    org.review(0, JULY, "50.00", currency="EUR")

    lines, _ = benefit_lines(org.facts())

    assert lines["state"].tolist() == [BenefitState.CLAIMED]
    assert micro("0.5") == 500_000


def test_declared_shares_and_item_days_are_added_up_as_parts_of_a_teams_month():
    # Checkout declared half of its June; search sent 30 of its 40 item-days of June for the epic: 0.5 against 0.75.
    org = won("1000.00", model="effort").epic("other")
    org.worked(JUNE, "faster-pay", "checkout", "0.5")
    org.worked(JUNE, "faster-pay", "search", 30, item_days=True).worked(JUNE, "other", "search", 10, item_days=True)

    assert credited(org) == {("checkout",): 40_000, ("search",): 60_000}
