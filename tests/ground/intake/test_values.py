"""What is accepted as a value is exact; everything doubtful is refused with a sentence."""

import datetime as dt
from decimal import Decimal

import pytest

from roi_project.intake import values

NO_NUMBERS = [
    "NaN", "nan", "sNaN", "Infinity", "-Infinity", "inf", "1e400", "1e-400", "1E5", "1e2", "1_000", "٣", "１", "0x1",
    "true", "-0", "-0.00", "+1", "1,5", "1.", ".5", "", " 1", "1 ", "1 000", "007", "--1", "1.2.3", "½", "1\n",
    "9" * 31, "9" * 5_000, True, False, None, 1.5, [], {}, Decimal("NaN"), Decimal("Infinity"), Decimal("-0.0"),
    Decimal("1E+2"), 10**30, Decimal("1e-400"),
]  # fmt: skip


@pytest.mark.parametrize("raw", NO_NUMBERS, ids=lambda raw: str(raw)[:20])
def test_a_doubtful_number_is_refused(raw):
    with pytest.raises(ValueError):
        values.decimal(raw, places=2)


@pytest.mark.parametrize(
    ("raw", "number"),
    [("0", "0"), ("12.34", "12.34"), ("-12.3", "-12.3"), ("0.00", "0"), (7, "7"), (Decimal("1.50"), "1.5")],
)
def test_a_plain_number_is_taken_exactly(raw, number):
    assert values.decimal(raw, places=2) == Decimal(number)


def test_a_text_with_more_decimals_than_fit_is_refused_even_when_they_are_zeros():
    with pytest.raises(ValueError, match=r"“1\.000” has more than 2 decimal places"):
        values.decimal("1.000", places=2)


def test_a_json_number_may_write_zeros_that_mean_nothing():
    assert values.decimal(Decimal("1.000"), places=2) == 1
    with pytest.raises(ValueError, match=r"“1\.001” has more than 2 decimal places"):
        values.decimal(Decimal("1.001"), places=2)


def test_a_decimal_comma_is_explained():
    with pytest.raises(ValueError, match=r"“1\.234,50” is not a plain number; write a point for decimals"):
        values.decimal("1.234,50", places=2)


def test_a_whole_number_has_no_decimals():
    assert values.whole("12") == 12
    with pytest.raises(ValueError, match=r"“1\.5” is not a whole number"):
        values.whole("1.5")


NO_DAYS = [
    "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-32", "1999-12-31", "2101-01-01", "0000-01-01",
    "10000-01-01", "2026-W01-1", "2026-001", "20260101", "2026-1-1", "2026-01-01T00:00:00", "2026-01-01 ", "01.02.2026",
    "٢٠٢٦-٠١-٠١", "", 20260101, None, True,
]  # fmt: skip


@pytest.mark.parametrize("raw", NO_DAYS, ids=str)
def test_a_doubtful_day_is_refused(raw):
    with pytest.raises(ValueError):
        values.day(raw)


@pytest.mark.parametrize("raw", ["2000-01-01", "2024-02-29", "2100-12-31"])
def test_a_day_of_the_calendar_is_taken(raw):
    assert values.day(raw) == dt.date.fromisoformat(raw)


@pytest.mark.parametrize("raw", ["2026-13", "2026-1", "2026-01-01", "1999-12", "2101-01", "2026", "", 202601])
def test_a_doubtful_month_is_refused(raw):
    with pytest.raises(ValueError):
        values.month(raw)


def test_a_month_is_its_first_day():
    assert values.month("2026-02") == dt.date(2026, 2, 1)
    with pytest.raises(ValueError, match="“2026-13” is not a month of the calendar"):
        values.month("2026-13")


NO_MOMENTS = [
    "2026-01-31", "2026-01-31T09:30:00", "2026-01-31 09:30:00Z", "2026-01-31T09:30Z", "2026-01-31T24:00:00Z",
    "2026-01-31T09:30:60Z", "2026-02-30T09:30:00Z", "2026-01-31T09:30:00+25:00", "2026-01-31t09:30:00z",
    "2026-01-31T09:30:00.1234567Z", "1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", 0,
]  # fmt: skip


@pytest.mark.parametrize("raw", NO_MOMENTS, ids=str)
def test_a_doubtful_moment_is_refused(raw):
    with pytest.raises(ValueError):
        values.moment(raw)


def test_a_moment_is_answered_in_utc():
    assert values.moment("2026-03-31T23:30:00-04:00") == dt.datetime(2026, 4, 1, 3, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "unwanted",
    [
        "\x00",
        "\x1f",
        "\x7f",
        "\x85",
        "\u200b",
        "\u200d",
        "\u200e",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u2028",
        "\ud800",
        "\n",
    ],
    ids=lambda sign: f"U+{ord(sign):04X}",
)
def test_text_with_an_invisible_character_is_refused(unwanted):
    with pytest.raises(ValueError, match=f"U\\+{ord(unwanted):04X} at position 4"):
        values.text(f"ada{unwanted}", longest=200)


def test_text_is_kept_in_one_form():
    assert values.text("Zoe\u0308", longest=4) == "Zo\u00eb"


def test_text_that_is_too_long_is_refused_after_it_was_composed():
    assert values.text("e\u0301" * 10, longest=10) == "\u00e9" * 10
    with pytest.raises(ValueError, match="has 11 characters; 10 is the most"):
        values.text("x" * 11, longest=10)


def test_lines_are_taken_only_where_they_are_wanted():
    assert values.text("one\n\ttwo", longest=20, lines=True) == "one\n\ttwo"
    with pytest.raises(ValueError, match="U\\+000D"):
        values.text("one\r\ntwo", longest=20, lines=True)
