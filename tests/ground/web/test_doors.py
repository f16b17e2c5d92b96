"""Who gets through a door: tokens, groups, scopes; and what each request is called."""

import base64
import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from roi_project.access.models import Token
from roi_project.audit.services import record

BANDS = "/api/v1/bands/"
FIGURES = "/api/v1/reports/figures/?from=2026-01&through=2026-03"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer roi_aaaaaaaaaaaa.0000000000000000000000000000000000000000000",
        "Bearer  roi_x.y",
        "Bearer \xff",
        "Token abc",
        "Basic dG9rZW46eA==",
    ],
)
def test_without_a_valid_token_there_is_one_answer(api, as_problem, header):
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}

    answer = api().get(BANDS, **headers)

    body = as_problem(answer, 401, "not-authenticated")
    assert body["detail"].startswith(
        "There is no valid token in this request. Send one as “Authorization: Bearer roi_…”"
    )
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="team-roi"'


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": timezone.now() - dt.timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"secret_hash": "0" * 64},
    ],
    ids=["expired", "revoked", "other secret"],
)
def test_a_token_that_is_no_longer_good_gets_the_same_answer(api, planner, as_problem, change):
    client = api(planner)
    assert client.get(BANDS).status_code == 200

    Token.objects.update(**change)

    as_problem(client.get(BANDS), 401, "not-authenticated")


def test_a_token_in_the_address_is_no_token(api, planner, bearer, as_problem):
    as_problem(api().get(BANDS, {"token": bearer(planner)}), 401, "not-authenticated")
    as_problem(api(planner).get(BANDS, {"token": bearer(planner)}), 400, "invalid")


def test_use_of_a_token_is_noted(api, planner):
    api(planner).get(BANDS)

    assert timezone.now() - Token.objects.get().last_used_at < dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("scopes", "read", "write", "report"),
    [
        (["read"], 200, 403, 200),
        (["write"], 403, 201, 403),
        (["reports"], 403, 403, 200),
        (["jobs"], 403, 403, 403),
        (["read", "write"], 200, 201, 200),
    ],
)
def test_a_token_does_what_its_scopes_say(api, planner, scopes, read, write, report):
    client = api(planner, scopes=scopes)

    assert client.get(BANDS).status_code == read
    assert client.post(BANDS, {"name": "quartet"}).status_code == write
    assert client.get(FIGURES).status_code == report


def test_a_missing_scope_is_named(api, planner, as_problem):
    body = as_problem(api(planner, scopes=["read"]).post(BANDS, {"name": "quartet"}), 403, "forbidden")

    assert body["detail"] == "This token lacks the scope write."


def test_only_the_groups_a_view_names_may_write(api, finance, leader, auditor, administrator, as_problem):
    for user in (finance, leader, auditor, administrator):
        as_problem(api(user).post(BANDS, {"name": "quartet"}), 403, "forbidden")


def test_somebody_in_no_group_sees_nothing(api, person, as_problem):
    as_problem(api(person("zoe")).get(BANDS), 403, "forbidden")


def test_a_spreadsheet_may_send_its_token_as_a_password_and_only_to_reports(api, leader, bearer, as_problem):
    token = bearer(leader, scopes=["reports"])

    assert api().get(FIGURES, HTTP_AUTHORIZATION=basic("token", token)).status_code == 200
    as_problem(api().get(FIGURES, HTTP_AUTHORIZATION=basic("bob", token)), 401, "not-authenticated")
    as_problem(api().get(FIGURES, HTTP_AUTHORIZATION="Basic !!!"), 401, "not-authenticated")
    as_problem(api().get("/api/v1/me/", HTTP_AUTHORIZATION=basic("token", token)), 401, "not-authenticated")


def test_a_report_cannot_be_written_to(api, finance, as_problem):
    as_problem(api(finance).post(FIGURES, {}), 405, "method-not-allowed")


def test_me_tells_who_i_am_and_until_when(api, finance):
    me = api(finance, scopes=["read", "reports"]).get("/api/v1/me/").json()

    token = Token.objects.get()
    assert me == {
        "actor": f"token:{token.key} (ada)",
        "user": "ada",
        "groups": ["finance"],
        "scopes": ["read", "reports"],
        "sources": None,
        "reporting_currency": "EUR",
        "latest_closed_month": None,
        "latest_computed_month": None,
        "token": {
            "key": token.key,
            "name": "test",
            "expires_at": token.expires_at.isoformat().replace("+00:00", "Z"),
        },
    }


def test_me_by_session_has_no_token_and_no_limit(finance):
    client = Client()
    client.force_login(finance)

    me = client.get("/api/v1/me/").json()

    assert (me["actor"], me["scopes"], me["token"]) == ("user:ada", None, None)


def test_answers_are_not_kept_by_others(api, planner):
    assert api(planner).get(BANDS).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("offered", ["abc", "A.b_c-1", "x" * 128])
def test_a_sane_request_id_is_kept(api, offered):
    assert api().get("/livez", HTTP_X_REQUEST_ID=offered).headers["X-Request-ID"] == offered


@pytest.mark.parametrize("offered", ["", "x" * 129, "a b", "a\tb", "ü", "a;b", "<script>"])
def test_any_other_request_id_is_replaced(api, offered):
    given = api().get("/livez", HTTP_X_REQUEST_ID=offered).headers["X-Request-ID"]

    assert given != offered
    assert len(given) == 32


def test_the_trail_is_for_finance_audit_and_administration(api, finance, auditor, administrator, leader, planner):
    for user, status in ((finance, 200), (auditor, 200), (administrator, 200), (leader, 403), (planner, 403)):
        assert api(user).get("/api/v1/audit/").status_code == status


def test_the_trail_can_be_asked_by_kind_actor_and_time(api, auditor, audience, as_problem):
    march, april = dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    client = api(auditor)
    for at, kind, code in ((march, "teams", "payments"), (april, "teams", "search"), (april, "streams", "shop")):
        record(audience(auditor), action="created", kind=kind, object_id=1, object_code=code, now=at)

    def codes(**filters):
        answer = client.get("/api/v1/audit/", filters)
        return [row["object_code"] for row in answer.json()["results"] if row["kind"] != "tokens"]

    assert codes() == ["shop", "search", "payments"]
    assert codes(kind="teams") == ["search", "payments"]
    assert codes(kind="teams", until="2026-04-01T00:00:00Z") == ["payments"]
    assert codes(kind="teams", since="2026-04-01T00:00:00Z") == ["search"]
    assert codes(actor="user:dan", kind="streams") == ["shop"]
    assert codes(actor="user:ada") == []
    as_problem(client.get("/api/v1/audit/", {"knd": "teams"}), 400, "invalid")
    as_problem(client.get("/api/v1/audit/", {"since": "2026-04-01"}), 400, "invalid")
    as_problem(client.get("/api/v1/audit/", {"action": "touched"}), 400, "invalid")
    as_problem(client.post("/api/v1/audit/", {}), 405, "method-not-allowed")
