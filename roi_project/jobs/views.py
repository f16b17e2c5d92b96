"""Jobs over the API: look, wait, take back, try again."""

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from roi_project.jobs import ring, services
from roi_project.jobs.models import Job, State
from roi_project.jobs.responses import LOOK_AGAIN_SECONDS, accepted
from roi_project.jobs.serializers import JobSerializer, JobWithLogSerializer
from roi_project.web.filters import Codes
from roi_project.web.serializers import StrictSerializer
from roi_project.web.views import Manners


class JobFilter(django_filters.FilterSet):
    """`?state=queued&kind=compile_books,import_file`"""

    state = django_filters.ChoiceFilter(choices=State)
    kind = Codes()

    class Meta:
        model = Job
        fields = ["state", "kind"]


class NothingSerializer(StrictSerializer):
    """A body without members."""


class JobViewSet(Manners, ReadOnlyModelViewSet):
    """Work that outlives a request. While a job is not ended, Retry-After says when to look again."""

    queryset = Job.objects.all()
    serializer_class = JobSerializer
    filterset_class = JobFilter
    read_scopes = frozenset({"read", "jobs"})
    write_scopes = frozenset({"jobs"})
    lookup_value_converter = "uuid"
    write_groups = services.KEEPS_JOBS

    def get_queryset(self):
        return Job.objects.visible_to(self.audience)

    @extend_schema(responses=JobWithLogSerializer)
    def retrieve(self, request, *args, **kwargs):
        job = self.get_object()
        headers = {} if job.ended else {"Retry-After": str(LOOK_AGAIN_SECONDS)}
        return Response(JobWithLogSerializer(job).data, headers=headers)

    @extend_schema(request=NothingSerializer, responses={200: JobSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        """Take a job back; a worker that is at it writes nothing more."""
        self._refuse_a_body()
        return Response(JobSerializer(services.cancel(self.audience, pk)).data)

    @extend_schema(request=NothingSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request, pk):
        """Queue a failed job again, with all its attempts."""
        self._refuse_a_body()
        job = services.retry(self.audience, pk)
        ring()
        return accepted(job)

    def _refuse_a_body(self) -> None:
        NothingSerializer(data=self.request.data).is_valid(raise_exception=True)
