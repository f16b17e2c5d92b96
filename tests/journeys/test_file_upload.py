"""A file of rows sent to a kind in the admin: seen first, stored as it was seen, and by a job where it is long."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from finance.models import CostEntry
from roi_project.access.audience import SYSTEM, Group
from roi_project.console import kind_upload
from roi_project.intake.kinds import all_kinds, kind_named
from roi_project.intake.receive import receive
from roi_project.jobs.models import Job, State
from teams.models import Team

pytestmark = pytest.mark.django_db
TEAMS, COSTS = "/admin/teams/team/upload/", "/admin/finance/costentry/upload/"
CSV = "code,name\ngates,Gates\nweb,Web\n"
COST_HEADER = "external_id,incurred_on,amount,currency,category,team\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.UPLOADS_DIR = str(tmp_path / "uploads")
    return tmp_path / "uploads"


@pytest.fixture
def ada(person) -> Client:
    return signed_in(person, "ada", Group.FINANCE)


def signed_in(person, username, *groups) -> Client:
    client = Client()
    client.force_login(person(username, *groups, is_staff=False))
    return client


def preview(client, address, content, **more):
    content = content.encode() if isinstance(content, str) else content
    sent = {"act": "preview", "file": SimpleUploadedFile("rows", content), "numbers": "point", **more}
    return client.post(address, sent)


def xlsx(*rows) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


@pytest.fixture
def lantern(db):
    for kind, rows in {
        "teams": [{"code": "gates", "name": "Gates"}],
        "cost-categories": [{"code": "cloud", "name": "Cloud"}],
    }.items():
        receive(SYSTEM, kind_named(kind), [(number, row, "json") for number, row in enumerate(rows, start=1)])


@pytest.mark.parametrize("content", [CSV, xlsx(("code", "name"), ("gates", "Gates"), ("web", "Web"))])
def test_a_file_is_seen_before_it_is_stored_and_then_stored_as_it_was_seen(ada, folder, content):
    looked_at = preview(ada, TEAMS, content)

    assert looked_at.context["counts"] == [("created", 2)]
    assert looked_at.context["some"] == [{"outcome": "created", "rows": [(2, "gates"), (3, "web")]}]
    assert not Team.objects.exists()

    taken = ada.post(TEAMS, {"act": "confirm", "ticket": looked_at.context["ticket"]})

    assert (taken.status_code, taken["Location"]) == (302, "/admin/teams/team/")
    assert sorted(Team.objects.values_list("code", flat=True)) == ["gates", "web"]
    assert list(folder.iterdir()) == []


def test_new_changed_and_unchanged_rows_are_told_apart(ada):
    ticket = preview(ada, TEAMS, CSV).context["ticket"]
    ada.post(TEAMS, {"act": "confirm", "ticket": ticket})

    looked_at = preview(ada, TEAMS, "code,name\ngates,Gates\nweb,Webshop\nnew,New\n")

    assert looked_at.context["counts"] == [("created", 1), ("changed", 1), ("unchanged", 1)]


def test_refused_rows_are_told_in_sentences_and_nothing_is_offered_to_store(ada):
    looked_at = preview(ada, TEAMS, "code,name\ngates,\n")

    assert [one.sentence for one in looked_at.context["refused"]] == ["Row 2, name: is required."]
    assert "Take it in" not in looked_at.content.decode()


def test_a_header_nobody_knows_and_a_missing_file_are_told_on_the_page(ada, folder):
    assert preview(ada, TEAMS, "code,nmae\n").context["refusals"] == [
        "Header, nmae: teams have no such column; did you mean name?"
    ]
    assert ada.post(TEAMS, {"act": "preview"}).context["refusals"] == ["Choose a file first."]
    assert list(folder.iterdir()) == []


def test_a_german_csv_comes_in_exactly_when_its_sender_says_so(ada, lantern):
    content = COST_HEADER + 'c1,2026-01-02,"1.234,56",EUR,cloud,gates\n'
    assert preview(ada, COSTS, content).context["receipt"].refused_rows == 1

    ticket = preview(ada, COSTS, content, numbers="comma").context["ticket"]
    ada.post(COSTS, {"act": "confirm", "ticket": ticket})

    assert CostEntry.current.get().amount_minor == 123456


def test_a_ticket_of_another_page_is_refused(ada):
    ticket = preview(ada, TEAMS, CSV).context["ticket"]

    assert ada.post(COSTS, {"act": "confirm", "ticket": ticket}).context["refusals"] == [
        "This file was sent to another page. Send it here."
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_long_file_is_read_by_a_job_and_goes_when_it_is_done(ada, folder, monkeypatch, dry_run):
    monkeypatch.setattr(kind_upload, "MOST_ROWS", 1)
    looked_at = preview(ada, TEAMS, CSV)
    assert looked_at.context["is_long"]

    more = {"dry_run": "on"} if dry_run else {}
    ada.post(TEAMS, {"act": "job", "ticket": looked_at.context["ticket"], **more})
    call_command("run_jobs", stdout=io.StringIO())

    (told,) = ada.get(TEAMS).context["jobs"]
    verb = "Only tried, nothing was stored" if dry_run else "Stored"
    assert told["words"] == [f"teams: 2 rows read. {verb}: 2 created, 0 refused."]
    assert Team.objects.count() == (0 if dry_run else 2)
    assert list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_rows_that_a_job_refused_are_downloaded_by_the_one_who_sent_them(ada, person, monkeypatch):
    monkeypatch.setattr(kind_upload, "MOST_ROWS", 1)
    ticket = preview(ada, TEAMS, "code,name\ngates,Gates\nweb,\n").context["ticket"]
    ada.post(TEAMS, {"act": "job", "ticket": ticket})
    call_command("run_jobs", stdout=io.StringIO())
    (told,) = ada.get(TEAMS).context["jobs"]

    answer = ada.get(told["refused"])

    assert b"".join(answer.streaming_content).decode("utf-8-sig").splitlines() == [
        "row,column,problem",
        '3,name,"Row 3, name: is required."',
    ]
    assert not Team.objects.exists()
    assert signed_in(person, "grace", Group.FINANCE).get(told["refused"]).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_job_tells_no_sum_of_amounts(ada, lantern, monkeypatch):
    monkeypatch.setattr(kind_upload, "MOST_ROWS", 0)
    content = COST_HEADER + "c1,2026-01-02,1234.56,EUR,cloud,gates\n"
    ada.post(COSTS, {"act": "job", "ticket": preview(ada, COSTS, content).context["ticket"]})

    call_command("run_jobs", stdout=io.StringIO())

    assert Job.objects.get().result == {
        "words": ["cost-entries: 1 row read. Stored: 1 created, 0 refused."],
        "refused": "",
        "stored": True,
    }


@pytest.mark.django_db(transaction=True)
def test_somebody_who_left_finance_meanwhile_gets_nothing_in(ada, folder, monkeypatch, django_user_model):
    monkeypatch.setattr(kind_upload, "MOST_ROWS", 1)
    ada.post(TEAMS, {"act": "job", "ticket": preview(ada, TEAMS, CSV).context["ticket"]})
    django_user_model.objects.get(username="ada").groups.clear()

    call_command("run_jobs", stdout=io.StringIO())

    job = Job.objects.get()
    assert (job.state, job.error) == (State.FAILED, "Writing teams is for finance, planner.")
    assert not Team.objects.exists()
    assert list(folder.iterdir()) == []


def test_every_kind_has_the_page_for_its_writers_and_for_nobody_else(ada, person):
    eve = signed_in(person, "eve", Group.ADMINISTRATOR)
    for kind in all_kinds():
        meta = kind.model._meta
        address = f"/admin/{meta.app_label}/{meta.model_name}/upload/"
        may = Group.ADMINISTRATOR in kind.write

        assert ada.get(address).status_code == 200, kind.name
        assert eve.get(address).status_code == (200 if may else 403), kind.name
    assert TEAMS in ada.get("/admin/teams/team/").content.decode()
