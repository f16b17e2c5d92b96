"""What this floor misses before its reports, and those above, can be read."""

import datetime as dt
from collections.abc import Iterator

from roi_project.start.lacks import Lack, are, check
from teams.models import Assignment, OrganisationSettings, Person, Team, TeamStreamShare, ValueStream

WORKBOOK = "take the workbook in (Get started in the admin, or manage.py import_workbook)"


@check("organisation")
def no_organisation(now: dt.datetime) -> Iterator[Lack]:
    if not OrganisationSettings.current.exists():
        yield Lack(
            "every report",
            "The organisation has no settings: its books would be kept in EUR, without public holidays.",
            f"Say its currency and country when you {WORKBOOK}, or add organisation settings.",
        )


@check("teams")
def no_teams(now: dt.datetime) -> Iterator[Lack]:
    if not Team.objects.exists():
        yield Lack("every report", "There are no teams.", f"Begin with the sheet Teams: {WORKBOOK}.", blocks=True)


@check("team-streams")
def streams_without_a_team(now: dt.datetime) -> Iterator[Lack]:
    shares = TeamStreamShare.current.values("stream")
    streams = ValueStream.objects.exclude(pk__in=shares).filter(children=None).count()
    if streams:
        yield Lack(
            "ROI by value stream",
            f"{are(streams, 'value stream')} without a team.",
            "Give it a team on the sheet Teams, or end it if nobody works for it.",
        )


@check("assignments")
def on_the_bench(now: dt.datetime) -> Iterator[Lack]:
    today = now.date()
    idle = (
        Person.objects.exclude(employed_until__lte=today)
        .exclude(pk__in=Assignment.current.exclude(ends_on__lte=today).values("person"))
        .count()
    )
    if idle:
        yield Lack(
            "ROI and capacity by team",
            f"{are(idle, 'person', 'people')} in no team, so their time is the bench's.",
            "Fill the column Team of the sheet People & assignments, or add assignments.",
        )
