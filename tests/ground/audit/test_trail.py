"""The trail: written with the change, never touched again."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from roi_project.access.audience import Audience
from roi_project.audit.models import Change
from roi_project.audit.services import Entry, record, record_many
from roi_project.web import request_id

ADA = Audience(actor="user:ada")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def one_change(**changed) -> Change:
    told = {"action": "changed", "kind": "teams", "object_id": 7, "object_code": "payments"}
    record(ADA, **{**told, "before": {"name": "Pay"}, "after": {"name": "Payments"}, **changed})
    return Change.objects.get()


def test_a_change_is_told_whole():
    change = one_change(reason="renamed by the team", now=NOON)

    assert (change.at, change.actor, change.request_id) == (NOON, "user:ada", "")
    assert (change.action, change.kind, change.object_id, change.object_code) == ("changed", "teams", "7", "payments")
    assert (change.before, change.after) == ({"name": "Pay"}, {"name": "Payments"})
    assert change.reason == "renamed by the team"


def test_the_clock_of_the_database_is_used_when_no_moment_is_given():
    change = one_change()

    assert abs(change.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_a_change_knows_its_request():
    token = request_id.begin("req-1")
    try:
        change = one_change()
    finally:
        request_id.end(token)

    assert change.request_id == "req-1"


def test_days_and_decimals_are_written_as_they_are_said():
    change = one_change(after={"share": Decimal("0.250"), "starts_on": dt.date(2026, 3, 1)})

    assert change.after == {"share": "0.250", "starts_on": "2026-03-01"}


def test_many_changes_are_few_statements(django_assert_max_num_queries):
    entries = [Entry("created", "teams", number, f"team {number}") for number in range(100)]

    with django_assert_max_num_queries(2):
        record_many(ADA, entries)

    assert Change.objects.count() == 100


def test_an_unknown_action_is_refused():
    with pytest.raises(ValueError, match="'touched' is not a valid Action"):
        one_change(action="touched")


def test_what_is_rolled_back_is_not_in_the_trail():
    with transaction.atomic():
        one_change()
        transaction.set_rollback(True)

    assert not Change.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_change SET actor = 'nobody'",
        "DELETE FROM audit_change",
        "DELETE FROM audit_change WHERE kind = 'teams'",
    ],
)
def test_the_database_refuses_to_change_the_trail(statement):
    one_change()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Change.objects.get().actor == "user:ada"


def test_postgresql_refuses_to_empty_the_trail_at_once():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    one_change()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_change")


def test_the_model_cannot_go_around_the_guard():
    change = one_change()
    change.actor = "nobody"

    with pytest.raises(DatabaseError), transaction.atomic():
        change.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        change.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Change.objects.update(actor="nobody")
