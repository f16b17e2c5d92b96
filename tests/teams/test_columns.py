"""The columns a book is computed from: exactly the current rows that touch the span."""

from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from roi_project.kernel.period import OPEN_DAY, day_number
from teams.models import (
    Absence,
    Assignment,
    Closure,
    Person,
    PersonTerms,
    RoleFamily,
    Team,
    TeamStreamShare,
    ValueStream,
)
from teams.selectors import columns
from tests.teams.facts import day, told

pytestmark = pytest.mark.django_db

JULY = (day("2026-07-01"), day("2026-08-01"))


def plain(got):
    return {name: values.tolist() for name, values in got.items()}


def n(text):
    return day_number(day(text))


def test_assignments_that_touch_the_span(ada, bob, payments, search):
    told(Assignment, person=ada, team=payments, share=1, starts_on=day("2026-01-01"), ends_on=day("2026-07-01"))
    half = told(
        Assignment,
        person=ada,
        team=payments,
        share=Decimal("0.5"),
        starts_on=day("2026-07-01"),
        ends_on=day("2026-07-02"),
    )
    third = told(Assignment, person=bob, team=search, share=Decimal("0.333333"), starts_on=day("2020-01-01"))
    told(Assignment, person=bob, team=payments, share=1, starts_on=day("2026-08-01"))
    told(Assignment, person=bob, team=payments, share=1, starts_on=day("2026-07-01"), withdrawn=True)
    told(Assignment, person=ada, team=search, share=1, starts_on=day("2026-07-01"), superseded_at=timezone.now())

    got = columns.assignments(*JULY)

    assert plain(got) == {
        "id": [half.pk, third.pk],
        "person_id": [ada.pk, bob.pk],
        "team_id": [payments.pk, search.pk],
        "share": [500_000, 333_333],
        "starts_on": [n("2026-07-01"), n("2020-01-01")],
        "ends_on": [n("2026-07-02"), OPEN_DAY],
    }
    assert got["share"].dtype == np.int64
    assert got["starts_on"].dtype == np.int32


def test_stream_shares_that_touch_the_span(payments, commerce, discovery):
    told(
        TeamStreamShare, team=payments, stream=commerce, share=1, starts_on=day("2025-01-01"), ends_on=day("2026-01-01")
    )
    row = told(TeamStreamShare, team=payments, stream=discovery, share=Decimal("0.9"), starts_on=day("2026-01-01"))

    assert plain(columns.team_stream_shares(*JULY)) == {
        "id": [row.pk],
        "team_id": [payments.pk],
        "stream_id": [discovery.pk],
        "share": [900_000],
        "starts_on": [n("2026-01-01")],
        "ends_on": [OPEN_DAY],
    }


def test_words_are_numbered_in_their_order(ada, bob):
    Person.objects.filter(pk=bob.pk).update(level="senior", country="US")
    told(PersonTerms, person=ada, level="junior", subdivision="BY", starts_on=day("2026-01-01"))
    told(PersonTerms, person=bob, level="lost", starts_on=day("2026-01-01"), withdrawn=True)
    told(Closure, country="PL", on=day("2026-07-06"))

    words = columns.words()

    assert words.levels == ("", "junior", "senior")
    assert words.countries == ("", "PL", "US")
    assert words.subdivisions == ("", "BY")


def test_people_employed_in_the_span(ada, bob, developer):
    designer = RoleFamily.objects.create(code="UX", name="Designer")
    Person.objects.create(
        code="gone", role=developer, employed_from=day("2020-01-01"), employed_until=day("2026-07-01")
    )
    Person.objects.create(code="next", role=developer, employed_from=day("2026-08-01"))
    zoe = Person.objects.create(
        code="Zoe",
        role=designer,
        level="senior",
        country="US",
        minutes_fri=0,
        minutes_sat=60,
        employed_from=day("2026-07-16"),
        employed_until=day("2026-07-17"),
    )

    got = columns.people(columns.words(), *JULY)

    full, part = [480] * 5 + [0, 0], [480, 480, 480, 480, 0, 60, 0]
    assert plain(got) == {
        "id": [ada.pk, bob.pk, zoe.pk],
        "code_rank": [1, 2, 0],  # capitals come first, whatever the language of the database
        "role_id": [developer.pk, developer.pk, designer.pk],
        "level": [0, 0, 1],
        "country": [0, 0, 1],
        "subdivision": [0, 0, 0],
        **{f"minutes_{name}": [full[k], full[k], part[k]] for k, name in enumerate(columns.WEEKDAYS)},
        "employed_from": [n("2020-01-01"), n("2020-01-01"), n("2026-07-16")],
        "employed_until": [OPEN_DAY, OPEN_DAY, n("2026-07-17")],
    }
    assert got["minutes_mon"].dtype == np.int16


def test_terms_say_what_differs_and_leave_the_rest(ada, bob, developer):
    part_time = told(PersonTerms, person=ada, minutes_fri=0, level="", starts_on=day("2026-07-16"))
    moved = told(
        PersonTerms, person=bob, role=developer, country="US", starts_on=day("2026-01-01"), ends_on=day("2026-07-02")
    )
    told(PersonTerms, person=bob, minutes_mon=0, starts_on=day("2026-08-01"))

    got = plain(columns.person_terms(columns.words(), *JULY))

    assert got["id"] == [part_time.pk, moved.pk]
    assert got["person_id"] == [ada.pk, bob.pk]
    assert got["role_id"] == [-1, developer.pk]
    assert got["level"] == [0, -1]  # an empty level is a level, not the person's
    assert got["country"] == [-1, 1]
    assert got["subdivision"] == [-1, -1]
    assert got["minutes_mon"] == [-1, -1]
    assert got["minutes_fri"] == [0, -1]
    assert got["ends_on"] == [OPEN_DAY, n("2026-07-02")]


def test_absences_that_touch_the_span(ada, bob):
    told(Absence, person=ada, reason="sick", starts_on=day("2026-06-01"), ends_on=day("2026-07-01"))
    first = told(Absence, person=ada, reason="unpaid", starts_on=day("2026-06-15"), ends_on=day("2026-07-03"))
    second = told(Absence, person=bob, reason="parental", starts_on=day("2026-07-31"))

    got = plain(columns.absences(*JULY))

    assert got["id"] == [first.pk, second.pk]
    assert [columns.REASONS[k] for k in got["reason"]] == ["unpaid", "parental"]
    assert got["ends_on"] == [n("2026-07-03"), OPEN_DAY]


def test_closures_within_the_span(db):
    everywhere = told(Closure, on=day("2026-07-31"), name="Summer break")
    told(Closure, country="US", on=day("2026-08-01"))
    told(Closure, country="PL", on=day("2026-07-06"), withdrawn=True)
    poland = told(Closure, country="PL", on=day("2026-07-01"))
    words = columns.words()

    got = plain(columns.closures(words, *JULY))

    assert got["id"] == [everywhere.pk, poland.pk]
    assert [words.countries[k] for k in got["country"]] == ["", "PL"]
    assert got["on"] == [n("2026-07-31"), n("2026-07-01")]


def test_all_teams_with_their_place_in_the_order_of_codes(payments, search):
    platform = Team.objects.create(
        code="Platform", topology="platform", starts_on=day("2024-01-01"), ends_on=day("2025-01-01")
    )

    got = plain(columns.teams())

    assert got["id"] == [payments.pk, search.pk, platform.pk]
    assert got["code_rank"] == [1, 2, 0]
    assert [columns.TOPOLOGIES[k] for k in got["topology"]] == ["stream_aligned", "stream_aligned", "platform"]
    assert got["starts_on"] == [columns.ALWAYS_DAY, columns.ALWAYS_DAY, n("2024-01-01")]
    assert got["ends_on"] == [OPEN_DAY, OPEN_DAY, n("2025-01-01")]


def test_all_streams_with_their_parents(commerce, discovery):
    shop = ValueStream.objects.create(code="shop", parent=commerce, is_product=True)

    got = plain(columns.streams())

    assert got["id"] == [commerce.pk, discovery.pk, shop.pk]
    assert got["parent_id"] == [-1, -1, commerce.pk]
    assert got["is_product"] == [False, False, True]


def test_all_roles_with_their_limits(developer):
    RoleFamily.objects.create(code="PM", name="Product manager", shared=True, max_teams=2)

    got = plain(columns.roles())

    assert got["code_rank"] == [0, 1]
    assert got["shared"] == [False, True]
    assert got["max_teams"] == [-1, 2]


def test_codes_are_read_as_text(payments, search):
    assert plain(columns.codes(Team)) == {"id": [payments.pk, search.pk], "code": ["payments", "search"]}


def test_an_empty_organisation_has_empty_columns(db):
    words = columns.words()

    assert words == columns.Words((), (), ())
    assert columns.people(words, *JULY)["minutes_mon"].tolist() == []
    assert columns.person_terms(words, *JULY)["id"].tolist() == []
    assert columns.closures(words, *JULY)["on"].tolist() == []


def test_terms_and_closures_that_are_read_name_no_word_that_is_missing(ada):
    told(PersonTerms, person=ada, country="DE", subdivision="BY", level="lead", starts_on=day("2020-01-01"))
    words = columns.words()

    got = columns.person_terms(words, *JULY)

    assert words.countries[got["country"][0]] == "DE"
    assert words.subdivisions[got["subdivision"][0]] == "BY"
    assert words.levels[got["level"][0]] == "lead"
