"""Reading the audit trail."""

from collections.abc import Collection

from django.db.models import Max, QuerySet

from roi_project.access.audience import Audience, Group
from roi_project.audit.models import Change

READERS = frozenset({Group.AUDITOR, Group.ADMINISTRATOR, Group.FINANCE})


def changes(audience: Audience) -> QuerySet[Change]:
    """The trail as far as the caller may read it, latest first."""
    found = Change.objects.order_by("-id")
    return found if audience.within(READERS) else found.none()


def newest(kinds: Collection[str]) -> int:
    """The number of the latest change of a master of these kinds: names that were read before it may be old."""
    return Change.objects.filter(kind__in=kinds).aggregate(newest=Max("id"))["newest"] or 0
