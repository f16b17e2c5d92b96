"""Amounts as whole minor units, and the one rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi_project.kernel.errors import Invalid
from roi_project.kernel.money import (
    Money,
    convert,
    exponent,
    format_minor,
    parse_minor,
    round_half_away,
    to_decimal,
    to_minor,
)

currencies = st.sampled_from(["JPY", "EUR", "USD", "KWD"])


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("EUR", 2), ("KWD", 3)])
def test_a_currency_knows_its_decimals(currency, places):
    assert exponent(currency) == places


def test_a_currency_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="XYZ"):
        exponent("XYZ")
    with pytest.raises(ValueError, match="XYZ"):
        Money(1, "XYZ")


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("2.4999999999", 2), ("0", 0)],
)
def test_halves_are_rounded_away_from_zero(value, rounded):
    assert round_half_away(Decimal(value)) == rounded


@given(value=st.fractions())
def test_rounding_is_symmetric_and_never_off_by_more_than_a_half(value):
    assert round_half_away(-value) == -round_half_away(value)
    assert abs(round_half_away(value) - value) <= Fraction(1, 2)


@given(minor=st.integers(-(10**18), 10**18), currency=currencies)
def test_an_amount_written_and_read_again_is_the_same(minor, currency):
    assert parse_minor(format_minor(minor, currency), currency) == minor
    assert to_minor(to_decimal(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(-5, "EUR", "-0.05"), (1234, "EUR", "12.34"), (1234, "JPY", "1234"), (1, "KWD", "0.001"), (0, "EUR", "0.00")],
)
def test_amounts_are_written_with_the_decimals_of_their_currency(minor, currency, text):
    assert format_minor(minor, currency) == text


@pytest.mark.parametrize(
    "text", ["", "-", "--1", "1e3", "1_000", "NaN", "Infinity", "1.2.3", "١٢", "1,5", "+1", " 1", "12.345", "."]
)
def test_texts_that_are_not_plain_amounts_are_refused(text):
    with pytest.raises(ValueError):
        parse_minor(text, "EUR")


def test_conversion_rounds_once_whatever_the_decimals_of_the_two_currencies():
    assert convert(840_000, "EUR", "USD", Decimal("1.0842")) == 910_728
    assert convert(100, "EUR", "JPY", Decimal("165.5")) == 166
    assert convert(1_000, "JPY", "KWD", Decimal("0.0020005")) == 2_001
    assert convert(-50, "EUR", "USD", Decimal("1.01")) == -51


def test_converting_and_then_splitting_keeps_the_cent_that_the_other_order_loses():
    third = 840_006 // 3

    assert convert(840_006, "EUR", "USD", Decimal("1.0842")) == 910_735
    assert 3 * convert(third, "EUR", "USD", Decimal("1.0842")) == 910_734


def test_amounts_of_two_currencies_never_meet():
    assert Money.of("1.50", "EUR") + Money.of("2.25", "EUR") == Money(375, "EUR")
    assert str(-(Money(375, "EUR") - Money(400, "EUR"))) == "0.25"
    with pytest.raises(ValueError, match="convert"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(TypeError):
        assert Money(1, "EUR") < Money(2, "USD")


def test_a_refusal_can_be_kept_in_a_set():
    """Tools that walk chains of exceptions keep those they have seen in one."""
    assert len({Invalid("a"), Invalid("a")}) == 2
