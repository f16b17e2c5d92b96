"""`manage.py load_demo`: a company to look around in."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as DjangoGroup
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from finance.demo.company import AUTHOR, NAME, REVIEWER
from finance.demo.load import load
from roi_project.access.audience import Audience, Group
from roi_project.access.selectors import by_command
from roi_project.jobs import ring
from roi_project.kernel.errors import Refusal


class Command(BaseCommand):
    help = f"Bring in {NAME}, a company made up to look around in, and ask for its books. Needs an empty database."

    @transaction.atomic
    def handle(self, *args, **options):
        try:
            loaded = load(_finance(AUTHOR), _finance(REVIEWER))
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        ring()
        self.stdout.write(
            f"{NAME}: {loaded.rows:,} rows came in, {loaded.signed:,} benefits were looked at by a second person. "
            f"Its books are compiled by job {loaded.job.pk}."
        )


def _finance(username: str) -> Audience:
    """Somebody of finance; without a password until somebody gives them one."""
    user, created = get_user_model().objects.get_or_create(username=username)
    if created:
        user.set_unusable_password()
        user.save()
        user.groups.add(DjangoGroup.objects.get(name=Group.FINANCE))
    return by_command(username)
