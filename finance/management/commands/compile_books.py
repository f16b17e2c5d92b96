"""`manage.py compile_books 2026-01 2026-06 --by ada`"""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from finance.services import books
from roi_project.access.audience import Audience
from roi_project.access.selectors import audience_of
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
            job = books.request(_audience(by), first=parse_month(first), last=parse_month(last))
        except (Refusal, ValueError) as refusal:
            raise CommandError(f"{refusal}") from refusal
        ring()
        self.stdout.write(f"Job {job.pk} is {job.state}; without a worker, `manage.py run_jobs` does it here and now.")


def _audience(username: str) -> Audience:
    users = get_user_model()
    try:
        seen = audience_of(users.objects.get_by_natural_key(username))
    except users.DoesNotExist:
        raise CommandError(f"There is no user named {username}.") from None
    return Audience(actor=f"command:{username}", user_id=seen.user_id, groups=seen.groups)
