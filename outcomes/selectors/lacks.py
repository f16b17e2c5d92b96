"""What this floor misses before the work can be held against what it changed."""

import datetime as dt
from collections.abc import Iterator

from outcomes.models import Epic, EpicTeam, Observation, Outcome
from roi_project.start.lacks import Lack, check, have


@check("epics")
def nobody_works_on(now: dt.datetime) -> Iterator[Lack]:
    epics = Epic.objects.exclude(pk__in=EpicTeam.current.values("epic")).count()
    if epics:
        yield Lack(
            "ROI by team and epic",
            f"{have(epics, 'epic')} no team, so what they bring stays unattributed until somebody sends effort.",
            "Fill the column Team of the sheet Epics & outcomes, or add epic teams or efforts.",
        )


@check("observations")
def not_measured(now: dt.datetime) -> Iterator[Lack]:
    unmeasured = Outcome.objects.exclude(metric__in=Observation.current.values("metric")).count()
    if unmeasured:
        yield Lack(
            "what outcomes changed",
            f"{have(unmeasured, 'outcome')} a metric that nobody has observed.",
            "Send observations (by CSV, by API or in the admin), before and after the release.",
        )
