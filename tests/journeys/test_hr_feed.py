"""A feed of people over some days: docs/how-to/hr-feed.md walked as it is written, and what a feed does besides."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from roi_project.access.audience import SYSTEM
from roi_project.access.services import issue_token
from roi_project.intake.snapshot_facts import holding
from teams.models import Absence, Assignment, Person
from tests.finance.sending import send

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "hr-feed.md").read_text(encoding="utf-8")
STEP = re.compile(r"`POST (/api/v1/\S+)`\n\n```json\n(.*?)```\n\nanswers (\d+)\n\n```json\n(.*?)```", re.DOTALL)
STEPS = [
    (address, json.loads(body), int(status), json.loads(told)) for address, body, status, told in STEP.findall(PAGE)
]
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (dt.date(2026, 3, day) for day in (2, 3, 4, 5))


@pytest.fixture
def feed(planner):
    """The robot of the HR system: it may write rows of hr alone."""
    send("role-families", {"code": "developer", "name": "Developer"})
    send("teams", {"code": "payments", "name": "Payments"})
    _, text = issue_token(
        SYSTEM, user=planner, name="HR feed", scopes=["read", "write"], sources=["hr"], now=timezone.now()
    )
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def missing_from(answer, told, place=""):
    """Where an answer is not what the page says; it may say more."""
    if isinstance(told, dict):
        return [f for name, part in told.items() for f in missing_from(answer.get(name), part, f"{place}.{name}")]
    if isinstance(told, list):
        if len(answer) != len(told):
            return [f"{place}: {len(answer)} instead of {len(told)}"]
        return [f for i, part in enumerate(told) for f in missing_from(answer[i], part, f"{place}[{i}]")]
    return [] if answer == told else [f"{place}: {answer!r} instead of {told!r}"]


def shares_on(day):
    rows = Assignment.current.filter(holding(day)).order_by("person__code")
    return {code: f"{share.normalize():f}" for code, share in rows.values_list("person__code", "share")}


def test_the_page_walks_as_it_is_written(feed):
    assert len(STEPS) == 9
    for address, body, status, told in STEPS:
        answer = feed.post(address, body, format="json")
        assert answer.status_code == status, answer.content
        assert missing_from(answer.json(), told, address) == []
        if status == 200 and body.get("mode") == "snapshot":
            again = feed.post(address, {**body, "confirm_ends": 0}, format="json").json()
            assert (again["unchanged"], again["accepted"]) == (len(body["rows"]), len(body["rows"]))

    assert [shares_on(day) for day in (MONDAY, TUESDAY, WEDNESDAY)] == [
        {"ada": "0.5", "bob": "1"},
        {"ada": "0.75", "cleo": "1"},
        {"ada": "0.75", "cleo": "1"},
    ]
    assert list(Absence.current.values_list("person__code", "starts_on", "ends_on")) == [("bob", TUESDAY, THURSDAY)]


def test_half_of_the_people_missing_is_a_broken_export_until_somebody_says_otherwise(feed, as_problem):
    everybody = [{"code": f"p{number:02}", "role": "developer"} for number in range(10)]
    state = {"source": "hr", "mode": "snapshot", "rows": everybody, "as_of": "2026-03-02"}
    assert feed.post("/api/v1/people/bulk/", state, format="json").json()["created"] == 10
    half = {**state, "rows": everybody[:5], "as_of": "2026-03-03"}

    body = as_problem(feed.post("/api/v1/people/bulk/", half, format="json"), 409, "conflict")

    assert body["detail"].startswith("confirm_ends: It ends 5 of the 10 people of hr on 2026-03-03.")
    assert body["errors"][0]["pointer"] == "/confirm_ends"
    assert Person.objects.filter(employed_until=None).count() == 10
    tried = feed.post("/api/v1/people/bulk/", {**half, "dry_run": True}, format="json").json()
    assert (tried["stored"], tried["ended"], tried["confirm_ends"], tried["as_of"]) == (False, 5, 5, "2026-03-03")
    assert [row["code"] for row in tried["results"] if row["outcome"] == "ended"] == ["p05", "p06", "p07", "p08", "p09"]
    as_problem(feed.post("/api/v1/people/bulk/", {**half, "confirm_ends": 4}, format="json"), 409, "conflict")
    assert feed.post("/api/v1/people/bulk/", {**half, "confirm_ends": 5}, format="json").json()["ended"] == 5
    assert Person.objects.filter(employed_until=TUESDAY).count() == 5


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"as_of": None}, "/as_of"),
        ({"as_of": "yesterday"}, "/as_of"),
        ({"source": ""}, "/source"),
        ({"partial": True}, "/partial"),
        ({"mode": "upsert"}, "/as_of"),
        ({"confirm_ends": "all"}, "/confirm_ends"),
    ],
)
def test_a_snapshot_says_whose_state_it_is_and_of_which_day(feed, as_problem, wrong, pointer):
    state = {"source": "hr", "mode": "snapshot", "rows": [], "as_of": "2026-03-02", **wrong}

    body = as_problem(feed.post("/api/v1/people/bulk/", state, format="json"), 400, "invalid")

    assert [error["pointer"] for error in body["errors"]] == [pointer]


def test_the_state_of_another_system_is_not_this_feeds_to_tell(feed, as_problem):
    state = {"source": "planning", "mode": "snapshot", "rows": [], "as_of": "2026-03-02", "confirm_ends": 0}

    body = as_problem(feed.post("/api/v1/people/bulk/", state, format="json"), 403, "forbidden")

    assert body["detail"] == "This token writes rows of hr alone."
