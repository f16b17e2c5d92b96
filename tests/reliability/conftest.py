"""A deployment under test, on a database that is thrown away."""

import os
import subprocess
import sys
from contextlib import ExitStack
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.reliability.books_house import BooksHouse
from tests.reliability.house import HERE, ROOT, House


@pytest.fixture(scope="session")
def private_database_url():
    """A database for these tests alone, with the jobs' tables and a ledger."""
    server = os.environ["DATABASE_URL"]
    name = f"team_roi_faults_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    try:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "jobs", "--skip-checks"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE ledger (job_id uuid NOT NULL, cents bigint NOT NULL)")
        yield url
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def house(private_database_url, tmp_path):
    with ExitStack() as stack:
        house = House(private_database_url, tmp_path, stack)
        house.database.execute("TRUNCATE jobs_job, jobs_joblog, ledger")
        yield house


@pytest.fixture(scope="session")
def filled_database():
    """(name, token): a database with all tables and two years of an organisation, to be copied for each test."""
    server = os.environ["DATABASE_URL"]
    name = f"team_roi_books_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    environment = os.environ | {
        "DATABASE_URL": database_url(name),
        "DATABASE_ROLE": "worker",
        "DJANGO_SETTINGS_MODULE": "roi_project.settings",
        "PYTHONPATH": str(ROOT),
    }
    try:
        migrate = [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity=0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        fill = [sys.executable, HERE / "fill_organisation.py"]
        filled = subprocess.run(fill, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        yield name, filled.stdout.strip()
    finally:
        drop_database(name)


@pytest.fixture
def books_house(filled_database, tmp_path):
    template, token = filled_database
    name = f"{template}_copy"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        with ExitStack() as stack:
            yield BooksHouse(database_url(name), token, tmp_path, stack)
    finally:
        drop_database(name)


def database_url(name):
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def drop_database(name):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
