"""How stable and complete teams are: the worked example of docs/algorithms/team-design.md, its edges, and its laws."""

import datetime as dt
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi_project.kernel.period import OPEN_DAY, day_number
from teams.engine.design import ALWAYS, NONE, Assigned, DesignFinding, Roles, moved_in, spells, team_quarters

CHECKOUT, SEARCH, RETURNS = range(3)
ENGINEER, DESIGNER, MANAGER = range(3)
ANA, BEN, CHO, DEE, EVE = range(5)
SPRING = [day_number(dt.date(2026, 4, 1)), day_number(dt.date(2026, 7, 1))]


def day(text):
    return day_number(dt.date.fromisoformat(text))


def assigned(*rows):
    """Rows (subject, team, share, start, end), days as text, no end = None."""
    columns = [
        (subject, team, int(Fraction(share) * 1_000_000), day(start), OPEN_DAY if end is None else day(end))
        for subject, team, share, start, end in rows
    ]
    table = np.array(columns, dtype=np.int64).reshape(-1, 5)
    return spells(Assigned(*table.T))


def roles(*of_person, max_teams=(NONE, NONE, NONE)):
    people = np.arange(len(of_person), dtype=np.int64)
    return Roles(people, np.array(of_person), np.zeros_like(people), np.array(max_teams))


def quarters(people, has, *, starts_on=None, ends_on=None, teams=3, starts=SPRING):
    def lives(days, otherwise):
        return np.array([(days or {}).get(team, otherwise) for team in range(teams)], dtype=np.int64)

    return team_quarters(
        people,
        has,
        starts_on=lives(starts_on, ALWAYS),
        ends_on=lives(ends_on, OPEN_DAY),
        quarter_starts=np.array(starts),
    )


def of_team(team, found):
    (row,) = [row for row in found if row.team == team]
    return row


@pytest.fixture
def example():
    """Eve leaves Search for Checkout and Returns on the first of May; Dee leaves Checkout at the end of that month."""
    return assigned(
        (ANA, CHECKOUT, "1", "2024-01-01", None),
        (BEN, CHECKOUT, "1", "2025-03-01", "2026-05-01"),
        (BEN, CHECKOUT, "0.8", "2026-05-01", None),
        (CHO, CHECKOUT, "1", "2024-01-01", None),
        (DEE, CHECKOUT, "1", "2024-01-01", "2026-06-01"),
        (EVE, SEARCH, "1", "2024-01-01", "2026-05-01"),
        (EVE, CHECKOUT, "0.5", "2026-05-01", None),
        (EVE, RETURNS, "0.5", "2026-05-01", None),
    )


def test_the_worked_example_of_the_page(example):
    has = roles(ENGINEER, ENGINEER, DESIGNER, ENGINEER, MANAGER, max_teams=(NONE, NONE, 2))

    row = of_team(CHECKOUT, quarters(example, has))

    assert (row.members_start, row.joins, row.leaves, row.members_end) == (4, 1, 1, 4)
    assert (row.member_days, row.days) == (3 * 91 + 61 + 61, 91)
    assert row.average == Fraction(395, 91)
    assert row.stability == Fraction(304, 395)
    assert row.growth == 0
    assert row.moved_in == 1
    assert (row.dedicated, row.shared, row.over_limit) == (2, 1, 0)
    assert row.roles == ((ENGINEER, 2), (DESIGNER, 1), (MANAGER, 1))


def test_a_new_share_without_a_day_between_is_no_change():
    people = assigned((ANA, CHECKOUT, "1", "2024-01-01", "2026-05-01"), (ANA, CHECKOUT, "0.5", "2026-05-01", None))

    row = of_team(CHECKOUT, quarters(people, roles(ENGINEER)))

    assert (row.joins, row.leaves, row.stability) == (0, 0, 1)


def test_who_is_away_for_a_day_has_left_and_joined():
    people = assigned(
        (ANA, CHECKOUT, "1", "2024-01-01", "2026-05-01"),
        (ANA, CHECKOUT, "1", "2026-05-02", None),
        (BEN, CHECKOUT, "1", "2024-01-01", None),
    )

    row = of_team(CHECKOUT, quarters(people, roles(ENGINEER, ENGINEER)))

    assert (row.members_start, row.joins, row.leaves, row.members_end, row.member_days) == (2, 1, 1, 2, 181)


def test_those_a_team_begins_with_did_not_join_it():
    people = assigned(
        (ANA, CHECKOUT, "1", "2026-05-01", None),
        (BEN, CHECKOUT, "1", "2026-05-01", None),
        (CHO, CHECKOUT, "1", "2026-06-01", None),
    )

    row = of_team(CHECKOUT, quarters(people, roles(ENGINEER, ENGINEER, ENGINEER)))

    assert (row.members_start, row.joins, row.members_end, row.days) == (2, 1, 3, 61)
    assert row.stability == 1 - Fraction(1, 2) / Fraction(2 * 61 + 30, 61)
    assert row.growth == Fraction(1, 2)


def test_those_a_team_ends_with_did_not_leave_it():
    end = day("2026-06-01")
    people = assigned(
        (ANA, CHECKOUT, "1", "2024-01-01", "2026-06-01"),
        (BEN, CHECKOUT, "1", "2024-01-01", "2026-05-01"),
        (ANA, SEARCH, "1", "2026-06-01", None),
    )

    found = quarters(people, roles(ENGINEER, ENGINEER), ends_on={CHECKOUT: end})

    row = of_team(CHECKOUT, found)
    assert (row.members_start, row.joins, row.leaves, row.members_end, row.days) == (2, 0, 1, 1, 61)
    assert (row.dedicated, row.shared) == (1, 0)
    assert of_team(SEARCH, found).moved_in == 1


def test_a_last_day_at_the_end_of_a_quarter_counts_in_it_and_a_first_day_in_the_next_one_is_still_a_move():
    summer = [*SPRING, day("2026-10-01")]
    people = assigned(
        (ANA, CHECKOUT, "1", "2024-01-01", "2026-07-01"),
        (ANA, SEARCH, "1", "2026-07-01", None),
        (BEN, CHECKOUT, "1", "2024-01-01", None),
        (BEN, SEARCH, "0.1", "2024-01-01", None),
    )

    found = quarters(people, roles(ENGINEER, ENGINEER), starts=summer)

    checkout = [row for row in found if row.team == CHECKOUT]
    search = [row for row in found if row.team == SEARCH]
    assert [(row.leaves, row.members_end) for row in checkout] == [(1, 1), (0, 1)]
    assert [(row.joins, row.moved_in) for row in search] == [(0, 0), (1, 1)]


def test_a_team_before_anybody_is_known_on_it_has_no_row_unless_its_first_day_is_recorded():
    people = assigned((ANA, CHECKOUT, "1", "2027-01-01", None), (ANA, SEARCH, "1", "2027-01-01", None))

    found = quarters(people, roles(ENGINEER), starts_on={SEARCH: day("2026-01-01")})

    (row,) = found
    assert (row.team, row.members_start, row.members_end, row.days) == (SEARCH, 0, 0, 0)
    assert (row.average, row.stability, row.growth) == (None, None, None)


def test_somebody_on_more_teams_than_their_role_allows_is_told_on_each_of_them():
    people = assigned(*((ANA, team, "0.3", "2024-01-01", None) for team in (CHECKOUT, SEARCH, RETURNS)))

    found = quarters(people, roles(MANAGER, max_teams=(NONE, NONE, 2)))

    assert [(row.over_limit, row.shared, row.dedicated) for row in found] == [(1, 1, 0)] * 3


def test_roles_are_those_of_the_last_day():
    people = assigned((ANA, CHECKOUT, "1", "2024-01-01", None), (BEN, CHECKOUT, "1", "2024-01-01", None))
    has = Roles(
        subject=np.array([ANA, ANA, BEN]),
        role=np.array([ENGINEER, MANAGER, ENGINEER]),
        start=np.array([0, day("2026-06-30"), 0]),
        max_teams=np.array([NONE, NONE, NONE]),
    )

    assert of_team(CHECKOUT, quarters(people, has)).roles == ((ENGINEER, 1), (MANAGER, 1))


@pytest.mark.parametrize(
    ("limit", "told"), [(None, ()), (50, ()), (49, (DesignFinding.GREW_FAST,)), (0, (DesignFinding.GREW_FAST,))]
)
def test_a_team_grows_too_fast_only_beyond_a_limit_that_somebody_set(limit, told):
    people = assigned(
        (ANA, CHECKOUT, "1", "2024-01-01", None),
        (BEN, CHECKOUT, "1", "2024-01-01", None),
        (CHO, CHECKOUT, "1", "2026-05-01", None),
    )

    row = of_team(CHECKOUT, quarters(people, roles(ENGINEER, DESIGNER, ENGINEER)))

    assert row.growth == Fraction(1, 2)
    assert row.findings(has_purpose=True, growth_limit_percent=limit) == told


def test_what_a_team_lacks_is_told():
    people = assigned((ANA, CHECKOUT, "1", "2024-01-01", None), (BEN, SEARCH, "1", "2024-01-01", "2026-05-01"))
    found = quarters(people, roles(ENGINEER, ENGINEER))

    checkout, search = of_team(CHECKOUT, found), of_team(SEARCH, found)

    assert checkout.findings(has_purpose=False, growth_limit_percent=None) == ("no_purpose", "one_discipline")
    assert search.findings(has_purpose=True, growth_limit_percent=None) == ("no_members",)


def test_work_that_a_team_takes_on_beside_another_one_has_not_moved():
    epics = assigned(
        (0, CHECKOUT, "1", "2024-01-01", "2026-05-01"),
        (0, SEARCH, "1", "2026-05-20", None),
        (1, CHECKOUT, "1", "2024-01-01", None),
        (1, SEARCH, "1", "2026-05-20", None),
        (2, SEARCH, "1", "2026-05-20", None),
        (3, SEARCH, "1", "2024-01-01", "2026-04-20"),
        (3, SEARCH, "1", "2026-05-20", None),
    )

    assert moved_in(epics, *SPRING, 3).tolist() == [0, 1, 0]


DAYS = 60
BEGIN = day("2026-01-01")


@st.composite
def companies(draw):
    """Rows (person, team, start, end) in 60 days, none of them overlapping another of the same person and team."""
    rows = []
    for person, team in draw(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=10)):
        cuts = sorted(draw(st.sets(st.integers(0, DAYS), min_size=2, max_size=6)))
        rows += [(person, team, a, b) for a, b in pairwise(cuts) if draw(st.booleans())]
    return rows


@given(companies(), st.lists(st.integers(1, DAYS - 1), unique=True, max_size=3))
def test_every_day_counted_by_itself_comes_to_the_same(rows, cuts):
    starts = [0, *sorted(cuts), DAYS]
    table = np.array([(p, t, 1_000_000, BEGIN + a, BEGIN + b) for p, t, a, b in rows], dtype=np.int64).reshape(-1, 5)
    found = quarters(spells(Assigned(*table.T)), roles(*[ENGINEER] * 5), starts=[BEGIN + at for at in starts])

    on = {(p, t, d) for p, t, a, b in rows for d in range(a, b)}
    begins = {t: min(d for _, of, d in on if of == t) for _, t, _ in on}
    expected = []
    for quarter, (a, b) in enumerate(pairwise(starts)):
        for team in sorted(team for team, begun in begins.items() if begun < b):
            days = [(p, d) for p, t, d in on if t == team and a <= d < b]
            joins = sum((p, team, d - 1) not in on and d > begins[team] for p, d in days)
            leaves = sum((p, team, d + 1) not in on for p, d in days)
            expected.append((quarter, team, joins, leaves, len(days), b - max(a, begins[team])))
    assert [(row.quarter, row.team, row.joins, row.leaves, row.member_days, row.days) for row in found] == expected
    assert all(row.members_start + row.joins - row.leaves == row.members_end for row in found)
    ends = {(row.team, row.quarter + 1): row.members_end for row in found}
    assert all(ends.get((row.team, row.quarter), row.members_start) == row.members_start for row in found)
