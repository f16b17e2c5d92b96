"""What can come in on this floor: metrics and their observations, epics and effort, outcomes and attributions."""

from collections.abc import Mapping
from typing import Any

from outcomes.models import (
    Aggregate,
    Attribution,
    AttributionModel,
    Effort,
    Epic,
    EpicStreamShare,
    EpicTeam,
    Level,
    Metric,
    Observation,
    Outcome,
    OutcomeKind,
    WorkType,
)
from outcomes.models.outcome import LONGEST_WINDOW_MONTHS
from outcomes.services import attributions, external_share, metrics, spans
from roi_project.access.audience import RESULT_READERS, Group
from roi_project.intake.columns import Choice, Code, Day, Flag, Month, Number, Reference, Share, Text, Whole
from roi_project.intake.kinds import Kind, Snapshot, Span, Wrong, register

TOOLS = frozenset({Group.FINANCE, Group.PLANNER})
OWNERS = frozenset({Group.FINANCE, Group.LEADER, Group.PLANNER})

CODE = Code("code", "its short name, the same in every system")
STARTS = Day("starts_on", "first day it holds")
ENDS = Day("ends_on", "first day it no longer holds; empty = still does", required=False)


def _in_order(row: Mapping[str, Any]) -> None:
    for later in ("released_on", "stopped_on"):
        if row["started_on"] and row[later] and row[later] < row["started_on"]:
            raise Wrong(later, f"{row[later]} is before the epic was started, {row['started_on']}")


def _one_of(row: Mapping[str, Any], first: str, second: str) -> None:
    given = [row[name] is not None and row[name] != "" for name in (first, second)]
    if all(given):
        raise Wrong(second, f"give {first} or {second}, not both")
    if not any(given):
        raise Wrong(first, f"give {first} or {second}")


def _effort(row: Mapping[str, Any]) -> None:
    _one_of(row, "epic", "work_type")
    _one_of(row, "share", "item_days")


def _to_somebody(row: Mapping[str, Any]) -> None:
    if row["epic"] is None and row["team"] is None and row["stream"] is None:
        raise Wrong("team", "give at least one of epic, team and stream")


def _attributed(attribution: Attribution) -> Span:
    """From when the outcome can bring benefits. A span that is too long only means a look more."""
    return spans.of_days(attribution.outcome.starts_on or spans.FIRST_DAY, None)


METRICS = register(
    Kind(
        name="metrics",
        singular="metric",
        model=Metric,
        description="What is measured again and again, in one unit.",
        columns=(
            CODE,
            Text("name", "its name for people"),
            Text("unit", "percent, minutes, orders", max_length=40),
            Choice("aggregate", "how a month's observations become one figure", choices=Aggregate),
            Flag("higher_is_better", "whether more is better", default=True),
            Choice("level", "what it speaks of", choices=Level, default=Level.OUTCOME),
        ),
        read=RESULT_READERS,
        write=TOOLS,
        new_matters=False,
        material=frozenset({"code", "aggregate", "higher_is_better"}),
    )
)

EPICS = register(
    Kind(
        name="epics",
        singular="epic",
        model=Epic,
        description="Work moved to teams, large enough to be asked what it was for.",
        columns=(
            CODE,
            Text("name", "its name for people"),
            Choice("work_type", "what sort of work it is", choices=WorkType),
            Text("purpose", "what it is for, in a sentence", required=False, max_length=2000, lines=True),
            Day("started_on", "first day of work", required=False),
            Day("released_on", "day its users had it", required=False),
            Day("stopped_on", "day it was given up or put to rest", required=False),
            Text(
                "learned",
                "what it taught, above all where it brought less than promised",
                required=False,
                max_length=2000,
                lines=True,
            ),
        ),
        read=RESULT_READERS,
        write=TOOLS,
        check=_in_order,
        new_matters=False,
        material=frozenset({"code", "work_type", "started_on", "released_on", "stopped_on"}),
        snapshot=Snapshot(starts="started_on", ends="stopped_on", ended_by=("released_on",)),
    )
)

EPIC_TEAMS = register(
    Kind(
        name="epic-teams",
        singular="epic-team",
        model=EpicTeam,
        description="Which teams work on an epic, and when.",
        columns=(
            Reference("epic", "the epic", to="epics"),
            Reference("team", "the team", to="teams"),
            STARTS,
            ENDS,
        ),
        read=RESULT_READERS,
        write=TOOLS,
        identity=("epic", "team", "starts_on"),
        no_overlap=("epic", "team"),
        touches=spans.of_dated,
    )
)

EPIC_STREAM_SHARES = register(
    Kind(
        name="epic-stream-shares",
        singular="epic-stream-share",
        model=EpicStreamShare,
        description="Which value streams an epic is for. The shares of an epic sum to at most one on any day.",
        columns=(
            Reference("epic", "the epic", to="epics"),
            Reference("stream", "the value stream", to="value-streams"),
            Share("share", "0.25 = a quarter of the epic"),
            STARTS,
            ENDS,
        ),
        read=RESULT_READERS,
        write=TOOLS,
        identity=("epic", "stream", "starts_on"),
        no_overlap=("epic", "stream"),
        touches=spans.of_dated,
        after=lambda shares: attributions.check_epic_streams(share.epic_id for share in shares),
    )
)

EFFORTS = register(
    Kind(
        name="efforts",
        singular="effort",
        model=Effort,
        description="Where the work of a team went in a month: a declared share, or item-days counted by a tool.",
        columns=(
            Reference("team", "the team", to="teams"),
            Month("month", "the month"),
            Reference("epic", "the epic it went to; or give work_type", to="epics", required=False),
            Choice(
                "work_type", "the type of work it went to; or give epic", choices=WorkType, required=False, default=""
            ),
            Share("share", "0.25 = a quarter of the team's month; or give item_days", required=False),
            Number("item_days", "days of finished items; or give share", places=6, minimum=0, required=False),
        ),
        read=RESULT_READERS,
        write=OWNERS,
        identity=("team", "month", "epic", "work_type"),
        check=_effort,
        # Later months carry shares on, and attribute their benefits by the effort that led to them.
        touches=spans.from_month_on,
    )
)

OUTCOMES = register(
    Kind(
        name="outcomes",
        singular="outcome",
        model=Outcome,
        description="The change an epic should bring: a metric, from where to where, by when.",
        columns=(
            CODE,
            Text("name", "its name for people"),
            Reference("epic", "the epic that should bring it", to="epics"),
            Reference("metric", "what will show it", to="metrics"),
            Choice("kind", "what sort of change it is", choices=OutcomeKind),
            Number("baseline", "the metric without the epic", places=6),
            Number("target", "the metric it should reach", places=6),
            Day("due_on", "by when"),
            Day("starts_on", "from when benefits count; empty = from the epic's release", required=False),
            Whole("window_months", "how long they count", minimum=1, maximum=LONGEST_WINDOW_MONTHS, default=36),
            Choice(
                "attribution_model",
                "how its benefit is attributed",
                choices=AttributionModel,
                default=AttributionModel.EFFORT,
            ),
            Share(
                "external_share",
                "what others brought about, 0 = nothing; needed before money of a revenue outcome can come in",
                above=None,
                minimum=0,
                required=False,
            ),
        ),
        read=RESULT_READERS,
        write=OWNERS,
        new_matters=False,
        material=frozenset(
            {
                "code",
                "epic",
                "metric",
                "kind",
                "baseline",
                "starts_on",
                "window_months",
                "attribution_model",
                "external_share",
            }
        ),
        after=external_share.refuse_unsaid,
    )
)

ATTRIBUTIONS = register(
    Kind(
        name="attributions",
        singular="attribution",
        model=Attribution,
        description="Agreed shares of what the external share leaves of an outcome. They sum to at most one.",
        columns=(
            Reference("outcome", "the outcome", to="outcomes"),
            Reference("epic", "the epic it is attributed to", to="epics", required=False),
            Reference("team", "the team it is attributed to", to="teams", required=False),
            Reference("stream", "the value stream it is attributed to", to="value-streams", required=False),
            Share("share", "0.25 = a quarter"),
        ),
        read=RESULT_READERS,
        write=OWNERS,
        identity=("outcome", "epic", "team", "stream"),
        check=_to_somebody,
        touches=_attributed,
        after=lambda rows: attributions.check_outcomes(row.outcome_id for row in rows),
    )
)

OBSERVATIONS = register(
    Kind(
        name="observations",
        singular="observation",
        model=Observation,
        description="What a metric read on a day. Without an external id there is one a day.",
        columns=(
            Reference("metric", "the metric", to="metrics"),
            Day("observed_on", "the day it is about"),
            Number("value", "what it read, in the metric's unit", places=6),
        ),
        read=RESULT_READERS,
        write=TOOLS,
        identity=("metric", "observed_on"),
        touches=lambda observation: spans.of_day(observation.observed_on),
        after=lambda seen: metrics.reduce((one.metric_id, one.observed_on) for one in seen),
    )
)
