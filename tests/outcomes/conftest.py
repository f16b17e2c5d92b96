"""Cast of this floor: payments and search are teams, buy and deliver are value streams."""

import datetime as dt

import pytest

from outcomes.models import Epic, Metric, Outcome
from roi_project.access.audience import Audience, Group
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from teams.models import Team, ValueStream

NOW = dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC)
CAROL = Audience(actor="user:carol", groups=frozenset({Group.PLANNER}))


@pytest.fixture
def payments(db):
    return Team.objects.create(code="payments", name="Payments")


@pytest.fixture
def search(db):
    return Team.objects.create(code="search", name="Search")


@pytest.fixture
def buy(db):
    return ValueStream.objects.create(code="buy", name="Buy")


@pytest.fixture
def deliver(db):
    return ValueStream.objects.create(code="deliver", name="Deliver")


@pytest.fixture
def checkout(db):
    return Epic.objects.create(code="checkout", name="One-page checkout", work_type="feature")


@pytest.fixture
def orders(db):
    return Metric.objects.create(code="orders", name="Orders", unit="orders", aggregate="sum")


@pytest.fixture
def faster(checkout, orders):
    return Outcome.objects.create(
        code="faster",
        name="More orders",
        epic=checkout,
        metric=orders,
        kind="experience",
        baseline=100,
        target=120,
        due_on=dt.date(2026, 12, 31),
        attribution_model="fixed",
    )


@pytest.fixture
def send(db):
    """`send("observations", {...}, {...})`: rows as a tool sends them; a refusal is raised."""

    def rows(kind: str, *raws: dict, audience: Audience = CAROL, now: dt.datetime = NOW):
        receipt = receive(audience, kind_named(kind), [(n, raw, "json") for n, raw in enumerate(raws, start=1)])
        if receipt.refused:
            raise receipt.refusal()
        return receipt

    return rows
