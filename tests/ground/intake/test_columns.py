"""Each column reads JSON and CSV, fills model fields, and shows what it stored so that it can be sent again."""

import datetime as dt
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest

from roi_project.db.fields import BIGINT_MAX
from roi_project.intake.columns import (
    ABSENT,
    Amount,
    Choice,
    Code,
    Day,
    Flag,
    Key,
    Moment,
    Money,
    Month,
    Number,
    Ref,
    Reference,
    Share,
    Text,
    Whole,
)

NAME = Text("name", "its name")
COST = Money("amount", "what was spent", field="amount_minor", fraction_field="amount_fraction", signed=True)
PRICE = Money("price", "of one", field="price_minor")
TEAM = Reference("team", "the team", to="teams")


def refusal(column, raw):
    with pytest.raises(ValueError) as refused:
        column.from_json({column.name: raw})
    return str(refused.value)


def test_absent_is_not_null():
    note = Text("note", "anything", required=False)

    assert note.from_json({}) is ABSENT
    assert note.from_json({"note": None}) == ""
    assert note.from_csv({}) is ABSENT
    assert note.from_csv({"note": ""}) == ""


@pytest.mark.parametrize("raw", [None, "", "   "])
def test_required_text_must_say_something(raw):
    assert refusal(NAME, raw) == "is required"


def test_text_is_limited():
    assert refusal(Text("name", "", max_length=3), "long") == "has 4 characters; 3 is the most"
    assert refusal(NAME, 7) == "“7” is not text"


def test_a_code_has_no_space_around_it_and_may_have_a_slash():
    assert Code("code", "").from_json({"code": "a/b c"}) == "a/b c"
    assert refusal(Code("code", ""), " a") == "“ a” has a space at its beginning or end"
    assert refusal(Code("code", ""), "") == "is required"
    assert Code("code", "", required=False).from_json({"code": ""}) == ""


def test_a_choice_is_one_of_its_words_to_the_letter():
    unit = Choice("unit", "", choices=["hour", "month"])

    assert unit.from_json({"unit": "hour"}) == "hour"
    assert refusal(unit, "Hour") == "“Hour” is not one of hour, month"
    assert refusal(unit, ["hour"]) == "“['hour']” is not one of hour, month"
    assert unit.schema()["enum"] == ["hour", "month"]


def test_a_flag_is_a_boolean_in_json_and_a_word_in_csv():
    flag = Flag("shared", "")

    assert flag.from_json({"shared": True}) is True
    assert flag.from_csv({"shared": "false"}) is False
    assert flag.from_csv({"shared": ""}) is False
    assert refusal(flag, "true") == "“true” is not true or false"
    assert refusal(flag, 1) == "“1” is not true or false"
    with pytest.raises(ValueError):
        flag.from_csv({"shared": "TRUE"})


def test_a_key_is_a_uuid_with_hyphens():
    key = uuid.uuid4()

    assert Key("key", "").from_json({"key": str(key)}) == key
    for raw in (key.hex, f"{{{key}}}", "x", 7, None):
        with pytest.raises(ValueError):
            Key("key", "").from_json({"key": raw})


def test_a_whole_number_keeps_its_bounds():
    months = Whole("months", "", minimum=1, maximum=36)

    assert months.from_json({"months": 36}) == 36
    assert refusal(months, 0) == "0 is less than 1"
    assert refusal(months, 37) == "37 is more than 36"
    assert refusal(months, Decimal("1.5")) == "“1.5” is not a whole number"
    assert refusal(Whole("n", ""), 2**31) == "2147483648 is more than 2147483647"


def test_a_number_fits_its_places_its_bounds_and_the_database():
    hours = Number("hours", "", places=4, minimum=0)

    assert hours.from_json({"hours": "1.5"}) == Decimal("1.5")
    assert refusal(hours, "-1") == "-1 is less than 0"
    assert refusal(hours, "1.00001") == "“1.00001” has more than 4 decimal places"
    largest = Decimal(BIGINT_MAX).scaleb(-4)
    assert hours.from_json({"hours": str(largest)}) == largest
    assert refusal(hours, str(largest + Decimal("0.0001"))).endswith("is too large")
    assert hours.render(SimpleNamespace(hours=Decimal("100.5000"))) == "100.5"
    assert hours.render(SimpleNamespace(hours=Decimal("100.0000"))) == "100"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("0", "0 is not more than 0"),
        ("1.000001", "1.000001 is more than 1"),
        ("-0.5", "-0.5 is not more than 0"),
        ("0.0000001", "“0.0000001” has more than 6 decimal places"),
        ("50%", "“50%” is not a plain number"),
    ],
)
def test_a_share_is_more_than_nothing_and_at_most_all(raw, sentence):
    assert refusal(Share("share", ""), raw) == sentence


def test_a_share_of_all_and_of_a_millionth_are_shares():
    assert Share("share", "").from_json({"share": "1"}) == 1
    assert Share("share", "").from_json({"share": "0.000001"}) == Decimal("0.000001")
    assert Share("share", "", above=None, minimum=0).from_json({"share": 0}) == 0


def test_days_months_and_moments_are_shown_as_they_are_sent():
    row = SimpleNamespace(
        on=dt.date(2026, 1, 31), month=dt.date(2026, 1, 1), at=dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC)
    )

    assert Day("on", "").render(row) == "2026-01-31"
    assert Month("month", "").render(row) == "2026-01"
    assert Moment("at", "").render(row) == "2026-01-31T09:30:00Z"


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.34", "EUR", 1234), ("12.3", "EUR", 1230), (12, "EUR", 1200), ("500", "JPY", 500), ("1.234", "KWD", 1234)],
)
def test_money_is_minor_units_of_its_currency(amount, currency, minor):
    assert PRICE.from_json({"price": {"amount": amount, "currency": currency}}) == Amount(minor, currency)
    assert PRICE.fill(Amount(minor, currency)) == {"price_minor": minor, "currency": currency}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"amount": "12.345", "currency": "EUR"}, "“12.345” has more than 2 decimal places (EUR)"),
        ({"amount": "0.5", "currency": "JPY"}, "“0.5” is not a whole number"),
        ({"amount": "1", "currency": "XYZ"}, "“XYZ” is not a known ISO 4217 currency code"),
        ({"amount": "1", "currency": "eur"}, "“eur” is not a known ISO 4217 currency code"),
        ({"amount": "1", "currency": None}, "“None” is not a known ISO 4217 currency code"),
        ({"amount": "1", "currency": ""}, "has no currency"),
        ({"amount": "-1", "currency": "EUR"}, "“-1” is negative"),
        ({"amount": None, "currency": "EUR"}, "“None” is not a plain number"),
        ({"amount": True, "currency": "EUR"}, "“True” is not a plain number"),
        ({"amount": "99999999999999999999", "currency": "EUR"}, "“99999999999999999999” is too large"),
        ({"amount": "1000000000000000.01", "currency": "EUR"}, "“1000000000000000.01” is too large"),
    ],
)
def test_doubtful_money_is_refused(raw, sentence):
    assert refusal(PRICE, raw) == sentence


@pytest.mark.parametrize("raw", ["12.34", 12, {"amount": "1"}, {"amount": "1", "currency": "EUR", "x": 1}, []])
def test_money_without_its_shape_is_refused(raw):
    assert refusal(PRICE, raw) == 'is not money; write {"amount": "12.34", "currency": "EUR"}'


@pytest.mark.parametrize(
    ("amount", "minor", "fraction"),
    [
        ("0.001", 0, 100_000_000_000),
        ("-0.001", -1, 900_000_000_000),
        ("12.34", 1234, 0),
        ("0.00000000000001", 0, 1),
        ("-12.34", -1234, 0),
        ("12345678901234.12345678901234", 1234567890123412, 345_678_901_234),
    ],
)
def test_what_is_below_a_minor_unit_is_kept_where_asked_for(amount, minor, fraction):
    read = COST.from_json({"amount": {"amount": amount, "currency": "EUR"}})

    assert (read.minor, read.fraction) == (minor, fraction)
    assert read.decimal == Decimal(amount)
    stored = SimpleNamespace(amount_minor=minor, amount_fraction=fraction, currency="EUR")
    assert Decimal(COST.render(stored)["amount"]) == Decimal(amount)
    assert COST.value_of(stored) == read


def test_thirteen_decimals_below_the_minor_unit_are_refused():
    assert "has more than 14 decimal places" in refusal(COST, {"amount": "0.000000000000001", "currency": "EUR"})


def test_money_in_csv_stands_in_two_columns():
    assert PRICE.csv_names == ("price", "currency")
    assert PRICE.from_csv({"price": "12.34", "currency": "EUR"}) == Amount(1234, "EUR")
    with pytest.raises(ValueError, match="has no currency"):
        PRICE.from_csv({"price": "12.34", "currency": ""})
    with pytest.raises(ValueError, match="is required"):
        PRICE.from_csv({"price": "", "currency": "EUR"})


def test_amounts_are_shown_with_the_decimals_of_their_currency():
    assert str(Amount(1230, "EUR")) == "12.30"
    assert str(Amount(500, "JPY")) == "500"
    assert str(Amount(-5, "EUR")) == "-0.05"
    assert str(Amount(0, "EUR", 250_000_000_000)) == "0.0025"


@pytest.mark.parametrize(
    ("raw", "ref"),
    [
        ("payments", Ref("code", "payments")),
        ({"code": "a/b"}, Ref("code", "a/b")),
        ({"id": 7}, Ref("id", 7)),
        ({"id": 7, "code": "payments"}, Ref("id", 7)),
        ({"source": "jira", "external_id": "T9"}, Ref("external", ("jira", "T9"))),
        ({"external_id": "T9"}, Ref("external", ("", "T9"))),
    ],
)
def test_a_reference_is_an_id_a_code_or_an_external_id(raw, ref):
    assert TEAM.from_json({"team": raw}) == ref


@pytest.mark.parametrize(
    "raw", [7, True, [], {}, "", {"id": "7"}, {"id": True}, {"id": 0}, {"id": 2**63}, {"code": ""}, {"name": "x"},
            {"source": "jira"}, {"id": 1, "external_id": "x"}, {"code": None}]
)  # fmt: skip
def test_a_doubtful_reference_is_refused(raw):
    with pytest.raises(ValueError):
        TEAM.from_json({"team": raw})


def test_a_reference_in_csv_is_a_code_or_stands_in_named_columns():
    assert TEAM.from_csv({"team": "payments"}) == Ref("code", "payments")
    assert TEAM.from_csv({"team.external_id": "T9", "team.source": "jira"}) == Ref("external", ("jira", "T9"))
    assert TEAM.from_csv({"team": "", "team.id": "7"}) == Ref("id", 7)
    assert TEAM.from_csv({"name": "x"}) is ABSENT
    with pytest.raises(ValueError, match="is named in more than one way"):
        TEAM.from_csv({"team": "payments", "team.id": "7"})
    with pytest.raises(ValueError, match="is required"):
        TEAM.from_csv({"team": ""})


def test_the_schema_says_where_null_is_allowed():
    assert Day("ends_on", "the end", required=False).schema()["type"] == ["string", "null"]
    assert Day("starts_on", "the start").schema() == {"type": "string", "format": "date", "description": "the start"}
