"""Filters of lists: what is not known is refused, what is known is read strictly."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from roi_project.intake import values
from roi_project.kernel.errors import FieldProblem, Invalid
from roi_project.web import params
from roi_project.web.pagination import orderings


class StrictFilterBackend(DjangoFilterBackend):
    """Applies a view's `filterset_class`; an unknown, repeated or unreadable parameter is a 400."""

    def filter_queryset(self, request: Any, queryset: QuerySet, view: Any) -> QuerySet:
        params.known_parameters(request, known_to(view))
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        _refuse_bad_text(request, filterset)
        if not filterset.is_valid():
            raise _invalid(filterset.errors.get_json_data())
        return filterset.qs


def known_to(view: Any) -> frozenset[str]:
    """Every parameter a list takes: filters, paging, ordering, format, and what the view adds by `parameters`."""
    known = {"format", *getattr(view, "parameters", ())}
    if getattr(view, "pagination_class", None) is not None:
        known |= {"page_size", "cursor"}
        if orderings(view):
            known.add("ordering")
    filterset_class = getattr(view, "filterset_class", None)
    if filterset_class is not None:
        known |= {name for filter_name in _fields(filterset_class).items() for name in _names(*filter_name)}
    return frozenset(known)


def _fields(filterset_class: type) -> dict[str, forms.Field]:
    return {name: found.field for name, found in filterset_class.base_filters.items()}


def _names(name: str, field: forms.Field) -> Iterable[str]:
    """`cost` of a range filter is sent as `cost_min` and `cost_max`."""
    suffixes = getattr(field.widget, "suffixes", None)
    return [f"{name}_{suffix}" for suffix in suffixes if suffix] if suffixes else [name]


def _refuse_bad_text(request: Any, filterset: Any) -> None:
    for name, raw in request.GET.items():
        if name == "cursor":
            continue
        listed = isinstance(filterset.filters.get(name), django_filters.BaseCSVFilter | Codes)
        for part in raw.split(",") if listed else [raw]:
            if "\0" in part:
                raise params.refuse(name, f"“{name}” holds the character NUL.")
            if len(part) > params.LONGEST_TEXT:
                raise params.refuse(name, f"“{name}” has more than {params.LONGEST_TEXT} characters.")


def _invalid(errors: dict[str, list[dict[str, str]]]) -> Invalid:
    problems = [
        FieldProblem("" if name == "__all__" else f"?{name}", found["code"] or "invalid", found["message"])
        for name, all_found in errors.items()
        for found in all_found
    ]
    return Invalid(f"{problems[0].pointer.lstrip('?') or 'The filters'}: {problems[0].detail}", problems=problems)


class _StrictField(forms.Field):
    """A form field that reads with `reader`, which raises ValueError with a sentence."""

    def __init__(self, *args: Any, reader: Any, **kwargs: Any) -> None:
        self.reader = reader
        super().__init__(*args, **kwargs)

    def to_python(self, raw: Any) -> Any:
        if raw in self.empty_values:
            return None
        try:
            return self.reader(raw)
        except ValueError as error:
            raise ValidationError(f"{error}.", code="invalid") from None


class _Strict(django_filters.Filter):
    field_class = _StrictField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, reader=type(self).reader, **kwargs)


@extend_schema_field(OpenApiTypes.DATE)
class Day(_Strict):
    """`?since=2026-01-31`"""

    reader = staticmethod(values.day)


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "example": "2026-01"})
class Month(_Strict):
    """`?month=2026-01`, compared as the first day of the month"""

    reader = staticmethod(values.month)


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(_Strict):
    """`?since=2026-01-31T09:30:00Z`"""

    reader = staticmethod(values.moment)


@extend_schema_field(OpenApiTypes.INT64)
class Whole(_Strict):
    """`?team=7`"""

    reader = staticmethod(values.whole)


@extend_schema_field(OpenApiTypes.STR)
class Plain(_Strict):
    """Text that must be equal, or as `lookup_expr` says."""

    reader = staticmethod(lambda raw: values.text(raw, longest=params.LONGEST_TEXT))


@extend_schema_field(OpenApiTypes.STR)
class Codes(_Strict):
    """`?team=payments,search`: any of these"""

    reader = staticmethod(params.code_list)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"lookup_expr": "in", **kwargs})


class Holding(django_filters.FilterSet):
    """Dated rows by the days they hold on: `?since=2026-01-01&until=2026-04-01`, `until` outside."""

    since = Day(method="still_holding", label="holds on this day or later")
    until = Day(field_name="starts_on", lookup_expr="lt", label="starts before this day")

    def still_holding(self, queryset: QuerySet, name: str, day: Any) -> QuerySet:
        return queryset.filter(Q(ends_on=None) | Q(ends_on__gt=day))
