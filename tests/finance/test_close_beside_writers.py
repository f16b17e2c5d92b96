"""A month is not closed over facts that are being written at the same moment."""

import threading

import pytest
from django.db import connection, connections, transaction

from finance.models import BookMonth, CostEntry, MonthState
from finance.services import books
from roi_project.kernel.errors import Conflict, Refusal
from roi_project.kernel.period import parse_month
from tests.finance.sending import NOW, compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
MONTH = parse_month(JULY)
TRIP = {
    "external_id": "trip",
    "incurred_on": "2026-07-20",
    "amount": dollars("500.00"),
    "category": "rent",
    "team": "search",
}


@pytest.fixture
def asked_for(audience, finance):
    """July, compiled, with a request to close it."""
    send_golden()
    send_card()
    compile_months(JULY)
    books.request_close(audience(finance), MONTH, now=NOW)


@pytest.fixture
def importing():
    """`importing(kind, row)`: somebody has sent this and has not ended; `importing.end()` lets them."""
    written, ended = threading.Event(), threading.Event()

    def slowly(kind, row):
        try:
            with transaction.atomic():
                send(kind, row)
                written.set()
                ended.wait(timeout=20)
        finally:
            connections.close_all()

    class Importing:
        def __call__(self, kind, row):
            self.writer = threading.Thread(target=slowly, args=(kind, row))
            self.writer.start()
            assert written.wait(timeout=10)

        def end(self):
            ended.set()
            self.writer.join(timeout=10)

    started = Importing()
    yield started
    started.end()


@pytest.mark.parametrize(
    ("kind", "row"),
    [("cost-entries", TRIP), ("epics", {"code": "faster-pay", "name": "Faster pay", "work_type": "risk"})],
)
def test_a_close_waits_for_what_is_being_written_and_then_finds_the_book_stale(
    asked_for, importing, audience, second_finance, kind, row
):
    importing(kind, row)
    threading.Timer(0.5, importing.end).start()

    with pytest.raises(Conflict) as refused:
        books.approve_close(audience(second_finance), MONTH, now=NOW)

    assert refused.value.slug == "stale-book"
    assert BookMonth.objects.get(month=f"{JULY}-01").state == MonthState.SOFT_CLOSED


def test_a_close_that_waits_in_vain_is_asked_to_come_again(asked_for, importing, audience, second_finance, monkeypatch):
    monkeypatch.setattr(books, "LONGEST_WAIT", 0.3)
    importing("cost-entries", TRIP)

    with pytest.raises(Refusal) as refused:
        books.approve_close(audience(second_finance), MONTH, now=NOW)

    assert (refused.value.slug, refused.value.status) == ("busy", 503)
    assert BookMonth.objects.get(month=f"{JULY}-01").state == MonthState.SOFT_CLOSED


def test_who_only_reads_holds_nobody_up(asked_for, audience, second_finance):
    begun, ended = threading.Event(), threading.Event()

    def reading():
        try:
            with transaction.atomic():
                list(CostEntry.objects.all())
                begun.set()
                ended.wait(timeout=20)
        finally:
            connections.close_all()

    reader = threading.Thread(target=reading)
    reader.start()
    assert begun.wait(timeout=10)
    try:
        books.approve_close(audience(second_finance), MONTH, now=NOW)
    finally:
        ended.set()
        reader.join(timeout=10)

    assert BookMonth.objects.get(month=f"{JULY}-01").state == MonthState.CLOSED


assert connection is not None  # named in the condition above
