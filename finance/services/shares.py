"""Fixed shares of a pool, held to what can be shared."""

from collections.abc import Iterable

from finance.models import AllocationShare, Pool
from outcomes.services.shares import refuse_more_than_whole


def check_pools(pool_ids: Iterable[int]) -> None:
    """Raises Conflict when the current shares of one of these pools sum to more than one on some day.

    Locks the pools, so that two requests cannot each add the last free share.
    """
    ids = sorted(set(pool_ids))
    list(Pool.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    rows = AllocationShare.current.filter(pool__in=ids)
    refuse_more_than_whole(rows.values_list("pool__code", "starts_on", "ends_on", "share"), what="pool")
