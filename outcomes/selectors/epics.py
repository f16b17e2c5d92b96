"""Epics as somebody looks for them."""

from django.db.models import Q, QuerySet

from outcomes.models import Epic
from roi_project.access.audience import RESULT_READERS, Audience


def listed(audience: Audience, *, words: str = "") -> QuerySet[Epic]:
    """The epics the caller may see whose code or name has these words, by name."""
    if not audience.within(RESULT_READERS):
        return Epic.objects.none()
    return Epic.objects.filter(Q(code__icontains=words) | Q(name__icontains=words)).order_by("name", "code")
