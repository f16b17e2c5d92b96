"""What is missing is told in sentences with the next step, and whether it stands before a first ROI."""

import datetime as dt
import uuid

import pytest
from django.core.management import call_command

from finance.models import BenefitEntry, Decision
from finance.services import benefits, books
from finance.services.benefits import Item
from finance.services.workbook.taking import take
from roi_project.access.audience import SYSTEM
from roi_project.jobs.models import Job
from roi_project.kernel.money import Money
from roi_project.kernel.period import parse_month
from roi_project.start.lacks import lacks
from teams.selectors.organisation import settings_on
from tests.finance.sending import send
from tests.finance.workbooks import LANTERN, workbook

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
JANUARY = parse_month("2026-01")


def told(*, blocking):
    return [lack.sentence for lack in lacks(now=NOW) if lack.blocks is blocking]


def test_an_empty_service_says_where_to_begin():
    assert sorted(told(blocking=True)) == [
        "No month has a book.",
        "There are no benefits.",
        "There are no costs and no rates.",
        "There are no teams.",
    ]


def test_each_lack_is_counted_and_says_what_to_do():
    take(
        SYSTEM,
        workbook(
            {
                **LANTERN,
                "Streams": [{"Code": code, "Name": code} for code in ("sell", "visit", "new", "newer")],
                "Teams": [*LANTERN["Teams"], {"Code": "idle", "Name": "Idle"}],
                "Costs": [*LANTERN["Costs"], {"Number": "c", "Day": "2026-01-09", "Amount": 5, "Currency": "GBP"}
                          | {"Team": "gates"}],
                "People & assignments": [
                    {"Person": f"p{n}", "Role": f"r{n % 3}", "Employed from": "2025-01-01"} for n in range(4)
                ],
            }
        ),
        currency="EUR",
    )  # fmt: skip

    assert sorted(told(blocking=True)) == [
        "1 month has costs or benefits, and no book.",
        "No benefit has been validated, so none is counted as returned.",
    ]
    assert sorted(told(blocking=False)) == [
        "1 team has neither a value stream nor a pool for its cost, which stays unassigned: idle.",
        "2 value streams are without a team.",
        "4 people are in no team, so their time is the bench's.",
        "There are no rates for 3 role families, so the time of its people has no cost.",
        "There is no exchange rate for GBP, so amounts in it are not counted.",
    ]


def test_a_cost_is_missed_in_the_months_it_is_for_and_not_in_that_of_its_invoice():
    licence = {"Number": "licence", "Day": "2025-12-15", "Amount": 1200, "Currency": "EUR", "Team": "gates"}
    served = {"For days from": "2026-02-01", "For days until": "2027-02-01"}
    take(SYSTEM, workbook({**LANTERN, "Costs": [licence | served], "Benefits": []}), currency="EUR")

    (step,) = [lack.step for lack in lacks(now=NOW) if "no book" in lack.sentence]

    assert step == (
        "Compile 2026-02 through 2026-02 (Get started in the admin, or manage.py compile_books 2026-02 2026-02 "
        "--by USERNAME)."
    )


def test_months_before_the_first_book_are_not_missed_and_those_after_it_are():
    """A licence that began in a year nobody has asked for is no lack."""
    begun = {"For days from": "2025-10-01", "For days until": "2026-10-01"}
    costs = [{"Number": "licence", "Day": "2026-01-02", "Amount": 1200, "Team": "gates"} | begun,
             {"Number": "rent-02", "Day": "2026-02-02", "Amount": 3000, "Team": "gates"}]  # fmt: skip
    take(SYSTEM, workbook({**LANTERN, "Costs": costs}), currency="EUR")
    books.compile_span(JANUARY, JANUARY)

    (step,) = [lack.step for lack in lacks(now=NOW) if "no book" in lack.sentence]

    assert step.startswith("Compile 2026-02 through 2026-02 ")


def test_a_platform_team_is_no_lack_once_its_pool_hands_its_cost_on():
    take(SYSTEM, workbook({"Teams": [{"Code": "rails", "Name": "Rails", "Sort of team": "platform"}]}), currency="EUR")
    unassigned = "1 team has neither a value stream nor a pool for its cost, which stays unassigned: rails."
    send("pools", {"code": "rails", "name": "Rails", "team": "rails"})
    assert unassigned in told(blocking=False)

    send("allocation-rules", {"pool": "rails", "driver": "fte", "starts_on": "2026-01-01"})

    assert unassigned not in told(blocking=False)


def test_a_job_that_nobody_takes_is_told_after_ten_minutes():
    made = {"kind": "compile_books", "requested_by": "ada", "owner": "ada", "max_attempts": 3, "deadline_seconds": 60}
    Job.objects.create(id=uuid.uuid4(), **made, due_at=NOW - dt.timedelta(minutes=9))
    assert not [lack for lack in lacks(now=NOW) if "worker" in lack.sentence]

    Job.objects.create(id=uuid.uuid4(), **made, due_at=NOW - dt.timedelta(minutes=11))

    assert "1 job has waited for more than ten minutes: no worker has been seen." in told(blocking=True)


def test_nothing_stands_before_a_first_roi_once_a_benefit_is_validated_and_compiled(audience, second_finance, capsys):
    take(SYSTEM, workbook(LANTERN), currency="EUR")
    with pytest.raises(SystemExit) as left:
        call_command("doctor")
    assert left.value.code == 1
    entry = BenefitEntry.current.get()
    item = Item(Decision.VALIDATED, seen=Money(entry.amount_minor, entry.currency), benefit=entry.key)
    benefits.decide(audience(second_finance), [item], settings=settings_on(NOW.date()))
    books.compile_span(JANUARY, JANUARY)

    call_command("doctor")

    assert capsys.readouterr().out.endswith("Nothing stands before a first ROI.\n")
