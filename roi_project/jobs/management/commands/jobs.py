from django.core.management.base import BaseCommand

from roi_project.jobs.models import Job, State


class Command(BaseCommand):
    help = "List the latest jobs, newest first."

    def add_arguments(self, parser):
        parser.add_argument("--state", choices=State.values)
        parser.add_argument("--kind")
        parser.add_argument("--most", type=int, default=20, help="how many lines (20)")

    def handle(self, *args, state, kind, most, **options):
        wanted = {name: value for name, value in {"state": state, "kind": kind}.items() if value}
        for job in Job.objects.filter(**wanted)[:most]:
            progress = f"{job.progress_done}/{job.progress_total}" if job.progress_total else "-"
            self.stdout.write(
                f"{job.created_at:%Y-%m-%d %H:%M:%S}  {job.state:9}  {job.kind:24}  {progress:>11}"
                f"  {job.attempts}/{job.max_attempts}  {job.id}  {job.error}"
            )
