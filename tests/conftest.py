"""People and doors every test may use. Named cast: ada keeps the books, bob leads, carol plans, dan audits."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone
from rest_framework.test import APIClient

from roi_project.access.audience import SYSTEM, Audience, Group
from roi_project.access.selectors import audience_of
from roi_project.access.services import SCOPES, issue_token
from roi_project.db.models import AddressKey

MEDIA_TYPE = "application/problem+json"


@pytest.fixture
def person(db):
    """`person("erin", Group.FINANCE)`: a user in these groups."""

    def make(username: str, *groups: Group, is_staff: bool = True) -> User:
        user = User.objects.create_user(username, password=f"{username}-secret", is_staff=is_staff)
        user.groups.set(DjangoGroup.objects.get_or_create(name=group.value)[0] for group in groups)
        return user

    return make


@pytest.fixture
def finance(person) -> User:
    return person("ada", Group.FINANCE)


@pytest.fixture
def second_finance(person) -> User:
    return person("grace", Group.FINANCE)


@pytest.fixture
def leader(person) -> User:
    return person("bob", Group.LEADER)


@pytest.fixture
def planner(person) -> User:
    return person("carol", Group.PLANNER, is_staff=False)


@pytest.fixture
def auditor(person) -> User:
    return person("dan", Group.AUDITOR)


@pytest.fixture
def administrator(person) -> User:
    return person("eve", Group.ADMINISTRATOR)


@pytest.fixture
def bearer(db):
    """`bearer(user, scopes=["reports"])`: the text of a fresh token."""

    def issue(user: User, *, scopes=SCOPES, expires_at: dt.datetime | None = None) -> str:
        _, text = issue_token(SYSTEM, user=user, name="test", scopes=scopes, now=timezone.now(), expires_at=expires_at)
        return text

    return issue


@pytest.fixture
def api(bearer):
    """`api(user)`: a client that sends a real bearer token; `api()`: one that sends none."""

    def client(user: User | None = None, *, scopes=SCOPES) -> APIClient:
        made = APIClient(raise_request_exception=False)
        if user is not None:
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {bearer(user, scopes=scopes)}")
        return made

    return client


@pytest.fixture
def audience(db):
    """`audience(user)`: the caller that user is for services and selectors, as if signed in."""

    def make(user: User) -> Audience:
        return audience_of(user)

    return make


@pytest.fixture
def as_problem():
    """`as_problem(answer, 409, "already-assigned")`: the body, after checking that it is that problem."""

    def check(answer, status: int, slug: str) -> dict:
        assert answer.status_code == status, answer.content
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        body = answer.json()
        assert body["type"] == f"/problems/{slug}", body
        assert body["status"] == status
        assert body["title"]
        assert body["detail"]
        assert body["instance"] == answer.headers["X-Request-ID"]
        return body

    return check


@pytest.fixture(autouse=True)
def _quick_and_forgetful(settings):
    """No throttle unless a test asks for it, no counts left by other tests, no slow hash of passwords."""
    settings.REQUESTS_PER_MINUTE = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@contextmanager
def guards_lowered():
    """Let a test's clean-up empty tables that the database itself keeps append-only."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = origin")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            try:
                yield
            finally:
                for _, statement in triggers:
                    cursor.execute(statement)


_flush = TransactionTestCase._fixture_teardown


def _flush_with_guards_lowered(case):
    """Empty every table, then put back what migrations wrote: tests run in any order."""
    with guards_lowered():
        _flush(case)
        DjangoGroup.objects.bulk_create([DjangoGroup(name=group.value) for group in Group], ignore_conflicts=True)
        AddressKey.objects.get_or_create(pk=1, defaults={"key": bytes(32)})


TransactionTestCase._fixture_teardown = _flush_with_guards_lowered
