"""`manage.py compile_books 2026-01 2026-06 --by ada`"""

from django.core.management.base import BaseCommand, CommandError

from finance.services import books
from roi_project.access.selectors import by_command
from roi_project.jobs import ring
from roi_project.kernel.errors import Refusal
from roi_project.kernel.period import parse_month


class Command(BaseCommand):
    help = "Ask for the books of a span of months; a worker compiles those whose facts have changed."

    def add_arguments(self, parser):
        parser.add_argument("first", help="first month, as 2026-01")
        parser.add_argument("last", help="last month, counted too")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="on whose behalf; their groups decide")

    def handle(self, *, first: str, last: str, by: str, **options):
        try:
            job = books.request(by_command(by), first=parse_month(first), last=parse_month(last))
        except (Refusal, ValueError) as refusal:
            raise CommandError(f"{refusal}") from refusal
        ring()
        self.stdout.write(f"Job {job.pk} is {job.state}; without a worker, `manage.py run_jobs` does it here and now.")
