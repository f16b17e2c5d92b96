"""Read-only doors that open a figure down to its facts."""

from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from finance.api import explain_formats, explain_shapes, parameters
from finance.selectors.explain import explain_figure
from finance.selectors.explain_component import explain_component, explain_posting
from roi_project.access.audience import RESULT_READERS
from roi_project.web.views import OpensAPage, ReportView


class ExplainView(OpensAPage, ReportView):
    """A figure of a report, opened into the components that add up to it."""

    read_groups = RESULT_READERS
    parameters = parameters.EXPLAIN
    page = "admin:explain"
    renderer_classes = (JSONRenderer,)  # a tree is no table

    @extend_schema(responses=explain_shapes.ExplanationSerializer, tags=["explain"])
    def get(self, request):
        return Response(explain_formats.explanation_json(explain_figure(self.audience, parameters.figure(request))))


class ExplainComponentView(OpensAPage, ReportView):
    """A component, opened into its lines and their facts, or into what a transfer was split from."""

    read_groups = RESULT_READERS
    page = "admin:explain_component"
    renderer_classes = (JSONRenderer,)

    @extend_schema(responses=explain_shapes.ComponentSerializer, tags=["explain"])
    def get(self, request, component):
        return Response(explain_formats.component_json(explain_component(self.audience, component)))


class ExplainPostingView(OpensAPage, ReportView):
    """A posting, opened into the component it is a part of and what that was split by."""

    read_groups = RESULT_READERS
    page = "admin:explain_posting"
    renderer_classes = (JSONRenderer,)

    @extend_schema(responses=explain_shapes.PostingSerializer, tags=["explain"])
    def get(self, request, posting):
        return Response(explain_formats.posting_json(explain_posting(self.audience, posting)))
