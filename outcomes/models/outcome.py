"""The change an epic should bring: a metric, from where to where, by when."""

from django.db import models
from django.db.models import Q

from outcomes.models.epic import Epic
from outcomes.models.metric import Metric
from roi_project.db.facts import Master
from roi_project.db.fields import ScaledDecimalField, ShareField

LONGEST_WINDOW_MONTHS = 240


class OutcomeKind(models.TextChoices):
    """What sort of change it is. Revenue is hardly ever won by teams alone: see `external_share`."""

    EXPERIENCE = "experience"
    REVENUE = "revenue"
    COST = "cost"
    TIME_TO_VALUE = "time_to_value"
    RETENTION = "retention"
    FAILURE_DEMAND = "failure_demand"


class AttributionModel(models.TextChoices):
    """How its benefit is attributed to those who brought it about."""

    FIXED = "fixed"
    EFFORT = "effort"
    EQUAL = "equal"


class Outcome(Master):
    """A hypothesis with numbers: this metric moves from baseline to target by that day.

    Benefits count from `starts_on` (else the epic's release) for `window_months`.
    `external_share` is what others brought about (marketing, the market); null = nobody said.
    """

    epic = models.ForeignKey(Epic, models.PROTECT, related_name="outcomes")
    metric = models.ForeignKey(Metric, models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=14, choices=OutcomeKind)
    baseline = ScaledDecimalField(places=6)
    target = ScaledDecimalField(places=6)
    due_on = models.DateField()
    starts_on = models.DateField(null=True, blank=True)
    window_months = models.PositiveSmallIntegerField(default=36)
    attribution_model = models.CharField(max_length=6, choices=AttributionModel, default=AttributionModel.EFFORT)
    external_share = ShareField(null=True, blank=True, help_text="what others brought about; 0 = nothing")

    class Meta(Master.Meta):
        constraints = [
            *Master.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=OutcomeKind.values), name="outcomes_outcome_kind"),
            models.CheckConstraint(
                condition=Q(attribution_model__in=AttributionModel.values), name="outcomes_outcome_attribution_model"
            ),
            models.CheckConstraint(
                condition=Q(window_months__gte=1, window_months__lte=LONGEST_WINDOW_MONTHS),
                name="outcomes_outcome_window",
            ),
            models.CheckConstraint(
                condition=Q(external_share=None) | Q(external_share__gte=0, external_share__lte=1),
                name="outcomes_outcome_external_share",
            ),
        ]
