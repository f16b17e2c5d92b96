"""Half-open spans of days, and months as whole numbers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi_project.kernel.period import (
    Period,
    day_number,
    from_day_number,
    month_index,
    month_start,
    month_starts,
    month_text,
    parse_month,
)

days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))
JULY = month_index(dt.date(2026, 7, 1))


@given(day=days)
def test_days_and_months_survive_the_way_there_and_back(day):
    assert from_day_number(day_number(day)) == day
    assert month_start(month_index(day)) == day.replace(day=1)
    assert parse_month(month_text(month_index(day))) == month_index(day)


def test_a_month_counts_up_by_one_over_the_turn_of_the_year():
    assert month_index(dt.date(2027, 1, 1)) - month_index(dt.date(2026, 12, 31)) == 1
    assert month_text(JULY) == "2026-07"


@pytest.mark.parametrize(
    "text", ["2026-7", "2026/07", "26-07", "2026-13", "2026-00", "1999-12", "2101-01", "٢٠٢٦-٠٧", ""]
)
def test_other_ways_to_write_a_month_are_refused(text):
    with pytest.raises(ValueError):
        parse_month(text)


def test_the_starts_of_a_span_of_months_end_with_the_day_after_it():
    starts = month_starts(JULY, 2)

    assert [from_day_number(day) for day in starts] == [dt.date(2026, 7, 1), dt.date(2026, 8, 1), dt.date(2026, 9, 1)]


def test_a_period_counts_its_start_and_not_its_end():
    july = Period.months(JULY, JULY)

    assert july.contains(dt.date(2026, 7, 1))
    assert july.contains(dt.date(2026, 7, 31))
    assert not july.contains(dt.date(2026, 8, 1))
    assert len(list(july.days())) == 31
    assert str(july) == "2026-07-01 until 2026-08-01"


def test_periods_that_only_touch_do_not_overlap():
    july, august = Period.months(JULY, JULY), Period.months(JULY + 1, JULY + 1)
    from_mid_july = Period(dt.date(2026, 7, 15), None)

    assert not july.overlaps(august)
    assert july.overlaps(from_mid_july)
    assert from_mid_july.overlaps(august)
    assert str(from_mid_july) == "2026-07-15 until further notice"


@given(a=days, b=days, c=days, d=days)
def test_two_periods_overlap_when_a_day_lies_in_both(a, b, c, d):
    first, second = Period(min(a, b), max(a, b) + dt.timedelta(1)), Period(min(c, d), max(c, d) + dt.timedelta(1))

    assert first.overlaps(second) == second.overlaps(first)
    assert first.overlaps(second) == (max(first.start, second.start) < min(first.end, second.end))


def test_a_period_that_ends_before_it_starts_does_not_exist():
    with pytest.raises(ValueError, match="end after it starts"):
        Period(dt.date(2026, 7, 1), dt.date(2026, 7, 1))


def test_an_open_period_has_no_days_to_list():
    with pytest.raises(ValueError, match="open"):
        list(Period(dt.date(2026, 7, 1), None).days())
