from django.core.management.base import BaseCommand

from roi_project.jobs import runner


class Command(BaseCommand):
    help = "Do the jobs that are due, here and now, without a worker; for cron and for a first look."

    def handle(self, *args, **options):
        while runner.run_due():
            pass
