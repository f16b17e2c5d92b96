"""The past of the demonstration is closed by two people, once; its last month stays open."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finance.demo.calendar import FIRST, LAST, MONTHS
from finance.demo.close import close_past_months
from finance.demo.company import AUTHOR, REVIEWER
from finance.models import BookMonth, Finding, MonthState
from finance.services import books
from finance.services.books import MISSING_RATES
from roi_project.kernel.errors import Conflict
from roi_project.kernel.period import month_start
from roi_project.start.management.commands import up
from teams.models import OrganisationSettings
from tests.finance.demo.conftest import NOW, of_finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]

PAST = list(MONTHS[:-1])


@pytest.fixture
def two():
    """Two more people of finance, named as a first start names them."""
    return of_finance(AUTHOR), of_finance(REVIEWER)


def states():
    return {f"{row.month:%Y-%m}": row.state for row in BookMonth.objects.order_by("month")}


def test_every_month_but_the_last_is_asked_for_by_one_and_approved_by_another(two):
    assert close_past_months(*two, now=NOW) == PAST

    assert states() == dict.fromkeys(PAST, "closed") | {"2026-06": "open"}
    author, reviewer = (audience.person for audience in two)
    past = BookMonth.objects.filter(state=MonthState.CLOSED)
    assert set(past.values_list("close_requested_by", "closed_by", "relaxed")) == {(author, reviewer, False)}
    assert all(month.current_book.sealed for month in past.select_related("current_book"))


def test_a_second_time_closes_nothing_and_asks_two_questions(two):
    close_past_months(*two, now=NOW)

    with CaptureQueriesContext(connection) as asked:
        assert close_past_months(*two, now=NOW + dt.timedelta(days=1)) == []

    assert len(asked) == 2
    assert set(BookMonth.objects.exclude(closed_at=None).values_list("closed_at", flat=True)) == {NOW}


def test_whoever_stopped_in_between_goes_on_from_there(two):
    author, reviewer = two
    books.request_close(author, FIRST, now=NOW)
    books.approve_close(reviewer, FIRST, now=NOW)
    books.request_close(author, FIRST + 1, now=NOW)

    assert close_past_months(*two, now=NOW) == PAST[1:]


def test_no_rate_is_missing_in_any_month():
    assert not Finding.objects.filter(code__in=MISSING_RATES).exists()


def test_months_of_another_organisation_are_left_to_its_people(two):
    OrganisationSettings.current.update(name="Lantern Tickets")

    with pytest.raises(Conflict, match="Harbour & Pine is not in this database"):
        close_past_months(*two, now=NOW)

    assert set(states().values()) == {"open"}


def test_a_start_tells_what_it_closed_and_says_no_more_the_next_time(two):
    first, second = StringIO(), StringIO()

    up.close_past_months(OutputWrapper(first))
    up.close_past_months(OutputWrapper(second))

    assert first.getvalue() == "17 months are closed, 2025-01 to 2026-05; the last one stays open.\n"
    assert second.getvalue() == ""


def test_a_month_that_cannot_be_closed_is_told_and_keeps_no_door_shut(two):
    BookMonth.objects.filter(month=month_start(LAST - 1)).update(current_book=None)
    said = StringIO()

    up.close_past_months(OutputWrapper(said))

    assert said.getvalue() == "Not every past month is closed: 2026-05 has no book yet; compile it first.\n"
    assert list(states().values()) == ["closed"] * 16 + ["open"] * 2


def test_without_the_two_people_the_command_says_who_is_missing():
    with pytest.raises(CommandError) as refused:
        call_command("close_demo")

    assert str(refused.value) == "There is no user named finance."
