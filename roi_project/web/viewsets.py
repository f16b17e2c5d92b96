"""The doors of masters and facts: a floor names a kind, filters and orderings; the rest is the same everywhere.

class AssignmentViewSet(FactViewSet):
    kind = kind_named("assignments")
    filterset_class = AssignmentFilter
    ordering_fields = ("starts_on",)

router = router_for(AssignmentViewSet, AbsenceViewSet)
"""

import uuid
from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from roi_project.db.horizon import safe_horizon
from roi_project.intake.change import change, tag_of, withdraw
from roi_project.intake.columns import Money, Reference
from roi_project.intake.columns.days import rfc3339
from roi_project.intake.kinds import Kind
from roi_project.intake.receive import receive
from roi_project.kernel.errors import FieldProblem, Invalid, NotFound
from roi_project.web import params
from roi_project.web.bulk import BulkBody
from roi_project.web.idempotency import key_of, once
from roi_project.web.kind_answers import answer
from roi_project.web.kind_serializers import (
    ReceiptSerializer,
    bulk_serializer_for,
    history_serializer_for,
    serializer_for,
)
from roi_project.web.views import Manners

CHANGED_SINCE = "Only rows recorded at or after this moment; take it from Changes-Through of the page before the first."
SEARCH = "Rows with this text in one of: "
NAMED_BY_CALLER = uuid.UUID("6f7a2f0e-0d3c-4d7e-9a58-3d1d8f5b7c11")


class KindViewSet(Manners, ListModelMixin, GenericViewSet):
    """List, read, create, change and bulk of one kind.

    `search_fields` and `ordering_fields` are allow-lists; `ordering` is the order of the list.
    """

    kind: ClassVar[Kind]
    search_fields: ClassVar[tuple[str, ...]] = ()
    ordering_fields: ClassVar[tuple[str, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ("id",)
    max_json_nodes = 1_000_000

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in cls.__dict__:
            kind = cls.kind
            cls.read_groups, cls.write_groups = kind.read, kind.write
            cls.singular = kind.singular.replace("-", " ")
            cls.serializer_class = serializer_for(kind)
            cls.queryset = kind.model._default_manager.none()
            cls.document()

    @classmethod
    def document(cls) -> None:
        """Say in the OpenAPI document what each operation takes and answers."""
        one, tags = cls.serializer_class, [cls.kind.name]
        words = cls.kind.name.replace("-", " ")
        operations = {
            "list": extend_schema(tags=tags, description=cls.kind.description),
            "retrieve": extend_schema(tags=tags, responses=one),
            "create": extend_schema(tags=tags, responses={200: one, 201: one}, parameters=cls._create_headers()),
            "partial_update": extend_schema(tags=tags, responses=one, parameters=[IF_MATCH]),
            "bulk": extend_schema(
                tags=tags,
                request=bulk_serializer_for(cls.kind),
                responses=ReceiptSerializer,
                description=f"Many {words} at once: all or nothing unless partial. Sending again changes nothing.",
            ),
        }
        extend_schema_view(**operations, **cls._own_operations(tags))(cls)

    @classmethod
    def _create_headers(cls) -> list[OpenApiParameter]:
        return []

    @classmethod
    def _own_operations(cls, tags: list[str]) -> dict[str, Any]:
        return {}

    @property
    def parameters(self) -> dict[str, str]:
        if getattr(self, "action", None) != "list":
            return {}
        described = {"changed_since": CHANGED_SINCE}
        if self.search_fields:
            described["search"] = SEARCH + ", ".join(self.search_fields).replace("__", " ")
        return described

    def stored(self) -> QuerySet:
        """Every row that may be shown, with what it points at."""
        names = [column.model_fields[0] for column in self.kind.columns if isinstance(column, Reference)]
        return self.kind.model._default_manager.select_related(*names).order_by(*self.ordering)

    def get_queryset(self) -> QuerySet:
        return self.stored()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        sought = params.text(self.request, "search")
        if sought:
            queryset = queryset.filter(
                reduce(or_, (Q(**{f"{name}__icontains": sought}) for name in self.search_fields))
            )
        return queryset

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        horizon = safe_horizon(timezone.now())  # before the rows are read, so that none falls between
        response = super().list(request, *args, **kwargs)
        response.headers["Changes-Through"] = rfc3339(horizon)
        return response

    def retrieve(self, request: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    def create(self, request: Any) -> Response:
        body = request.data
        if not isinstance(body, Mapping):
            raise Invalid(f"One {self.singular} is a JSON object; many go to bulk/.")
        if self._needs_key(body) or "Idempotency-Key" in request.headers:
            key = key_of(request)
            return once(
                self.audience, key, [request.path, body], lambda: self._create(self._named(body, key))
            ).response()
        status, answered = self._create(body)
        return Response(answered, status=status)

    def _create(self, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        receipt = receive(self.audience, self.kind, [(None, body, "json")], today=timezone.now().date())
        if receipt.refused:
            raise receipt.refusal()
        found = receipt.results[0].identity
        stored = self.stored().get(**({"pk": found["id"]} if self.kind.is_master else _current(found["key"])))
        return 201 if receipt.created else 200, answer(self.kind, stored)

    def _needs_key(self, body: Mapping[str, Any]) -> bool:
        return False

    def _named(self, body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        return body

    def partial_update(self, request: Any, **kwargs: Any) -> Response:
        named = kwargs[self.lookup_field]
        change(self.audience, self.kind, named, request.data, if_match=self._if_match(), today=timezone.now().date())
        return self._answer(self.get_object())

    @action(detail=False, methods=["post"])
    def bulk(self, request: Any) -> Response:
        body = BulkBody.read(request.data)
        receipt = receive(
            self.audience,
            self.kind,
            [(number, row, "json") for number, row in enumerate(body.rows, start=1)],
            mode=body.mode,
            dry_run=body.dry_run,
            partial=body.partial,
            control_total=body.control_total,
            row_count=body.row_count,
            source=body.source,
            as_of=body.as_of,
            confirm_ends=body.confirm_ends,
            today=timezone.now().date(),
        )
        if receipt.is_refused:
            raise receipt.refusal()
        return Response(receipt.to_json())

    def _if_match(self) -> Collection[str] | None:
        header = self.request.headers.get("If-Match")
        return None if header is None else parse_etags(header)

    def _answer(self, stored: Any) -> Response:
        return Response(answer(self.kind, stored), headers={"ETag": tag_of(stored)})


class MasterViewSet(KindViewSet):
    """Things with a name: addressed by id, found by code."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    ordering = ("code",)

    def get_queryset(self) -> QuerySet:
        since = params.moment(self.request, "changed_since")
        return self.stored() if since is None else self.stored().filter(updated_at__gte=since)


class FactViewSet(KindViewSet):
    """Things that were told: addressed by their key, over all versions."""

    lookup_field = "key"
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    @classmethod
    def _create_headers(cls) -> list[OpenApiParameter]:
        return [IDEMPOTENCY_KEY] if cls._is_money() else []

    @classmethod
    def _own_operations(cls, tags: list[str]) -> dict[str, Any]:
        return {
            "destroy": extend_schema(
                tags=tags, responses={204: None}, parameters=[IF_MATCH], description="Take it back; its history stays."
            ),
            "history": extend_schema(
                tags=tags,
                responses=history_serializer_for(cls.kind)(many=True),
                description="Every version, newest first.",
            ),
        }

    @classmethod
    def _is_money(cls) -> bool:
        return any(isinstance(column, Money) for column in cls.kind.columns)

    @property
    def parameters(self) -> dict[str, str]:
        if getattr(self, "action", None) == "history":
            return {"page_size": "", "cursor": ""}
        return super().parameters

    def get_queryset(self) -> QuerySet:
        """What is believed now; with `changed_since` also what was taken back, so that others can forget it."""
        current = self.stored().filter(superseded_at=None)
        since = params.moment(self.request, "changed_since") if self.action == "list" else None
        return current.filter(withdrawn=False) if since is None else current.filter(recorded_at__gte=since)

    def _needs_key(self, body: Mapping[str, Any]) -> bool:
        if "withdrawn" in body:
            detail = f"To take back one {self.singular}, DELETE its address."
            raise Invalid(detail, problems=[FieldProblem("/withdrawn", "unknown-field", detail)])
        return self._is_money() and not body.get("external_id")

    def _named(self, body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """A fact with no natural key of its own is named after the request that brought it."""
        if self.kind.identity or body.get("external_id"):
            return body
        name = uuid.uuid5(NAMED_BY_CALLER, f"{self.audience.person}|{self.kind.name}|{key}")
        return {**body, "external_id": f"request-{name}"}

    def destroy(self, request: Any, **kwargs: Any) -> Response:
        withdraw(self.audience, self.kind, kwargs["key"], if_match=self._if_match())
        return Response(status=204)

    @action(detail=True, methods=["get"], filter_backends=())
    def history(self, request: Any, key: str) -> Response:
        versions = self.stored().filter(key=key).order_by("-id")
        page = self.paginate_queryset(versions)
        if not page:
            raise NotFound
        return self.get_paginated_response(history_serializer_for(self.kind)(page, many=True).data)


def _current(key: str) -> dict[str, Any]:
    return {"key": key, "superseded_at": None}


def router_for(*viewsets: type[KindViewSet]) -> SimpleRouter:
    """The addresses of some kinds, each under its name: `urlpatterns = router_for(TeamViewSet, …).urls`."""
    router = SimpleRouter()
    for viewset in viewsets:
        router.register(viewset.kind.name, viewset, basename=viewset.kind.name)
    return router


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="Optional ETag: 412 when it was changed since."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Required without external_id: a repeated request with the same key has one effect.",
)
