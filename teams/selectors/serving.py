"""Which teams serve which value streams on a day, by their names."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from teams.models import TeamStreamShare, ValueStream


def teams_of(stream: int, *, on: dt.date) -> list[tuple[int, str]]:
    """id and name of the teams that serve a value stream, by name."""
    rows = _running(on).filter(stream=stream).order_by("team__name", "team__code")
    return [(pk, name or code) for pk, name, code in rows.values_list("team_id", "team__name", "team__code")]


def serving(streams: Collection[int], *, on: dt.date) -> QuerySet:
    """Ids of the teams that serve any of these value streams (ids); part of another query."""
    return _running(on).filter(stream__in=streams).values("team_id")


def streams_of(team: int, *, on: dt.date) -> list[tuple[int, str, str]]:
    """id, name and share of the value streams that a team serves, by code."""
    rows = _running(on).filter(team=team).select_related("stream").order_by("stream__code")
    return [(row.stream_id, row.stream.name or row.stream.code, f"{row.share * 100:.0f}\u00a0%") for row in rows]


def parts_of(stream: int) -> list[tuple[int, str]]:
    """id and name of the value streams right below one, by code."""
    rows = ValueStream.objects.filter(parent=stream).order_by("code")
    return [(pk, name or code) for pk, name, code in rows.values_list("pk", "name", "code")]


def _running(on: dt.date) -> QuerySet[TeamStreamShare]:
    return TeamStreamShare.current.filter(Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on)))


def streams_by_team(teams: Iterable[int], *, on: dt.date) -> dict[int, list[tuple[int, str]]]:
    """The value streams that each of these teams (ids) serves, id and name by code. One query."""
    found: dict[int, list[tuple[int, str]]] = {}
    rows = _running(on).filter(team__in=list(teams)).order_by("stream__code")
    for team, pk, name, code in rows.values_list("team_id", "stream_id", "stream__name", "stream__code"):
        found.setdefault(team, []).append((pk, name or code))
    return found
