"""The database itself refuses to change the audit trail, whoever asks."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION audit_change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_change
    FOR EACH STATEMENT EXECUTE FUNCTION audit_change_is_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER audit_change_append_only ON audit_change;
DROP FUNCTION audit_change_is_append_only();
"""
# SQLite has neither statement triggers nor TRUNCATE.
SQLITE = [
    """CREATE TRIGGER audit_change_no_update BEFORE UPDATE ON audit_change
       BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_change_no_delete BEFORE DELETE ON audit_change
       BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
]
SQLITE_BACK = ["DROP TRIGGER audit_change_no_update", "DROP TRIGGER audit_change_no_delete"]


def raise_guard(apps, schema_editor):
    statements = {"postgresql": [POSTGRESQL], "sqlite": SQLITE}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def lower_guard(apps, schema_editor):
    statements = {"postgresql": [POSTGRESQL_BACK], "sqlite": SQLITE_BACK}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_changes")]
    operations = [migrations.RunPython(raise_guard, lower_guard)]
