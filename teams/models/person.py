"""People, for cost and supply only: nothing that is measured here is about a person."""

from django.db import models
from django.db.models import F, Q

from roi_project.db.facts import DatedFact, Master
from teams.models.conditions import COUNTRY_IS_ISO
from teams.models.role import RoleFamily

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PATTERN = tuple(f"minutes_{day}" for day in WEEKDAYS)
A_DAY_OR_LESS = [
    models.CheckConstraint(
        condition=Q(**{f"{field}__lte": 1440, f"{field}__gte": 0}),
        name=f"%(app_label)s_%(class)s_{field}_within_a_day",
    )
    for field in PATTERN
]


def working_day() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(default=480, help_text="minutes of work on this day of the week")


def day_off() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(default=0, help_text="minutes of work on this day of the week")


def as_on_the_person() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(null=True, blank=True, help_text="minutes; empty = as on the person")


class Person(Master):
    """Somebody employed; the code can be a personnel number, a name is not needed."""

    name = models.CharField(max_length=200, blank=True, default="", help_text="may stay empty")
    role = models.ForeignKey(RoleFamily, models.PROTECT, related_name="people")
    level = models.CharField(max_length=50, blank=True, default="", help_text="as on the rate card: senior")
    country = models.CharField(
        max_length=2, blank=True, default="", help_text="two letters; empty = as the organisation"
    )
    subdivision = models.CharField(max_length=10, blank=True, default="", help_text="state or region with own holidays")
    minutes_mon = working_day()
    minutes_tue = working_day()
    minutes_wed = working_day()
    minutes_thu = working_day()
    minutes_fri = working_day()
    minutes_sat = day_off()
    minutes_sun = day_off()
    employed_from = models.DateField()
    employed_until = models.DateField(null=True, blank=True, help_text="first day not employed; empty = still employed")

    class Meta(Master.Meta):
        verbose_name_plural = "people"
        constraints = [
            *Master.Meta.constraints,
            *A_DAY_OR_LESS,
            models.CheckConstraint(condition=COUNTRY_IS_ISO, name="teams_person_country_is_iso"),
            models.CheckConstraint(
                condition=Q(employed_until=None) | Q(employed_until__gt=F("employed_from")),
                name="teams_person_employed_forward",
            ),
        ]


class PersonTerms(DatedFact):
    """What differs from the person for a while: another role, level, place or week. Empty = as on the person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="terms")
    role = models.ForeignKey(RoleFamily, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=50, null=True, blank=True)  # noqa: DJ001  empty text is a level of its own
    country = models.CharField(max_length=2, null=True, blank=True)  # noqa: DJ001
    subdivision = models.CharField(max_length=10, null=True, blank=True)  # noqa: DJ001
    minutes_mon = as_on_the_person()
    minutes_tue = as_on_the_person()
    minutes_wed = as_on_the_person()
    minutes_thu = as_on_the_person()
    minutes_fri = as_on_the_person()
    minutes_sat = as_on_the_person()
    minutes_sun = as_on_the_person()

    class Meta(DatedFact.Meta):
        verbose_name_plural = "person terms"
        constraints = [
            *DatedFact.Meta.constraints,
            *A_DAY_OR_LESS,
            models.CheckConstraint(condition=COUNTRY_IS_ISO, name="teams_personterms_country_is_iso"),
        ]
