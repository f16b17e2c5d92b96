"""GET /api/v1/audit/"""

import django_filters
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from roi_project.audit.models import Action, Change
from roi_project.audit.selectors import READERS, changes
from roi_project.web import filters
from roi_project.web.views import Manners


class ChangeSerializer(serializers.ModelSerializer):
    before = serializers.DictField(allow_null=True, help_text="what changed, as it was; null when created")
    after = serializers.DictField(allow_null=True, help_text="what changed, as it became; null when deleted")

    class Meta:
        model = Change
        fields = [
            "id",
            "at",
            "actor",
            "request_id",
            "action",
            "kind",
            "object_id",
            "object_code",
            "before",
            "after",
            "reason",
        ]
        read_only_fields = fields


class ChangeFilter(django_filters.FilterSet):
    """`?kind=teams&since=2026-01-01T00:00:00Z`: moments, the second outside."""

    kind = filters.Plain()
    object_id = filters.Plain()
    object_code = filters.Plain()
    actor = filters.Plain()
    action = django_filters.ChoiceFilter(choices=Action.choices)
    since = filters.Moment(field_name="at", lookup_expr="gte")
    until = filters.Moment(field_name="at", lookup_expr="lt")


class ChangesView(Manners, ListAPIView):
    """Who changed what, when, from what to what. Latest first."""

    read_groups = READERS
    queryset = Change.objects.none()
    serializer_class = ChangeSerializer
    filterset_class = ChangeFilter
    operation_id = "list_changes"

    def get_queryset(self):
        return changes(self.audience)
