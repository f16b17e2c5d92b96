"""Every kind has the same doors: lists, one row, many rows, changes, withdrawals, history."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.models import CostEntry
from outcomes.models import Observation
from teams.models import Assignment, Team

from .conftest import assignment, observation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("cast"),
    pytest.mark.urls("tests.ground.intake.doors"),
]

TEAMS, ASSIGNMENTS, OBSERVATIONS = "/api/v1/teams/", "/api/v1/assignments/", "/api/v1/observations/"
COSTS, CARDS = "/api/v1/cost-entries/", "/api/v1/rate-cards/"
COST = {
    "incurred_on": "2026-01-15",
    "amount": {"amount": "12.30", "currency": "EUR"},
    "category": "cloud",
    "team": "payments",
}
CARD = {
    "role": "dev",
    "unit": "hour",
    "amount": {"amount": "80", "currency": "EUR"},
    "starts_on": "2026-01-01",
}


@pytest.fixture
def door(api, finance):
    return api(finance)


def codes(answer):
    return [row["code"] for row in answer.json()["results"]]


def test_a_master_is_shown_with_everything_that_can_be_sent(door):
    team = Team.objects.get(code="payments")

    answer = door.get(f"{TEAMS}{team.pk}/")

    body = answer.json()
    assert body.pop("updated_at").endswith("Z")
    assert body == {
        "id": team.pk,
        "code": "payments",
        "name": "Payments",
        "topology": "stream_aligned",
        "purpose": "",
        "starts_on": None,
        "ends_on": None,
        "source": "jira",
        "external_id": "T1",
        "source_updated_at": None,
    }


def test_a_list_is_ordered_searched_and_paged(door):
    assert codes(door.get(TEAMS)) == ["payments", "search"]
    assert codes(door.get(TEAMS, {"ordering": "-code"})) == ["search", "payments"]
    assert codes(door.get(TEAMS, {"search": "EAR"})) == ["search"]
    first = door.get(TEAMS, {"page_size": "1"}).json()
    assert codes(door.get(first["next"])) == ["search"]


@pytest.mark.parametrize(
    "query", ["sortby=code", "ordering=revision", "perod=2026-03", "page_size=1001", "search=a%00"]
)
def test_a_mistyped_parameter_is_refused(door, as_problem, query):
    as_problem(door.get(f"{TEAMS}?{query}"), 400, "invalid")


def test_only_the_list_takes_parameters_of_the_list(door, as_problem):
    team = Team.objects.get(code="payments")

    as_problem(door.get(f"{TEAMS}{team.pk}/?search=x"), 400, "invalid")
    as_problem(door.post(f"{TEAMS}?changed_since=2026-01-01T00:00:00Z", {}), 400, "invalid")


def test_one_new_row_is_201_and_the_same_again_200(door):
    first = door.post(ASSIGNMENTS, assignment())
    again = door.post(ASSIGNMENTS, assignment())
    changed = door.post(ASSIGNMENTS, assignment(share="0.25"))

    assert (first.status_code, again.status_code, changed.status_code) == (201, 200, 200)
    assert first.json() == again.json()
    assert changed.json()["key"] == first.json()["key"]
    assert first.json()["person"]["code"] == "ada"
    assert (first.json()["share"], changed.json()["share"]) == ("0.5", "0.25")
    assert first.json()["recorded_by"].startswith("token:")


def test_what_was_answered_can_be_sent_again(door):
    body = door.post(ASSIGNMENTS, assignment()).json()

    sent = {name: body[name] for name in body if name not in ("key", "recorded_at", "recorded_by", "withdrawn")}

    assert door.post(ASSIGNMENTS, sent).status_code == 200
    assert Assignment.objects.count() == 1


def test_a_bad_row_is_a_problem_with_a_pointer(door, as_problem):
    body = as_problem(door.post(ASSIGNMENTS, assignment(team="T9")), 400, "invalid")

    assert body["detail"] == "team: no team has code T9; 2 teams are known. Send teams first."
    assert body["errors"] == [{"pointer": "/team", "code": "unknown_reference", "detail": body["detail"]}]


@pytest.mark.parametrize("body", [[], [{}], [assignment()]])
def test_a_list_goes_to_bulk(door, as_problem, body):
    as_problem(door.post(ASSIGNMENTS, body), 400, "invalid")


def test_bulk_answers_row_by_row(door):
    answer = door.post(f"{ASSIGNMENTS}bulk/", {"rows": [assignment(), assignment(person="bob")], "source": "planner"})

    body = answer.json()
    assert answer.status_code == 200
    assert (body["stored"], body["rows"], body["created"], body["refused"]) == (True, 2, 2, [])
    assert [result["row"] for result in body["results"]] == [1, 2]
    assert body["results"][0] == {
        "row": 1,
        "outcome": "created",
        "key": str(Assignment.objects.get(person__code="ada").key),
        "source": "planner",
        "external_id": "ada|payments|2026-01-01",
    }


def test_a_bad_row_in_bulk_refuses_all_with_pointers(door, as_problem):
    rows = [assignment(), assignment(person="bob", team={"source": "jira", "external_id": "T9"})]

    body = as_problem(door.post(f"{ASSIGNMENTS}bulk/", {"rows": rows}), 400, "invalid")

    assert body["errors"] == [
        {
            "pointer": "/rows/1/team",
            "code": "unknown_reference",
            "detail": "Row 2, team: no team has external id T9 from source jira; 2 teams are known. Send teams first.",
        }
    ]
    assert not Assignment.objects.exists()


def test_an_overlap_is_a_conflict(door, as_problem):
    door.post(ASSIGNMENTS, assignment())

    as_problem(door.post(ASSIGNMENTS, assignment(starts_on="2026-02-01")), 409, "conflict")


def test_partial_bulk_stores_the_rest_and_tells(door):
    rows = [assignment(share="2"), assignment(person="bob")]

    body = door.post(f"{ASSIGNMENTS}bulk/", {"rows": rows, "partial": True}).json()

    assert (body["stored"], body["created"], body["refused_rows"]) == (True, 1, 1)
    assert body["refused"] == [
        {"row": 1, "column": "share", "code": "invalid", "detail": "Row 1, share: 2 is more than 1."}
    ]


def test_a_dry_run_stores_nothing(door):
    body = door.post(f"{ASSIGNMENTS}bulk/", {"rows": [assignment()], "dry_run": True}).json()

    assert (body["stored"], body["created"], body["results"][0]["key"]) == (False, 1, None)
    assert not Assignment.objects.exists()


def test_control_total_and_row_count_are_compared(door, as_problem):
    rows = [observation(1, "1.5"), observation(2, "2")]

    as_problem(door.post(f"{OBSERVATIONS}bulk/", {"rows": rows, "control_total": "3.6"}), 400, "invalid")
    as_problem(door.post(f"{OBSERVATIONS}bulk/", {"rows": rows, "row_count": 3}), 400, "invalid")
    answer = door.post(f"{OBSERVATIONS}bulk/", {"rows": rows, "control_total": "3.5", "row_count": 2})
    assert answer.json()["total"] == "3.5"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "rows: is required."),
        ({"rows": {}}, "rows: is not a list of rows."),
        ({"rows": [], "dryrun": True}, "“dryrun” is not known here"),
        ({"rows": [], "dry_run": "true"}, "dry_run: “true” is not true or false."),
        ({"rows": [], "control_total": "1e3"}, "control_total: “1e3” is not a plain number."),
        ({"rows": [], "row_count": "x"}, "row_count: “x” is not a plain number."),
        ({"rows": [], "mode": "replace"}, "mode: “replace” is not one of upsert, create, snapshot."),
        ([], "A bulk request is a JSON object"),
    ],
)
def test_a_doubtful_bulk_body_is_refused(door, as_problem, body, detail):
    assert as_problem(door.post(f"{ASSIGNMENTS}bulk/", body), 400, "invalid")["detail"].startswith(detail)


def test_more_rows_than_one_request_takes_are_413(door, as_problem):
    body = as_problem(door.post(f"{ASSIGNMENTS}bulk/", {"rows": [1] * 10_001}), 413, "too-large")

    assert body["detail"] == "10,001 rows are more than the 10,000 of one request. Send them in parts."


def test_no_rows_are_no_problem(door):
    assert door.post(f"{ASSIGNMENTS}bulk/", {"rows": [], "row_count": 0}).json()["accepted"] == 0


def test_a_change_keeps_what_is_absent_and_clears_what_is_null(door):
    made = door.post(ASSIGNMENTS, assignment(ends_on="2026-07-01", external_id="a1")).json()
    address = f"{ASSIGNMENTS}{made['key']}/"

    answer = door.patch(address, {"share": "0.75", "ends_on": None})

    assert answer.status_code == 200
    body = answer.json()
    assert (body["share"], body["ends_on"], body["starts_on"]) == ("0.75", None, "2026-01-01")
    assert (body["key"], body["external_id"]) == (made["key"], "a1")
    assert Assignment.objects.count() == 2


def test_if_match_guards_a_change(door, as_problem):
    team = f"{TEAMS}{Team.objects.get(code='payments').pk}/"
    tag = door.get(team).headers["ETag"]

    assert door.patch(team, {"name": "Pay"}, HTTP_IF_MATCH=tag).status_code == 200
    as_problem(door.patch(team, {"name": "Paying"}, HTTP_IF_MATCH=tag), 412, "precondition-failed")
    assert Team.objects.get(code="payments").name == "Pay"


def test_an_unknown_column_of_a_change_is_refused(door, as_problem):
    team = f"{TEAMS}{Team.objects.get(code='payments').pk}/"

    body = as_problem(door.patch(team, {"revision": 7}), 400, "invalid")

    assert body["errors"][0]["pointer"] == "/revision"


def test_a_withdrawn_fact_is_gone_and_its_history_stays(door, as_problem):
    made = door.post(ASSIGNMENTS, assignment()).json()
    door.patch(f"{ASSIGNMENTS}{made['key']}/", {"share": "0.75"})
    address = f"{ASSIGNMENTS}{made['key']}/"

    assert door.delete(address).status_code == 204

    as_problem(door.get(address), 404, "not-found")
    as_problem(door.delete(address), 404, "not-found")
    assert door.get(ASSIGNMENTS).json()["results"] == []
    versions = door.get(f"{address}history/").json()["results"]
    assert [(each["share"], each["withdrawn"], each["superseded_at"] is None) for each in versions] == [
        ("0.75", True, True),
        ("0.75", False, False),
        ("0.5", False, False),
    ]


def test_the_history_of_nothing_is_404(door, as_problem):
    as_problem(door.get(f"{ASSIGNMENTS}00000000-0000-4000-8000-000000000000/history/"), 404, "not-found")


def test_masters_are_not_deleted(door, as_problem):
    team = Team.objects.get(code="payments")

    as_problem(door.delete(f"{TEAMS}{team.pk}/"), 405, "method-not-allowed")


@pytest.mark.parametrize("name", ["x", "0", "999999", "٣", "9" * 19, "1.5", "-1"])
def test_an_address_that_leads_nowhere_is_404(door, as_problem, name):
    as_problem(door.get(f"{TEAMS}{name}/"), 404, "not-found")


def test_changed_since_carries_what_was_taken_back(door):
    made = door.post(ASSIGNMENTS, assignment()).json()
    door.post(ASSIGNMENTS, assignment(person="bob"))
    everything = door.get(ASSIGNMENTS)
    since = everything.headers["Changes-Through"]
    Assignment.objects.filter(person__code="bob").update(recorded_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    door.delete(f"{ASSIGNMENTS}{made['key']}/")

    changed = door.get(ASSIGNMENTS, {"changed_since": since}).json()["results"]

    assert [(row["key"], row["withdrawn"]) for row in changed] == [(made["key"], True)]
    assert door.get(ASSIGNMENTS, {"changed_since": "2100-01-01T00:00:00Z"}).json()["results"] == []


def test_masters_that_changed_are_listed(door):
    Team.objects.update(updated_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    door.post(TEAMS, {"code": "search", "name": "Find"})

    assert codes(door.get(TEAMS, {"changed_since": "2026-01-01T00:00:00Z"})) == ["search"]


def test_money_without_an_external_id_needs_an_idempotency_key(door, as_problem):
    as_problem(door.post(COSTS, COST), 400, "idempotency-key-required")
    as_problem(door.post(CARDS, CARD), 400, "idempotency-key-required")
    assert door.post(COSTS, COST | {"external_id": "c1"}).status_code == 201


def test_a_repeated_money_request_has_one_effect(door, as_problem):
    first = door.post(COSTS, COST, HTTP_IDEMPOTENCY_KEY="k1")
    again = door.post(COSTS, COST, HTTP_IDEMPOTENCY_KEY="k1")
    other = door.post(COSTS, COST, HTTP_IDEMPOTENCY_KEY="k2")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.json()["key"] != first.json()["key"]
    assert CostEntry.objects.count() == 2
    changed = COST | {"amount": {"amount": "1", "currency": "EUR"}}
    as_problem(door.post(COSTS, changed, HTTP_IDEMPOTENCY_KEY="k1"), 422, "idempotency-key-reused")


def test_a_refused_money_request_leaves_its_key_free(door, as_problem):
    wrong = COST | {"team": "nobody"}

    as_problem(door.post(COSTS, wrong, HTTP_IDEMPOTENCY_KEY="k1"), 400, "invalid")
    assert door.post(COSTS, COST, HTTP_IDEMPOTENCY_KEY="k1").status_code == 201


def test_money_is_answered_as_text_with_its_currency(door):
    body = door.post(COSTS, COST | {"external_id": "c1"}).json()

    assert body["amount"] == {"amount": "12.30", "currency": "EUR"}


def test_a_json_number_is_taken_exactly(door):
    sent = b'{"metric": "orders", "observed_on": "2026-01-01", "value": 0.1, "external_id": "o1"}'

    assert door.post(OBSERVATIONS, sent, content_type="application/json").status_code == 201
    assert Observation.objects.get().value == Decimal("0.1")


def test_reading_and_writing_are_for_the_groups_of_the_kind(api, leader, planner, auditor, as_problem):
    as_problem(api(leader).post(TEAMS, {"code": "x", "name": "X"}), 403, "forbidden")
    as_problem(api(leader).post(f"{TEAMS}bulk/", {"rows": []}), 403, "forbidden")
    as_problem(api(leader).get(COSTS), 403, "forbidden")
    as_problem(api(planner).get(COSTS), 403, "forbidden")
    assert api(auditor).get(COSTS).status_code == 200
    assert api(planner).post(TEAMS, {"code": "x", "name": "X"}).status_code == 201
    as_problem(api(planner, scopes=["read"]).post(TEAMS, {"code": "y", "name": "Y"}), 403, "forbidden")
    as_problem(api().get(TEAMS), 401, "not-authenticated")


def test_a_list_takes_few_queries_however_long_it_is(door, send, django_assert_max_num_queries):
    send("people", *({"code": f"p{n}", "role": "dev", "employed_from": "2020-01-01"} for n in range(50)))
    send("assignments", *(assignment(person=f"p{n}") for n in range(50)))

    with django_assert_max_num_queries(7):
        assert len(door.get(ASSIGNMENTS).json()["results"]) == 50


def test_the_document_has_no_warnings_and_good_names(capsys):
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    GENERATOR_STATS.reset()
    schema = SchemaGenerator(urlconf="tests.ground.intake.doors").get_schema(public=True)

    validate_schema(schema)
    assert not GENERATOR_STATS, capsys.readouterr().err
    operations = {operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()}
    assert {
        "list_assignments",
        "create_assignment",
        "get_assignment",
        "update_assignment",
        "delete_assignment",
        "bulk_assignments",
        "history_assignment",
        "list_teams",
    } <= operations
    assert {"Assignment", "AssignmentRequest", "AssignmentVersion", "AssignmentBulkRequest", "Receipt"} <= set(
        schema["components"]["schemas"]
    )
