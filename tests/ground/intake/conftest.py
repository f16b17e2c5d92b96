"""Rows are sent to the real kinds: ada and bob are developers, payments and search are teams."""

import datetime as dt

import pytest

from roi_project.access.audience import SYSTEM
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def send(db):
    """`send("teams", {...}, {...}, partial=True)`: the receipt of these rows."""

    def sent(kind, *rows, style="json", now=NOW, audience=SYSTEM, **asked):
        numbered = [(number, row, style) for number, row in enumerate(rows, start=1)]
        return receive(audience, kind_named(kind), numbered, **asked)

    return sent


@pytest.fixture
def cast(send):
    """A small organisation to speak about."""
    send("role-families", {"code": "dev", "name": "Developer"})
    send(
        "teams",
        {"code": "payments", "name": "Payments", "source": "jira", "external_id": "T1"},
        {"code": "search", "name": "Search", "source": "jira", "external_id": "T2"},
    )
    send(
        "people",
        {"code": "ada", "role": "dev", "employed_from": "2020-01-01"},
        {"code": "bob", "role": "dev", "employed_from": "2020-01-01"},
    )
    send("metrics", {"code": "orders", "name": "Orders", "unit": "orders", "aggregate": "sum"})
    send("cost-categories", {"code": "cloud", "name": "Cloud"})


def assignment(**changed):
    """Half of ada for payments from 2026 on, with something changed."""
    row = {"person": "ada", "team": "payments", "share": "0.5", "starts_on": "2026-01-01"}
    return {name: value for name, value in (row | changed).items() if value is not ...}


def observation(number, value="1", day="2026-01-15", **more):
    return {"metric": "orders", "observed_on": day, "value": value, "external_id": f"o{number}", **more}


def sentences(receipt):
    return [refused.sentence for refused in receipt.refused]
