"""`manage.py close_demo`: the past months of the demonstration, closed."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from finance.demo.close import close_past_months
from finance.demo.company import AUTHOR, NAME, REVIEWER
from roi_project.access.selectors import by_command
from roi_project.kernel.errors import Refusal


class Command(BaseCommand):
    help = f"Close every month of {NAME} but the last, by two people of finance. Run again, it closes nothing again."

    def handle(self, *args, **options):
        try:
            closed = close_past_months(by_command(AUTHOR), by_command(REVIEWER), now=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        if closed:
            self.stdout.write(f"{len(closed)} months are closed, {closed[0]} to {closed[-1]}; the last one stays open.")
