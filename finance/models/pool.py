"""Shared costs, and who they are allocated to."""

from django.db import models
from django.db.models import Q

from roi_project.db.facts import DatedFact, Fact, Master
from roi_project.db.fields import MonthField, ScaledDecimalField, ShareField
from teams.models.conditions import SHARE_WITHIN_ONE


class Driver(models.TextChoices):
    """What decides the shares of a pool."""

    USAGE = "usage"
    FIXED = "fixed"
    FTE = "fte"
    HEADCOUNT = "headcount"
    DIRECT_COST = "direct_cost"
    EVEN = "even"


class IdleMode(models.TextChoices):
    """What becomes of capacity nobody used: it stays a line of its own."""

    SEPARATE = "separate"


class TargetKind(models.TextChoices):
    """What can be given a part of a pool."""

    TEAM = "team"
    POOL = "pool"
    SINK = "sink"


class Sink(models.TextChoices):
    """Where cost goes that no team should carry; a line of its own in every report."""

    IDLE = "idle"
    UNTAGGED = "untagged"
    UNALLOCATED = "unallocated"


class Pool(Master):
    """Cost that several teams cause together: a platform team, a cloud bill, the office.

    A platform team is both: the team it is, and the pool its cost goes through.
    """

    team = models.ForeignKey("teams.Team", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Master.Meta):
        constraints = [
            *Master.Meta.constraints,
            models.UniqueConstraint(fields=["team"], name="finance_pool_one_a_team"),
        ]


class AllocationRule(DatedFact):
    """How a pool is allocated, for a while.

    `fallback` is the driver used when this one has nothing to go by; without one the cost stays
    unallocated. `capacity` is the practical capacity in the units of the usage; what is not used is idle.
    """

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="rules")
    driver = models.CharField(max_length=11, choices=Driver)
    fallback = models.CharField(max_length=11, choices=Driver, blank=True, default="")
    capacity = ScaledDecimalField(places=6, null=True, blank=True)
    idle_mode = models.CharField(max_length=8, choices=IdleMode, default=IdleMode.SEPARATE)

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=Q(driver__in=Driver.values), name="finance_allocationrule_driver"),
            models.CheckConstraint(
                condition=Q(fallback__in=["", *Driver.values]), name="finance_allocationrule_fallback"
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0), name="finance_allocationrule_capacity_above_zero"
            ),
            models.CheckConstraint(condition=Q(idle_mode__in=IdleMode.values), name="finance_allocationrule_idle_mode"),
        ]


class Target(models.Model):
    """Exactly one of a team, another pool (or the pool itself: it may use what it makes) or a sink."""

    target_kind = models.CharField(max_length=4, choices=TargetKind)
    team = models.ForeignKey("teams.Team", models.PROTECT, null=True, blank=True, related_name="+")
    to_pool = models.ForeignKey(Pool, models.PROTECT, null=True, blank=True, related_name="+")
    sink = models.CharField(max_length=11, choices=Sink, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(target_kind=TargetKind.TEAM, team__isnull=False, to_pool=None, sink="")
                | Q(target_kind=TargetKind.POOL, team=None, to_pool__isnull=False, sink="")
                | Q(target_kind=TargetKind.SINK, team=None, to_pool=None, sink__in=Sink.values),
                name="%(app_label)s_%(class)s_one_target",
            )
        ]


class AllocationShare(DatedFact, Target):
    """An agreed part of a pool for one target, for pools with fixed shares. What is left is unallocated."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="shares")
    share = ShareField(help_text="0.25 = a quarter")

    class Meta(DatedFact.Meta):
        constraints = [
            *DatedFact.Meta.constraints,
            *Target.Meta.constraints,
            models.CheckConstraint(condition=SHARE_WITHIN_ONE, name="finance_allocationshare_share_within_one"),
        ]


class DriverRow(Fact, Target):
    """How much of a pool one target used in a month, in whatever the pool is counted in."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="driver_rows")
    month = MonthField()
    quantity = ScaledDecimalField(places=6)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            *Target.Meta.constraints,
            models.CheckConstraint(condition=Q(month__day=1), name="finance_driverrow_first_of_month"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="finance_driverrow_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["month", "pool"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="finance_driverrow_month",
            )
        ]
