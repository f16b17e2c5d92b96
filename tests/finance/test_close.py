"""A month is closed by two people; from then on the database itself refuses any change to its book."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from finance.models import Book, BookMonth, Line, MonthState
from finance.selectors.months import current_books
from finance.services import books
from roi_project.access.audience import SYSTEM
from roi_project.audit.models import Change
from roi_project.db.models import Frozen
from roi_project.kernel.errors import Conflict, Forbidden
from roi_project.kernel.period import parse_month
from roi_project.start.lacks import lacks
from tests.finance.sending import NOW, compile_months, dollars, figures, send, send_card, send_golden, stale_months
from tests.golden import JULY, ROWS

pytestmark = pytest.mark.django_db

MONTH = parse_month(JULY)
AUGUST = "2026-08"


@pytest.fixture
def july():
    """The golden July and August with a rate for everybody, compiled."""
    send_golden()
    send_card()
    compile_months(JULY, AUGUST)


@pytest.fixture
def closed(july, audience, finance, second_finance):
    """July closed by ada and grace; its book."""
    books.request_close(audience(finance), MONTH, now=NOW)
    books.approve_close(audience(second_finance), MONTH, now=NOW)
    return row().current_book


def row(month=JULY):
    return BookMonth.objects.get(month=f"{month}-01")


def late_cost(**more):
    return {
        "external_id": "late-trip",
        "incurred_on": "2026-07-20",
        "amount": dollars("500.00"),
        "category": "rent",
        "team": "search",
        **more,
    }


# --- two people ------------------------------------------------------------------------------------------------


def test_one_asks_and_another_approves(closed):
    month = row()

    assert month.state == MonthState.CLOSED
    assert month.close_requested_by != month.closed_by
    assert (closed.sealed, len(closed.checksum), month.relaxed) == (True, 64, False)
    assert list(Frozen.objects.values_list("month", flat=True)) == [dt.date(2026, 7, 1)]
    told = Change.objects.filter(kind="months").order_by("id").values_list("after", flat=True)
    assert [change["what"] for change in told] == ["close requested", "closed"]


def test_nobody_closes_what_they_asked_to_close(july, audience, finance):
    books.request_close(audience(finance), MONTH, now=NOW)

    with pytest.raises(Forbidden) as refused:
        books.approve_close(audience(finance), MONTH, now=NOW)

    assert refused.value.slug == "four-eyes"
    assert row().state == MonthState.SOFT_CLOSED


def test_a_token_is_the_person_it_was_issued_to(july, api, audience, finance, as_problem):
    books.request_close(audience(finance), MONTH, now=NOW)

    answer = api(finance).post(f"/api/v1/months/{JULY}/approve-close/", headers={"Idempotency-Key": "one"})

    as_problem(answer, 403, "four-eyes")
    assert row().state == MonthState.SOFT_CLOSED


def test_four_eyes_hold_in_the_database_too(july, audience, finance):
    books.request_close(audience(finance), MONTH, now=NOW)
    author = row().close_requested_by

    with pytest.raises(IntegrityError), transaction.atomic():
        BookMonth.objects.filter(month="2026-07-01").update(state=MonthState.CLOSED, closed_by=author)


def test_where_one_person_keeps_the_books_it_is_told_that_they_closed_alone(july, api, audience, finance):
    send("organisation-settings", {"starts_on": "2026-01-01", "single_controller": True, "reporting_currency": "USD"})
    compile_months(JULY, AUGUST)
    books.request_close(audience(finance), MONTH, now=NOW)

    books.approve_close(audience(finance), MONTH, now=NOW)

    months = {month["month"]: month for month in api(finance).get("/api/v1/months/").json()["results"]}
    assert (months[JULY]["state"], months[JULY]["closed_by_one_person"]) == ("closed", True)
    assert months[AUGUST]["closed_by_one_person"] is False


@pytest.mark.parametrize("someone", ["leader", "planner", "auditor", "administrator"])
def test_only_finance_closes(july, request, audience, someone):
    with pytest.raises(Forbidden):
        books.request_close(audience(request.getfixturevalue(someone)), MONTH, now=NOW)


# --- what stands in the way ------------------------------------------------------------------------------------


def refused(act, *args):
    with pytest.raises(Conflict) as error:
        act(*args, now=NOW)
    return error.value.slug


def test_a_month_without_a_book_cannot_be_closed(july, audience, finance):
    assert refused(books.request_close, audience(finance), parse_month("2030-01")) == "no-book"


def test_nobody_approves_what_nobody_asked_for(july, audience, finance):
    assert refused(books.approve_close, audience(finance), MONTH) == "close-not-requested"


def test_a_month_with_people_without_a_rate_cannot_be_closed(audience, finance):
    send_golden()
    compile_months(JULY)

    assert refused(books.request_close, audience(finance), MONTH) == "missing-rates"


def test_a_month_with_an_amount_nobody_can_convert_cannot_be_closed(july, audience, finance):
    send("cost-entries", late_cost(amount=dollars("500.00", "GBP")))
    compile_months(JULY)

    assert refused(books.request_close, audience(finance), MONTH) == "missing-rates"


def test_a_month_with_newer_facts_is_compiled_before_it_is_closed(july, audience, finance):
    send("cost-entries", late_cost())

    assert refused(books.request_close, audience(finance), MONTH) == "stale-book"


def test_what_is_approved_is_what_was_asked_for(july, audience, finance, second_finance):
    books.request_close(audience(finance), MONTH, now=NOW)
    send("cost-entries", late_cost())
    assert refused(books.approve_close, audience(second_finance), MONTH) == "stale-book"
    compile_months(JULY)

    assert refused(books.approve_close, audience(second_finance), MONTH) == "changed-since-submit"

    books.request_close(audience(second_finance), MONTH, now=NOW)
    books.approve_close(audience(finance), MONTH, now=NOW)
    assert row().current_book.version == 2


def test_a_closed_month_is_not_closed_again(closed, audience, finance):
    assert refused(books.request_close, audience(finance), MONTH) == "period-closed"
    assert refused(books.approve_close, audience(finance), MONTH) == "period-closed"


def test_over_allocated_people_do_not_stand_in_the_way(closed):
    """gus is asked for by three teams, a day and a fifth every day."""
    assert row().state == MonthState.CLOSED


# --- what comes late -------------------------------------------------------------------------------------------


def test_late_facts_are_taken_counted_and_change_nothing_that_was_closed(closed):
    before = figures(JULY)

    receipt = send("cost-entries", late_cost())
    spread = send("cost-entries", late_cost(external_id="rent", service_from="2026-07-01", service_until="2026-09-01"))
    next_month = send("cost-entries", late_cost(external_id="in-time", incurred_on="2026-08-02"))

    assert (receipt.created, receipt.late) == (1, 1)
    assert (spread.late, next_month.late) == (1, 0)
    assert compile_months(JULY, AUGUST) == [AUGUST]
    assert figures(JULY) == before
    assert row().current_book == closed
    assert books.request_stale(SYSTEM, today=dt.date(2026, 8, 31)) == []


def test_a_closed_month_says_that_facts_came_in_since(closed):
    send("cost-entries", late_cost())

    assert stale_months(JULY, AUGUST) == [JULY]


def test_nobody_is_told_that_a_closed_month_with_late_facts_is_compiled_again(closed, client, leader):
    newest_facts = [lack.sentence for lack in lacks(now=NOW)]
    client.force_login(leader)

    send("cost-entries", late_cost())

    assert [lack.sentence for lack in lacks(now=NOW)] == newest_facts
    words = client.get("/admin/").context["strip"]
    assert "1 month is closed, with later facts that it does not show" in words
    assert not [each for each in words if "being compiled anew" in each]


def test_a_late_review_leaves_the_closed_book_as_it_is(closed, api, second_finance):
    caller = api(second_finance)
    entry = caller.get("/api/v1/benefit-entries/").json()["results"][0]
    before = figures(JULY)

    rows = [{"benefit": entry["key"], "decision": "validated", "amount": entry["amount"]}]
    answer = caller.post("/api/v1/benefit-entries/review/", {"rows": rows}, headers={"Idempotency-Key": "one"})

    assert answer.status_code == 200
    assert compile_months(JULY) == []
    assert figures(JULY) == before


# --- the guard -------------------------------------------------------------------------------------------------

ROWS_OF_BOOKS = (
    "finance_line",
    "finance_component",
    "finance_posting",
    "finance_teammonth",
    "finance_streammonth",
    "finance_workmonth",
    "finance_finding",
)


def refuses(statement):
    if statement.startswith("TRUNCATE"):
        connection.check_constraints()  # what still waits for the end of the transaction would refuse it first
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def rows_in(table, condition):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table} {condition}")
        return cursor.fetchone()[0]


def columns_of(table):
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [f'"{column.name}"' for column in described if column.name != "id"]


@pytest.fixture
def open_book(closed):
    """August's book, which stays open."""
    return row(AUGUST).current_book


@pytest.mark.parametrize("table", ROWS_OF_BOOKS)
def test_no_row_of_a_closed_book_is_changed_taken_away_or_added(closed, open_book, table):
    here, there = f"WHERE book_id = {closed.pk}", f"WHERE book_id = {open_book.pk}"
    names = ", ".join(columns_of(table))
    as_closed = names.replace('"book_id"', str(closed.pk))
    count = rows_in(table, here)
    assert (count > 0, rows_in(table, there) > 0) == (True, True)

    refuses(f"UPDATE {table} SET book_id = book_id {here}")
    refuses(f"UPDATE {table} SET book_id = {open_book.pk} {here}")
    refuses(f"UPDATE {table} SET book_id = {closed.pk} {there}")
    refuses(f"DELETE FROM {table} {here}")
    refuses(f"DELETE FROM {table}")
    refuses(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} {here}")
    refuses(f"INSERT INTO {table} ({names}) SELECT {as_closed} FROM {table} {there}")
    if connection.vendor == "postgresql":
        refuses(f"TRUNCATE {table}")

    assert rows_in(table, here) == count


@pytest.mark.parametrize("table", ROWS_OF_BOOKS)
def test_rows_of_a_book_that_is_not_there_are_refused(open_book, table):
    names = ", ".join(columns_of(table))
    nowhere = names.replace('"book_id"', "987654321")

    refuses(f"INSERT INTO {table} ({names}) SELECT {nowhere} FROM {table} WHERE book_id = {open_book.pk}")


def test_a_closed_book_itself_is_not_changed(closed):
    here = f"WHERE id = {closed.pk}"

    refuses(f"UPDATE finance_book SET version = 9 {here}")
    refuses(f"UPDATE finance_book SET sealed = (1 = 0) {here}")
    refuses(f"UPDATE finance_book SET checksum = 'x' {here}")
    refuses(f"DELETE FROM finance_book {here}")
    if connection.vendor == "postgresql":
        refuses("TRUNCATE finance_book CASCADE")


def test_the_book_read_without_pay_is_closed_with_its_month(july, audience, finance, second_finance):
    read_before = row().current_book
    send("person-rates", {**ROWS["person-rates"][0], "amount": dollars("1.00")})
    compile_months(JULY)
    assert row().current_book != read_before

    books.request_close(audience(finance), MONTH, now=NOW)
    books.approve_close(audience(second_finance), MONTH, now=NOW)

    assert [book.book_id for book in current_books(MONTH, MONTH)] == [read_before.pk]
    assert set(Book.objects.filter(month="2026-07-01", sealed=True)) == {read_before, row().current_book}
    refuses(f"UPDATE finance_posting SET amount = amount + 1 WHERE book_id = {read_before.pk}")
    refuses(f"DELETE FROM finance_book WHERE id = {read_before.pk}")


def test_a_closed_month_keeps_its_book_and_who_closed_it(closed, open_book):
    here = "WHERE month = '2026-07-01'"

    refuses(f"UPDATE finance_bookmonth SET current_book_id = NULL {here}")
    refuses(f"UPDATE finance_bookmonth SET closed_by = 'mallory' {here}")
    refuses(f"UPDATE finance_bookmonth SET state = 'open' {here}")
    refuses(f"UPDATE finance_bookmonth SET state = 'soft_closed' {here}")
    refuses(f"UPDATE finance_bookmonth SET month = '2031-01-01' {here}")
    refuses(f"DELETE FROM finance_bookmonth {here}")
    refuses("DELETE FROM finance_bookmonth")
    if connection.vendor == "postgresql":
        refuses("TRUNCATE finance_bookmonth")


def test_the_checksum_tells_of_a_change_behind_the_guards(closed):
    assert books.checksum(Book.objects.get(pk=closed.pk)) == closed.checksum


def test_an_open_book_is_still_replaced(closed):
    send("cost-entries", late_cost(incurred_on="2026-08-02"))

    assert compile_months(AUGUST) == [AUGUST]
    assert Line.objects.filter(book=closed).exists()


# --- over HTTP -------------------------------------------------------------------------------------------------


def test_closing_over_http_happens_once_for_each_key(july, api, finance, second_finance, as_problem):
    ask, approve = f"/api/v1/months/{JULY}/request-close/", f"/api/v1/months/{JULY}/approve-close/"
    ada, grace = api(finance), api(second_finance)

    as_problem(ada.post(ask), 400, "idempotency-key-required")
    asked = ada.post(ask, headers={"Idempotency-Key": "ask"})
    again = ada.post(ask, headers={"Idempotency-Key": "ask"})
    as_problem(grace.post(approve), 400, "idempotency-key-required")
    approved = grace.post(approve, headers={"Idempotency-Key": "approve"})
    repeated = grace.post(approve, headers={"Idempotency-Key": "approve"})

    assert (asked.status_code, asked.json()["state"]) == (200, "soft_closed")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (asked.json(), "true")
    assert (approved.status_code, approved.json()["state"]) == (200, "closed")
    assert (repeated.json(), repeated.headers["Idempotent-Replayed"]) == (approved.json(), "true")
    assert Change.objects.filter(kind="months").count() == 2
    as_problem(grace.post(approve, headers={"Idempotency-Key": "another"}), 409, "period-closed")
    as_problem(ada.post(approve, headers={"Idempotency-Key": "ask"}), 422, "idempotency-key-reused")


def test_a_key_that_was_refused_may_be_used_again(july, api, second_finance, finance, as_problem):
    approve = f"/api/v1/months/{JULY}/approve-close/"
    grace = api(second_finance)

    as_problem(grace.post(approve, headers={"Idempotency-Key": "one"}), 409, "close-not-requested")
    api(finance).post(f"/api/v1/months/{JULY}/request-close/", headers={"Idempotency-Key": "one"})

    assert grace.post(approve, headers={"Idempotency-Key": "one"}).json()["state"] == "closed"


def test_a_closed_month_is_told_as_final_in_every_report(closed, api, finance):
    caller = api(finance)
    report = caller.get(f"/api/v1/reports/roi/?from={JULY}&through={JULY}&window=period").json()

    assert report["covers"] == "2026-07-01 to 2026-07-31, 1 month, 1 closed"
    assert report["books"][0]["state"] == "final"
    assert {found["period_state"] for found in report["results"]} == {"final"}
    assert Decimal(report["total"]["cost"]["amount"]) > 0


def test_who_may_not_see_pay_is_not_shown_a_checksum_over_it(closed, api, finance, leader):
    def month(user):
        return next(m for m in api(user).get("/api/v1/months/").json()["results"] if m["month"] == JULY)

    assert month(finance)["checksum"] == closed.checksum
    assert "checksum" not in month(leader)
