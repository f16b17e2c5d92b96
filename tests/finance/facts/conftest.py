"""Cast of this floor: ada keeps the books, grace keeps them with her; payments and search are teams."""

import datetime as dt

import pytest

from finance.models import CostCategory, Pool
from outcomes.models import Epic, Metric, Outcome
from roi_project.access.audience import Audience, Group
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from teams.models import Person, RoleFamily, Team, ValueStream

NOW = dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC)
FINANCE = frozenset({Group.FINANCE})
ADA = Audience(actor="user:ada", user_id=1, groups=FINANCE)


@pytest.fixture
def engineer(db):
    return RoleFamily.objects.create(code="engineer", name="Engineer")


@pytest.fixture
def erin(engineer):
    return Person.objects.create(code="erin", name="Erin", role=engineer, employed_from=dt.date(2024, 1, 1))


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
def licences(db):
    return CostCategory.objects.create(code="licences", name="Licences")


@pytest.fixture
def cloud(db):
    return Pool.objects.create(code="cloud", name="Cloud")


@pytest.fixture
def orders(db):
    return Metric.objects.create(code="orders", name="Orders", unit="orders", aggregate="sum")


@pytest.fixture
def checkout(db):
    return Epic.objects.create(code="checkout", name="One-page checkout", work_type="feature")


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
    )


@pytest.fixture
def send(db):
    """`send("cost-entries", {...}, {...})`: rows as a ledger sends them; a refusal is raised."""

    def rows(kind: str, *raws: dict, audience: Audience = ADA, now: dt.datetime = NOW):
        receipt = receive(audience, kind_named(kind), [(n, raw, "json") for n, raw in enumerate(raws, start=1)])
        if receipt.refused:
            raise receipt.refusal()
        return receipt

    return rows
