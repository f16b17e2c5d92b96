"""Two current rows about the same thing may not overlap in time (PostgreSQL; elsewhere the intake checks alone).

Deferred to the end of the transaction, so that a correction may insert its version before the old one is stamped.
"""

from django.db import migrations

ALIKE = {
    "finance_ratecard": ("role_id", "level", "country"),
    "finance_personrate": ("person_id",),
    "finance_allocationrule": ("pool_id",),
    # NULL equals nothing, so the target that is not there is written as 0.
    "finance_allocationshare": ("pool_id", "(COALESCE(team_id, 0))", "(COALESCE(to_pool_id, 0))", "sink"),
    "finance_valuation": ("outcome_id",),
}


def forbid_overlap(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for table, columns in ALIKE.items():
        same = ", ".join(f"{column} WITH =" for column in columns)
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap"
            f" EXCLUDE USING gist ({same}, daterange(starts_on, ends_on) WITH &&)"
            " WHERE (superseded_at IS NULL AND NOT withdrawn) DEFERRABLE INITIALLY DEFERRED"
        )


def allow_overlap(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in ALIKE:
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_no_overlap")


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_facts")]

    operations = [migrations.RunPython(forbid_overlap, allow_overlap)]
