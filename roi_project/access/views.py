"""GET /api/v1/me/"""

from copy import copy

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from roi_project.access import me
from roi_project.access.audience import Group
from roi_project.access.models import Token
from roi_project.access.services import SCOPES
from roi_project.web.views import ApiView


class MyTokenSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MeSerializer(serializers.Serializer):
    """Who you are here, and what a client wants to know before it begins."""

    actor = serializers.CharField(help_text="how what you change is signed")
    user = serializers.CharField()
    groups = serializers.ListField(child=serializers.ChoiceField([group.value for group in Group]))
    scopes = serializers.ListField(
        child=serializers.ChoiceField(sorted(SCOPES)), allow_null=True, help_text="null: signed in, no limit"
    )
    sources = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="systems whose rows you may write; null: of any"
    )
    token = MyTokenSerializer(allow_null=True)

    def get_fields(self):
        """Its own, and what the floors say of themselves."""
        return super().get_fields() | {name: copy(said.field) for name, said in me.said().items()}


class MeView(ApiView):
    """Who you are here, what you may do, and until when."""

    read_scopes = SCOPES

    @extend_schema(responses=MeSerializer)
    def get(self, request):
        audience, token = self.audience, request.auth
        return Response(
            {
                "actor": audience.actor,
                "user": request.user.get_username(),
                "groups": sorted(audience.groups),
                "scopes": None if audience.scopes is None else sorted(audience.scopes),
                "sources": None if audience.sources is None else sorted(audience.sources),
                "token": MyTokenSerializer(token).data if isinstance(token, Token) else None,
                **{name: said.read(audience, timezone.now()) for name, said in me.said().items()},
            }
        )
