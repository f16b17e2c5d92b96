"""What moved a figure from one month to another: prices or people, and what became of benefits."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from finance.engine.changes import Moves, Priced, Work, at_earlier_prices, moves, rate_effect, running_parts

THEN = {"engineer": Work(10_000, 1_000_000)}
NOW = [Priced("engineer", Work(12_000, 1_320_000)), Priced("designer", Work(2_000, 300_000))]


def test_the_same_work_at_earlier_prices_is_what_prices_did_not_add():
    earlier = at_earlier_prices(THEN, NOW)

    # 12,000 minutes at 1.00, and a designer at today's price, because there was none then.
    assert earlier == Fraction(1_500_000, 1_620_000)
    assert rate_effect(1_620_000, earlier) == 120_000


def test_what_a_card_says_is_the_price_whatever_a_minute_cost():
    engineer, designer = NOW[0]._replace(move=Fraction(11, 10)), NOW[1]._replace(move=Fraction(5, 4))

    # 12,000.00 of engineers, and 2,400.00 of a designer whose price rose by a quarter; and the same without a then.
    assert at_earlier_prices(THEN, [engineer, designer]) == Fraction(1_200_000 + 240_000, 1_620_000)
    assert at_earlier_prices({}, [engineer, NOW[1]]) == Fraction(1_200_000 + 300_000, 1_620_000)


def test_a_month_that_is_shorter_is_no_change_of_a_monthly_price():
    then, now = {"engineer": Work(10_080, 800_000)}, Priced("engineer", Work(9_600, 800_000))

    assert rate_effect(800_000, at_earlier_prices(then, [now._replace(move=Fraction(1))])) == 0
    assert rate_effect(800_000, at_earlier_prices(then, [now])) == 38_095


def test_what_stands_on_two_streams_takes_the_index_of_its_team():
    earlier = at_earlier_prices(THEN, NOW)
    then, now = {"a": 800_000, "b": 200_000}, {"a": 810_000, "b": 810_000}

    rates = {stream: rate_effect(labour, earlier) for stream, labour in now.items()}
    people = {stream: now[stream] - then[stream] - rates[stream] for stream in now}

    assert rates == {"a": 60_000, "b": 60_000}
    assert people == {"a": -50_000, "b": 550_000}


def test_a_team_that_is_new_or_paid_nothing_has_no_change_of_prices():
    assert at_earlier_prices({}, NOW) == 1
    assert at_earlier_prices({"engineer": Work(0, 0)}, [Priced("engineer", Work(10, 100))]) == 1
    assert at_earlier_prices(THEN, []) == 1
    assert at_earlier_prices(THEN, [Priced("engineer", Work(10_000, 0))]) == 1


def test_work_that_had_no_rate_then_and_has_one_now_is_a_change_of_rates():
    assert at_earlier_prices({"engineer": Work(100, 0)}, [Priced("engineer", Work(100, 5_000))]) == 0
    assert rate_effect(5_000, Fraction(0)) == 5_000


def test_a_part_is_the_running_sum_less_the_one_before():
    assert running_parts(100, [1, 1, 1]) == [33, 34, 33]
    assert running_parts(-100, [2, -1, 2]) == [-67, 34, -67]


@given(
    amount=st.integers(-(10**12), 10**12),
    weights=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20),
)
def test_running_parts_neither_lose_nor_invent_a_cent(amount, weights):
    assume(sum(weights))

    assert sum(running_parts(amount, weights)) == amount


def test_a_source_of_one_month_is_new_or_ended_and_one_of_both_is_corrected():
    then = [("cash", "a", 100), ("cash", "b", 40), ("claimed", "c", 7)]
    now = [("cash", "b", 55), ("cash", "c", 8), ("cash", "d", 20)]

    found = moves(then, now)

    assert found["cash"] == Moves(before=140, after=83, new=20, ended=-100, corrected=15 + 8)
    assert found["claimed"] == Moves(before=7, after=0, corrected=-7)


parts = st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from("abcd"), st.integers(-(10**9), 10**9)), max_size=12)


@given(then=parts, now=parts)
def test_new_ended_and_corrected_add_up_to_the_change(then, now):
    for cell, found in moves(then, now).items():
        assert found.after - found.before == found.new + found.ended + found.corrected
        assert found.before == sum(amount for where, _, amount in then if where == cell)
        assert found.after == sum(amount for where, _, amount in now if where == cell)
