"""Agreed shares, held to what can be shared."""

from collections.abc import Iterable

from django.db.models import Sum

from outcomes.models import Attribution, EpicStreamShare, Outcome
from outcomes.models.epic import Epic
from outcomes.services.shares import WHOLE, refuse_more_than_whole
from roi_project.kernel.errors import Conflict


def check_outcomes(outcome_ids: Iterable[int]) -> None:
    """Raises Conflict when the current shares of one of these outcomes sum to more than one.

    Locks the outcomes, so that two requests cannot each add the last free share.
    """
    ids = sorted(set(outcome_ids))
    list(Outcome.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    above = (
        Attribution.current.filter(outcome__in=ids)
        .values("outcome__code")
        .annotate(total=Sum("share"))
        .filter(total__gt=WHOLE)
        .order_by("outcome__code")
        .first()
    )
    if above:
        raise Conflict(
            f"The shares of outcome {above['outcome__code']} sum to {above['total'].normalize():f}; "
            "more than 1 is not possible. Lower or withdraw another share in the same request."
        )


def check_epic_streams(epic_ids: Iterable[int]) -> None:
    """Raises Conflict when an epic would be for more than itself on some day. Locks the epics."""
    ids = sorted(set(epic_ids))
    list(Epic.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    rows = EpicStreamShare.current.filter(epic__in=ids)
    refuse_more_than_whole(rows.values_list("epic__code", "starts_on", "ends_on", "share"), what="epic")
