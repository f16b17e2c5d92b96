"""How the organisation counts: its calendar, its full week, its money, its rules of sign-off."""

from django.db import models
from django.db.models import F, Q

from roi_project.db.facts import Fact
from roi_project.db.fields import MonthField
from teams.models.conditions import COUNTRY_IS_ISO


class OfficialRates(models.TextChoices):
    """The rates every report opens with, so that two readers do not quote two figures unknowingly."""

    STANDARD = "standard", "Standard rates of the rate card"
    ACTUAL = "actual", "Actual pay, for those who may see it"


class OrganisationSettings(Fact):
    """The settings that hold from a day on; the latest row not after a day is the one that counts for it."""

    starts_on = models.DateField(help_text="first day these settings hold; they hold until the next row starts")
    name = models.CharField(max_length=200, blank=True, default="", help_text="how the organisation calls itself")
    country = models.CharField(
        max_length=2, blank=True, default="", help_text="two letters, as in ISO 3166; whose holidays people have"
    )
    subdivision = models.CharField(
        max_length=10, blank=True, default="", help_text="state or region with holidays of its own, as ENG in GB"
    )
    fiscal_year_starts_in = models.PositiveSmallIntegerField(
        default=1, help_text="month 1-12; a year is named after its end"
    )
    full_time_week_minutes = models.PositiveIntegerField(default=2400, help_text="2400 = a full week of 40 hours")
    standard_day_minutes = models.PositiveIntegerField(default=480, help_text="480 = a person-day of 8 hours")
    accounting_time_zone = models.CharField(
        max_length=64, default="UTC", help_text="decides on which day a moment falls, as Europe/Warsaw"
    )
    reporting_currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217 code all books are kept in")
    official_rates = models.CharField(max_length=10, choices=OfficialRates, default=OfficialRates.STANDARD)
    single_controller = models.BooleanField(
        default=False, help_text="one person may both record a benefit and validate it; marked wherever it was used"
    )

    team_growth_limit_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="a team that grows by more in a quarter is pointed out; empty = none is"
    )

    class Meta(Fact.Meta):
        verbose_name_plural = "organisation settings"
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["starts_on"],
                condition=Q(superseded_at=None, withdrawn=False),
                name="teams_organisationsettings_one_per_day",
            ),
            models.CheckConstraint(condition=COUNTRY_IS_ISO, name="teams_organisationsettings_country_is_iso"),
            models.CheckConstraint(
                condition=Q(fiscal_year_starts_in__gte=1, fiscal_year_starts_in__lte=12),
                name="teams_organisationsettings_starts_in_a_month",
            ),
            models.CheckConstraint(
                condition=Q(full_time_week_minutes__gte=1, full_time_week_minutes__lte=7 * 1440),
                name="teams_organisationsettings_week_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(standard_day_minutes__gte=1, standard_day_minutes__lte=1440),
                name="teams_organisationsettings_day_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(reporting_currency__regex=r"^[A-Z]{3}$"),
                name="teams_organisationsettings_currency_is_iso",
            ),
            models.CheckConstraint(
                condition=Q(official_rates__in=OfficialRates.values),
                name="teams_organisationsettings_known_rates",
            ),
            models.CheckConstraint(
                condition=Q(team_growth_limit_percent=None) | Q(team_growth_limit_percent__lte=1_000),
                name="teams_organisationsettings_growth_limit",
            ),
        ]


class FiscalMonth(models.Model):
    """One month of the organisation's year, generated once from the settings of its time and then kept."""

    month = MonthField(unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="first day not counted")
    fiscal_year = models.PositiveSmallIntegerField(help_text="named after the year it ends in")
    fiscal_index = models.PositiveSmallIntegerField(help_text="1-12, counted from the start of the fiscal year")

    class Meta:
        ordering = ["month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="teams_fiscalmonth_month_is_first_day"),
            models.CheckConstraint(condition=Q(starts_on=F("month")), name="teams_fiscalmonth_starts_with_its_month"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="teams_fiscalmonth_ends_after_start"),
            models.CheckConstraint(
                condition=Q(fiscal_index__gte=1, fiscal_index__lte=12), name="teams_fiscalmonth_index_of_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
