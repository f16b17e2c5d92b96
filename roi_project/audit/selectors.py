"""Reading the audit trail."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Max, QuerySet

from roi_project.access.audience import Audience, Group
from roi_project.audit.models import Change

READERS = frozenset({Group.AUDITOR, Group.ADMINISTRATOR, Group.FINANCE})


def changes(audience: Audience) -> QuerySet[Change]:
    """The trail as far as the caller may read it, latest first."""
    found = Change.objects.order_by("-id")
    return found if audience.within(READERS) else found.none()


NamesState = tuple[int, int]
"""Another state may mean other names."""


def names_state(kinds: Collection[str]) -> NamesState:
    """How many changes of masters of these kinds there are, and the number of the latest; no query without a kind.

    Both together change with every change of a name, also with one that was committed late.
    """
    if not kinds:
        return 0, 0
    found = Change.objects.filter(kind__in=kinds).aggregate(changes=Count("id"), newest=Max("id"))
    return found["changes"], found["newest"] or 0


def before_changes(kind: str, ids: Iterable[int], since: dt.datetime) -> dict[int, dict[str, Any]]:
    """What masters of a kind had in each column that was changed after a moment, by id. One query."""
    later = Change.objects.filter(kind=kind, object_id__in=[str(pk) for pk in ids], at__gt=since).order_by("id")
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for pk, before in later.values_list("object_id", "before"):
        for column, value in (before or {}).items():
            found[int(pk)].setdefault(column, value)
    return found
