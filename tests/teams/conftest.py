"""A small organisation: ada and bob, the teams payments and search, the streams commerce and discovery."""

import pytest

from teams.models import Person, RoleFamily, Team, ValueStream
from tests.teams.facts import day


@pytest.fixture
def developer(db):
    return RoleFamily.objects.create(code="DEV", name="Developer")


@pytest.fixture
def ada(developer):
    return Person.objects.create(code="ada", role=developer, employed_from=day("2020-01-01"))


@pytest.fixture
def bob(developer):
    return Person.objects.create(code="bob", role=developer, employed_from=day("2020-01-01"))


@pytest.fixture
def payments(db):
    return Team.objects.create(code="payments", name="Payments")


@pytest.fixture
def search(db):
    return Team.objects.create(code="search", name="Search")


@pytest.fixture
def commerce(db):
    return ValueStream.objects.create(code="commerce", name="Commerce")


@pytest.fixture
def discovery(db):
    return ValueStream.objects.create(code="discovery", name="Discovery")
