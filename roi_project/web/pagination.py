"""Pages by cursor: a page begins after a row, not after a number of rows, so nothing is skipped or shown twice.

The bound is a row comparison over the ordering with a unique tail; its first column is bounded again on its own,
because databases use an index for that and not for the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db.models import Field, Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from roi_project.web import params


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: beside the row with these values of the ordering, on its near or far side.

    Signed for rows of one model, so that what comes back is what was handed out there and needs no second check.
    """

    ordering: tuple[str, ...]
    position: tuple[str, ...]
    backwards: bool

    def encoded(self, model: type[Model]) -> str:
        return _signer(model).sign_object([self.ordering, self.position, self.backwards], compress=True)

    @classmethod
    def decoded(cls, text: str, model: type[Model]) -> "Cursor":
        """BadSignature for anything that was not made by `encoded` of this model."""
        ordering, position, backwards = _signer(model).unsign_object(text)
        return cls(tuple(ordering), tuple(position), backwards)


def _signer(model: type[Model]) -> Signer:
    return Signer(salt=f"roi_project.web.pagination {model._meta.label_lower}")


class CursorPages(BasePagination):
    """`?page_size=` up to 1,000, `?cursor=` from the answer before, `?ordering=` from the view's `ordering_fields`."""

    page_size = 100
    max_page_size = 1_000

    def paginate_queryset(self, queryset: QuerySet, request: Any, view: Any = None) -> list[Model]:
        self.request = request
        self.size = params.integer(request, "page_size", self.page_size, minimum=1, maximum=self.max_page_size)
        self.ordering = ordering_of(request, queryset, view)
        self.model = queryset.model
        self.fields = [_field(self.model, name.lstrip("-")) for name in self.ordering]
        cursor = self._cursor(request)

        backwards = cursor is not None and cursor.backwards
        ordering = [_turned(name) for name in self.ordering] if backwards else self.ordering
        if cursor is not None:
            values = [field.to_python(text) for field, text in zip(self.fields, cursor.position, strict=True)]
            queryset = queryset.filter(_after(ordering, values))
        rows = list(queryset.order_by(*ordering)[: self.size + 1])

        more, rows = len(rows) > self.size, rows[: self.size]
        if backwards:
            rows.reverse()
        self.next = self._link(rows, -1, backwards=False) if (more or backwards) else None
        self.previous = self._link(rows, 0, backwards=True) if (more if backwards else cursor is not None) else None
        return rows

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        described = [
            ("page_size", "Rows per page.", size),
            ("cursor", "From `next` or `previous` of the page before.", {"type": "string"}),
        ]
        if (offered := orderings(view)) and getattr(view, "action", "list") == "list":
            schema = {"type": "array", "items": {"type": "string", "enum": offered}, "minItems": 1}
            described.append(("ordering", "Order of the rows; a leading minus turns it around.", schema))
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            | ({"explode": False, "style": "form"} if schema["type"] == "array" else {})
            for name, text, schema in described
        ]

    def _cursor(self, request: Any) -> Cursor | None:
        text = request.GET.get("cursor")
        if text is None:
            return None
        try:
            cursor = Cursor.decoded(text, self.model)
        except BadSignature:
            cursor = None
        if cursor is None or cursor.ordering != self.ordering:
            raise params.refuse("cursor", "This cursor does not belong to this list; start again without it.")
        return cursor

    def _link(self, rows: list[Model], place: int, *, backwards: bool) -> str | None:
        if not rows:
            return None
        position = tuple(
            _written(rows[place], name.lstrip("-"), field)
            for name, field in zip(self.ordering, self.fields, strict=True)
        )
        cursor = Cursor(self.ordering, position, backwards).encoded(self.model)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)


def orderings(view: Any) -> list[str]:
    """What `?ordering=` may name on this view."""
    return [sign + name for name in getattr(view, "ordering_fields", None) or () for sign in ("", "-")]


def ordering_of(request: Any, queryset: QuerySet, view: Any) -> tuple[str, ...]:
    """The ordering asked for, or the queryset's own, with a unique tail."""
    asked = params.codes(request, "ordering")
    if asked is None:
        own = queryset.query.order_by or queryset.model._meta.ordering
        if not all(isinstance(name, str) for name in own):
            raise ImproperlyConfigured(f"{queryset.model.__name__} is paged, so it is ordered by names of fields.")
        asked = tuple(own)
    else:
        offered = orderings(view)
        for name in asked:
            if name not in offered:
                known = f"known here: {', '.join(offered)}" if offered else "this list has one order only"
                raise params.refuse("ordering", f"{params.values.shown(name)} is not an ordering; {known}.")
    columns = [name.lstrip("-") for name in asked]
    if len(set(columns)) < len(columns):
        raise params.refuse("ordering", "A field stands in the ordering twice.")
    unique = queryset.model._meta.pk.name
    return asked if {unique, "pk"} & set(columns) else (*asked, unique)


def _after(ordering: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows beyond the one with these values, in this order."""
    beyond, same = Q(), Q()
    for name, value in zip(ordering, values, strict=True):
        column = name.lstrip("-")
        beyond |= same & Q(**{f"{column}__{'lt' if name[0] == '-' else 'gt'}": value})
        same &= Q(**{column: value})
    first = ordering[0].lstrip("-")
    return beyond & Q(**{f"{first}__{'lte' if ordering[0][0] == '-' else 'gte'}": values[0]})


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _field(model: type[Model], path: str) -> Field:
    """The field an ordering such as `team__code` ends at; null has no place in a row comparison."""
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if field.null:
            raise ImproperlyConfigured(f"{model.__name__}.{name} may be null, so no list can be paged by {path}.")
        model = field.related_model
    return field


def _written(row: Model, path: str, field: Field) -> str:
    holder = reduce(getattr, path.split("__")[:-1], row)
    return field.value_to_string(holder)
