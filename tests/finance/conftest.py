"""The golden organisation with its one benefit signed, for the pages that show it."""

import pytest

from finance.models import BenefitEntry, Decision
from finance.services import benefits, books
from finance.services.benefits import Item
from roi_project.kernel.money import Money
from roi_project.kernel.period import parse_month
from teams.selectors.organisation import settings_on
from tests.finance.sending import send_card, send_golden
from tests.golden import JULY


@pytest.fixture
def golden_facts(db):
    send_golden()
    send_card()


@pytest.fixture
def validate(audience, finance):
    """`validate()`: finance signs the one benefit there is, and the month is compiled."""

    def sign():
        month = parse_month(JULY)
        entry = BenefitEntry.current.get()
        seen = Money(entry.amount_minor, entry.currency)
        item = Item(decision=Decision.VALIDATED, seen=seen, benefit=entry.key)
        benefits.decide(audience(finance), [item], settings=settings_on(entry.month))
        books.compile_span(month, month)

    return sign


@pytest.fixture
def validated(golden_facts, validate):
    validate()
