"""Working days by pattern and place, and stretches in which nothing about a person changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi_project.kernel.period import OPEN_DAY, from_day_number, month_starts
from teams.engine.calendar import schedules
from teams.engine.segments import cut, expand
from tests.engine.build import FULL_WEEK, day

JULY, AUGUST = day("2026-07-01"), day("2026-08-01")
MONDAY_TO_THURSDAY = (480, 480, 480, 480, 0, 0, 0)


def ints(*values):
    return np.array(values, dtype=np.int64)


def july(week, *free):
    off = np.zeros((1, 31), dtype=bool)
    for text in free:
        off[0, day(text) - JULY] = True
    return schedules(first_day=JULY, days=31, patterns=np.array([week]), free=off)


@pytest.mark.parametrize(
    ("week", "free", "workdays"),
    [
        (FULL_WEEK, (), 23),
        (FULL_WEEK, ("2026-07-03",), 22),
        (FULL_WEEK, ("2026-07-03", "2026-07-04"), 22),
        (MONDAY_TO_THURSDAY, ("2026-07-03",), 18),
    ],
)
def test_workdays_are_those_of_the_pattern_that_are_not_free(week, free, workdays):
    plan = july(week, *free)

    assert plan.workdays_between(ints(0), ints(JULY), ints(AUGUST)).tolist() == [workdays]
    assert plan.minutes_between(ints(0), ints(JULY), ints(AUGUST)).tolist() == [workdays * 480]
    assert plan.weekly.tolist() == [sum(week)]


@given(
    week=st.lists(st.integers(0, 1440), min_size=7, max_size=7),
    free=st.sets(st.integers(0, 30)),
    edges=st.tuples(*(st.integers(0, 31),) * 3).map(sorted),
)
def test_time_of_two_stretches_adds_up_to_that_of_both(week, free, edges):
    off = np.zeros((1, 31), dtype=bool)
    off[0, sorted(free)] = True
    plan = schedules(first_day=JULY, days=31, patterns=np.array([week]), free=off)
    a, b, c = (JULY + edge for edge in edges)

    def minutes(start, end):
        return int(plan.minutes_between(ints(0), ints(start), ints(end))[0])

    assert minutes(a, c) == minutes(a, b) + minutes(b, c)
    assert minutes(a, c) == sum(
        week[from_day_number(number).weekday()] for number in range(a, c) if number - JULY not in free
    )


def segments(people, months, *dated):
    return cut(
        people=people,
        month_starts=month_starts(2026 * 12 + 6, months).astype(np.int64),
        dated=[tuple(ints(*column) for column in zip(*rows, strict=True)) for rows in dated],
    )


def test_a_person_about_whom_nothing_changes_has_one_stretch_a_month():
    cuts = segments(2, 2)

    assert cuts.person.tolist() == [0, 0, 1, 1]
    assert cuts.month.tolist() == [0, 1, 0, 1]
    assert [str(from_day_number(d)) for d in cuts.start[:2]] == ["2026-07-01", "2026-08-01"]
    assert [str(from_day_number(d)) for d in cuts.end[:2]] == ["2026-08-01", "2026-09-01"]


def test_shares_of_three_teams_give_two_stretches_with_the_sum_of_each():
    """A half throughout, B .6 until the 16th, C .3 from then: 1.1 and then 0.8."""
    middle = day("2026-07-16")
    rows = [(0, JULY, OPEN_DAY), (0, JULY, middle), (0, middle, OPEN_DAY)]
    share = ints(500_000, 600_000, 300_000)

    cuts = segments(1, 1, rows)
    row, hit = cuts.spread(*(ints(*column) for column in zip(*rows, strict=True)))

    assert list(zip(cuts.start.tolist(), cuts.end.tolist(), strict=True)) == [(JULY, middle), (middle, AUGUST)]
    assert np.bincount(hit, share[row]).tolist() == [1_100_000, 800_000]


days = st.integers(JULY - 40, JULY + 100)


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), days, days).filter(lambda row: row[1] < row[2]), min_size=1, max_size=8)
)
def test_stretches_cover_every_day_once_and_rows_cover_their_own_days(rows):
    cuts = segments(3, 2, rows)
    starts = month_starts(2026 * 12 + 6, 2)

    for person in range(3):
        mine = cuts.person == person
        assert cuts.start[mine][0] == starts[0]
        assert cuts.end[mine][-1] == starts[-1]
        assert cuts.start[mine][1:].tolist() == cuts.end[mine][:-1].tolist()

    row, hit = cuts.spread(*(ints(*column) for column in zip(*rows, strict=True)))
    found = {(int(r), d) for r, s in zip(row, hit, strict=True) for d in range(cuts.start[s], cuts.end[s])}
    assert found == {
        (number, d)
        for number, (_, start, end) in enumerate(rows)
        for d in range(max(start, int(starts[0])), min(end, int(starts[-1])))
    }
    assert all(cuts.person[s] == rows[r][0] for r, s in zip(row, hit, strict=True))


def test_pairs_are_expanded_in_order():
    rows, places = expand(ints(4, 9, 0), ints(2, 0, 3))

    assert rows.tolist() == [0, 0, 2, 2, 2]
    assert places.tolist() == [4, 5, 0, 1, 2]
