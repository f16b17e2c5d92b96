"""How a job reads to the person who waits for it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from roi_project.jobs.models import Job, JobLog

LATEST_LINES = 100


class ProgressSerializer(serializers.Serializer):
    """How far the job is; `total` 0 means nobody knows how much there is."""

    done = serializers.IntegerField(source="progress_done")
    total = serializers.IntegerField(source="progress_total")
    text = serializers.CharField(source="progress_text")


class JobLogSerializer(serializers.ModelSerializer):
    class Meta:
        model = JobLog
        fields = ["at", "text"]
        read_only_fields = fields


class JobSerializer(serializers.ModelSerializer):
    progress = ProgressSerializer(source="*", read_only=True)
    arguments = serializers.DictField(read_only=True)
    result = serializers.DictField(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "arguments",
            "state",
            "priority",
            "requested_by",
            "created_at",
            "due_at",
            "started_at",
            "finished_at",
            "attempts",
            "max_attempts",
            "deadline_seconds",
            "progress",
            "result",
            "error_code",
            "error",
        ]
        read_only_fields = fields


class JobWithLogSerializer(JobSerializer):
    """One job, with the latest lines of its log, oldest first."""

    log = serializers.SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = [*JobSerializer.Meta.fields, "log"]
        read_only_fields = fields

    @extend_schema_field(JobLogSerializer(many=True))
    def get_log(self, job: Job) -> list:
        latest = list(job.log.order_by("-id")[:LATEST_LINES])
        return JobLogSerializer(reversed(latest), many=True).data
