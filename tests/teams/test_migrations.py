"""The migrations of this floor can be taken back."""

import pytest
from django.core.management import call_command
from django.db import connection


def excluded():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'x' AND conname LIKE 'teams_%' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the migration does nothing elsewhere")
def test_overlaps_can_be_allowed_and_forbidden_again(transactional_db):
    tables = ("absence", "assignment", "personterms", "teamname", "teamstreamshare")
    rules = [f"teams_{table}_no_overlap" for table in tables]
    assert excluded() == rules

    call_command("migrate", "teams", "0001_teams", verbosity=0)
    try:
        assert excluded() == []
    finally:
        call_command("migrate", verbosity=0)  # what stood on these tables went with them
    assert excluded() == rules


def test_the_models_match_the_migrations(db, capsys):
    call_command("makemigrations", "teams", check=True, dry_run=True)

    assert capsys.readouterr().out == "No changes detected in app 'teams'\n"
