"""Two who publish the same months take turns, however long the first one writes."""

import threading

import pytest
from django.db import connection, transaction

from finance.models import BookMonth
from tests.finance.sending import compile_months, dollars, figures, send, send_golden
from tests.golden import JULY

LONGER_THAN_A_REQUEST_WAITS = 2.5


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, who waits for longer")
def test_a_publisher_waits_for_the_one_before_it(settings):
    send_golden()
    compile_months(JULY)
    before = figures(JULY)
    send(
        "cost-entries",
        {
            "external_id": "trip",
            "incurred_on": "2026-07-10",
            "amount": dollars("90.00"),
            "category": "rent",
            "team": "search",
        },
    )
    writing, done = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            list(BookMonth.objects.select_for_update())
            writing.set()
            done.wait(LONGER_THAN_A_REQUEST_WAITS)
        connection.close()

    other = threading.Thread(target=write)
    other.start()
    writing.wait()
    try:
        published = compile_months(JULY)
    finally:
        done.set()
        other.join()

    assert published == [JULY]
    assert figures(JULY) != before
