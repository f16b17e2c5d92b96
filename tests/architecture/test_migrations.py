"""Tables follow models, and every step can be taken back."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.architecture.source import PACKAGES

LOADER = MigrationLoader(None)
OWN = sorted(
    (migration for migration in LOADER.disk_migrations.values() if migration.__module__.split(".")[0] in PACKAGES),
    key=str,
)


@pytest.mark.django_db
def test_models_have_no_change_without_a_migration(capsys):
    call_command("makemigrations", check=True, dry_run=True)

    assert capsys.readouterr().out == "No changes detected\n"


@pytest.mark.parametrize("migration", OWN, ids=str)
def test_a_migration_has_a_name_and_a_way_back(migration):
    assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", migration.name)
    assert not re.search(r"_auto_|alter_.*_and_more", migration.name), "name it after what it is for"
    assert all(operation.reversible for operation in migration.operations)


@pytest.mark.django_db
def test_everything_is_migrated():
    applied = MigrationLoader(connection).applied_migrations

    assert {(migration.app_label, migration.name) for migration in OWN} <= set(applied)
