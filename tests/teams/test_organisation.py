"""Which settings hold on a day, and how the months of a fiscal year are numbered."""

import datetime as dt

import pytest

from teams.models import FiscalMonth, OrganisationSettings
from teams.selectors.organisation import DEFAULTS, settings_by_day, settings_on
from teams.services.months import ensure_months
from tests.teams.facts import day, told

pytestmark = pytest.mark.django_db


def test_without_settings_the_defaults_hold():
    settings = settings_on(day("2026-07-01"))

    assert settings == DEFAULTS
    assert (settings.country, settings.reporting_currency, settings.fiscal_year_starts_in) == ("", "EUR", 1)
    assert (settings.full_time_week_minutes, settings.standard_day_minutes) == (2400, 480)


def test_the_latest_row_that_has_started_holds():
    told(OrganisationSettings, starts_on=day("2026-07-01"), reporting_currency="USD", country="US")
    told(OrganisationSettings, starts_on=day("2025-01-01"), reporting_currency="PLN", country="PL")

    assert settings_on(day("2024-12-31")) == DEFAULTS
    assert settings_on(day("2025-01-01")).reporting_currency == "PLN"
    assert settings_on(day("2026-06-30")).country == "PL"
    assert settings_on(day("2026-07-01")).country == "US"


def test_what_is_withdrawn_or_superseded_does_not_hold():
    told(OrganisationSettings, starts_on=day("2025-01-01"), country="PL", withdrawn=True)
    told(OrganisationSettings, starts_on=day("2025-01-01"), country="US", superseded_at="2026-01-01T00:00Z")

    assert settings_on(day("2026-07-01")) == DEFAULTS


def test_several_days_are_answered_like_one(django_assert_num_queries):
    told(OrganisationSettings, starts_on=day("2025-01-01"), country="PL")
    told(OrganisationSettings, starts_on=day("2026-07-01"), country="US")
    days = [day("2024-12-31"), day("2025-06-01"), day("2026-07-01"), day("2026-08-01")]

    with django_assert_num_queries(1):
        answer = settings_by_day(days)

    assert answer == {each: settings_on(each) for each in days}


def numbered(months):
    return [(f"{row.month:%Y-%m}", row.fiscal_year, row.fiscal_index) for row in months]


@pytest.mark.parametrize(
    ("starts_in", "expected"),
    [
        (1, [("2025-12", 2025, 12), ("2026-01", 2026, 1), ("2026-02", 2026, 2)]),
        (4, [("2025-12", 2026, 9), ("2026-01", 2026, 10), ("2026-02", 2026, 11)]),
        (10, [("2025-12", 2026, 3), ("2026-01", 2026, 4), ("2026-02", 2026, 5)]),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_it_ends_in(starts_in, expected):
    told(OrganisationSettings, starts_on=day("2020-01-01"), fiscal_year_starts_in=starts_in)

    assert numbered(ensure_months(day("2025-12-15"), day("2026-02-01"))) == expected


@pytest.mark.parametrize("starts_in", [1, 4, 10])
def test_a_fiscal_year_has_twelve_months_in_a_row(starts_in):
    told(OrganisationSettings, starts_on=day("2020-01-01"), fiscal_year_starts_in=starts_in)

    months = [row for row in ensure_months(day("2024-01-01"), day("2027-12-31")) if row.fiscal_year == 2026]

    assert [row.fiscal_index for row in months] == list(range(1, 13))
    assert months[0].month.month == starts_in
    assert [row.ends_on for row in months[:-1]] == [row.starts_on for row in months[1:]]


def test_asking_again_adds_nothing(django_assert_num_queries):
    first = ensure_months(day("2026-01-01"), day("2026-03-31"))

    again = ensure_months(day("2026-01-01"), day("2026-03-31"))

    assert [row.pk for row in again] == [row.pk for row in first]
    assert FiscalMonth.objects.count() == 3


def test_a_gap_to_months_stored_earlier_is_filled():
    ensure_months(day("2026-01-01"), day("2026-01-31"))

    assert numbered(ensure_months(day("2026-04-01"), day("2026-04-30"))) == [("2026-04", 2026, 4)]

    assert [row.month.month for row in FiscalMonth.objects.all()] == [1, 2, 3, 4]


def test_stored_months_are_never_renumbered():
    ensure_months(day("2026-01-01"), day("2026-01-31"))
    told(OrganisationSettings, starts_on=day("2020-01-01"), fiscal_year_starts_in=4)

    assert numbered(ensure_months(day("2026-01-01"), day("2026-02-01"))) == [
        ("2026-01", 2026, 1),
        ("2026-02", 2026, 11),
    ]


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="lies in a month before"):
        ensure_months(dt.date(2026, 2, 1), dt.date(2026, 1, 31))
