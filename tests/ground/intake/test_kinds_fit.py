"""What every kind declares fits the model it fills, so that no row is refused by the database in its own words."""

import pytest
from django.db import connection, models

from roi_project.db.fields import ScaledDecimalField
from roi_project.intake.columns import Choice, Code, Flag, Money, Number, Reference, Text, Whole
from roi_project.intake.kinds import all_kinds, kind_named
from roi_project.intake.plan import Plan

COLUMNS = [(kind, column) for kind in all_kinds() for column in Plan(kind).columns]
NAMES = [f"{kind.name}.{column.name}" for kind, column in COLUMNS]


def field_of(kind, column):
    return kind.model._meta.get_field(column.model_fields[0])


@pytest.mark.parametrize(("kind", "column"), COLUMNS, ids=NAMES)
def test_a_column_fits_its_field(kind, column):
    field = field_of(kind, column)
    match column:
        case Reference():
            assert field.related_model is kind_named(column.to).model
        case Text() | Code():
            assert field.max_length is None or column.max_length <= field.max_length
        case Choice():
            assert max(map(len, column.known)) <= field.max_length
        case Flag():
            assert isinstance(field, models.BooleanField)
        case Number():
            assert isinstance(field, ScaledDecimalField)
            assert field.places == column.places
        case Whole():
            least, most = connection.ops.integer_field_range(field.get_internal_type())
            assert column.minimum is None or column.minimum >= least
            assert (column.maximum if column.maximum is not None else 2**31 - 1) <= most
        case Money():
            assert kind.model._meta.get_field(column.currency_field).max_length == 3


@pytest.mark.parametrize(("kind", "column"), COLUMNS, ids=NAMES)
def test_what_may_be_left_out_can_be_stored(kind, column):
    if column.must_be_sent:
        return
    field = field_of(kind, column)
    value = column.empty()
    assert field.null or value is not None or column.model_fields[0] in Plan(kind).defaults


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_every_field_of_a_model_can_be_filled_or_has_a_default(kind):
    filled = {name for column in Plan(kind).columns for name in column.model_fields}
    own = {
        "id",
        "key",
        "superseded_at",
        "withdrawn",
        "recorded_at",
        "recorded_by",
        "revision",
        "created_at",
        "updated_at",
    }
    own |= {"source", "external_id", "source_updated_at"}
    for field in kind.model._meta.concrete_fields:
        assert field.name in filled | own or field.null or field.has_default() or field.has_db_default(), field.name


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_names_that_a_kind_mentions_are_its_columns(kind):
    names = {column.name for column in kind.columns}

    assert set(kind.identity) <= names
    assert set(kind.no_overlap) <= names
    assert kind.material <= {field for column in kind.columns for field in column.model_fields}
    assert not kind.is_master or "code" in names
