"""Everything that is refused or goes wrong leaves as one shape, and says nothing it should not."""

import ast
import json
import logging

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.test import Client

from roi_project.web import handlers

SECRETS = ("123456.78", "secret", "salar", "Traceback")


@pytest.mark.parametrize(
    ("kind", "status", "slug"),
    [
        ("refusal", 409, "already-assigned"),
        ("not-found", 404, "not-found"),
        ("missing", 404, "not-found"),
        ("denied", 403, "forbidden"),
        ("suspicious", 400, "malformed-request"),
        ("data", 400, "invalid"),
        ("overflow", 400, "invalid"),
        ("integrity", 409, "conflict"),
        ("real-integrity", 409, "conflict"),
        ("operational", 503, "unavailable"),
        ("connection", 503, "unavailable"),
        ("slow", 503, "query-too-slow"),
        ("deadlock", 503, "busy"),
        ("bug", 500, "internal-error"),
    ],
)
def test_whatever_is_raised_becomes_a_problem_without_what_it_was_about(
    api, planner, as_problem, caplog, kind, status, slug
):
    with caplog.at_level(logging.DEBUG):
        answer = api(planner).get(f"/api/v1/fails/{kind}/")

    as_problem(answer, status, slug)
    for secret in SECRETS:
        assert secret not in answer.content.decode()
        assert secret not in caplog.text


def test_a_refusal_keeps_its_words_and_pointers(api, planner, as_problem):
    body = as_problem(api(planner).get("/api/v1/fails/refusal/"), 409, "already-assigned")

    assert body["detail"] == "Ada is taken."
    assert body["errors"] == [{"pointer": "/person", "code": "taken", "detail": "Ada is taken."}]


def test_a_bug_is_found_by_its_request_id(api, planner, caplog):
    answer = api(planner).get("/api/v1/fails/bug/", HTTP_X_REQUEST_ID="monday-7")

    assert answer.json()["instance"] == "monday-7"
    assert "monday-7" in caplog.text
    assert "builtins.RuntimeError" in caplog.text
    assert "in _fail" in caplog.text


def test_a_broken_constraint_is_logged_by_name(api, planner, caplog):
    api(planner).get("/api/v1/fails/real-integrity/")

    assert "auth_group" in caplog.text


def test_an_unavailable_database_says_when_to_come_back(api, planner):
    assert api(planner).get("/api/v1/fails/operational/").headers["Retry-After"] == "2"


def test_wrong_fields_are_told_by_pointer(api, planner, as_problem):
    answer = api(planner).post("/api/v1/bands/", {"name": "x" * 21, "state": "closed", "id": 7})

    body = as_problem(answer, 400, "invalid")
    assert {error["pointer"]: error["code"] for error in body["errors"]} == {
        "/state": "unknown-field",
        "/id": "unknown-field",
    }


def test_a_single_wrong_field_is_told_in_the_detail(api, planner, as_problem):
    body = as_problem(api(planner).post("/api/v1/bands/", {"name": ["x"]}), 400, "invalid")

    assert body["detail"] == "name: Not a valid string."
    assert body["errors"] == [{"pointer": "/name", "code": "invalid", "detail": "Not a valid string."}]


def test_a_list_where_an_object_belongs_is_refused(api, planner, as_problem):
    as_problem(api(planner).post("/api/v1/bands/", [1]), 400, "invalid")


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/api/v1/nothing/"),
        ("POST", "/api/v1/nothing/"),
        ("GET", "/api/v1/bands"),
        ("POST", "/api/v1/bands"),
        ("GET", "/api/v1/bands/٣/"),
        ("GET", "/api/v1/bands/999999/"),
        ("GET", "/api/v2/"),
        ("GET", "/nothing"),
        ("GET", "/problems/nothing/"),
        ("GET", "/api/v1/bands/../../etc/passwd"),
        ("GET", "/api/v1/%00/"),
    ],
)
def test_an_address_without_anything_is_a_problem_and_never_a_page(api, planner, as_problem, method, url):
    as_problem(api(planner).generic(method, url), 404, "not-found")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"])
def test_a_method_that_is_not_offered_is_told_with_those_that_are(api, planner, as_problem, method):
    answer = api(planner).generic(method, "/api/v1/echo/")

    as_problem(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "text/csv"])
def test_a_format_that_is_not_offered_is_a_406(api, planner, as_problem, accept):
    as_problem(api(planner).get("/api/v1/bands/", HTTP_ACCEPT=accept), 406, "not-acceptable")


@pytest.mark.parametrize("name", ["html", "xml", "CSV", "", "json.."])
def test_an_unknown_format_parameter_is_a_406(api, planner, as_problem, name):
    as_problem(api(planner).get("/api/v1/bands/", {"format": name}), 406, "not-acceptable")


def test_a_body_in_chunks_is_not_taken_for_no_body(api, planner, as_problem):
    answer = api(planner).post("/api/v1/echo/", HTTP_TRANSFER_ENCODING="chunked")

    as_problem(answer, 411, "length-required")


def test_a_host_that_is_not_ours_is_a_problem(api, as_problem):
    told = as_problem(api().get("/api/v1/me/", HTTP_HOST="evil.example"), 400, "malformed-request")

    assert "whoever runs it adds that to ALLOWED_HOSTS" in told["detail"]


def test_writing_by_session_needs_the_token_of_the_page(planner, as_problem):
    client = Client(enforce_csrf_checks=True)
    client.force_login(planner)

    answer = client.post("/api/v1/bands/", {"name": "quartet"}, content_type="application/json")

    told = as_problem(answer, 403, "forbidden")
    assert "as the header X-CSRFToken; a program sends a token" in told["detail"]


def test_a_form_django_itself_refuses_is_a_problem(rf, as_problem):
    request = rf.post("/nothing")
    request.request_id = "r1"

    for error, status, slug in (
        (TooManyFieldsSent("secret"), 400, "malformed-request"),
        (RequestDataTooBig("secret"), 413, "too-large"),
    ):
        answer = handlers.bad_request(request, error)
        answer.headers["X-Request-ID"] = "r1"
        answer.json = lambda answer=answer: json.loads(answer.content)
        as_problem(answer, status, slug)
        assert b"secret" not in answer.content


def test_a_failure_outside_of_the_api_is_a_problem(rf):
    answer = handlers.server_error(rf.get("/nothing"))

    assert answer.status_code == 500
    assert json.loads(answer.content)["type"] == "/problems/internal-error"


def test_a_page_without_its_token_is_a_problem_outside_of_the_admin(rf):
    assert handlers.csrf_failure(rf.post("/api/")).headers["Content-Type"] == "application/problem+json"
    assert handlers.csrf_failure(rf.post("/admin/")).headers["Content-Type"].startswith("text/html")


def test_the_admin_keeps_its_pages(db):
    answer = Client().get("/admin/nothing/", follow=True)

    assert answer.headers["Content-Type"].startswith("text/html")


def slugs_in(source: str) -> set[str]:
    """The problem types a module names: `slug="…"` and the second argument of a Refusal."""
    found = set()
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        named = ast.unparse(call.func)
        texts = [keyword.value for keyword in call.keywords if keyword.arg == "slug"]
        if (named == "Refusal" or named.endswith(".__init__")) and len(call.args) >= 4:
            texts.append(call.args[1])
        found |= {text.value for text in texts if isinstance(text, ast.Constant)}
    return found


def test_every_problem_type_has_its_page(client):
    root = django_settings.BASE_DIR
    modules = [
        module for top in ("roi_project", "teams", "outcomes", "finance") for module in root.glob(f"{top}/**/*.py")
    ]
    slugs = {"busy", "conflict", "forbidden", "query-too-slow", "refused", "unavailable"}.union(
        *(slugs_in(module.read_text()) for module in modules)
    )
    assert {"idempotency-key-in-use", "too-many-requests", "invalid", "job-ended"} <= slugs

    for slug in sorted(slugs):
        answer = client.get(f"/problems/{slug}/")
        assert answer.status_code == 200, slug
        assert answer.json()["type"] == f"/problems/{slug}"
        assert client.get(answer.json()["type"]).json() == answer.json()


def test_every_page_has_a_title_and_a_text(client):
    for page in (django_settings.BASE_DIR / "docs" / "problems").glob("*.md"):
        told = client.get(f"/problems/{page.stem}").json()
        assert 3 < len(told["title"]) < 60, page.name
        assert len(told["detail"]) > 30, page.name
