from django.core.management.base import BaseCommand

from roi_project.jobs import bell, services


class Command(BaseCommand):
    help = "Queue jobs again whose worker died, and ring for what is due. Run it from cron where no clock process runs."

    def handle(self, *args, **options):
        due = services.sweep()
        bell.ring(min(due, 1))
        self.stdout.write(f"{due} due")
