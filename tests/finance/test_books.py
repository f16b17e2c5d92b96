"""Books: compiled from stored facts, published once, never half, closed by two."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum

from finance.engine.accounts import Account, WorkType
from finance.models import Book, BookMonth, Finding, Line, Posting, StreamMonth, TeamMonth, WorkMonth
from finance.services import books
from finance.services.book_rows import write_rows
from roi_project.access.audience import SYSTEM
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from roi_project.kernel.errors import Invalid
from roi_project.kernel.period import parse_month
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
MONTH = parse_month(JULY)


def send(kind, rows, audience=SYSTEM, **options):
    numbered = [(i, row, "json") for i, row in enumerate(rows, start=1)]
    receipt = receive(audience, kind_named(kind), numbered, **options)
    assert not receipt.refused, receipt.refused
    return receipt


@pytest.fixture
def golden():
    for kind, rows in ROWS.items():
        send(kind, rows)


def total(queryset):
    return queryset.aggregate(total=Sum("amount"))["total"] or 0


def test_the_golden_month_is_published_to_the_cent(golden):
    done = books.compile_span(MONTH, MONTH)

    assert done.published == [JULY]
    book = BookMonth.objects.get().current_book
    cost = Posting.objects.filter(book=book, account__in=[1, 2, 3, 4, 5, 6, 7, 8, 9, 101, 104, 105, 106, 107, 108, 109])
    assert total(cost) == 9_948_203
    assert total(cost.filter(team__code="checkout")) == 5_495_868
    assert total(cost.filter(team__code="search")) == 3_988_043
    assert total(cost.filter(stream__code="commerce")) == 4_396_695
    assert total(TeamMonth.objects.filter(book=book)) == total(Posting.objects.filter(book=book))
    assert total(StreamMonth.objects.filter(book=book)) == total(Posting.objects.filter(book=book))


def test_a_book_whose_rows_do_not_add_up_to_its_sources_is_not_published(golden, monkeypatch):
    def written_wrong(facts, book, book_of):
        write_rows(facts, book, book_of)
        WorkMonth.objects.filter(pk=WorkMonth.objects.earliest("pk").pk).update(amount=F("amount") + 1)

    monkeypatch.setattr(books, "write_rows", written_wrong)

    with pytest.raises(AssertionError, match="finance_workmonth of 2026-07 version 1 does not add up to its sources"):
        books.compile_span(MONTH, MONTH)

    assert not Book.objects.exists()
    assert not WorkMonth.objects.exists()


def test_cost_by_stream_and_type_of_work_is_that_of_the_postings(golden):
    books.compile_span(MONTH, MONTH)
    book = BookMonth.objects.get().current_book

    rows = WorkMonth.objects.filter(book=book)

    assert total(rows) + (rows.aggregate(total=Sum("variance"))["total"]) == 9_948_203
    for stream in ("commerce", "discovery"):
        for work_type in WorkType:
            posted = Posting.objects.filter(book=book, stream__code=stream, work_type=work_type, account__lt=10)
            assert total(rows.filter(stream__code=stream, work_type=work_type)) == total(posted)
    idle = rows.get(residual=Account.IDLE)
    posted = Posting.objects.filter(book=book, account__in=[Account.IDLE, Account.VARIANCE_IDLE])
    assert (idle.amount + idle.variance, idle.stream) == (total(posted), None) == (267_050, None)


@pytest.mark.parametrize("wrong", [{"residual": 5}, {"residual": 20}, {"work_type": 7}, {"work_type": -1}, {}])
def test_work_is_written_once_per_row_and_of_kinds_that_are_known(golden, wrong):
    """Nothing wrong: the same row again."""
    books.compile_span(MONTH, MONTH)
    row = WorkMonth.objects.filter(stream=None).first()
    for name, value in {"pk": None, **wrong}.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_work_of_books_that_were_there_before_is_added_up_from_their_postings(golden):
    books.compile_span(MONTH, MONTH)
    names = ("book_id", "stream_id", "pooled", "residual", "work_type", "amount", "variance")
    written = sorted(WorkMonth.objects.values_list(*names), key=str)
    WorkMonth.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(import_module("finance.migrations.0008_work_months").ADDED_UP, [])

    assert sorted(WorkMonth.objects.values_list(*names), key=str) == written


def test_the_same_facts_compile_nothing_again(golden):
    books.compile_span(MONTH, MONTH)

    again = books.compile_span(MONTH, MONTH)

    assert again.published == []
    assert Book.objects.count() == 1


def test_a_changed_fact_makes_only_its_own_month_stale(golden):
    august = MONTH + 1
    books.compile_span(MONTH, august)
    entry = dict(ROWS["cost-entries"][0], amount={"amount": "7000.00", "currency": "USD"})

    send("cost-entries", [entry])
    done = books.compile_span(MONTH, august)

    assert done.published == [JULY]
    assert [b.version for b in Book.objects.filter(month="2026-07-01")] == [2, 1]


def test_a_closed_book_refuses_every_change_in_the_database(golden, audience, finance, second_finance):
    books.compile_span(MONTH, MONTH)
    send(
        "rate-cards",
        [
            {
                "role": "engineer",
                "unit": "hour",
                "amount": {"amount": "80.00", "currency": "USD"},
                "starts_on": "2026-01-01",
            }
        ],
    )
    books.compile_span(MONTH, MONTH)
    books.request_close(audience(finance), MONTH, now=NOW)
    books.approve_close(audience(second_finance), MONTH, now=NOW)
    book = BookMonth.objects.get().current_book

    for statement in (
        f"UPDATE finance_posting SET amount = amount + 1 WHERE book_id = {book.pk}",
        f"DELETE FROM finance_line WHERE book_id = {book.pk}",
        f"UPDATE finance_book SET version = 9 WHERE id = {book.pk}",
        f"DELETE FROM finance_bookmonth WHERE current_book_id = {book.pk}",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    line = Line.objects.filter(book=book).first()
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)


def test_months_kept_in_two_currencies_are_never_added_up(golden, api, finance):
    books.compile_span(MONTH, MONTH)
    send("organisation-settings", [{"starts_on": "2026-08-01", "country": "US", "reporting_currency": "EUR"}])
    books.compile_span(MONTH, MONTH + 1)

    answer = api(finance).get("/api/v1/reports/roi/?from=2026-07&through=2026-08&window=period")

    assert answer.status_code == 409
    assert "EUR and USD" in answer.json()["detail"]
    assert BookMonth.objects.get(month="2026-07-01").current_book.currency == "USD"
    assert BookMonth.objects.get(month="2026-08-01").current_book.currency == "EUR"


@pytest.mark.parametrize(
    ("asked", "months", "window"),
    [
        ("", ("2026-08", "2027-07"), "rolling12"),
        ("through=2027-06", ("2026-07", "2027-06"), "rolling12"),
        ("through=2027-05", ("2026-07", "2027-05"), "cumulative"),
        ("from=2027-06", ("2027-06", "2027-07"), "period"),
        ("from=2027-05&through=2027-06", ("2027-05", "2027-06"), "period"),
        ("from=2027-05&through=2027-06&window=rolling12", ("2026-07", "2027-06"), "rolling12"),
        ("from=2027-06&grain=month", ("2027-06", "2027-07"), "period"),
    ],
)
def test_who_says_from_when_reads_these_months_and_no_others(golden, api, finance, asked, months, window):
    """Books reach from July to July: twelve months are there, and a rolling return could be meant."""
    books.compile_span(MONTH, MONTH + 12)

    filters = api(finance).get(f"/api/v1/reports/roi/?{asked}").json()["filters"]

    assert ((filters["from"], filters["through"]), filters["window"]) == (months, window)


def test_a_rate_of_an_earlier_month_is_used_and_said(golden):
    august = {**ROWS["contractor-lines"][0], "month": "2026-08"}
    send("contractor-lines", [august])

    books.compile_span(MONTH, MONTH + 1)

    july, later = (BookMonth.objects.get(month=day).current_book for day in ("2026-07-01", "2026-08-01"))
    carried = Finding.objects.filter(code="fx_rate_carried")
    assert not carried.filter(book=july).exists()
    assert [f.detail for f in carried.filter(book=later)] == [{"currency": "EUR"}]
    assert total(Posting.objects.filter(book=later, account=2)) == 889_112


@pytest.mark.parametrize("times", [95, 190])
def test_a_sum_that_does_not_fit_in_64_bits_is_refused_and_never_wraps(golden, times):
    huge = {"incurred_on": "2026-07-03", "category": "rent", "team": "search"}
    huge["amount"] = {"amount": "1000000000000000.00", "currency": "USD"}
    books.compile_span(MONTH, MONTH)
    before = BookMonth.objects.get().current_book
    send("cost-entries", [huge | {"external_id": f"huge-{n}"} for n in range(times)])

    with pytest.raises(Invalid, match="2026-07 to 2026-07 are too large to be added up exactly"):
        books.compile_span(MONTH, MONTH)

    assert BookMonth.objects.get().current_book == before


def test_hours_that_nobody_can_work_are_refused_and_never_wrap(golden):
    send("contractor-lines", [{**ROWS["contractor-lines"][0], "hours": "900000000000000"}])

    with pytest.raises(Invalid, match="too large"):
        books.compile_span(MONTH, MONTH)

    assert not BookMonth.objects.filter(current_book__isnull=False).exists()
