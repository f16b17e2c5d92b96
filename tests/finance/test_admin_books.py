"""Benefits and months in the admin: signed by a second person, compiled on request, closed by two."""

import datetime as dt
import re

import pytest
from django.test import Client

from finance.models import BenefitEntry, BenefitReview, BookMonth
from finance.services import books
from roi_project.access.audience import SYSTEM
from roi_project.access.selectors import audience_of
from roi_project.intake.kinds import kind_named
from roi_project.intake.receive import receive
from roi_project.jobs.models import Job
from roi_project.kernel.period import parse_month
from tests.golden import JULY, ROWS, dollars

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
BENEFITS, MONTHS = "/admin/finance/benefitentry/", "/admin/finance/bookmonth/"


def send(kind, rows, audience=SYSTEM):
    receipt = receive(audience, kind_named(kind), [(n, row, "json") for n, row in enumerate(rows, start=1)])
    assert not receipt.refused, receipt.refused


@pytest.fixture
def golden(finance):
    for kind, rows in ROWS.items():
        send(kind, rows, SYSTEM if kind != "benefit-entries" else audience_of(finance))
    send("rate-cards", [{"role": "engineer", "unit": "hour", "amount": dollars("80.00"), "starts_on": "2026-01-01"}])
    books.compile_span(parse_month(JULY), parse_month(JULY))


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def do(client, address, action, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(address, chosen, follow=True).content.decode()


def test_a_month_that_is_looked_at_has_no_button_that_could_be_taken_for_closing_it(golden, finance):
    client = browser(finance)

    month = client.get(f"{MONTHS}{BookMonth.objects.get().pk}/change/").content.decode()
    entry = client.get(f"{BENEFITS}{BenefitEntry.current.get().pk}/change/").content.decode()

    assert "2026-07" in month
    assert not re.search(r">\s*Close\s*<", month)
    assert re.search(r">\s*Save\s*<", entry)


def test_a_benefit_is_validated_by_somebody_else_than_its_author(golden, finance, second_finance):
    entry = BenefitEntry.current.get()

    own = do(browser(finance), BENEFITS, "validate", entry)
    other = do(browser(second_finance), BENEFITS, "validate", entry)

    assert "Nothing was validated. You (ada) wrote this benefit" in own
    assert "Validated: 1" in other
    review = BenefitReview.current.get()
    assert (review.benefit_key, review.reviewer, review.relaxed) == (entry.key, "grace", False)
    assert "validated" in browser(finance).get(BENEFITS).content.decode()


def test_leaders_and_auditors_validate_nothing(golden, leader, auditor):
    entry = BenefitEntry.current.get()

    do(browser(leader), BENEFITS, "validate", entry)
    do(browser(auditor), BENEFITS, "validate", entry)

    assert not BenefitReview.objects.exists()


def test_finance_asks_for_months_to_be_compiled(golden, finance):
    body = do(browser(finance), MONTHS, "compile", BookMonth.objects.get())

    job = Job.objects.get()
    assert job.arguments == {"first": JULY, "last": JULY}
    assert f"/admin/jobs/job/{job.pk}/change/" in body


def test_a_month_is_closed_by_two(golden, finance, second_finance):
    month = BookMonth.objects.get()
    ada, grace = browser(finance), browser(second_finance)

    do(ada, MONTHS, "ask_to_close", month)
    alone = do(ada, MONTHS, "close", month)
    done = do(grace, MONTHS, "close", month)

    month.refresh_from_db()
    assert "somebody else than the person who asked" in alone
    assert "Closed: 2026-07." in done
    assert month.state == "closed"
    row = re.sub(r"<[^>]*>", " ", ada.get(MONTHS).content.decode())
    assert ("ada" in row, "grace" in row, "user-id" in row) == (True, True, False)


def test_a_late_fact_is_accepted_and_told(golden, finance, second_finance):
    month = BookMonth.objects.get()
    do(browser(finance), MONTHS, "ask_to_close", month)
    do(browser(second_finance), MONTHS, "close", month)
    entry = BenefitEntry.current.get()
    client = browser(second_finance)
    address = f"{BENEFITS}{entry.pk}/change/"
    form = client.get(address).context["adminform"].form
    fields = {name: "" if (value := form[name].value()) is None else value for name in form.fields}

    answer = client.post(address, fields | {"amount": "70000.00"}, follow=True)

    assert "It is about a closed month" in answer.content.decode()
    assert BenefitEntry.current.get().amount_minor == 7_000_000


def test_readers_close_nothing(golden, leader):
    month = BookMonth.objects.get()

    do(browser(leader), MONTHS, "ask_to_close", month)

    month.refresh_from_db()
    assert month.state == "open"
