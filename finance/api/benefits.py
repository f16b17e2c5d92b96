"""The door of benefits: they are told like any fact, and reviewed by somebody else."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from finance.api import filters
from finance.api.reviews import ReviewedSerializer, ReviewSerializer, items_from, told
from finance.models import BenefitEntry
from finance.selectors.benefits import State, with_state
from finance.services.benefits import decide
from roi_project.intake.kinds import kind_named
from roi_project.web.idempotency import key_of, once
from roi_project.web.kind_answers import answer
from roi_project.web.kind_serializers import KindSerializer, serializer_for
from roi_project.web.viewsets import FactViewSet
from teams.selectors.organisation import settings_on


def state_of(entry: Any) -> dict[str, Any]:
    return {"state": entry.state, "relaxed": entry.relaxed}


class StateSerializer(KindSerializer):
    """What a second person found, beside the columns of the kind."""

    state = serializers.ChoiceField(
        choices=[state.value for state in State],
        read_only=True,
        help_text="claimed until somebody else has validated just this month, class and amount",
    )
    relaxed = serializers.BooleanField(
        read_only=True, help_text="true: reviewed by its author, because one person keeps the books"
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return super().to_representation(instance) | state_of(instance)


class BenefitEntryViewSet(FactViewSet):
    """What the work brought. `?state=claimed` is what waits for a review."""

    kind = kind_named("benefit-entries")
    filterset_class = filters.BenefitEntryFilter
    search_fields = ("outcome__code", "outcome__name", "epic__code", "evidence")
    ordering_fields = ("month",)

    @classmethod
    def document(cls) -> None:
        plain = serializer_for(cls.kind)
        cls.serializer_class = type(plain.__name__, (StateSerializer, plain), {"__doc__": plain.__doc__})
        super().document()

    def stored(self) -> QuerySet[BenefitEntry]:
        return with_state(super().stored())

    @extend_schema(
        tags=["benefit-entries"],
        request=ReviewSerializer,
        responses=ReviewedSerializer,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="A repeat has one effect."
            )
        ],
        description=(
            "Validate or reject benefits: entries, or what valuations make of a month. All or nothing. Send the "
            "amount that was seen: 409 changed-since-submit when it is another one now, 403 four-eyes for one's own."
        ),
    )
    @action(detail=False, methods=["post"])
    def review(self, request: Any) -> Response:
        items = items_from(request.data)
        now = timezone.now()

        def act() -> tuple[int, Any]:
            return 200, told(decide(self.audience, items, settings=settings_on(now.date())))

        return once(self.audience, key_of(request), [request.path, request.data], act).response()

    def _create(self, body: Any) -> tuple[int, dict[str, Any]]:
        status, created = super()._create(body)
        return status, created | state_of(self.stored().get(key=created["key"], superseded_at=None))

    def _answer(self, stored: BenefitEntry) -> Response:
        response = super()._answer(stored)
        response.data = answer(self.kind, stored) | state_of(stored)
        return response
