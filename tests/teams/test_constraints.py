"""Rules that must hold are held by the database, also when every service is gone around."""

import uuid
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from teams.models import (
    Absence,
    Assignment,
    Closure,
    FiscalMonth,
    OrganisationSettings,
    Person,
    PersonTerms,
    RoleFamily,
    Team,
    TeamStreamShare,
    ValueStream,
)
from tests.teams.facts import day, told

pytestmark = pytest.mark.django_db


@contextmanager
def refused_by(name):
    """The database refuses what is done inside, by the constraint of this name."""
    refusal = None
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()
    except IntegrityError as error:
        refusal = error
    assert refusal is not None, f"{name} refused nothing"
    if connection.vendor == "postgresql":
        assert refusal.__cause__.diag.constraint_name == name
    elif "UNIQUE" not in str(refusal):  # SQLite names the columns of a unique index, not its name
        assert name in str(refusal)


@pytest.mark.parametrize("share", ["0", "-0.1", "1.000001"])
def test_a_share_is_more_than_nothing_and_at_most_one(ada, payments, share):
    with refused_by("teams_assignment_share_within_one"):
        Assignment.objects.bulk_create(
            [Assignment(person=ada, team=payments, share=Decimal(share), starts_on=day("2026-01-01"), recorded_by="x")]
        )


def test_a_whole_and_a_millionth_are_shares(ada, payments, search):
    told(Assignment, person=ada, team=payments, share=Decimal(1), starts_on=day("2026-01-01"))
    told(Assignment, person=ada, team=search, share=Decimal("0.000001"), starts_on=day("2026-01-01"))

    assert [row.share for row in Assignment.objects.order_by("id")] == [Decimal(1), Decimal("0.000001")]


def test_a_team_cannot_give_a_stream_more_than_itself(payments, commerce):
    with refused_by("teams_teamstreamshare_share_within_one"):
        told(TeamStreamShare, team=payments, stream=commerce, share=Decimal("1.1"), starts_on=day("2026-01-01"))


@pytest.mark.parametrize("ends_on", ["2026-01-01", "2025-12-31"])
def test_what_is_dated_ends_after_it_starts(ada, payments, ends_on):
    with refused_by("teams_assignment_ends_after_start"):
        told(
            Assignment,
            person=ada,
            team=payments,
            share=Decimal(1),
            starts_on=day("2026-01-01"),
            ends_on=day(ends_on),
        )


@pytest.mark.parametrize("model", [Team, ValueStream])
def test_a_team_or_stream_ends_after_it_starts(db, model):
    with refused_by(f"teams_{model.__name__.lower()}_ends_after_start"):
        model.objects.create(code="x", starts_on=day("2026-01-02"), ends_on=day("2026-01-02"))


def test_a_team_without_a_first_day_may_end(db):
    assert Team.objects.create(code="x", ends_on=day("2026-01-02")).pk


def test_a_stream_is_not_its_own_parent(commerce):
    with refused_by("teams_valuestream_not_its_own_parent"):
        ValueStream.objects.filter(pk=commerce.pk).update(parent_id=commerce.pk)


@pytest.mark.parametrize("weekday", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_a_day_has_1440_minutes(ada, weekday):
    Person.objects.filter(pk=ada.pk).update(**{f"minutes_{weekday}": 1440})
    with refused_by(f"teams_person_minutes_{weekday}_within_a_day"):
        Person.objects.filter(pk=ada.pk).update(**{f"minutes_{weekday}": 1441})


def test_terms_may_leave_a_day_as_it_is_but_not_stretch_it(ada):
    told(PersonTerms, person=ada, minutes_fri=0, starts_on=day("2026-01-01"), ends_on=day("2026-02-01"))
    with refused_by("teams_personterms_minutes_mon_within_a_day"):
        told(PersonTerms, person=ada, minutes_mon=1441, starts_on=day("2026-03-01"))


@pytest.mark.parametrize("country", ["us", "U", "12", "Ü "])
def test_a_country_is_two_capital_letters(ada, country):
    with refused_by("teams_person_country_is_iso"):
        Person.objects.filter(pk=ada.pk).update(country=country)
    with refused_by("teams_closure_country_is_iso"):
        told(Closure, country=country, on=day("2026-01-02"))


def test_nobody_leaves_before_the_second_day(ada):
    with refused_by("teams_person_employed_forward"):
        Person.objects.filter(pk=ada.pk).update(employed_until=ada.employed_from)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("fiscal_year_starts_in", 0, "starts_in_a_month"),
        ("fiscal_year_starts_in", 13, "starts_in_a_month"),
        ("full_time_week_minutes", 0, "week_has_minutes"),
        ("full_time_week_minutes", 10_081, "week_has_minutes"),
        ("standard_day_minutes", 1_441, "day_has_minutes"),
        ("reporting_currency", "eur", "currency_is_iso"),
        ("reporting_currency", "EU", "currency_is_iso"),
        ("official_rates", "blended", "known_rates"),
        ("country", "deu"[:2], "country_is_iso"),
    ],
)
def test_settings_are_within_reason(db, field, value, rule):
    with refused_by(f"teams_organisationsettings_{rule}"):
        told(OrganisationSettings, starts_on=day("2026-01-01"), **{field: value})


def test_settings_of_a_day_are_told_once(db):
    told(OrganisationSettings, starts_on=day("2026-01-01"), withdrawn=True)
    told(OrganisationSettings, starts_on=day("2026-01-01"))
    with refused_by("teams_organisationsettings_one_per_day"):
        told(OrganisationSettings, starts_on=day("2026-01-01"))


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"month": "2026-01-02", "starts_on": "2026-01-02"}, "month_is_first_day"),
        ({"month": "2026-01-01", "starts_on": "2026-01-02"}, "starts_with_its_month"),
        ({"month": "2026-03-01", "starts_on": "2026-03-01"}, "ends_after_start"),
        ({"month": "2026-01-01", "starts_on": "2026-01-01", "fiscal_index": 13}, "index_of_a_year"),
    ],
)
def test_a_fiscal_month_is_a_calendar_month(db, values, rule):
    days = {name: day(value) for name, value in values.items() if isinstance(value, str)}
    rest = {"ends_on": day("2026-02-01"), "fiscal_year": 2026, "fiscal_index": 1}
    with refused_by(f"teams_fiscalmonth_{rule}"):
        FiscalMonth.objects.create(**{**rest, **values, **days})


def test_choices_are_kept_by_the_database(ada, payments):
    with refused_by("teams_team_known_topology"):
        Team.objects.filter(pk=payments.pk).update(topology="tribe")
    with refused_by("teams_absence_known_reason"):
        told(Absence, person=ada, reason="holiday", starts_on=day("2026-01-01"))


def test_a_limit_of_no_teams_is_none(developer):
    with refused_by("teams_rolefamily_max_teams_at_least_one"):
        RoleFamily.objects.filter(pk=developer.pk).update(max_teams=0)


def test_a_master_has_a_code_that_nobody_else_has(payments):
    with refused_by("teams_team_has_code"):
        Team.objects.create(code="")
    with refused_by("teams_team_code_key"):
        Team.objects.create(code="payments")


def test_a_fact_has_one_current_version(ada, payments):
    key = uuid.uuid4()
    told(
        Assignment, key=key, person=ada, team=payments, share=1, starts_on=day("2026-01-01"), ends_on=day("2026-02-01")
    )
    with refused_by("teams_assignment_one_current"):
        told(Assignment, key=key, person=ada, team=payments, share=1, starts_on=day("2026-03-01"))


def test_somebody_who_is_assigned_cannot_be_deleted(ada, payments):
    told(Assignment, person=ada, team=payments, share=1, starts_on=day("2026-01-01"))

    with pytest.raises(ProtectedError):
        ada.delete()
