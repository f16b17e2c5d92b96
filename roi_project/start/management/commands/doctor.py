"""`manage.py doctor`: what is missing, and what to do next."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from roi_project.start.lacks import lacks


class Command(BaseCommand):
    help = "Tell what is missing for which report, with the next step. Exit code 1 where it stands before a first ROI."

    def handle(self, *args, **options):
        found = lacks(now=timezone.now())
        for lack in found:
            mark = "!" if lack.blocks else "-"
            self.stdout.write(f"{mark} {lack.reports}: {lack.sentence}\n    {lack.step}")
        blocking = sum(lack.blocks for lack in found)
        if blocking:
            self.stdout.write(f"{blocking} of these (!) stand before a first ROI.")
            raise SystemExit(1)
        self.stdout.write("Nothing stands before a first ROI.")
