"""PostgreSQL itself keeps two current rows about the same thing apart in time."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from teams.models import Absence, Assignment, PersonTerms, TeamStreamShare
from tests.teams.facts import day, told

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL can exclude overlaps"),
]


def overlaps(model, first, second, **alike):
    """Whether the database refuses a second row about the same thing; (starts, ends) of both."""
    refused_by = None
    try:
        with transaction.atomic():
            for starts_on, ends_on in (first, second):
                told(model, starts_on=day(starts_on), ends_on=ends_on and day(ends_on), **alike)
            connection.check_constraints()
    except IntegrityError as error:
        refused_by = error.__cause__.diag.constraint_name
    assert refused_by in (None, f"{model._meta.db_table}_no_overlap")
    return refused_by is not None


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (("2026-01-01", "2026-03-01"), ("2026-02-28", None), True),
        (("2026-01-01", None), ("2027-01-01", None), True),
        (("2026-01-01", None), ("2025-01-01", "2026-01-02"), True),
        (("2026-01-01", "2026-03-01"), ("2026-03-01", None), False),
        (("2026-01-01", "2026-03-01"), ("2025-01-01", "2026-01-01"), False),
    ],
)
def test_the_same_person_and_team_may_touch_but_not_overlap(ada, payments, first, second, refused):
    assert overlaps(Assignment, first, second, person=ada, team=payments, share=1) is refused


def test_another_team_at_the_same_time_is_no_overlap(ada, payments, search):
    both = [
        told(Assignment, person=ada, team=team, share=1, starts_on=day("2026-01-01")) for team in (payments, search)
    ]

    connection.check_constraints()
    assert list(Assignment.current.order_by("pk")) == both


def test_the_same_holds_for_stream_shares_terms_and_absences(ada, payments, commerce):
    always = ("2026-01-01", None)

    assert overlaps(TeamStreamShare, always, always, team=payments, stream=commerce, share=1)
    assert overlaps(PersonTerms, always, always, person=ada, minutes_fri=0)
    assert overlaps(Absence, always, always, person=ada, reason="sick")


def test_sick_and_on_paid_leave_is_no_overlap(ada):
    both = [told(Absence, person=ada, reason=why, starts_on=day("2026-01-01")) for why in ("sick", "paid_leave")]

    connection.check_constraints()
    assert list(Absence.current.order_by("pk")) == both


def test_superseded_and_withdrawn_rows_take_no_place(ada, payments):
    row = {"person": ada, "team": payments, "share": 1, "starts_on": day("2026-01-01")}
    told(Assignment, **row, superseded_at=timezone.now())
    told(Assignment, **row, withdrawn=True)
    stands = told(Assignment, **row)

    connection.check_constraints()
    assert list(Assignment.current.all()) == [stands]


def test_a_correction_may_be_stored_before_the_old_version_is_stamped(ada, payments):
    row = {"person": ada, "team": payments, "share": 1, "starts_on": day("2026-01-01")}
    old = told(Assignment, **row)
    new = told(Assignment, **row)
    Assignment.objects.filter(pk=old.pk).update(superseded_at=timezone.now())

    connection.check_constraints()
    assert list(Assignment.current.all()) == [new]
