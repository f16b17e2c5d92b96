"""Job kinds that exist for one test, and the people who ask for them."""

import pytest

from roi_project.access.audience import Audience, Group
from roi_project.jobs import registry

CAROL = Audience(actor="user:carol", user_id=1, groups=frozenset({Group.PLANNER}))
BOB = Audience(actor="user:bob", user_id=2, groups=frozenset({Group.LEADER}))
ADA = Audience(actor="user:ada", user_id=3, groups=frozenset({Group.FINANCE}))


@pytest.fixture
def carol():
    return CAROL


@pytest.fixture
def bob():
    return BOB


@pytest.fixture
def ada():
    return ADA


@pytest.fixture
def declare(monkeypatch):
    """`declare("count", handler, deadline=60, attempts=3)`: a job kind until the end of the test."""
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_declared", lambda: registry._kinds)

    def declare(name, handler=lambda lease, **arguments: {}, *, deadline=60, attempts=3):
        registry._kinds.pop(name, None)
        registry.job(name, deadline=deadline, attempts=attempts)(handler)
        return name

    return declare


@pytest.fixture
def impatient(settings):
    """A failed attempt is due again at once."""
    settings.JOB_RETRY_SECONDS = 0
