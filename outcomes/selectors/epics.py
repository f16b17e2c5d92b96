"""Epics as somebody looks for them."""

from django.db.models import Q, QuerySet

from outcomes.models import Epic
from outcomes.selectors.seen import READERS
from roi_project.access.audience import Audience


def listed(audience: Audience, *, words: str = "") -> QuerySet[Epic]:
    """The epics the caller may see whose code or name has these words, by name."""
    if not audience.within(READERS):
        return Epic.objects.none()
    return Epic.objects.filter(Q(code__icontains=words) | Q(name__icontains=words)).order_by("name", "code")
