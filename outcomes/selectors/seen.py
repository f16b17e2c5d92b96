"""What epics were to change, and what has been seen of it so far."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q, QuerySet

from outcomes.models import Epic, EpicStreamShare, EpicTeam, Outcome
from outcomes.selectors.metrics import Reading, newest_of
from roi_project.access.audience import RESULT_READERS, Audience
from roi_project.kernel.errors import Forbidden


@dataclass(frozen=True)
class Seen:
    """An outcome and the newest month in which its metric was observed; both None before the first observation."""

    outcome: Outcome
    observed: Fraction | None
    month: dt.date | None

    @property
    def reached(self) -> Fraction | None:
        """The part of the way from baseline to target that has been gone; below zero = the other way."""
        way = Fraction(self.outcome.target) - Fraction(self.outcome.baseline)
        if self.observed is None or way == 0:
            return None
        return (self.observed - Fraction(self.outcome.baseline)) / way


def seen(audience: Audience, epics: Collection[int] | QuerySet, *, most: int | None = None) -> list[Seen]:
    """The outcomes of these epics (ids) in the order of their codes, at most so many. Two queries."""
    if not audience.within(RESULT_READERS):
        raise Forbidden("Outcomes are for finance, leaders, planners and auditors.")
    found = Outcome.objects.filter(epic__in=epics).select_related("metric", "epic").order_by("code")[:most]
    outcomes = list(found)
    newest = newest_of(outcome.metric_id for outcome in outcomes)
    return [_seen(outcome, newest.get(outcome.metric_id)) for outcome in outcomes]


def _seen(outcome: Outcome, newest: tuple[dt.date, Reading] | None) -> Seen:
    if newest is None:
        return Seen(outcome, None, None)
    month, reading = newest
    return Seen(outcome, reading.value, month)


def epics_of(*, stream: int | None = None, team: int | None = None, on: dt.date) -> QuerySet:
    """Ids of the epics that were for a value stream, or that a team worked on, by that day; part of another query."""
    begun = Q(starts_on__lte=on)
    if stream is not None:
        return EpicStreamShare.current.filter(begun, stream=stream).values("epic_id")
    return EpicTeam.current.filter(begun, team=team).values("epic_id")


@dataclass(frozen=True)
class EpicPlace:
    """Whom an epic is for, and who works on it: value streams with their shares, and teams, on one day."""

    streams: Sequence[tuple[int, str, Fraction]]
    teams: Sequence[tuple[int, str]]


def place_of(epic: Epic, *, on: dt.date) -> EpicPlace:
    """Two queries. Once an epic has ended, who was there before it ended."""
    day = min(filter(None, (on, epic.stopped_on)))
    running = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))
    shares = EpicStreamShare.current.filter(running, epic=epic).select_related("stream").order_by("stream__code")
    links = EpicTeam.current.filter(running, epic=epic).select_related("team").order_by("team__name", "team__code")
    return EpicPlace(
        streams=[(row.stream_id, row.stream.name or row.stream.code, Fraction(row.share)) for row in shares],
        teams=[(row.team_id, row.team.name or row.team.code) for row in links],
    )
