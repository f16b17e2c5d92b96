"""What is measured: a metric, its observations, and one figure per metric and month."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import Fact, Master
from roi_project.db.fields import MonthField, ScaledDecimalField


class Aggregate(models.TextChoices):
    """How the observations of a month become its one figure."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"


class Level(models.TextChoices):
    """What a metric speaks of: being busy, having delivered, or having changed something."""

    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"


class Metric(Master):
    """Something that is measured again and again, in one unit."""

    unit = models.CharField(max_length=40, help_text="percent, minutes, orders")
    aggregate = models.CharField(max_length=4, choices=Aggregate)
    higher_is_better = models.BooleanField(default=True)
    level = models.CharField(max_length=8, choices=Level, default=Level.OUTCOME)

    class Meta(Master.Meta):
        constraints = [
            *Master.Meta.constraints,
            models.CheckConstraint(condition=Q(aggregate__in=Aggregate.values), name="outcomes_metric_aggregate"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="outcomes_metric_level"),
        ]


class Observation(Fact):
    """What a metric read on a day. A day may have many, each with its own external id."""

    metric = models.ForeignKey(Metric, models.PROTECT, related_name="observations")
    observed_on = models.DateField()
    value = ScaledDecimalField(places=6)

    class Meta(Fact.Meta):
        indexes = [
            models.Index(
                fields=["metric", "observed_on"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="outcomes_observation_current",
            )
        ]


class MetricMonth(models.Model):
    """The observations of one metric in one month, reduced when they arrive; never edited.

    Compiling books reads these and not the observations: a month has one row where it may have
    thousands. `revision` counts up with each change of its observations, so a book can tell.
    A month whose observations were all withdrawn stays, with a count of zero.
    """

    metric = models.ForeignKey(Metric, models.PROTECT, related_name="months")
    month = MonthField()
    count = models.PositiveIntegerField()
    total = ScaledDecimalField(places=6, help_text="sum of the values")
    last_on = models.DateField(null=True)
    last_value = ScaledDecimalField(places=6, null=True, help_text="of the newest of that day")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["metric", "month"], name="outcomes_metricmonth_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="outcomes_metricmonth_first_of_month"),
            models.CheckConstraint(
                condition=Q(count=0, total=0, last_on=None, last_value=None)
                | Q(count__gt=0, last_on__isnull=False, last_value__isnull=False),
                name="outcomes_metricmonth_last_when_any",
            ),
        ]
