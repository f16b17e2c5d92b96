"""A sealed book refuses every change in the database itself, whoever asks."""

from django.db import migrations

ROWS = (
    "finance_line",
    "finance_component",
    "finance_posting",
    "finance_teammonth",
    "finance_streammonth",
    "finance_finding",
)
# An update takes a row out of the book it had and puts it into the one it names: both are looked at.
GUARDED = (
    ("insert", "INSERT", "NEW"),
    ("update", "UPDATE", "OLD"),
    ("move", "UPDATE", "NEW"),
    ("delete", "DELETE", "OLD"),
)

POSTGRES_FUNCTIONS = """
CREATE FUNCTION finance_refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT book_id FROM touched) AS t
        LEFT JOIN finance_book AS b ON b.id = t.book_id WHERE b.id IS NULL OR b.sealed
    ) THEN
        RAISE EXCEPTION 'the book is closed or not there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION finance_refuse_sealed_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM finance_book WHERE sealed) THEN
        RAISE EXCEPTION 'a closed book cannot be emptied' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION finance_refuse_sealed_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sealed THEN
        RAISE EXCEPTION 'the book is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE FUNCTION finance_refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' AND (TG_OP = 'DELETE' OR (NEW.state = 'closed' AND NEW IS DISTINCT FROM OLD)
        OR NEW.month <> OLD.month OR NEW.state NOT IN ('closed', 'reopened')) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER finance_book_sealed BEFORE UPDATE OR DELETE ON finance_book
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_sealed_book();
CREATE TRIGGER finance_book_truncate BEFORE TRUNCATE ON finance_book
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_sealed_truncate();
CREATE TRIGGER finance_bookmonth_closed BEFORE UPDATE OR DELETE ON finance_bookmonth
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_closed_month();
CREATE TRIGGER finance_bookmonth_truncate BEFORE TRUNCATE ON finance_bookmonth
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_sealed_truncate();
"""


def guard_rows(schema_editor, table):
    """Let no statement touch rows of a sealed book in this table; it goes with the table."""
    run = schema_editor.execute
    if schema_editor.connection.vendor == "postgresql":
        for name, event, rows in GUARDED:
            run(
                f"CREATE TRIGGER {table}_sealed_{name} AFTER {event} ON {table}"
                f" REFERENCING {rows} TABLE AS touched"
                " FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_sealed()",
                params=None,
            )
        run(
            f"CREATE TRIGGER {table}_sealed_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_sealed_truncate()",
            params=None,
        )
        return
    sealed = "(SELECT sealed FROM finance_book WHERE id = {row}.book_id)"
    for name, event, row in GUARDED:
        run(
            f"CREATE TRIGGER {table}_sealed_{name} BEFORE {event} ON {table}"
            f" WHEN COALESCE({sealed.format(row=row)}, {'1' if row == 'NEW' else '0'})"
            " BEGIN SELECT RAISE(ABORT, 'the book is closed or not there'); END",
            params=None,
        )


def guard(apps, schema_editor):
    run = schema_editor.execute
    on_postgres = schema_editor.connection.vendor == "postgresql"
    if on_postgres:
        run(POSTGRES_FUNCTIONS, params=None)
    for table in ROWS:
        guard_rows(schema_editor, table)
    if on_postgres:
        return
    for event in ("UPDATE", "DELETE"):
        run(
            f"CREATE TRIGGER finance_book_sealed_{event.lower()} BEFORE {event} ON finance_book"
            " WHEN OLD.sealed BEGIN SELECT RAISE(ABORT, 'the book is closed'); END",
            params=None,
        )
    run(
        "CREATE TRIGGER finance_bookmonth_closed_update BEFORE UPDATE ON finance_bookmonth"
        " WHEN OLD.state = 'closed' AND (NEW.state <> 'reopened' OR NEW.month <> OLD.month)"
        " BEGIN SELECT RAISE(ABORT, 'the month is closed'); END",
        params=None,
    )
    run(
        "CREATE TRIGGER finance_bookmonth_closed_delete BEFORE DELETE ON finance_bookmonth"
        " WHEN OLD.state = 'closed' BEGIN SELECT RAISE(ABORT, 'the month is closed'); END",
        params=None,
    )


def unguard(apps, schema_editor):
    run = schema_editor.execute
    if schema_editor.connection.vendor == "postgresql":
        for name in ("sealed", "sealed_truncate", "sealed_book", "closed_month"):
            run(f"DROP FUNCTION finance_refuse_{name}() CASCADE", params=None)
        return
    for table in ROWS:
        for name, _, _ in GUARDED:
            run(f"DROP TRIGGER {table}_sealed_{name}", params=None)
    for event in ("update", "delete"):
        run(f"DROP TRIGGER finance_book_sealed_{event}", params=None)
        run(f"DROP TRIGGER finance_bookmonth_closed_{event}", params=None)


class Migration(migrations.Migration):
    dependencies = [("finance", "0003_books")]

    operations = [migrations.RunPython(guard, unguard)]
