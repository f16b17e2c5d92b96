"""Two tools may send observations of the same month at the same moment; neither is lost from its sum."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from outcomes.models import MetricMonth
from roi_project.kernel.errors import Conflict

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def seen(day: str) -> dict:
    return {"metric": "orders", "observed_on": day, "value": "1"}


def while_another_waits(first, second) -> list[Exception]:
    """Run `second` on its own connection, begun before `first` is committed; answers what it raised."""
    raised: list[Exception] = []

    def run():
        try:
            second()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        time.sleep(0.3)
        assert thread.is_alive()
    thread.join(10)
    return raised


def test_the_second_counts_what_the_first_wrote(send, orders):
    send("observations", seen("2026-06-01"))

    raised = while_another_waits(
        lambda: send("observations", seen("2026-06-02")), lambda: send("observations", seen("2026-06-03"))
    )

    assert raised == []
    assert list(MetricMonth.objects.values_list("count", "total", "revision")) == [(3, 3, 3)]


def test_two_requests_cannot_both_take_the_last_free_share(send, faster, payments, search):
    row = {"outcome": "faster", "share": "0.6"}

    raised = while_another_waits(
        lambda: send("attributions", {**row, "team": "payments"}),
        lambda: send("attributions", {**row, "team": "search"}),
    )

    assert [type(error) for error in raised] == [Conflict]
