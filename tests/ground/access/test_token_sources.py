"""A token may be limited to the rows of some systems; `me` says what it may, and how far the books are."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from finance.models import BookMonth, MonthState
from roi_project.access.audience import SYSTEM
from roi_project.access.models import Token
from roi_project.access.services import issue_token
from roi_project.audit.models import Change
from roi_project.kernel.errors import Invalid
from teams.models import Team, TeamName
from tests.finance.sending import compile_months, send, send_golden
from tests.golden import JULY

pytestmark = pytest.mark.django_db

TEAMS = "/api/v1/teams/"


@pytest.fixture
def tool(planner):
    """`tool("hr", "planning")`: a client with a token that writes rows of these systems alone."""

    def client(*sources):
        _, text = issue_token(
            SYSTEM, user=planner, name="tool", scopes=["read", "write"], sources=sources, now=timezone.now()
        )
        made = APIClient(raise_request_exception=False)
        made.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return made

    return client


def team(code="growth", **more):
    return {"code": code, "name": code.title(), **more}


def test_rows_of_its_own_source_come_in_by_every_door(tool):
    hr = tool("hr", "planning")

    assert hr.post(TEAMS, team(source="hr")).status_code == 201
    assert hr.post(f"{TEAMS}bulk/", {"rows": [team("search")], "source": "planning"}).status_code == 200
    assert hr.patch(f"{TEAMS}{Team.objects.get(code='search').pk}/", {"name": "Find"}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "which"),
    [
        ({"rows": [team()]}, "row 1 is of no source"),
        ({"rows": [team(source="hr"), team("search", source="jira")]}, "row 2 is of source jira"),
        ({"rows": [team("payments", source="hr")]}, "row 1 is of source jira"),
        ({"rows": [team("ops", source="hr")]}, "row 1 is of no source"),
        ({"rows": [], "source": "jira", "mode": "snapshot", "as_of": "2026-03-01", "confirm_ends": 1}, None),
    ],
)
def test_rows_of_other_sources_are_neither_written_nor_changed(tool, as_problem, sent, which):
    send("teams", team("payments", source="jira"), team("ops"))
    before = list(Team.objects.order_by("pk").values())

    body = as_problem(tool("hr").post(f"{TEAMS}bulk/", sent), 403, "forbidden")

    assert which is None or body["detail"] == f"This token writes rows of hr alone; {which}."
    assert list(Team.objects.order_by("pk").values()) == before


def test_what_another_system_told_is_not_changed_or_taken_back(tool, as_problem):
    send("closures", {"on": "2026-07-03", "source": "jira"})
    hr = tool("hr")
    address = f"/api/v1/closures/{hr.get('/api/v1/closures/').json()['results'][0]['key']}/"

    as_problem(hr.patch(address, {"name": "Summer"}), 403, "forbidden")
    as_problem(hr.patch(address, {"source": "hr"}), 403, "forbidden")
    as_problem(hr.delete(address), 403, "forbidden")
    assert hr.get(address).json()["source"] == "jira"


NAMES = "/api/v1/team-names/"


def name_of(**more):
    return {"system": "hr", "called": "T-1", "team": "payments", "starts_on": "2026-03-01", "source": "hr", **more}


def test_what_the_names_of_its_own_systems_mean_it_may_say(tool):
    send("teams", team("payments"))

    receipt = tool("hr", "planning").post(f"{NAMES}bulk/", {"rows": [name_of(), name_of(system="planning")]}).json()

    assert receipt["created"] == 2


@pytest.mark.parametrize(
    ("system", "about"), [("jira", "about system jira"), ("", "about no system, which is every system")]
)
def test_what_names_of_other_systems_and_codes_mean_is_not_its_to_say(tool, as_problem, system, about):
    send("teams", team("payments"), team("search"))
    alone = "This token writes team names with system hr alone"
    elsewhere = "Write it with a token that is not limited to sources, or in the admin."

    rows = {"rows": [name_of(), name_of(system=system, called="search")]}
    sent = as_problem(tool("hr").post(f"{NAMES}bulk/", rows), 403, "forbidden")
    single = as_problem(tool("hr").post(NAMES, name_of(system=system)), 403, "forbidden")

    assert sent["detail"] == f"{alone}; row 2 is {about}. {elsewhere}"
    assert single["detail"] == f"{alone}; this row is {about}. {elsewhere}"
    assert not TeamName.objects.exists()
    assert tool().post(NAMES, name_of(system=system)).status_code == 201


def test_what_somebody_else_said_of_other_systems_it_neither_turns_nor_takes_back(tool, as_problem):
    send("teams", team("payments"), team("search"))
    send("team-names", name_of(system="jira", external_id="n1"), name_of(external_id="n2"))
    hr = tool("hr")
    theirs, ours = (f"{NAMES}{TeamName.current.get(external_id=name).key}/" for name in ("n1", "n2"))

    as_problem(hr.patch(theirs, {"system": "hr"}), 403, "forbidden")
    as_problem(hr.delete(theirs), 403, "forbidden")
    as_problem(hr.post(f"{NAMES}bulk/", {"rows": [name_of(external_id="n1")]}), 403, "forbidden")
    as_problem(hr.patch(ours, {"system": ""}), 403, "forbidden")
    assert list(TeamName.current.order_by("external_id").values_list("system", "withdrawn")) == [
        ("jira", False),
        ("hr", False),
    ]
    assert hr.patch(ours, {"team": "search"}).status_code == 200
    assert hr.delete(ours).status_code == 204


def test_a_token_without_sources_writes_of_any(tool):
    assert tool().post(TEAMS, team(source="jira")).status_code == 201


@pytest.mark.parametrize("sources", [[""], [" "], ["x" * 65], ["a\nb"]])
def test_a_source_that_no_row_can_have_is_refused(planner, sources):
    with pytest.raises(Invalid) as refused:
        issue_token(SYSTEM, user=planner, name="tool", scopes=["write"], sources=sources, now=timezone.now())

    assert refused.value.detail == "A source is the name of a system, of 1 to 64 characters."


def test_the_command_limits_a_token_and_the_trail_says_so(planner):
    call_command("issue_token", "carol", "--scopes", "write", "--sources", "planning, hr")

    assert Token.objects.get().sources == ["hr", "planning"]
    assert Change.objects.get(kind="tokens").after["sources"] == ["hr", "planning"]


def test_me_says_which_sources_it_may_write(tool, api, planner):
    assert tool("planning", "hr").get("/api/v1/me/").json()["sources"] == ["hr", "planning"]
    assert api(planner).get("/api/v1/me/").json()["sources"] is None


def test_me_says_in_which_currency_and_how_far_the_books_are(api, finance, administrator):
    assert told(api(finance)) == ("EUR", None, None)
    send_golden()
    compile_months(JULY, "2026-08")
    july = BookMonth.objects.filter(month=dt.date(2026, 7, 1))
    july.update(state=MonthState.CLOSED, close_requested_by="user:ada", closed_by="user:grace")

    assert told(api(finance)) == ("USD", JULY, "2026-08")
    assert told(api(administrator)) == ("USD", None, None)


def told(client):
    me = client.get("/api/v1/me/").json()
    return me["reporting_currency"], me["latest_closed_month"], me["latest_computed_month"]
