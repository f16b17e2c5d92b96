"""What the sender announced must be what arrived, or nothing is stored."""

from decimal import Decimal

import pytest

from finance.models import CostEntry
from outcomes.models import Observation

from .conftest import observation, sentences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def cost(number, amount, currency="EUR", **more):
    return {
        "incurred_on": "2026-01-15",
        "amount": {"amount": amount, "currency": currency},
        "category": "cloud",
        "team": "payments",
        "external_id": f"c{number}",
        **more,
    }


def test_a_total_that_agrees_to_the_last_decimal_is_stored(send):
    receipt = send("cost-entries", cost(1, "0.1"), cost(2, "0.2"), cost(3, "-0.001"), control_total=Decimal("0.299"))

    assert receipt.stored
    assert receipt.total == Decimal("0.299")


def test_a_total_that_does_not_agree_stores_nothing_and_says_both(send):
    receipt = send("cost-entries", cost(1, "10"), cost(2, "5.5"), control_total=Decimal("15.51"), row_count=2)

    assert not receipt.stored
    assert sentences(receipt) == ["control_total: 15.51 was announced, and amount of the rows adds up to 15.5."]
    assert receipt.refusal().problems[0].pointer == "/control_total"
    assert not CostEntry.objects.exists()


def test_a_total_is_exact_beyond_28_digits(send):
    large, small = "123456789012345.67", "0.00000000000001"

    receipt = send("cost-entries", cost(1, large), cost(2, small), cost(3, small))

    assert receipt.total == Decimal("123456789012345.67000000000002")
    announced = Decimal("123456789012345.67000000000001")
    assert not send("cost-entries", cost(1, large), cost(2, small), cost(3, small), control_total=announced).stored


@pytest.mark.parametrize("partial", [False, True])
def test_a_row_too_few_stores_nothing(send, partial):
    receipt = send("observations", observation(1), row_count=2, partial=partial)

    assert sentences(receipt) == ["row_count: 2 rows were announced, and 1 arrived."]
    assert (receipt.stored, Observation.objects.count()) == (False, 0)


def test_rows_that_are_already_known_count_as_well(send):
    send("cost-entries", cost(1, "10"))

    receipt = send("cost-entries", cost(1, "10"), cost(2, "5"), control_total=Decimal(15))

    assert (receipt.stored, receipt.unchanged, receipt.created) == (True, 1, 1)


def test_with_partial_the_refused_rows_are_part_of_what_arrived(send):
    rows = [cost(1, "10"), cost(2, "5", team="nobody")]

    assert send("cost-entries", *rows, control_total=Decimal(15), partial=True).total == 10
    assert not send("cost-entries", *rows, control_total=Decimal(10), partial=True).stored


def test_a_kind_without_money_adds_up_its_quantity(send):
    assert send("observations", observation(1, "1.5"), observation(2, "2"), control_total=Decimal("3.5")).stored


def test_a_kind_without_anything_to_add_up_says_so(send):
    receipt = send("teams", {"code": "x", "name": "X"}, control_total=Decimal(1))

    assert sentences(receipt) == ["control_total: teams have no amount to add up."]
