"""A team that was renamed, merged or split keeps its history: rows under old names find the right one by their day."""

import datetime as dt

import pytest

from outcomes.models import Effort
from roi_project.access.audience import SYSTEM
from roi_project.intake.change import change
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from teams.models import Assignment, TeamName
from tests.teams.facts import day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]

MARCH = dt.date(2026, 3, 1)
LISBON = {"source": "jira", "external_id": "T1"}


def send(kind, *rows, **asked):
    return receive(SYSTEM, kind_named(kind), [(n, row, "json") for n, row in enumerate(rows, start=1)], **asked)


@pytest.fixture
def company(ada, bob):
    send("teams", {"code": "lisbon", "name": "Lisbon", **LISBON}, *({"code": c, "name": c} for c in ("porto", "faro")))
    send("metrics", {"code": "orders", "name": "Orders", "unit": "orders", "aggregate": "sum"})


def named(team="porto", starts_on="2026-03-01", **more):
    return {"system": "jira", "called": "T1", "team": team, "starts_on": starts_on, **more}


def works(starts_on, team=LISBON, person="ada"):
    return {"person": person, "team": team, "share": "0.5", "starts_on": starts_on}


def teams_of(kind):
    return list(kind.current.order_by("pk").values_list("team__code", flat=True))


def sentences(receipt):
    return [refused.sentence for refused in receipt.refused]


def test_a_row_under_an_old_name_goes_to_the_team_of_its_day():
    send("assignments", works("2026-01-01"))
    assert send("team-names", named()).created == 1

    assert send("assignments", works("2026-02-28", person="bob"), works("2026-03-01", person="bob")).created == 2

    assert teams_of(Assignment) == ["lisbon", "lisbon", "porto"]


def test_a_month_is_the_day_it_begins_on():
    send("team-names", named(starts_on="2026-03-02"))
    effort = {"team": LISBON, "work_type": "debt", "share": "0.5"}

    send("efforts", {**effort, "month": "2026-03"}, {**effort, "month": "2026-04"})

    assert teams_of(Effort) == ["lisbon", "porto"]


def test_an_old_code_is_a_name_and_so_is_one_that_no_team_has():
    send("team-names", named(system="", called="lisbon"), named(system="", called="oporto", starts_on="2020-01-01"))

    send("assignments", works("2026-01-01", "oporto"), works("2026-03-01", "lisbon", "bob"))

    assert teams_of(Assignment) == ["porto", "porto"]


def test_a_name_leads_on_to_the_team_that_took_over_in_turn():
    send("team-names", named(), named("faro", "2026-06-01", system="", called="porto"))

    send("assignments", works("2026-03-01"), works("2026-06-01", person="bob"))

    assert teams_of(Assignment) == ["porto", "faro"]


def test_after_a_split_a_row_has_to_say_which_one_is_meant():
    send("team-names", named("porto"), named("faro"))

    receipt = send("assignments", works("2026-02-01"), works("2026-03-01", person="bob"))

    assert sentences(receipt) == [
        "Row 2, team: external id T1 from source jira stands for faro and porto on 2026-03-01; "
        "send the code of the one that is meant."
    ]
    assert receipt.refused[0].code == "ambiguous_reference"
    assert send("assignments", works("2026-03-01", "faro")).created == 1


def test_names_that_stand_for_each_other_lead_nowhere_and_one_for_itself_here():
    send("team-names", named("faro", system="", called="porto"), named("porto", system="", called="faro"))
    send("team-names", named("lisbon", system="", called="lisbon"))

    assert sentences(send("assignments", works("2026-03-01", "porto"))) == [
        "Row 1, team: code porto leads in a circle on 2026-03-01, from porto to faro to porto; "
        "take one of these names back."
    ]
    assert send("assignments", works("2026-03-01", "lisbon")).created == 1


def test_the_id_of_a_team_is_no_name():
    send("team-names", named(system="", called="lisbon"))
    lisbon = {"id": kind_named("teams").model.objects.get(code="lisbon").pk}

    send("assignments", works("2026-03-01", lisbon))

    assert teams_of(Assignment) == ["lisbon"]


def test_a_name_that_was_taken_back_or_has_ended_stands_for_nothing():
    send("team-names", named(ends_on="2026-04-01", external_id="n1"))
    send("assignments", works("2026-04-01"))
    send("team-names", {"external_id": "n1", "withdrawn": True})
    send("assignments", works("2026-03-01", person="bob"))

    assert teams_of(Assignment) == ["lisbon", "lisbon"]
    assert TeamName.objects.count() == 2


def test_a_row_without_a_day_is_about_today():
    send("team-names", named(ends_on="2026-04-01"))
    pool = {"code": "platform", "name": "Platform", "team": LISBON}

    send("pools", pool, today=day("2026-03-15"))
    assert kind_named("pools").model.objects.get().team.code == "porto"
    send("pools", pool, today=day("2026-04-15"))
    assert kind_named("pools").model.objects.get().team.code == "lisbon"


def test_a_change_finds_the_team_by_the_day_of_the_fact():
    send("team-names", named())
    send("assignments", works("2026-03-01", "faro"))

    change(SYSTEM, kind_named("assignments"), Assignment.current.get().key, {"team": LISBON})

    assert teams_of(Assignment) == ["porto"]


def test_a_state_moves_what_runs_on_the_day_and_leaves_what_was():
    send("assignments", works("2026-01-01"), source="hr")
    send("team-names", named())

    row = {"person": "ada", "team": LISBON, "share": "0.5", "external_id": "A-17"}
    receipt = send("assignments", row, mode="snapshot", as_of=day("2026-03-05"), source="hr", confirm_ends=1)

    assert (receipt.created, receipt.counts["ended"]) == (1, 1)
    assert list(Assignment.current.order_by("starts_on").values_list("team__code", "starts_on", "ends_on")) == [
        ("lisbon", day("2026-01-01"), day("2026-03-05")),
        ("porto", day("2026-03-05"), None),
    ]


def test_one_name_of_one_team_does_not_hold_twice():
    send("team-names", named())

    receipt = send("team-names", named(starts_on="2026-05-01"))

    assert sentences(receipt)[0].startswith("Row 1, starts_on: 2026-05-01 without an end overlaps the team name")


def test_looking_for_names_is_one_query(django_assert_num_queries):
    from roi_project.intake.columns import Ref
    from roi_project.intake.forwarding import Forwards

    refs = [Ref("external", ("jira", f"T{number}")) for number in range(50)]

    with django_assert_num_queries(1):
        Forwards(kind_named("teams")).learn([*refs, Ref("id", 7)])
