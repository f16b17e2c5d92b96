"""Read-only doors that open a figure down to its facts."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from finance.api import explain_formats, parameters
from finance.api.reports import READERS
from finance.selectors.explain import explain_component, explain_figure
from roi_project.web.views import ReportView


class ExplainView(ReportView):
    """A figure of a report, opened into the components that add up to it."""

    read_groups = READERS
    parameters = parameters.EXPLAIN
    renderer_classes = (JSONRenderer,)  # a tree is no table

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, tags=["explain"])
    def get(self, request):
        return Response(explain_formats.explanation_json(explain_figure(self.audience, parameters.figure(request))))


class ExplainComponentView(ReportView):
    """A component, opened into its lines and their facts, or into what a transfer was split from."""

    read_groups = READERS
    renderer_classes = (JSONRenderer,)

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, tags=["explain"])
    def get(self, request, component):
        return Response(explain_formats.component_json(explain_component(self.audience, component)))
