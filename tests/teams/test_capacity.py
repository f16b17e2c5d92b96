"""The supply of capacity from stored facts: named rows, filters, a fixed number of queries."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roi_project.access.audience import SYSTEM, Audience, Group
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from roi_project.kernel.errors import Forbidden, Invalid
from roi_project.kernel.period import parse_month
from teams.selectors.capacity import MOST_MONTHS, CapacityQuery, state, supply_report
from tests.golden import ROWS

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
JULY = parse_month("2026-07")
SINCE = {"starts_on": "2026-01-01"}
FOUR_PEOPLE = {
    "organisation-settings": [{"starts_on": "2020-01-01", "country": "US", "reporting_currency": "USD"}],
    "role-families": [{"code": "dev", "name": "Developer"}],
    "teams": [{"code": "payments", "name": "Payments"}],
    "people": [
        {"code": "ana", "role": "dev", "employed_from": "2020-01-01"},
        {"code": "ben", "role": "dev", "employed_from": "2026-06-01"},
        {"code": "cy", "role": "dev", "employed_from": "2020-01-01", "minutes_fri": 0},
        {"code": "di", "role": "dev", "employed_from": "2020-01-01"},
    ],
    "assignments": [
        {"person": "ana", "team": "payments", "share": "1", **SINCE},
        {"person": "ben", "team": "payments", "share": "1", "starts_on": "2026-06-01"},
        {"person": "cy", "team": "payments", "share": "1", **SINCE},
        {"person": "di", "team": "payments", "share": "0.5", **SINCE},
    ],
    "absences": [
        {"person": "ana", "reason": "paid_leave", "starts_on": "2026-07-06", "ends_on": "2026-07-08"},
        {"person": "cy", "reason": "sick", "starts_on": "2026-07-13", "ends_on": "2026-07-14"},
    ],
}


def send(rows):
    for kind, raws in rows.items():
        receipt = receive(SYSTEM, kind_named(kind), [(i, row, "json") for i, row in enumerate(raws, 1)])
        assert not receipt.refused, receipt.refused


def ask(first=JULY, last=JULY, **codes):
    return supply_report(SYSTEM, CapacityQuery(first=first, last=last, **codes)).rows


def names(rows):
    return [(row.team_code, row.role_code) for row in rows]


def figures(row):
    """A row without the place of its month in the span that was asked for."""
    return replace(row, supply=replace(row.supply, month=0))


@pytest.fixture
def four_people():
    send(FOUR_PEOPLE)


@pytest.fixture
def golden():
    people = ("organisation-settings", "value-streams", "role-families", "teams", "team-stream-shares", "people")
    send({kind: ROWS[kind] for kind in (*people, "assignments")})


def test_supply_of_four_people_as_stored(four_people):
    """capacity.supply: the order of factors is schedule, holidays, absence, share, ramp, overhead, reserve."""
    team, bench = ask()

    assert (team.team_code, team.team_name, team.role_code, team.role_name) == (
        "payments",
        "Payments",
        "dev",
        "Developer",
    )
    found = team.supply
    shown = [str(figure) for figure in (found.gross, found.present, found.effective, found.plannable)]
    assert shown == ["584.00", "560.00", "377.60", "339.84"]
    assert found.headcount == 4
    assert found.fte == Decimal("3.300000")
    assert team.full_time_hours == 176
    assert (bench.team_code, bench.role_code, bench.supply.fte) == ("", "dev", Decimal("0.500000"))


def test_who_was_there_when_the_data_begin_is_not_new(four_people):
    january, february = parse_month("2026-01"), parse_month("2026-02")

    for row in ask(january, february):
        if row.team_code:
            assert row.supply.effective == row.supply.present * Decimal("0.8")


def test_the_golden_teams(golden):
    rows = ask()

    assert names(rows) == [("checkout", "engineer"), ("platform", "engineer"), ("search", "engineer"), ("", "engineer")]
    checkout, platform, search, bench = (row.supply for row in rows)
    assert (checkout.headcount, checkout.shared_people) == (4, 2)
    assert (platform.headcount, platform.shared_people) == (2, 1)
    assert bench.fte == Decimal("0.100000")
    over = [str(row.over_fte_days) for row in (checkout, platform, search)]
    assert over == ["1.833333", "0.733333", "1.833333"]  # 22 days at 1.2, divided 0.5 : 0.2 : 0.5
    assert [finding.value for finding in search.findings] == ["over_allocated"]


def test_the_stream_of_a_team_is_named_when_it_is_the_only_one(golden):
    streams = {row.team_code: row.stream_code for row in ask()}

    assert streams == {"checkout": "", "platform": "", "search": "discovery", "": ""}


def test_months_are_apart_and_do_not_depend_on_what_else_is_asked(golden):
    shorter = {"starts_on": "2026-08-01", "country": "US", "reporting_currency": "USD", "full_time_week_minutes": 2250}
    send({"organisation-settings": [shorter]})

    alone, together = ask(), ask(JULY - 1, JULY + 1)

    assert [figures(row) for row in together if row.month == JULY] == [figures(row) for row in alone]
    assert [row.month for row in together] == sorted(row.month for row in together)
    august = next(row for row in together if row.month == JULY + 1)
    assert august.full_time_hours == Decimal("157.5")  # 21 weekdays


def test_teams_roles_and_streams_can_be_asked_for(golden):
    assert names(ask(teams=("search", "platform"))) == [("platform", "engineer"), ("search", "engineer")]
    assert names(ask(streams=("commerce",))) == [("checkout", "engineer")]
    assert names(ask(streams=("discovery",))) == [("checkout", "engineer"), ("search", "engineer")]
    assert len(ask(roles=("engineer",))) == 4


def test_a_filter_changes_no_figure(golden):
    everything = {row.team_code: row for row in ask()}

    assert [everything["checkout"]] == list(ask(teams=("checkout",)))


def test_a_stream_stands_for_its_parts(golden):
    send(
        {
            "value-streams": [
                {"code": "shop", "name": "Shop"},
                {"code": "commerce", "name": "Commerce", "parent": "shop"},
            ]
        }
    )

    assert names(ask(streams=("shop",))) == [("checkout", "engineer")]


@pytest.mark.parametrize("wrong", [{"teams": ("serch",)}, {"roles": ("x",)}, {"streams": ("x",)}])
def test_a_code_that_nobody_has_is_a_mistake(golden, wrong):
    with pytest.raises(Invalid, match="There is no"):
        ask(**wrong)


def test_a_span_has_an_end(golden):
    with pytest.raises(Invalid, match="at most 60 months"):
        ask(JULY, JULY + MOST_MONTHS)


def test_figures_are_for_those_who_may_see_them():
    with pytest.raises(Forbidden):
        supply_report(Audience(actor="user:eve", groups=frozenset({Group.ADMINISTRATOR})), CapacityQuery(JULY, JULY))


def test_an_organisation_without_anybody_has_no_rows():
    assert ask() == []


def test_a_country_nobody_told_is_a_finding(golden):
    send({"organisation-settings": [{"starts_on": "2026-01-01", "country": "", "reporting_currency": "USD"}]})

    rows = ask()

    assert rows[0].full_time_hours == 184  # without a country there are no holidays
    assert all("missing_country" in row.supply.findings for row in rows)


def test_ended_people_and_withdrawn_assignments_do_not_count(golden):
    send(
        {"people": [{"code": "ana", "role": "engineer", "employed_from": "2026-01-01", "employed_until": "2026-07-01"}]}
    )

    checkout = ask()[0].supply

    assert checkout.headcount == 3


def test_the_number_of_queries_does_not_grow_with_the_organisation(golden):
    with CaptureQueriesContext(connection) as few:
        ask()

    send(
        {
            "teams": [{"code": f"team-{i}", "name": "T"} for i in range(5)],
            "people": [{"code": f"p-{i}", "role": "engineer", "employed_from": "2026-01-01"} for i in range(20)],
            "assignments": [{"person": f"p-{i}", "team": f"team-{i % 5}", "share": "1", **SINCE} for i in range(20)],
        }
    )
    with CaptureQueriesContext(connection) as many:
        ask(JULY - 5, JULY + 6)

    assert len(many) == len(few)
    assert len(few) <= 36


def test_another_fact_of_this_floor_is_another_state_and_one_of_another_floor_is_not(golden):
    query = CapacityQuery(JULY, JULY)
    before = state(query)

    send({"cost-categories": [{"code": "cloud", "name": "Cloud"}], "metrics": ROWS["metrics"]})
    assert state(query) == before

    send({"absences": [{"person": "ana", "reason": "sick", "starts_on": "2026-07-06", "ends_on": "2026-07-08"}]})
    assert state(query).token != before.token


def test_a_new_name_is_another_state(golden):
    query = CapacityQuery(JULY, JULY)
    before = state(query)

    send({"teams": [{"code": "search", "name": "Search and find", "topology": "stream_aligned"}]})

    assert state(query).token != before.token
