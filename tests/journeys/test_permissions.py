"""Who may do what: every address times every method times every sort of caller, against the table below.

An address without a line in the table fails, so that nobody opens a door without saying to whom.
"""

import base64
import re
import uuid

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from roi_project.access.audience import SYSTEM
from roi_project.access.models import Token
from roi_project.access.services import SCOPES, revoke
from roi_project.intake.kinds import all_kinds
from tests.counting import counts
from tests.reliability.fuzz import routes

pytestmark = pytest.mark.django_db

ALL = frozenset({"finance", "leader", "planner", "auditor", "administrator"})
NO_ADMIN = ALL - {"administrator"}
MONEY = frozenset({"finance", "leader", "auditor"})
PAY = frozenset({"finance", "auditor"})
PLAN = frozenset({"finance", "planner"})
OWN = frozenset({"finance", "leader", "planner"})
FINANCE = frozenset({"finance"})
NOBODY: frozenset[str] = frozenset()

TABLE = {
    # noun                   (who reads, who writes)
    "me": (ALL, NOBODY),
    "schema": (ALL, NOBODY),
    "docs": (ALL, NOBODY),
    "audit": (frozenset({"finance", "auditor", "administrator"}), NOBODY),
    "jobs": (ALL, frozenset({"finance", "administrator"})),
    # where people work
    "organisation-settings": (ALL, frozenset({"finance", "administrator"})),
    "value-streams": (ALL, PLAN),
    "role-families": (ALL, PLAN),
    "teams": (ALL, PLAN),
    "team-names": (ALL, PLAN),
    "team-stream-shares": (ALL, PLAN),
    "closures": (ALL, PLAN),
    "people": (NO_ADMIN, PLAN),
    "person-terms": (NO_ADMIN, PLAN),
    "assignments": (NO_ADMIN, PLAN),
    "absences": (NO_ADMIN, PLAN),
    # what the work was for
    "metrics": (NO_ADMIN, PLAN),
    "observations": (NO_ADMIN, PLAN),
    "epics": (NO_ADMIN, PLAN),
    "epic-teams": (NO_ADMIN, PLAN),
    "epic-stream-shares": (NO_ADMIN, PLAN),
    "efforts": (NO_ADMIN, OWN),
    "outcomes": (NO_ADMIN, OWN),
    "attributions": (NO_ADMIN, OWN),
    # what it cost and what it was worth
    "exchange-rates": (MONEY, FINANCE),
    "cost-categories": (MONEY, FINANCE),
    "rate-cards": (MONEY, FINANCE),
    "pools": (MONEY, FINANCE),
    "allocation-rules": (MONEY, FINANCE),
    "allocation-shares": (MONEY, FINANCE),
    "driver-rows": (MONEY, FINANCE),
    "valuations": (MONEY, FINANCE),
    "benefit-entries": (MONEY, FINANCE),
    "anticipated-benefits": (MONEY, FINANCE),
    "person-rates": (PAY, FINANCE),
    "contractor-lines": (PAY, FINANCE),
    "cost-entries": (PAY, FINANCE),
    # books and what is read from them
    "books": (NO_ADMIN, FINANCE),
    "months": (NO_ADMIN, FINANCE),
    "findings": (NO_ADMIN, frozenset({"finance", "leader"})),
    "explain": (NO_ADMIN, NOBODY),
    "reconciliation": (NO_ADMIN, NOBODY),
    "reports/roi": (NO_ADMIN, NOBODY),
    "reports/investment": (NO_ADMIN, NOBODY),
    "reports/capacity": (NO_ADMIN, NOBODY),
    "reports/team-design": (NO_ADMIN, NOBODY),
    "reports/changes": (NO_ADMIN, NOBODY),
    "reports/promises": (NO_ADMIN, NOBODY),
}
PUBLIC = {"/", "/livez", "/readyz", "/problems/{slug}/", "/api/"}
DOCUMENTS = {"schema", "docs"}
"""Whoever is signed in reads these, with any token and in no group: they hold no data."""
REPORTS = {"explain", "reconciliation"} | {
    f"reports/{name}" for name in ("roi", "investment", "capacity", "team-design", "changes", "promises")
}
"""What a token may read that may read reports only."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PURGE")
SAFE = ("GET", "HEAD")


@pytest.fixture(scope="module")
def operations():
    return routes.operations(routes.document())


def line_of(template: str) -> str:
    """The line of the table an address stands under: teams, reports/roi."""
    first, _, rest = template.removeprefix("/api/v1/").partition("/")
    return f"{first}/{rest.partition('/')[0]}" if first == "reports" else first


def address(template: str) -> str:
    """An address of something that is not there, so that asking changes nothing."""

    key = str(uuid.UUID(int=7))
    named = {"{month}": "2099-01", "{slug}": "invalid", "{key}": key, "{id}": key if "/jobs/" in template else "9" * 9}

    def name(match: re.Match[str]) -> str:
        return named.get(match[0], "9" * 9)

    return re.sub(r"\{[^}]*\}", name, template)


def of_the_api(operations):
    return [operation for operation in operations if operation.template not in PUBLIC]


def ask(client, operation):
    url = address(operation.template)
    if operation.method == "GET":
        return client.get(url)
    method = getattr(client, operation.method.lower())
    return method(url, {}, format="json", headers={"Idempotency-Key": "matrix"})


def test_every_address_has_a_line_in_the_table_and_every_line_an_address(operations):
    lines = {line_of(operation.template) for operation in of_the_api(operations)}

    assert lines - TABLE.keys() == set(), "say in TABLE who may read and write these"
    assert TABLE.keys() - lines == set()


@pytest.mark.parametrize("group", sorted(ALL))
def test_a_group_is_let_in_where_the_table_says_so_and_nowhere_else(operations, api, request, group):
    client = api(request.getfixturevalue(group))
    before = counts()
    wrong = []

    for operation in of_the_api(operations):
        read, write = TABLE[line_of(operation.template)]
        may = group in (read if operation.method == "GET" else write)
        status = ask(client, operation).status_code
        if may != (status not in (401, 403)) or status >= 500 or (operation.method != "GET" and status in (200, 201)):
            wrong.append((operation.method, operation.template, "let in" if may else "refused", status))

    assert wrong == []
    assert counts() == before


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_a_token_does_what_its_scope_says_even_for_finance(operations, api, finance, scope):
    client = api(finance, scopes={scope})
    wrong = []

    for operation in of_the_api(operations):
        line = line_of(operation.template)
        read, write = TABLE[line]
        reading = operation.method == "GET"
        within = {
            "read": reading,
            "write": not reading and line != "jobs",
            "reports": reading and line in REPORTS,
            "jobs": line == "jobs",
        }[scope]
        may = (within or line == "me" or line in DOCUMENTS) and "finance" in (read if reading else write)
        status = ask(client, operation).status_code
        if may != (status not in (401, 403)):
            wrong.append((operation.method, operation.template, "let in" if may else "refused", status))

    assert wrong == []


def test_nobody_is_let_in_without_a_token(operations, api, as_problem):
    for operation in of_the_api(operations):
        answer = ask(api(), operation)
        if operation.template == "/api/v1/docs/":
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/admin/login/")
        else:
            as_problem(answer, 401, "not-authenticated")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_somebody_in_no_group_sees_nothing(operations, api):
    client = api(User.objects.create_user("nemo", is_staff=True))

    for operation in of_the_api(operations):
        wanted = 200 if line_of(operation.template) in DOCUMENTS else 403
        assert ask(client, operation).status_code == wanted, operation


def test_a_superuser_is_an_administrator_and_sees_no_figure(api):
    client = api(User.objects.create_superuser("root"))

    assert client.get("/api/v1/me/").json()["groups"] == ["administrator"]
    for url in ("/api/v1/person-rates/", "/api/v1/reports/roi/", "/api/v1/cost-entries/", "/api/v1/people/"):
        assert client.get(url).status_code == 403


def test_a_method_that_an_address_does_not_offer_is_a_405_for_everybody(operations, api, finance, as_problem):
    offered: dict[str, set[str]] = {}
    for operation in operations:
        offered.setdefault(operation.template, set()).add(operation.method)

    for caller in (api(finance), api()):
        for template, methods in offered.items():
            if template == "/api/":
                continue
            for method in METHODS:
                if method not in methods:
                    answer = caller.generic(method, address(template))
                    assert answer.status_code == 405, (method, template)
                    as_problem(answer, 405, "method-not-allowed")
                    assert set(answer.headers["Allow"].split(", ")) >= methods


def test_reading_and_writing_of_kinds_agree_with_the_table():
    for kind in all_kinds():
        read, write = TABLE[kind.name]
        assert {group.value for group in kind.read} == read, kind.name
        assert {group.value for group in kind.write} == write, kind.name
        assert write <= read, f"who writes {kind.name} is answered with what they wrote"


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_in_the_address_is_refused_even_a_good_one(api, bearer, finance, operations):
    text = bearer(finance)

    for name in ("token", "access_token", "auth", "api_key", "authorization"):
        assert api().get("/api/v1/me/", {name: text}).status_code == 401
        assert api(finance).get("/api/v1/me/", {name: text}).status_code == 400
    assert text not in str(api(finance).get("/api/v1/me/", {"token": text}).json())


@pytest.mark.parametrize("url", ["/api/v1/me/", "/api/v1/person-rates/", "/api/v1/reports/roi/"])
def test_expired_revoked_cut_and_foreign_tokens_are_one_answer(api, bearer, finance, as_problem, url):
    client = api()
    expired, revoked, good = (bearer(finance) for _ in range(3))
    now = timezone.now()
    first, second, _ = finance.tokens.order_by("id")
    Token.objects.filter(pk=first.pk).update(expires_at=now)
    revoke(SYSTEM, token=second, now=now)
    details = set()

    for text in (
        expired,
        revoked,
        good[:-1],
        good[:-1] + "~",
        good.upper(),
        f" {good}",
        f"{good} {good}",
        "",
        "roi_",
        "é",
    ):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        details.add(as_problem(client.get(url), 401, "not-authenticated")["detail"])
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {good}")

    assert len(details) == 1
    assert client.get(url).status_code == 200


def test_a_token_ends_with_its_owner(api, finance):
    client = api(finance)
    assert client.get("/api/v1/person-rates/").status_code == 200

    finance.groups.clear()
    assert client.get("/api/v1/person-rates/").status_code == 403

    finance.is_active = False
    finance.save()
    assert client.get("/api/v1/person-rates/").status_code == 401


def test_a_spreadsheet_may_send_its_token_as_a_password_to_reports_only(api, bearer, leader):
    client = api()
    password = base64.b64encode(f"token:{bearer(leader, scopes={'reports'})}".encode()).decode()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {password}")

    assert client.get("/api/v1/reports/roi/").status_code == 200
    assert client.get("/api/v1/teams/").status_code == 401
    assert client.post("/api/v1/books/", {}).status_code == 401


def test_a_caller_who_asks_too_often_waits_and_others_do_not(api, finance, leader, settings, as_problem):
    settings.REQUESTS_PER_MINUTE = 3
    eager, patient = api(finance), api(leader)

    answers = [eager.get("/api/v1/me/") for _ in range(5)]

    assert [answer.status_code for answer in answers][:3] == [200, 200, 200]
    as_problem(answers[-1], 429, "too-many-requests")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert patient.get("/api/v1/me/").status_code == 200


def test_who_guesses_tokens_waits_and_who_has_one_does_not(api, bearer, finance, settings, as_problem):
    settings.REQUESTS_PER_MINUTE = 3
    guesser, owner = api(), api(finance)
    guesser.credentials(HTTP_AUTHORIZATION=f"Bearer {bearer(finance)[:-1]}~")

    answers = [guesser.get("/api/v1/person-rates/") for _ in range(5)]

    as_problem(answers[0], 401, "not-authenticated")
    as_problem(answers[-1], 429, "too-many-requests")
    assert owner.get("/api/v1/person-rates/").status_code == 200
