"""GET /api/v1/me/"""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from roi_project.access.audience import Group
from roi_project.access.models import Token
from roi_project.access.services import SCOPES
from roi_project.web.views import ApiView


class MyTokenSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MeSerializer(serializers.Serializer):
    actor = serializers.CharField(help_text="how what you change is signed")
    user = serializers.CharField()
    groups = serializers.ListField(child=serializers.ChoiceField([group.value for group in Group]))
    scopes = serializers.ListField(
        child=serializers.ChoiceField(sorted(SCOPES)), allow_null=True, help_text="null: signed in, no limit"
    )
    token = MyTokenSerializer(allow_null=True)


class MeView(ApiView):
    """Who you are here, what you may do, and until when."""

    read_scopes = SCOPES

    @extend_schema(responses=MeSerializer)
    def get(self, request):
        audience = self.audience
        me = {
            "actor": audience.actor,
            "user": request.user.get_username(),
            "groups": sorted(audience.groups),
            "scopes": None if audience.scopes is None else sorted(audience.scopes),
            "token": request.auth if isinstance(request.auth, Token) else None,
        }
        return Response(MeSerializer(me).data)
