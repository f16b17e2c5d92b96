"""What can come in on this floor, in the order in which a new organisation sends it."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from roi_project.access.audience import EVERYONE, Group
from roi_project.intake.columns import Choice, Code, Day, Flag, Reference, Share, Text, Whole
from roi_project.intake.kinds import Kind, Pointing, Snapshot, Wrong, register
from roi_project.kernel.money import exponent
from teams.models import (
    WEEKDAYS,
    Absence,
    AbsenceReason,
    Assignment,
    Closure,
    OfficialRates,
    OrganisationSettings,
    Person,
    PersonTerms,
    RoleFamily,
    Team,
    TeamName,
    TeamStreamShare,
    Topology,
    ValueStream,
)
from teams.selectors import team_names
from teams.selectors.masters import SEE_PEOPLE
from teams.services import spans, streams

PLAN = frozenset({Group.FINANCE, Group.PLANNER})
SET_UP = frozenset({Group.FINANCE, Group.ADMINISTRATOR})

TERMS = ("role", "level", "country", "subdivision", *(f"minutes_{day}" for day in WEEKDAYS))

CODE = Code("code", "its short name, the same in every system")
STARTS = Day("starts_on", "first day it holds")
ENDS = Day("ends_on", "first day it no longer holds; empty = still does", required=False)
FOUNDED = Day("starts_on", "first day it is there; empty = always was", required=False)
CLOSED = Day("ends_on", "first day it is no longer there; empty = still is", required=False)


def country(help: str, default: str | None = "") -> Text:
    return Text("country", help, required=False, max_length=2, default=default)


def subdivision(default: str | None = "") -> Text:
    words = "state or region with holidays of its own, as ENG in GB or BY in DE"
    return Text("subdivision", words, required=False, max_length=10, default=default)


def minutes(day: str, default: int | None) -> Whole:
    words = f"minutes of work on a {day.capitalize()}; 0 = a free day"
    if default is None:
        words = f"minutes of work on a {day.capitalize()}; empty = as on the person"
    return Whole(f"minutes_{day}", words, required=False, minimum=0, maximum=1440, default=default)


def week(*defaults: int | None) -> tuple[Whole, ...]:
    return tuple(minutes(day, default) for day, default in zip(WEEKDAYS, defaults, strict=True))


def _place(row: Mapping[str, Any]) -> None:
    if row["country"] and not re.fullmatch(r"[A-Z]{2}", row["country"]):
        raise Wrong("country", f"“{row['country']}” is not two capital letters as in ISO 3166: DE, GB, US.")


def _settings(row: Mapping[str, Any]) -> None:
    _place(row)
    try:
        exponent(row["reporting_currency"])
    except ValueError as error:
        raise Wrong("reporting_currency", str(error)) from error
    try:
        ZoneInfo(row["accounting_time_zone"])
    except (KeyError, ValueError, OSError) as error:  # names no zone, or is no path at all
        zone = row["accounting_time_zone"]
        raise Wrong(
            "accounting_time_zone", f"“{zone}” is not a known time zone; write UTC or Europe/Warsaw."
        ) from error


def _person(row: Mapping[str, Any]) -> None:
    _place(row)
    if row["employed_until"] is not None and row["employed_until"] <= row["employed_from"]:
        raise Wrong("employed_until", "is the first day not employed, so it is after employed_from.")


def _terms(row: Mapping[str, Any]) -> None:
    _place(row)
    if all(row[name] is None for name in TERMS):
        raise Wrong("role", "says nothing new: give a role, level, country, subdivision or minutes of a day.")


register(
    Kind(
        name="organisation-settings",
        singular="organisation-settings-row",
        model=OrganisationSettings,
        description="How the organisation counts, from a day on until the next row starts.",
        columns=(
            Day("starts_on", "first day these settings hold"),
            Text("name", "how the organisation calls itself", required=False),
            country("two letters, as in ISO 3166; whose public holidays people have unless told otherwise"),
            subdivision(),
            Whole(
                "fiscal_year_starts_in",
                "month in which the fiscal year starts, 1-12; a year is named after its end",
                required=False,
                minimum=1,
                maximum=12,
                default=1,
            ),
            Whole(
                "full_time_week_minutes",
                "minutes of a full week; 2400 = 40 hours",
                required=False,
                minimum=1,
                maximum=7 * 1440,
                default=2400,
            ),
            Whole(
                "standard_day_minutes",
                "minutes of a person-day; 480 = 8 hours",
                required=False,
                minimum=1,
                maximum=1440,
                default=480,
            ),
            Text(
                "accounting_time_zone",
                "decides on which day a moment falls, as Europe/Warsaw",
                required=False,
                max_length=64,
                default="UTC",
            ),
            Text(
                "reporting_currency", "ISO 4217 code all books are kept in", required=False, default="EUR", max_length=3
            ),
            Choice(
                "official_rates",
                "the rates reports open with",
                choices=OfficialRates,
                required=False,
                default=OfficialRates.STANDARD,
            ),
            Flag("single_controller", "one person may both record a benefit and validate it", required=False),
            Whole(
                "team_growth_limit_percent",
                "a team that grows by more per cent in a quarter is pointed out; empty = none is",
                required=False,
                minimum=0,
                maximum=1_000,
            ),
        ),
        identity=("starts_on",),
        read=EVERYONE,
        write=SET_UP,
        check=_settings,
        touches=spans.of_settings,
    )
)

register(
    Kind(
        name="value-streams",
        singular="value-stream",
        model=ValueStream,
        description="What the organisation offers its customers, as a tree. Send parents first or together.",
        columns=(
            CODE,
            Text("name", "its name for people"),
            Reference("parent", "the stream it is part of", to="value-streams", required=False),
            Flag("is_product", "a product is a stream without parts", required=False),
            Text(
                "charter",
                "what it promises its customers, and how far it reaches",
                required=False,
                max_length=2000,
                lines=True,
            ),
            FOUNDED,
            CLOSED,
        ),
        read=EVERYONE,
        write=PLAN,
        new_matters=False,
        material=frozenset({"code", "starts_on", "ends_on"}),
        after=streams.refuse_circles,
    )
)

register(
    Kind(
        name="role-families",
        singular="role-family",
        model=RoleFamily,
        description="What people do, in families coarse enough to carry one rate and one limit.",
        columns=(
            CODE,
            Text("name", "its name for people"),
            Flag("shared", "usually serves more than one team", required=False),
            Whole(
                "max_teams",
                "more teams than this at once is a finding; empty = no limit",
                required=False,
                minimum=1,
                maximum=1000,
            ),
        ),
        read=EVERYONE,
        write=PLAN,
        new_matters=False,
        material=frozenset({"code", "shared", "max_teams"}),
    )
)

register(
    Kind(
        name="teams",
        singular="team",
        model=Team,
        description="People who stay together. Work is moved to teams.",
        columns=(
            CODE,
            Text("name", "its name for people"),
            Choice(
                "topology",
                "what it is for other teams",
                choices=Topology,
                required=False,
                default=Topology.STREAM_ALIGNED,
            ),
            Text("purpose", "why it exists, in a sentence", required=False, max_length=2000, lines=True),
            FOUNDED,
            CLOSED,
        ),
        read=EVERYONE,
        write=PLAN,
        new_matters=False,
        material=frozenset({"code", "topology", "starts_on", "ends_on"}),
        snapshot=Snapshot(starts="starts_on", ends="ends_on"),
        forwards=team_names.forwards,
    )
)

register(
    Kind(
        name="team-names",
        singular="team-name",
        model=TeamName,
        description="What a system calls a team from a day on, after a rename, a merger or a split.",
        columns=(
            Text("system", "who calls it so; empty = the name is a code", required=False, max_length=64),
            Code("called", "an external id in that system, or an old code", max_length=300),
            Reference("team", "the team that is meant", to="teams", direct=True),
            STARTS,
            ENDS,
        ),
        identity=("system", "called", "team", "starts_on"),
        read=EVERYONE,
        write=PLAN,
        no_overlap=("called", "system", "team"),
        speaks_for="system",
    )
)

register(
    Kind(
        name="team-stream-shares",
        singular="team-stream-share",
        model=TeamStreamShare,
        description="The part of a team that works for a value stream. What is left over is unassigned.",
        columns=(
            Reference("team", "the team", to="teams"),
            Reference("stream", "the value stream it works for", to="value-streams"),
            Share("share", "0.25 = a quarter of the team"),
            STARTS,
            ENDS,
        ),
        identity=("team", "stream", "starts_on"),
        read=EVERYONE,
        write=PLAN,
        touches=spans.of_dated,
        no_overlap=("team", "stream"),
        after=streams.refuse_more_than_a_team,
    )
)

register(
    Kind(
        name="people",
        singular="person",
        model=Person,
        description="People employed, for cost and supply only. The code can be a personnel number.",
        columns=(
            CODE,
            Text("name", "may stay empty", required=False),
            Reference("role", "what the person does", to="role-families"),
            Text("level", "as on the rate card: senior", required=False, max_length=50),
            country("two letters; empty = as the organisation"),
            subdivision(),
            *week(480, 480, 480, 480, 480, 0, 0),
            Day("employed_from", "first day employed"),
            Day("employed_until", "first day not employed; empty = still employed", required=False),
        ),
        read=SEE_PEOPLE,
        write=PLAN,
        check=_person,
        touches=spans.of_employment,
        material=frozenset(
            {"code", "role", "level", "country", "subdivision", "employed_from", "employed_until"}
            | {f"minutes_{day}" for day in WEEKDAYS}
        ),
        snapshot=Snapshot(
            starts="employed_from",
            ends="employed_until",
            opens=TERMS,
            terms=Pointing("person-terms", by="person"),
            closes=(Pointing("assignments", by="person"),),
            # Who comes back was neither paid nor there in between.
            away=Pointing("absences", by="person", values={"reason": AbsenceReason.UNPAID.value}),
        ),
    )
)

register(
    Kind(
        name="person-terms",
        singular="person-terms-row",
        model=PersonTerms,
        description="What differs from the person for a while. An empty column is as on the person.",
        columns=(
            Reference("person", "whose terms", to="people"),
            Reference("role", "another role", to="role-families", required=False),
            Text("level", "another level", required=False, max_length=50, default=None),
            country("another country, two letters", default=None),
            subdivision(default=None),
            *week(*[None] * 7),
            STARTS,
            ENDS,
        ),
        identity=("person", "starts_on"),
        read=SEE_PEOPLE,
        write=PLAN,
        check=_terms,
        touches=spans.of_dated,
        no_overlap=("person",),
    )
)

register(
    Kind(
        name="assignments",
        singular="assignment",
        model=Assignment,
        description="A share of one person's working time, given to one team for a while.",
        columns=(
            Reference("person", "who", to="people"),
            Reference("team", "for which team", to="teams"),
            Share("share", "0.25 = a quarter of the person; a sum above one is a finding, by the day"),
            STARTS,
            ENDS,
        ),
        identity=("person", "team", "starts_on"),
        read=SEE_PEOPLE,
        write=PLAN,
        touches=spans.of_dated,
        no_overlap=("person", "team"),
        snapshot=Snapshot(starts="starts_on", ends="ends_on", opens=("person", "team", "share")),
    )
)

register(
    Kind(
        name="closures",
        singular="closure",
        model=Closure,
        description="A day the organisation closes, beside the public holidays.",
        columns=(
            country("two letters; empty = everywhere"),
            Day("on", "the day nobody works"),
            Text("name", "why", required=False),
        ),
        identity=("country", "on"),
        read=EVERYONE,
        write=PLAN,
        check=_place,
        touches=spans.of_closure,
    )
)

register(
    Kind(
        name="absences",
        singular="absence",
        model=Absence,
        description="Whole days a person is away. Only unpaid leave lowers cost; all lower what a team can do.",
        columns=(
            Reference("person", "who", to="people"),
            Choice("reason", "why", choices=AbsenceReason),
            Day("starts_on", "first day away"),
            Day("ends_on", "first day back; empty = not known yet", required=False),
        ),
        identity=("person", "reason", "starts_on"),
        read=SEE_PEOPLE,
        write=PLAN,
        touches=spans.of_dated,
        no_overlap=("person", "reason"),
    )
)
