"""`manage.py issue_token ada --name "planning tool" --scopes read,write --days 90`"""

import datetime as dt
import getpass

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from roi_project.access.audience import Audience
from roi_project.access.services import DEFAULT_LIFE, issue_token
from roi_project.kernel.errors import Refusal


class Command(BaseCommand):
    help = "Issue a bearer token that acts for a user, and print it once."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", default="command line", help="what will use the token")
        parser.add_argument("--scopes", default="read", help="comma-separated: read, write, reports, jobs")
        parser.add_argument("--sources", default="", help="comma-separated: systems whose rows it writes; or any")
        parser.add_argument("--days", type=int, default=DEFAULT_LIFE.days, help="until it expires (default 90)")

    def handle(self, *, username, name, scopes, sources, days, **options):
        users = get_user_model()
        try:
            user = users.objects.get_by_natural_key(username)
        except users.DoesNotExist as missing:
            raise CommandError(
                f"There is no user named {username}. An administrator adds one in the admin, under Users."
            ) from missing
        now = timezone.now()
        try:
            token, text = issue_token(
                Audience(actor=f"command:{_operator()}"),
                user=user,
                name=name,
                scopes=[scope.strip() for scope in scopes.split(",") if scope.strip()],
                sources=[source.strip() for source in sources.split(",") if source.strip()],
                now=now,
                expires_at=now + dt.timedelta(days=days),
            )
        except (Refusal, OverflowError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write(f"Token {token.key} for {username}, until {token.expires_at:%Y-%m-%d}. It is shown once:")
        self.stdout.write(text)


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return "unknown"
