"""The report about how teams are made up over HTTP: its contract, its figures, its manners."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from finance.admin import team_design
from outcomes.api import design
from outcomes.models import EpicTeam
from roi_project.access.audience import SYSTEM
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from teams.models import Assignment, Team

pytestmark = pytest.mark.django_db

URL = "/api/v1/reports/team-design/"
SPRING = {"from": "2026-04", "through": "2026-06"}
NOW = dt.datetime(2026, 7, 3, 9, tzinfo=dt.UTC)
CONTRACT = (
    "period_start,period_end,complete,team_code,team_name,team_type,has_purpose,members_start,joins,leaves,members_end,"
    "members_average,stability,stability_reason,growth,growth_reason,people_moved_in,work_moved_in,dedicated_people,"
    "shared_people,role_codes,single_holder_role_codes,finding_codes,as_of,stale,explain_url"
)


def person(code, role="engineer", **more):
    return {"code": code, "role": role, "employed_from": "2024-01-01", **more}


def on(team, code, starts_on="2024-01-01", ends_on=None, share="1"):
    return {"person": code, "team": team, "share": share, "starts_on": starts_on, "ends_on": ends_on}


ROWS = {
    "organisation-settings": [{"starts_on": "2024-01-01", "country": "US", "reporting_currency": "USD"}],
    "role-families": [
        {"code": "engineer", "name": "Engineer"},
        {"code": "designer", "name": "Designer"},
        {"code": "product-manager", "name": "Product manager", "max_teams": 2},
    ],
    "teams": [
        {"code": "checkout", "name": "Checkout", "purpose": "People pay."},
        {"code": "returns", "name": "Returns"},
        {"code": "search", "name": "Search", "purpose": "People find."},
    ],
    "people": [
        person("ana"),
        person("ben"),
        person("cho", "designer"),
        person("dee"),
        person("eve", "product-manager"),
    ],
    "assignments": [
        on("checkout", "ana"),
        on("checkout", "ben", "2025-03-01", "2026-05-01"),
        on("checkout", "ben", "2026-05-01", share="0.8"),
        on("checkout", "cho"),
        on("checkout", "dee", ends_on="2026-06-01"),
        on("search", "eve", ends_on="2026-05-01"),
        on("checkout", "eve", "2026-05-01", share="0.5"),
        on("returns", "eve", "2026-05-01", share="0.5"),
    ],
    "epics": [{"code": "pay", "name": "Pay", "work_type": "feature"}],
    "epic-teams": [
        {"epic": "pay", "team": "search", "starts_on": "2026-01-01", "ends_on": "2026-05-01"},
        {"epic": "pay", "team": "checkout", "starts_on": "2026-05-01"},
    ],
}
"""The worked example of docs/algorithms/team-design.md."""


def send(rows):
    for kind, raws in rows.items():
        receipt = receive(SYSTEM, kind_named(kind), [(i, row, "json") for i, row in enumerate(raws, 1)])
        assert not receipt.refused, receipt.refused


@pytest.fixture(autouse=True)
def example(db):
    send(ROWS)


@pytest.fixture
def ask(api, planner, monkeypatch):
    monkeypatch.setattr(design.timezone, "now", lambda: NOW)
    client = api(planner)
    return lambda **asked: client.get(URL, {**SPRING, **asked})


def row_of(answer, team):
    (row,) = [row for row in answer.json()["results"] if row["team_code"] == team]
    return row


def test_the_columns_and_their_order_are_a_contract(ask):
    answer = ask(format="csv")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="team-design-2026-04-2026-06.csv"'
    text = b"".join(answer.streaming_content).decode()
    assert text.split("\r\n")[0] == CONTRACT
    assert list(ask().json()["results"][0]) == CONTRACT.split(",")
    checkout = next(csv.DictReader(io.StringIO(text, newline="")))
    assert checkout["role_codes"] == "designer;engineer;product-manager"


def test_the_page_tells_of_every_column_in_order(settings):
    page = (settings.BASE_DIR / "docs" / "reports" / "team-design.md").read_text()
    table = page.split("## Columns, in this order")[1].split("##")[0]

    told = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    assert [(name.strip(" `"), says.strip()) for name, says in told] == list(design.WORDS.items())


def test_the_worked_example_of_the_page(ask):
    answer = ask()

    row = row_of(answer, "checkout")
    figures = ("members_start", "joins", "leaves", "members_end", "people_moved_in", "work_moved_in")
    assert [row[name] for name in figures] == [4, 1, 1, 4, 1, 1]
    assert (row["members_average"], row["stability"], row["growth"]) == ("4.34", "0.769620", "0.000000")
    assert (row["dedicated_people"], row["shared_people"]) == (2, 1)
    assert row["role_codes"] == ["designer", "engineer", "product-manager"]
    assert row["single_holder_role_codes"] == ["designer", "product-manager"]
    assert row["finding_codes"] == []
    assert row["explain_url"] == "/api/v1/assignments/?team=checkout&since=2026-04-01&until=2026-07-01"
    assert answer.json()["covers"] == "2026-04-01 to 2026-06-30, 1 quarter"
    assert answer.json()["moves"] == [
        {"period_start": "2026-04-01", "period_end": "2026-06-30", "people_moves": 2, "work_moves": 1}
    ]


def test_the_assignments_of_a_row_are_one_click_away(ask, api, planner):
    facts = api(planner).get(row_of(ask(), "checkout")["explain_url"]).json()["results"]

    assert {fact["person"]["code"] for fact in facts} == {"ana", "ben", "cho", "dee", "eve"}


def test_what_is_not_defined_is_null_with_a_reason(ask):
    row = row_of(ask(), "search")
    later = row_of(ask(**{"from": "2026-07", "through": "2026-07"}), "search")

    assert (row["members_start"], row["members_end"], row["stability"]) == (1, 0, "-0.516667")
    assert (later["stability"], later["stability_reason"]) == (None, "no_data")
    assert (later["growth"], later["growth_reason"]) == (None, "no_data")
    assert later["finding_codes"] == ["no_members"]


def test_findings_say_what_a_team_lacks(ask):
    send({"organisation-settings": [{**ROWS["organisation-settings"][0], "team_growth_limit_percent": 20}]})
    send({"people": [person("flo")], "assignments": [on("checkout", "flo", "2026-06-01")]})

    assert row_of(ask(), "checkout")["finding_codes"] == ["grew_fast"]
    assert row_of(ask(), "returns")["finding_codes"] == ["no_purpose", "one_discipline"]


def test_who_has_left_the_company_has_left_the_team(ask):
    send({"people": [person("ana", employed_until="2026-06-01")]})

    assert row_of(ask(), "checkout")["leaves"] == 2


def test_a_role_of_a_while_counts_while_it_lasts(ask):
    send({"person-terms": [{"person": "ana", "role": "designer", "starts_on": "2026-06-01", "ends_on": "2026-08-01"}]})

    assert row_of(ask(), "checkout")["single_holder_role_codes"] == ["engineer", "product-manager"]
    later = row_of(ask(**{"from": "2026-07", "through": "2026-09"}), "checkout")
    assert later["single_holder_role_codes"] == ["designer", "product-manager"]


def test_quarters_are_those_of_the_fiscal_year_and_whole(ask):
    send({"organisation-settings": [{**ROWS["organisation-settings"][0], "fiscal_year_starts_in": 2}]})

    answer = ask(**{"from": "2026-06", "through": "2026-08"}).json()

    assert answer["covers"] == "2026-05-01 to 2026-10-31, 2 quarters"
    assert {(row["period_start"], row["complete"]) for row in answer["results"]} == {
        ("2026-05-01", False),
        ("2026-08-01", False),
    }


def test_without_months_it_is_a_year_up_to_the_quarter_of_today(api, planner, monkeypatch):
    monkeypatch.setattr(design.timezone, "now", lambda: NOW)

    answer = api(planner).get(URL).json()

    assert answer["covers"] == "2025-07-01 to 2026-09-30, 5 quarters"
    assert {row["period_start"]: row["complete"] for row in answer["results"]} == {
        "2025-07-01": True, "2025-10-01": True, "2026-01-01": True, "2026-04-01": True, "2026-07-01": False,
    }  # fmt: skip


def test_teams_come_by_code_and_a_filter_changes_no_figure(ask):
    everything, one = ask().json(), ask(team="checkout").json()

    codes = [row["team_code"] for row in everything["results"]]
    assert codes == sorted(codes)
    assert one["results"] == [row for row in everything["results"] if row["team_code"] == "checkout"]
    assert one["moves"] == everything["moves"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"team": "chekout"}, "There is no team with the code “chekout”."),
        ({"from": "2026-07", "through": "2026-06"}, "“through” is before “from”."),
        ({"from": "2000-01", "through": "2026-06"}, "Ask for at most 20 quarters at a time."),
        ({"ordering": "-stability"}, "“ordering” is not a parameter; known here: format, from, team, through."),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(ask, as_problem, asked, sentence):
    assert sentence in as_problem(ask(**asked), 400, "invalid")["detail"]


def test_an_answer_is_new_when_a_purpose_a_person_or_work_is_new(ask, api, planner):
    tag = ask().headers["ETag"]
    client = api(planner)

    def same():
        return client.get(URL, SPRING, headers={"If-None-Match": tag}).status_code

    assert same() == 304
    for kind, row in (
        ("teams", {"code": "returns", "name": "Returns", "purpose": "Things come back."}),
        ("assignments", on("search", "ana", "2026-06-01", share="0.1")),
        ("epic-teams", {"epic": "pay", "team": "returns", "starts_on": "2026-06-01"}),
    ):
        send({kind: [row]})
        assert same() == 200, kind
        tag = ask().headers["ETag"]
        assert same() == 304


def test_the_page_of_all_teams_says_whether_work_moved_or_people(example, client, leader, monkeypatch):
    send({"teams": [{"code": "gifts", "name": "Gifts", "starts_on": "2026-06-01"}]})
    send({"assignments": [on("gifts", "dee", "2026-05-01")]})  # and is there from the team's first day on
    monkeypatch.setattr(team_design.timezone, "localdate", lambda: NOW.date())
    client.force_login(leader)

    body = client.get(reverse("admin:leader_teams")).content.decode()

    assert "From April to June 2026 1 epic and 3 people moved from one team to another." in body


def test_the_page_of_a_team_shows_its_last_five_quarters(client, leader):
    client.force_login(leader)
    team = Team.objects.get(code="checkout")

    link = client.get(reverse("admin:leader_team", args=[team.pk])).context["design_url"]
    page = client.get(link)

    assert page.status_code == 200
    assert len(page.context["quarters"]) == 5
    assert page.context["alone"] == "Designer, Product manager"
    body = page.content.decode()
    assert not [code for code in ("ana", "ben", "cho", "dee", "eve") if f">{code}<" in body]
    assert client.get(reverse("admin:leader_team_design", args=[999_999])).status_code == 404


def test_before_there_are_teams_there_are_no_rows_and_no_moves(api, planner):
    for model in (EpicTeam, Assignment, Team):
        model.objects.all().delete()

    answer = api(planner).get(URL, SPRING).json()

    assert answer["results"] == []
    assert [(moved["people_moves"], moved["work_moves"]) for moved in answer["moves"]] == [(0, 0)]
