"""What a door answers when the work goes on after the answer."""

from django.urls import reverse
from rest_framework.response import Response
from rest_framework.status import HTTP_202_ACCEPTED

from roi_project.jobs.models import Job
from roi_project.jobs.serializers import JobSerializer

LOOK_AGAIN_SECONDS = 2


def accepted(job: Job) -> Response:
    """202 for a request that became a job: where to look for it, and when."""
    headers = {"Location": reverse("jobs-detail", args=[job.pk]), "Retry-After": str(LOOK_AGAIN_SECONDS)}
    return Response(JobSerializer(job).data, status=HTTP_202_ACCEPTED, headers=headers)
