"""What was promised of an epic stands from the day on which work on it begins."""

import datetime as dt
from collections.abc import Iterable

from django.db.models.functions import Now, TruncDate

from finance.models import AnticipatedBenefit
from outcomes.models import Effort, Epic
from roi_project.audit.models import Change
from roi_project.kernel.errors import Conflict

BEGINNINGS = ("started_on", "released_on")


def keep_frozen(written: Iterable[AnticipatedBenefit]) -> None:
    """Refuse what was just written where work on the epic has begun: raises Conflict (promise-frozen).

    Work has begun when the epic's start or release is reached by the day on which this is recorded (by the clock of
    the database, as everything that is recorded), or when anybody sent effort on it. A start that was taken back
    or moved after it was reached, and effort that was withdrawn, count as well.
    """
    epics = {row.epic_id for row in written}
    # Locked, so that a start that comes in at the same moment waits, or is seen.
    locked = Epic.objects.select_for_update(of=("self",)).filter(pk__in=epics).order_by("pk")
    found = list(locked.annotate(today=TruncDate(Now())))
    begun = {epic.pk for epic in found if any(_reached(getattr(epic, name), epic.today) for name in BEGINNINGS)}
    begun |= set(Effort.objects.filter(epic__in=epics).values_list("epic_id", flat=True))
    begun |= _once_begun(epics)
    if codes := [epic.code for epic in found if epic.pk in begun]:
        raise Conflict(
            f"Work on epic {codes[0]} has begun, so what was promised of it stays as it is. "
            "Benefits are anticipated before the work; what it brings is told as benefit entries.",
            slug="promise-frozen",
        )


def _reached(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day <= today


def _once_begun(epics: Iterable[int]) -> set[int]:
    """Epics that had a start or release, by the audit trail, when its day came."""
    trail = Change.objects.filter(kind="epics", object_id__in=[str(pk) for pk in epics], before__isnull=False)
    return {
        int(pk)
        for pk, before, at in trail.values_list("object_id", "before", TruncDate("at"))
        if any(before.get(name) and dt.date.fromisoformat(before[name]) <= at for name in BEGINNINGS)
    }
