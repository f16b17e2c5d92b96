"""Working time counted once, in one order: gross, present, effective, plannable."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roi_project.kernel.money import round_half_away
from roi_project.kernel.period import OPEN_DAY, day_number, month_starts, parse_month
from teams.engine.calendar import schedules
from teams.engine.capacity import BENCH, DEFAULT_POLICY, Policy, supply
from teams.engine.segments import ONE
from teams.engine.workforce import NONE, Finding, Workforce, months_after, tenure_start
from tests.teams.facts import day

FULL_WEEK = (480, 480, 480, 480, 480, 0, 0)
FOUR_DAYS = (480, 480, 480, 480, 0, 0, 0)
HALF_DAYS = (240, 240, 240, 240, 240, 0, 0)
JULY = "2026-07"
INDEPENDENCE_DAY = "2026-07-03"
A, B, C = 0, 1, 2
NOTHING_BUT_RAMP = Policy(overhead=Fraction(0), reserve=Fraction(0))
DEV = 0
OF_ASSIGNMENT = ("person", "team", "share", "start", "end", "tenure")
OF_ABSENCE = ("person", "start", "end", "long")


def n(text):
    return day_number(day(text))


def table(rows, names):
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {name: np.array(column, dtype=np.int64) for name, column in zip(names, columns, strict=True)}


def on(person, team, share, since="2020-01-01", until=None, tenure=None):
    """An assignment; `share` in hundredths."""
    end = OPEN_DAY if until is None else n(until)
    return person, team, share * 10_000, n(since), end, NONE if tenure is None else n(tenure)


def away(person, since, until, *, long=False):
    return person, n(since), n(until), int(long)


def organisation(*, weeks, assignments=(), absences=(), month=JULY, months=1, max_teams=(NONE,), warnings=None):
    """One person a week pattern, all of the first role, in a country that is off on 3 July."""
    starts = month_starts(parse_month(month), months).astype(np.int64)
    days = int(starts[-1] - starts[0])
    free = np.zeros((len(weeks), days), dtype=bool)
    if 0 <= n(INDEPENDENCE_DAY) - starts[0] < days:
        free[:, n(INDEPENDENCE_DAY) - starts[0]] = True
    everyone = np.arange(len(weeks), dtype=np.int64)
    return Workforce(
        month_starts=starts,
        employed_from=np.full(len(weeks), n("2020-01-01")),
        employed_until=np.full(len(weeks), OPEN_DAY, dtype=np.int64),
        terms={"person": everyone, "start": everyone * 0 - 2**30, "schedule": everyone, "role": everyone * 0 + DEV},
        schedules=schedules(first_day=int(starts[0]), days=days, patterns=np.array(weeks), free=free),
        full_time_week_minutes=2400,
        assignments=table(assignments, OF_ASSIGNMENT),
        absences=table(absences, OF_ABSENCE),
        teams=3,
        max_teams=np.array(max_teams, dtype=np.int64),
        warnings=warnings or (None,) * len(weeks),
    )


def by_team(rows):
    return {row.team: row for row in rows}


def test_supply_of_four_people():
    """capacity.supply: ana is away two days, ben is in his second month, cy works four days, di is shared."""
    ana, ben, cy, di = range(4)
    july = organisation(
        weeks=[FULL_WEEK, FULL_WEEK, FOUR_DAYS, FULL_WEEK],
        assignments=[
            on(ana, A, 100),
            on(ben, A, 100, "2026-06-01", tenure="2026-06-01"),
            on(cy, A, 100),
            on(di, A, 50),
        ],
        absences=[away(ana, "2026-07-06", "2026-07-08"), away(cy, "2026-07-13", "2026-07-14")],
    )

    team, bench = supply(july)

    shown = [str(figure) for figure in (team.gross, team.present, team.effective, team.plannable)]
    assert shown == ["584.00", "560.00", "377.60", "339.84"]
    assert (team.headcount, str(team.fte)) == (4, "3.300000")
    assert (bench.team, bench.gross, bench.headcount, bench.fte) == (BENCH, 88, 1, Decimal("0.5"))


def test_a_joiner_costs_240_of_960_hours():
    """capacity.ramp, as parts of months of 160 hours."""
    joined = organisation(weeks=[FULL_WEEK], assignments=[on(0, A, 100, "2026-07-01", tenure="2026-07-01")], months=6)

    parts = [row.effective / row.present for row in supply(joined, NOTHING_BUT_RAMP)]

    assert [160 * part for part in parts] == [40, 80, 120, 160, 160, 160]
    assert sum(160 - 160 * part for part in parts) == 240


def test_the_ramp_rises_on_the_day_a_month_of_tenure_is_full():
    joined = organisation(
        weeks=[FULL_WEEK],
        assignments=[on(0, A, 100, "2026-06-10", tenure="2026-06-10")],
        month="2026-06",
        months=5,
    )

    june, _, july, *_ = supply(joined, NOTHING_BUT_RAMP)

    assert june.effective == june.present / 4
    # Of 22 working days 6 are before the 10th (the 3rd is off) and 16 from it on.
    assert (july.present, july.effective) == (176, 6 * 8 * Decimal("0.25") + 16 * 8 * Decimal("0.5"))


def test_over_and_under_allocation_are_counted_by_the_day_and_never_netted():
    """labour.shared.over_under: ten days at 1.1, twelve days at 0.8."""
    july = organisation(
        weeks=[FULL_WEEK],
        assignments=[on(0, A, 50), on(0, B, 30), on(0, C, 30, until="2026-07-16")],
    )

    rows = by_team(supply(july))

    # 1.0 together, 50 : 30 : 30
    assert [str(rows[team].over_fte_days) for team in (A, B, C)] == ["0.454545", "0.272727", "0.272727"]
    assert rows[BENCH].fte == Decimal("0.109091")  # 2.4 of 22 days
    assert sum(row.gross for row in rows.values()) == 176
    assert sum(row.fte for row in rows.values()) == 1
    assert rows[A].gross == Decimal("84.36")  # 80 * 50 / 110 + 96 / 2
    assert rows[C].findings == (Finding.OVER_ALLOCATED,)
    assert rows[BENCH].findings == ()


def test_a_part_timer_is_over_allocated_by_part_of_a_full_time_equivalent():
    july = organisation(weeks=[HALF_DAYS], assignments=[on(0, A, 100), on(0, B, 50)])

    assert sum(row.over_fte_days for row in supply(july)) == Decimal("5.5")


def test_who_is_shared_counts_in_every_team_they_share():
    july = organisation(weeks=[FULL_WEEK, FULL_WEEK], assignments=[on(0, A, 60), on(0, B, 40), on(1, A, 100)])

    rows = by_team(supply(july))

    assert (rows[A].headcount, rows[A].shared_people) == (2, 1)
    assert (rows[A].fte, rows[A].shared_fte) == (Decimal("1.6"), Decimal("0.6"))
    assert (rows[B].headcount, rows[B].shared_people, rows[B].shared_fte) == (1, 1, Decimal("0.4"))


def test_a_shared_role_on_too_many_teams_at_once_is_a_finding_on_each():
    """capacity.shared_role_limit: priya is on three teams, lee on one, and the limit is two."""
    priya, lee = 0, 1
    july = organisation(
        weeks=[FULL_WEEK, FULL_WEEK],
        assignments=[on(priya, A, 40), on(priya, B, 30), on(priya, C, 30), on(lee, A, 100)],
        max_teams=(2,),
    )

    assert [row.findings for row in supply(july) if row.team != BENCH] == [(Finding.SHARED_ROLE_OVER_LIMIT,)] * 3


def test_one_team_after_another_is_no_more_than_one_at_once():
    july = organisation(
        weeks=[FULL_WEEK],
        assignments=[on(0, A, 100, until="2026-07-16"), on(0, B, 100, "2026-07-16")],
        max_teams=(1,),
    )

    rows = by_team(supply(july))

    assert rows[A].findings == rows[B].findings == ()
    assert (rows[A].shared_people, rows[B].shared_people) == (1, 1)


def test_who_has_no_team_is_on_the_bench_unless_on_a_long_leave():
    july = organisation(
        weeks=[FULL_WEEK, FULL_WEEK],
        absences=[away(0, "2026-07-01", "2026-08-01", long=True), away(1, "2026-07-06", "2026-07-08")],
    )

    (bench,) = supply(july)

    assert (bench.team, bench.headcount, bench.fte) == (BENCH, 1, 1)
    assert (bench.gross, bench.present, bench.plannable) == (176, 160, 0)


def test_a_weekend_between_two_assignments_is_no_bench():
    july = organisation(
        weeks=[FULL_WEEK],
        assignments=[on(0, A, 100, until="2026-07-11"), on(0, A, 100, "2026-07-13")],
    )

    (row,) = supply(july)

    assert (row.team, row.headcount, row.gross) == (A, 1, 176)


def test_absences_that_overlap_are_one_absence():
    july = organisation(
        weeks=[FULL_WEEK],
        assignments=[on(0, A, 100)],
        absences=[away(0, "2026-07-06", "2026-07-10"), away(0, "2026-07-08", "2026-07-14")],
    )

    (row,) = supply(july)

    assert row.gross - row.present == 6 * 8


def test_thirds_stay_exact_until_they_are_shown():
    july = organisation(
        weeks=[FULL_WEEK] * 3,
        assignments=[(person, A, 333_333, n("2026-07-01"), OPEN_DAY, NONE) for person in range(3)],
    )

    row = by_team(supply(july))[A]

    assert str(row.gross) == "176.00"  # three times 58.67 would be 176.01
    assert str(row.fte) == "0.999999"


def test_what_is_wrong_with_the_holidays_stands_on_the_row():
    july = organisation(
        weeks=[FULL_WEEK, FULL_WEEK],
        assignments=[on(0, A, 100), on(1, B, 100)],
        warnings=(Finding.MISSING_COUNTRY, Finding.UNKNOWN_HOLIDAYS),
    )

    assert [row.findings for row in supply(july)] == [(Finding.MISSING_COUNTRY,), (Finding.UNKNOWN_HOLIDAYS,)]


def test_nobody_makes_no_rows():
    assert supply(organisation(weeks=np.zeros((0, 7), dtype=np.int64))) == []


@pytest.mark.parametrize(
    ("since", "months", "later"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-01-31", 2, "2026-03-31"), ("2026-11-15", 3, "2027-02-15")],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(since, months, later):
    assert months_after(np.array([n(since)]), months).tolist() == [n(later)]


@pytest.mark.parametrize(
    ("first", "employed", "team_known", "team_starts", "tenure"),
    [
        ("2026-01-01", "2020-01-01", "2026-01-01", "1900-01-01", None),  # there when the data begin: nobody knows
        ("2026-03-01", "2020-01-01", "2026-01-01", "1900-01-01", "2026-03-01"),  # came later
        ("2026-01-01", "2026-02-16", "2026-01-01", "1900-01-01", "2026-02-16"),  # was hired later
        ("2026-01-01", "2020-01-01", "2026-01-01", "2026-01-01", "2026-01-01"),  # the team itself began then
        ("2026-01-01", "2020-01-01", "2026-01-01", "2023-01-01", None),  # the team is older than the data
    ],
)
def test_tenure_begins_where_the_data_show_it(first, employed, team_known, team_starts, tenure):
    found = tenure_start(
        first_assigned=np.array([n(first)]),
        employed_from=np.array([n(employed)]),
        team_known_from=np.array([n(team_known)]),
        team_starts_on=np.array([n(team_starts)]),
    )

    assert found.tolist() == [NONE if tenure is None else n(tenure)]


# --- the same, counted day by day ----------------------------------------------------------------------------------

START, DAYS = n("2026-06-01"), 61
some_days = st.integers(START - 120, START + DAYS + 10)
assignment = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.integers(1, ONE), some_days, st.integers(1, 90), st.none() | some_days
)
absence = st.tuples(st.integers(0, 2), some_days, st.integers(1, 30), st.booleans())


@settings(max_examples=60, deadline=None)
@given(st.lists(assignment, max_size=6, unique_by=lambda row: row[:2]), st.lists(absence, max_size=3))
def test_stretches_say_what_days_say(assignments, absences):
    rows = [(p, t, share, start, start + days, NONE if since is None else min(since, start))
            for p, t, share, start, days, since in assignments]  # fmt: skip
    gone = [(person, start, start + days, int(long)) for person, start, days, long in absences]
    workforce = organisation(
        weeks=[FULL_WEEK, FOUR_DAYS, HALF_DAYS], assignments=rows, absences=gone, month="2026-06", months=2
    )

    found = {(row.month, row.team): row for row in supply(workforce)}

    expected = day_by_day(workforce, rows, gone)
    assert found.keys() == expected.keys()
    for key, (gross, present, effective, fte, over) in expected.items():
        row = found[key]
        assert (row.gross, row.present, row.effective) == (shown(gross, 2), shown(present, 2), shown(effective, 2))
        assert (row.fte, row.over_fte_days) == (shown(fte, 6), shown(over, 6))


def shown(value, places):
    return Decimal(round_half_away(value * 10**places)).scaleb(-places)


def day_by_day(workforce, assignments, absences):
    """(month, team) -> gross, present, effective hours, FTE and over-allocated FTE-days, by the words of the page."""
    sums = {}
    for person, weekly in enumerate((2400, 1920, 1200)):
        for day_no in range(START, START + DAYS):
            month = int(day_no >= workforce.month_starts[1])
            first, last = (int(edge) for edge in workforce.month_starts[month : month + 2])
            minutes = scheduled(workforce, person, day_no)
            workdays = sum(scheduled(workforce, person, other) > 0 for other in range(first, last))
            mine = [row for row in assignments if row[0] == person and row[3] <= day_no < row[4]]
            gone = [row for row in absences if row[0] == person and row[1] <= day_no < row[2]]
            asked = Fraction(sum(row[2] for row in mine), ONE)
            parts = [(row[1], Fraction(row[2], ONE) / max(asked, 1), ramp(row[5], day_no)) for row in mine]
            if asked < 1 and not any(row[3] for row in gone) and minutes:
                parts.append((BENCH, 1 - asked, 0))
            for team, share, factor in parts:
                gross = Fraction(minutes, 60) * share
                present = 0 if gone else gross
                fte = Fraction(weekly, 2400) * share * (minutes > 0)
                more = (gross, present, present * factor * Fraction(4, 5), fte / workdays, fte * max(asked - 1, 0))
                old = sums.get((month, team), (0,) * 5)
                sums[month, team] = tuple(a + b for a, b in zip(old, more, strict=True))
    return sums


def scheduled(workforce, person, day_no):
    return int(workforce.schedules.minutes_between(person, day_no, day_no + 1))


def ramp(tenure, day_no):
    if tenure == NONE:
        return 1
    anniversaries = (int(months_after(np.array([tenure]), months)[0]) for months in (1, 2, 3))
    return DEFAULT_POLICY.ramp[sum(day_no >= anniversary for anniversary in anniversaries)]
