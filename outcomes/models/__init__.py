"""Facts of this floor: metrics, epics, effort, outcomes and who brought them about."""

from outcomes.models.attribution import Attribution
from outcomes.models.effort import Effort
from outcomes.models.epic import Epic, EpicStreamShare, EpicTeam, WorkType
from outcomes.models.metric import Aggregate, Level, Metric, MetricMonth, Observation
from outcomes.models.outcome import AttributionModel, Outcome, OutcomeKind

__all__ = [
    "Aggregate",
    "Attribution",
    "AttributionModel",
    "Effort",
    "Epic",
    "EpicStreamShare",
    "EpicTeam",
    "Level",
    "Metric",
    "MetricMonth",
    "Observation",
    "Outcome",
    "OutcomeKind",
    "WorkType",
]
