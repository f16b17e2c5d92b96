"""Health, documents, throttles: what the service says of itself."""

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from roi_project.web import health, throttling

BANDS = "/api/v1/bands/"


def test_alive_asks_nobody(client):
    assert client.get("/livez").json() == {"status": "alive"}  # no db fixture: a query would fail


@pytest.mark.django_db
def test_ready_with_all_tables(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"


@pytest.mark.django_db
def test_a_bell_that_is_away_is_told_and_no_reason_to_refuse(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["bell"]) == (200, "away")


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client, monkeypatch, as_problem):
    monkeypatch.setattr(health, "_missing_migrations", lambda: 2)

    body = as_problem(client.get("/readyz"), 503, "unavailable")

    assert body["detail"] == "2 migrations are not applied; run `manage.py migrate`."


@pytest.mark.django_db
def test_not_ready_while_the_database_is_away(client, monkeypatch, as_problem):
    def away():
        raise OperationalError("password=secret")

    monkeypatch.setattr(health, "_missing_migrations", away)

    assert as_problem(client.get("/readyz"), 503, "unavailable")["detail"] == "The database cannot be reached."


def test_health_is_only_read(client):
    assert client.post("/livez").status_code == 405


def test_the_front_door_leads_to_the_admin(client):
    assert client.get("/").headers["Location"] == "/admin/"


@pytest.fixture
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_document_is_valid(schema):
    validate_schema(schema)

    assert schema["openapi"] == "3.1.1"


def test_operations_have_names_that_make_good_clients(schema):
    names = {
        (method, path): operation["operationId"]
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }

    assert names["get", "/api/v1/bands/"] == "list_bands"
    assert names["post", "/api/v1/bands/"] == "create_band"
    assert names["get", "/api/v1/bands/{id}/"] == "get_band"
    assert names["put", "/api/v1/bands/{id}/"] == "replace_band"
    assert names["patch", "/api/v1/bands/{id}/"] == "update_band"
    assert names["delete", "/api/v1/bands/{id}/"] == "delete_band"
    assert names["get", "/api/v1/audit/"] == "list_changes"
    assert names["get", "/api/v1/me/"] == "get_me"
    assert names["get", "/api/v1/reports/figures/"] == "report_figures"


def test_every_operation_tells_its_problems(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            expected = {"400", "401", "403", "406", "429", "500", "503"}
            expected |= {"404"} if "{" in path else set()
            expected |= {"409", "413", "415", "422"} if method != "get" else set()
            assert expected <= set(answers), (method, path)
            for status in expected:
                assert list(answers[status]["content"]) == ["application/problem+json"]


def test_parameters_of_lists_and_reports_are_told(schema):
    def parameters(path):
        return {found["name"]: found for found in schema["paths"][path]["get"]["parameters"]}

    bands = parameters("/api/v1/bands/")
    assert {"name", "search", "cursor", "page_size", "ordering"} <= set(bands)
    assert bands["ordering"]["schema"]["items"]["enum"] == ["name", "-name", "id", "-id"]
    assert parameters("/api/v1/reports/figures/")["from"]["description"] == "first month"


def test_security_is_told(schema):
    assert schema["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert {"basic": []} in schema["paths"]["/api/v1/reports/figures/"]["get"]["security"]
    assert {"basic": []} not in schema["paths"]["/api/v1/me/"]["get"]["security"]


def test_the_document_of_the_real_addresses_has_no_warning(settings, tmp_path, capsys):
    settings.ROOT_URLCONF = "roi_project.urls"

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))

    assert capsys.readouterr() == ("", "")
    assert "\n  /api/v1/reports/roi/:\n" in (tmp_path / "schema.yaml").read_text()


def test_the_document_is_served_to_those_who_may_come_in(api, planner, as_problem):
    as_problem(api().get("/api/v1/schema/"), 401, "not-authenticated")
    as_problem(api(planner).get("/api/v1/schema/", {"lang": "de"}), 400, "invalid")
    answer = api(planner).get("/api/v1/schema/", {"format": "json"}, HTTP_ACCEPT="*/*")
    assert answer.json()["info"]["title"] == "Team ROI"


def test_the_pages_of_the_docs_are_local_and_for_people_signed_in(planner):
    client = Client()
    assert client.get("/api/v1/docs/").headers["Location"] == "/admin/login/?next=/api/v1/docs/"

    client.force_login(planner)
    page = client.get("/api/v1/docs/").content.decode()

    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page
    assert "https://" not in page


def test_a_caller_that_asks_too_often_waits(api, planner, leader, settings, monkeypatch, as_problem):
    settings.REQUESTS_PER_MINUTE = 3
    client = api(planner)

    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_015.0)

    assert [client.get(BANDS).status_code for _ in range(3)] == [200, 200, 200]
    refused = client.get(BANDS)
    as_problem(refused, 429, "too-many-requests")
    assert refused.headers["Retry-After"] == "45"
    assert api(leader).get(BANDS).status_code == 200

    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_061.0)
    assert client.get(BANDS).status_code == 200


def test_without_a_cache_everybody_may_ask(api, planner, settings, monkeypatch):
    settings.REQUESTS_PER_MINUTE = 1

    def away(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away)

    client = api(planner)
    assert [client.get(BANDS).status_code for _ in range(5)] == [200] * 5
