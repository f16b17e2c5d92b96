import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import roi_project.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OrganisationSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="the system it came from", max_length=64),
                ),
                ("external_id", models.CharField(help_text="its name in that system", max_length=300)),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, help_text="newer data is never replaced by older", null=True),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("recorded_by", models.CharField(editable=False, max_length=200)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn", models.BooleanField(default=False, editable=False)),
                (
                    "starts_on",
                    models.DateField(help_text="first day these settings hold; they hold until the next row starts"),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, default="", help_text="how the organisation calls itself", max_length=200
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="two letters, as in ISO 3166; whose holidays people have",
                        max_length=2,
                    ),
                ),
                (
                    "subdivision",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="state or region with holidays of its own, as ENG in GB",
                        max_length=10,
                    ),
                ),
                (
                    "fiscal_year_starts_in",
                    models.PositiveSmallIntegerField(default=1, help_text="month 1-12; a year is named after its end"),
                ),
                (
                    "full_time_week_minutes",
                    models.PositiveIntegerField(default=2400, help_text="2400 = a full week of 40 hours"),
                ),
                (
                    "standard_day_minutes",
                    models.PositiveIntegerField(default=480, help_text="480 = a person-day of 8 hours"),
                ),
                (
                    "accounting_time_zone",
                    models.CharField(
                        default="UTC", help_text="decides on which day a moment falls, as Europe/Warsaw", max_length=64
                    ),
                ),
                (
                    "reporting_currency",
                    models.CharField(default="EUR", help_text="ISO 4217 code all books are kept in", max_length=3),
                ),
                (
                    "official_rates",
                    models.CharField(
                        choices=[
                            ("standard", "Standard rates of the rate card"),
                            ("actual", "Actual pay, for those who may see it"),
                        ],
                        default="standard",
                        max_length=10,
                    ),
                ),
                (
                    "single_controller",
                    models.BooleanField(
                        default=False,
                        help_text="one person may both record a benefit and validate it; marked wherever it was used",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "organisation settings",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="teams_organisationsettings_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="teams_organisationsettings_source_id",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("starts_on",),
                        name="teams_organisationsettings_one_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                        name="teams_organisationsettings_country_is_iso",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fiscal_year_starts_in__gte", 1), ("fiscal_year_starts_in__lte", 12)),
                        name="teams_organisationsettings_starts_in_a_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("full_time_week_minutes__gte", 1), ("full_time_week_minutes__lte", 10080)),
                        name="teams_organisationsettings_week_has_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("standard_day_minutes__gte", 1), ("standard_day_minutes__lte", 1440)),
                        name="teams_organisationsettings_day_has_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reporting_currency__regex", "^[A-Z]{3}$")),
                        name="teams_organisationsettings_currency_is_iso",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("official_rates__in", ["standard", "actual"])),
                        name="teams_organisationsettings_known_rates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FiscalMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", roi_project.db.fields.MonthField(unique=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(help_text="first day not counted")),
                ("fiscal_year", models.PositiveSmallIntegerField(help_text="named after the year it ends in")),
                (
                    "fiscal_index",
                    models.PositiveSmallIntegerField(help_text="1-12, counted from the start of the fiscal year"),
                ),
            ],
            options={
                "ordering": ["month"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="teams_fiscalmonth_month_is_first_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_on", models.F("month"))),
                        name="teams_fiscalmonth_starts_with_its_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                        name="teams_fiscalmonth_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fiscal_index__gte", 1), ("fiscal_index__lte", 12)),
                        name="teams_fiscalmonth_index_of_a_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueStream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("source", models.CharField(blank=True, default="", max_length=64)),
                ("external_id", models.CharField(blank=True, default="", max_length=300)),
                ("source_updated_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="the stream it is part of",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="teams.valuestream",
                    ),
                ),
                ("is_product", models.BooleanField(default=False, help_text="a product is a stream without parts")),
                ("starts_on", models.DateField(blank=True, help_text="empty = always there", null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="first day not counted; empty = still there", null=True),
                ),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="teams_valuestream_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="teams_valuestream_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="teams_valuestream_not_its_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="teams_valuestream_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("source", models.CharField(blank=True, default="", max_length=64)),
                ("external_id", models.CharField(blank=True, default="", max_length=300)),
                ("source_updated_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "topology",
                    models.CharField(
                        choices=[
                            ("stream_aligned", "Stream-aligned: works for a value stream"),
                            ("platform", "Platform: is used by other teams"),
                            ("enabling", "Enabling: coaches other teams"),
                            ("complicated_subsystem", "Complicated subsystem: keeps a special part for other teams"),
                        ],
                        default="stream_aligned",
                        max_length=30,
                    ),
                ),
                ("purpose", models.TextField(blank=True, default="", help_text="why the team exists, in a sentence")),
                ("starts_on", models.DateField(blank=True, help_text="empty = always there", null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="first day not counted; empty = still there", null=True),
                ),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="teams_team_source_id",
                    ),
                    models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="teams_team_has_code"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("topology__in", ["stream_aligned", "platform", "enabling", "complicated_subsystem"])
                        ),
                        name="teams_team_known_topology",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="teams_team_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamStreamShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="the system it came from", max_length=64),
                ),
                ("external_id", models.CharField(help_text="its name in that system", max_length=300)),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, help_text="newer data is never replaced by older", null=True),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("recorded_by", models.CharField(editable=False, max_length=200)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn", models.BooleanField(default=False, editable=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, help_text="first day not counted", null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stream_shares", to="teams.team"
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="team_shares", to="teams.valuestream"
                    ),
                ),
                ("share", roi_project.db.fields.ShareField(help_text="0.25 = a quarter of the team", places=6)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="teams_teamstreamshare_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="teams_teamstreamshare_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="teams_teamstreamshare_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lte", 1)),
                        name="teams_teamstreamshare_share_within_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleFamily",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("source", models.CharField(blank=True, default="", max_length=64)),
                ("external_id", models.CharField(blank=True, default="", max_length=300)),
                ("source_updated_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("shared", models.BooleanField(default=False, help_text="usually serves more than one team")),
                (
                    "max_teams",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="more teams than this at once is a finding; empty = no limit", null=True
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "role families",
                "ordering": ["code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="teams_rolefamily_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="teams_rolefamily_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_teams", None), ("max_teams__gte", 1), _connector="OR"),
                        name="teams_rolefamily_max_teams_at_least_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100, unique=True)),
                ("source", models.CharField(blank=True, default="", max_length=64)),
                ("external_id", models.CharField(blank=True, default="", max_length=300)),
                ("source_updated_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("name", models.CharField(blank=True, default="", help_text="may stay empty", max_length=200)),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="teams.rolefamily"
                    ),
                ),
                (
                    "level",
                    models.CharField(blank=True, default="", help_text="as on the rate card: senior", max_length=50),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True, default="", help_text="two letters; empty = as the organisation", max_length=2
                    ),
                ),
                (
                    "subdivision",
                    models.CharField(
                        blank=True, default="", help_text="state or region with own holidays", max_length=10
                    ),
                ),
                (
                    "minutes_mon",
                    models.PositiveSmallIntegerField(default=480, help_text="minutes of work on this day of the week"),
                ),
                (
                    "minutes_tue",
                    models.PositiveSmallIntegerField(default=480, help_text="minutes of work on this day of the week"),
                ),
                (
                    "minutes_wed",
                    models.PositiveSmallIntegerField(default=480, help_text="minutes of work on this day of the week"),
                ),
                (
                    "minutes_thu",
                    models.PositiveSmallIntegerField(default=480, help_text="minutes of work on this day of the week"),
                ),
                (
                    "minutes_fri",
                    models.PositiveSmallIntegerField(default=480, help_text="minutes of work on this day of the week"),
                ),
                (
                    "minutes_sat",
                    models.PositiveSmallIntegerField(default=0, help_text="minutes of work on this day of the week"),
                ),
                (
                    "minutes_sun",
                    models.PositiveSmallIntegerField(default=0, help_text="minutes of work on this day of the week"),
                ),
                ("employed_from", models.DateField()),
                (
                    "employed_until",
                    models.DateField(blank=True, help_text="first day not employed; empty = still employed", null=True),
                ),
            ],
            options={
                "verbose_name_plural": "people",
                "ordering": ["code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="teams_person_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="teams_person_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_mon__gte", 0), ("minutes_mon__lte", 1440)),
                        name="teams_person_minutes_mon_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_tue__gte", 0), ("minutes_tue__lte", 1440)),
                        name="teams_person_minutes_tue_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_wed__gte", 0), ("minutes_wed__lte", 1440)),
                        name="teams_person_minutes_wed_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_thu__gte", 0), ("minutes_thu__lte", 1440)),
                        name="teams_person_minutes_thu_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_fri__gte", 0), ("minutes_fri__lte", 1440)),
                        name="teams_person_minutes_fri_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_sat__gte", 0), ("minutes_sat__lte", 1440)),
                        name="teams_person_minutes_sat_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_sun__gte", 0), ("minutes_sun__lte", 1440)),
                        name="teams_person_minutes_sun_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                        name="teams_person_country_is_iso",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("employed_until", None), ("employed_until__gt", models.F("employed_from")), _connector="OR"
                        ),
                        name="teams_person_employed_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="the system it came from", max_length=64),
                ),
                ("external_id", models.CharField(help_text="its name in that system", max_length=300)),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, help_text="newer data is never replaced by older", null=True),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("recorded_by", models.CharField(editable=False, max_length=200)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn", models.BooleanField(default=False, editable=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, help_text="first day not counted", null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="teams.person"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.rolefamily",
                    ),
                ),
                ("level", models.CharField(blank=True, max_length=50, null=True)),
                ("country", models.CharField(blank=True, max_length=2, null=True)),
                ("subdivision", models.CharField(blank=True, max_length=10, null=True)),
                (
                    "minutes_mon",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="minutes; empty = as on the person", null=True
                    ),
                ),
                (
                    "minutes_tue",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="minutes; empty = as on the person", null=True
                    ),
                ),
                (
                    "minutes_wed",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="minutes; empty = as on the person", null=True
                    ),
                ),
                (
                    "minutes_thu",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="minutes; empty = as on the person", null=True
                    ),
                ),
                (
                    "minutes_fri",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="minutes; empty = as on the person", null=True
                    ),
                ),
                (
                    "minutes_sat",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="minutes; empty = as on the person", null=True
                    ),
                ),
                (
                    "minutes_sun",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="minutes; empty = as on the person", null=True
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "person terms",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="teams_personterms_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="teams_personterms_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="teams_personterms_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_mon__gte", 0), ("minutes_mon__lte", 1440)),
                        name="teams_personterms_minutes_mon_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_tue__gte", 0), ("minutes_tue__lte", 1440)),
                        name="teams_personterms_minutes_tue_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_wed__gte", 0), ("minutes_wed__lte", 1440)),
                        name="teams_personterms_minutes_wed_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_thu__gte", 0), ("minutes_thu__lte", 1440)),
                        name="teams_personterms_minutes_thu_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_fri__gte", 0), ("minutes_fri__lte", 1440)),
                        name="teams_personterms_minutes_fri_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_sat__gte", 0), ("minutes_sat__lte", 1440)),
                        name="teams_personterms_minutes_sat_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_sun__gte", 0), ("minutes_sun__lte", 1440)),
                        name="teams_personterms_minutes_sun_within_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                        name="teams_personterms_country_is_iso",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="the system it came from", max_length=64),
                ),
                ("external_id", models.CharField(help_text="its name in that system", max_length=300)),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, help_text="newer data is never replaced by older", null=True),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("recorded_by", models.CharField(editable=False, max_length=200)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn", models.BooleanField(default=False, editable=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, help_text="first day not counted", null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="teams.person"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="teams.team"
                    ),
                ),
                ("share", roi_project.db.fields.ShareField(help_text="0.25 = a quarter of the person", places=6)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("key",),
                        name="teams_assignment_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="teams_assignment_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="teams_assignment_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lte", 1)),
                        name="teams_assignment_share_within_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="the system it came from", max_length=64),
                ),
                ("external_id", models.CharField(help_text="its name in that system", max_length=300)),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, help_text="newer data is never replaced by older", null=True),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("recorded_by", models.CharField(editable=False, max_length=200)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn", models.BooleanField(default=False, editable=False)),
                (
                    "country",
                    models.CharField(blank=True, default="", help_text="two letters; empty = everywhere", max_length=2),
                ),
                ("on", models.DateField(help_text="the day nobody works")),
                ("name", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)), fields=("key",), name="teams_closure_one_current"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="teams_closure_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                        name="teams_closure_country_is_iso",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "source",
                    models.CharField(blank=True, default="", help_text="the system it came from", max_length=64),
                ),
                ("external_id", models.CharField(help_text="its name in that system", max_length=300)),
                (
                    "source_updated_at",
                    models.DateTimeField(blank=True, help_text="newer data is never replaced by older", null=True),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("recorded_by", models.CharField(editable=False, max_length=200)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn", models.BooleanField(default=False, editable=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, help_text="first day not counted", null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="teams.person"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("paid_leave", "Paid leave"),
                            ("sick", "Sick"),
                            ("parental", "Parental leave"),
                            ("unpaid", "Unpaid leave"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)), fields=("key",), name="teams_absence_one_current"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("withdrawn", False)),
                        fields=("source", "external_id"),
                        name="teams_absence_source_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                        name="teams_absence_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["paid_leave", "sick", "parental", "unpaid"])),
                        name="teams_absence_known_reason",
                    ),
                ],
            },
        ),
    ]
