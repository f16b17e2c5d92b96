"""What can come in on this floor is described once, and completely."""

import pytest

from roi_project.intake.kinds import Span, all_kinds, kind_named
from teams.models import Assignment, Closure, OrganisationSettings
from teams.services import spans
from tests.teams.facts import day

ORDER = [
    "organisation-settings",
    "value-streams",
    "role-families",
    "teams",
    "team-stream-shares",
    "people",
    "person-terms",
    "assignments",
    "closures",
    "absences",
]


def test_kinds_come_in_the_order_in_which_they_are_sent():
    assert [kind.name for kind in all_kinds() if kind.name in ORDER] == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_every_column_is_a_field_and_explains_itself(name):
    kind = kind_named(name)
    fields = {field.name for field in kind.model._meta.get_fields()}

    assert kind.description
    assert all(column.help for column in kind.columns)
    assert {field for column in kind.columns for field in column.model_fields} <= fields
    assert set(kind.identity) | set(kind.no_overlap) <= {column.name for column in kind.columns}
    assert kind.material <= fields
    assert bool(kind.material) is kind.is_master
    assert (kind.touches is None) is (kind.is_master and name != "people")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "first", "end"),
    [
        ("2026-01-15", None, "2026-01-01", None),
        ("2026-01-15", "2026-01-16", "2026-01-01", "2026-02-01"),
        ("2026-01-15", "2026-02-01", "2026-01-01", "2026-02-01"),
        ("2026-01-15", "2026-02-02", "2026-01-01", "2026-03-01"),
        ("2025-12-31", "2026-01-02", "2025-12-01", "2026-02-01"),
    ],
)
def test_a_dated_fact_touches_the_months_of_its_days(starts_on, ends_on, first, end):
    fact = Assignment(starts_on=day(starts_on), ends_on=ends_on and day(ends_on))

    assert spans.of_dated(fact) == Span(day(first), end and day(end))


def test_a_closed_day_touches_its_month():
    assert spans.of_closure(Closure(on=day("2026-12-31"))) == Span(day("2026-12-01"), day("2027-01-01"))


def test_settings_touch_everything_after():
    settings = OrganisationSettings(starts_on=day("2026-04-01"))

    assert spans.of_settings(settings) == Span(day("2026-04-01"), None)
