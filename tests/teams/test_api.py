"""Teams, people and assignments over HTTP, as a planning tool would send them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Assignment, Person, Team
from tests.teams.facts import day, told

pytestmark = pytest.mark.django_db

API = "/api/v1"
ALL = [
    "organisation-settings",
    "value-streams",
    "role-families",
    "teams",
    "team-stream-shares",
    "people",
    "person-terms",
    "assignments",
    "closures",
    "absences",
]
ABOUT_PEOPLE = ["people", "person-terms", "assignments", "absences"]


@pytest.fixture
def tool(api, planner):
    return api(planner)


def listed(client, path):
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.mark.parametrize("kind", ALL)
def test_every_list_opens_and_is_empty_at_first(tool, kind):
    assert listed(tool, f"{kind}/") == []


@pytest.mark.parametrize("kind", ALL)
def test_a_mistyped_filter_is_refused(tool, kind, as_problem):
    as_problem(tool.get(f"{API}/{kind}/?teem=payments"), 400, "invalid")


def test_what_is_about_people_is_not_for_administrators(api, administrator, as_problem):
    client = api(administrator)
    for kind in ALL:
        answer = client.get(f"{API}/{kind}/")
        if kind in ABOUT_PEOPLE:
            as_problem(answer, 403, "forbidden")
        else:
            assert answer.status_code == 200, kind


def test_a_leader_reads_and_does_not_write(api, leader, as_problem):
    client = api(leader)
    assert listed(client, "people/") == []
    as_problem(client.post(f"{API}/teams/", {"code": "x", "name": "X"}), 403, "forbidden")


def test_settings_are_for_finance_and_administrators(api, planner, administrator, as_problem):
    row = {"starts_on": "2026-01-01", "country": "US", "reporting_currency": "USD"}

    as_problem(api(planner).post(f"{API}/organisation-settings/", row), 403, "forbidden")
    answer = api(administrator).post(f"{API}/organisation-settings/", row)

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["country"], body["reporting_currency"], body["full_time_week_minutes"]) == ("US", "USD", 2400)
    assert (body["official_rates"], body["single_controller"]) == ("standard", False)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"reporting_currency": "EURO"}, "/reporting_currency"),
        ({"reporting_currency": "XYZ"}, "/reporting_currency"),
        ({"accounting_time_zone": "Mars/Olympus"}, "/accounting_time_zone"),
        ({"accounting_time_zone": "../etc/passwd"}, "/accounting_time_zone"),
        ({"country": "us"}, "/country"),
        ({"fiscal_year_starts_in": 13}, "/fiscal_year_starts_in"),
    ],
)
def test_settings_are_checked_one_by_one(api, finance, as_problem, wrong, pointer):
    answer = api(finance).post(f"{API}/organisation-settings/", {"starts_on": "2026-01-01", **wrong})

    problem = as_problem(answer, 400, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == [pointer]


def test_an_organisation_is_sent_in_order(tool):
    def send(kind, *rows):
        answer = tool.post(f"{API}/{kind}/bulk/", {"rows": list(rows), "source": "hr"})
        assert answer.status_code == 200, (kind, answer.content)
        assert answer.json()["created"] == len(rows)

    send("value-streams", {"code": "buy/cart", "name": "Cart", "parent": "buy"}, {"code": "buy", "name": "Buy"})
    send("role-families", {"code": "DEV", "name": "Developer"}, {"code": "PM", "name": "PM", "max_teams": 2})
    send("teams", {"code": "payments", "name": "Payments"})
    send("team-stream-shares", {"team": "payments", "stream": "buy", "share": "0.8", "starts_on": "2026-01-01"})
    send("people", {"code": "ada", "role": "DEV", "employed_from": "2020-01-01"})
    send("person-terms", {"person": "ada", "minutes_fri": 0, "starts_on": "2026-07-01"})
    send("assignments", {"person": "ada", "team": "payments", "share": "0.5", "starts_on": "2026-01-01"})
    send("closures", {"on": "2026-12-24", "name": "Christmas Eve"})
    send("absences", {"person": "ada", "reason": "sick", "starts_on": "2026-07-01", "ends_on": "2026-07-03"})

    ada = Person.objects.get(code="ada")
    assert (ada.name, ada.minutes_mon, ada.minutes_sun, ada.source) == ("", 480, 0, "hr")
    assert ada.terms.get().minutes_fri == 0
    assert ada.terms.get().minutes_mon is None
    assert ada.terms.get().level is None
    assert Team.objects.get().stream_shares.get().stream.code == "buy"


def test_an_assignment_is_told_changed_and_taken_back(tool, ada, payments):
    row = {"person": "ada", "team": {"id": payments.pk}, "share": "0.5", "starts_on": "2026-01-01"}
    told_first = tool.post(f"{API}/assignments/", row)
    assert told_first.status_code == 201, told_first.content
    body = told_first.json()
    assert body["person"] == {"id": ada.pk, "code": "ada"}
    assert body["share"] == "0.5"
    assert body["ends_on"] is None
    here = f"{API}/assignments/{body['key']}/"

    changed = tool.patch(here, {"ends_on": "2026-03-01"})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["ends_on"], changed.json()["share"]) == ("2026-03-01", "0.5")
    assert [row["ends_on"] for row in tool.get(f"{here}history/").json()["results"]] == ["2026-03-01", None]

    assert tool.delete(here).status_code == 204
    assert tool.get(here).status_code == 404
    assert Assignment.objects.count() == 3
    assert not Assignment.current.exists()


def test_a_second_share_of_the_same_team_is_refused(tool, ada, payments):
    told(Assignment, person=ada, team=payments, share="0.75", starts_on=day("2026-01-01"))

    answer = tool.post(
        f"{API}/assignments/", {"person": "ada", "team": "payments", "share": "0.25", "starts_on": "2026-02-01"}
    )

    assert answer.status_code == 409, answer.content
    assert "overlaps" in answer.json()["errors"][0]["detail"]
    assert payments.assignments.count() == 1


@pytest.mark.parametrize("share", ["0", "1.1", "-0.5", "0.1234567", 0.5])
def test_a_share_is_a_part_of_one(tool, ada, payments, share):
    row = {"person": "ada", "team": "payments", "share": share, "starts_on": "2026-01-01"}

    answer = tool.post(f"{API}/assignments/", row)

    if share == 0.5:
        assert answer.status_code == 201, answer.content
    else:
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"][0]["pointer"] == "/share"


def test_terms_that_say_nothing_are_refused(tool, ada):
    answer = tool.post(f"{API}/person-terms/", {"person": "ada", "starts_on": "2026-01-01"})

    assert answer.status_code == 400
    assert "says nothing new" in answer.json()["errors"][0]["detail"]


def test_nobody_leaves_before_they_come(tool, developer):
    row = {"code": "eve", "role": "DEV", "employed_from": "2026-01-01", "employed_until": "2026-01-01"}

    answer = tool.post(f"{API}/people/", row)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/employed_until"


def test_a_stream_cannot_become_a_part_of_its_own_part(tool, commerce):
    tool.post(f"{API}/value-streams/", {"code": "cart", "name": "Cart", "parent": "commerce"})

    answer = tool.patch(f"{API}/value-streams/{commerce.pk}/", {"parent": "cart"})

    assert "above itself" in answer.json()["detail"]
    commerce.refresh_from_db()
    assert commerce.parent is None


def test_more_than_a_whole_team_is_refused(tool, payments, commerce, discovery):
    def share(stream, part):
        row = {"team": "payments", "stream": stream, "share": part, "starts_on": "2026-01-01"}
        return tool.post(f"{API}/team-stream-shares/", row)

    assert share("commerce", "0.8").status_code == 201
    answer = share("discovery", "0.3")

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("The stream shares of team payments sum to 1.1 on 2026-01-01")
    assert payments.stream_shares.count() == 1


def test_assignments_are_found_by_team_person_role_and_day(tool, ada, bob, payments, search):
    told(Assignment, person=ada, team=payments, share=1, starts_on=day("2026-01-01"), ends_on=day("2026-04-01"))
    told(Assignment, person=bob, team=search, share=1, starts_on=day("2026-03-01"))

    def found(query):
        return [(row["person"]["code"], row["team"]["code"]) for row in listed(tool, f"assignments/?{query}")]

    ada_pays, bob_searches = ("ada", "payments"), ("bob", "search")
    assert found("team=payments") == [ada_pays]
    assert found("team=payments,search") == [ada_pays, bob_searches]
    assert found("person=bob") == [bob_searches]
    assert found("role=DEV") == [ada_pays, bob_searches]
    assert found("role=PM") == []
    assert found("since=2026-04-01") == [bob_searches]
    assert found("since=2026-03-31") == [ada_pays, bob_searches]
    assert found("until=2026-03-01") == [ada_pays]
    assert found("since=2026-01-01&until=2026-03-02") == [ada_pays, bob_searches]
    assert found("search=pay") == [ada_pays]
    assert found("ordering=-starts_on") == [bob_searches, ada_pays]


def test_masters_are_found_by_code_name_and_kind(tool, payments, search, commerce):
    Team.objects.filter(pk=search.pk).update(topology="platform")

    assert [row["code"] for row in listed(tool, "teams/?search=PAY")] == ["payments"]
    assert [row["code"] for row in listed(tool, "teams/?topology=platform")] == ["search"]
    assert [row["code"] for row in listed(tool, "teams/?code=search,payments")] == ["payments", "search"]
    assert [row["code"] for row in listed(tool, "value-streams/?is_product=false")] == ["commerce"]
    assert tool.get(f"{API}/teams/?topology=tribe").status_code == 400
    assert tool.get(f"{API}/value-streams/?is_product=maybe").status_code == 400


def test_teams_are_not_ordered_by_a_result(tool, as_problem):
    as_problem(tool.get(f"{API}/teams/?ordering=roi"), 400, "invalid")


def test_a_longer_list_asks_the_database_no_more(tool, ada, bob, payments, search):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            listed(tool, "assignments/")
        return len(queries)

    told(Assignment, person=ada, team=payments, share=1, starts_on=day("2026-01-01"))
    listed(tool, "assignments/")  # the first request also notes that the token was used
    short = asked()
    for person, team in ((bob, payments), (bob, search), (ada, search)):
        told(Assignment, person=person, team=team, share=1, starts_on=day("2026-01-01"))

    assert asked() == short
