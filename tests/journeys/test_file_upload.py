"""A file of rows sent to a kind in the admin: seen first, stored as it was seen, and by a job where it is long."""

import datetime as dt
import gzip
import io
import os
from pathlib import Path

import pytest
import xlsxwriter
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from finance.models import CostEntry
from roi_project.access.audience import SYSTEM, Group
from roi_project.console import kind_upload
from roi_project.db.models import Frozen
from roi_project.intake import refused_rows as refused_rows_module
from roi_project.intake import uploads
from roi_project.intake.kinds import all_kinds, kind_named
from roi_project.intake.receipt import Refused
from roi_project.intake.receive import receive
from roi_project.jobs.lease import Lease
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


def test_refused_rows_are_told_in_sentences_and_nothing_is_offered_to_store(ada, folder):
    looked_at = preview(ada, TEAMS, "code,name\ngates,\n")

    assert [one.sentence for one in looked_at.context["refused"]] == ["Row 2, name: is required."]
    assert "Take it in" not in looked_at.content.decode()
    assert list(folder.iterdir()) == [], "a file that nothing can be done with is not kept"


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


def test_rows_about_a_closed_month_are_told_before_they_are_stored(ada, lantern):
    Frozen.objects.create(month=dt.date(2026, 1, 1))
    rows = ["c1,2026-01-02,5,EUR,cloud,gates", "c2,2026-01-03,5,EUR,cloud,gates", "c3,2026-02-02,5,EUR,cloud,gates"]

    one, two = (preview(ada, COSTS, COST_HEADER + "\n".join(some)) for some in (rows[1:], rows))

    told = (
        "of them {} about a closed month: kept as late, and the closed book stays as it is. No report from it shows {}."
    )
    assert f"1 {told.format('is', 'it')}" in one.content.decode()
    assert f"2 {told.format('are', 'them')}" in two.content.decode()


def test_a_ticket_of_another_page_is_refused(ada):
    ticket = preview(ada, TEAMS, CSV).context["ticket"]

    assert ada.post(COSTS, {"act": "confirm", "ticket": ticket}).context["refusals"] == [
        "This file was sent to another page. Send it here."
    ]


# --- longer than a page can look at --------------------------------------------------------------------------------


@pytest.fixture
def long(transactional_db, monkeypatch):
    """`long(client, address, content)`: a file is left to a job, which looks at it; how the page tells of it."""
    monkeypatch.setattr(kind_upload, "MOST_ROWS", 1)

    def sent(client, address, content):
        looked_at = preview(client, address, content)
        assert looked_at.context["is_long"]
        client.post(address, {"act": "job", "ticket": looked_at.context["ticket"]})
        call_command("run_jobs", stdout=io.StringIO())
        return latest(client, address)

    return sent


def latest(client, address):
    return client.get(address).context["jobs"][0]


def take(client, address, told):
    return client.post(address, {"act": "take", "job": str(told["job"].pk)})


def refused_rows(client, told):
    return b"".join(client.get(told["refused"]).streaming_content).decode("utf-8-sig").splitlines()


def test_a_long_file_is_looked_at_by_a_job_and_stored_once_its_sender_says_so(ada, folder, long):
    told = long(ada, TEAMS, CSV)

    assert told["words"] == ["teams: 2 rows read. Only tried, nothing was stored: 2 would be created, 0 refused."]
    assert told["waits"]
    assert not Team.objects.exists()

    take(ada, TEAMS, told)
    assert [one["waits"] for one in ada.get(TEAMS).context["jobs"]] == [False, False]
    call_command("run_jobs", stdout=io.StringIO())

    assert latest(ada, TEAMS)["words"] == ["teams: 2 rows read. Stored: 2 created, 0 refused."]
    assert sorted(Team.objects.values_list("code", flat=True)) == ["gates", "web"]
    assert list(folder.iterdir()) == []


def test_a_long_file_tells_new_changed_and_unchanged_rows_apart(ada, long):
    take(ada, TEAMS, long(ada, TEAMS, CSV))
    call_command("run_jobs", stdout=io.StringIO())

    told = long(ada, TEAMS, "code,name\ngates,Gates\nweb,Webshop\nnew,New\n")

    assert told["words"] == [
        "teams: 3 rows read. Only tried, nothing was stored: "
        "1 would be created, 1 would be changed, 1 would be unchanged, 0 refused."
    ]


def test_a_long_file_is_taken_in_once_and_by_the_one_who_sent_it(ada, person, long):
    told = long(ada, TEAMS, CSV)
    gone = "The file is gone: it was taken in, or waited for too long. Send it again."

    assert take(signed_in(person, "grace", Group.FINANCE), TEAMS, told).context["refusals"] == [gone]
    assert take(ada, COSTS, told).context["refusals"] == [gone]
    assert ada.post(TEAMS, {"act": "take", "job": "x"}).context["refusals"] == ["There is no such job."]
    assert take(ada, TEAMS, told).status_code == 302
    assert take(ada, TEAMS, told).context["refusals"] == ["This file is being taken in already."]
    call_command("run_jobs", stdout=io.StringIO())
    assert take(ada, TEAMS, told).context["refusals"] == [gone]
    assert Job.objects.count() == 2


def age(folder, **of):
    """Let everything in the folder have waited for so long."""
    moment = (timezone.now() - dt.timedelta(**of)).timestamp()
    for path in folder.iterdir():
        os.utime(path, (moment, moment))


def test_a_file_whose_taking_in_failed_is_offered_and_taken_in_again(ada, long):
    told = long(ada, TEAMS, CSV)
    take(ada, TEAMS, told)
    Job.objects.filter(state=State.QUEUED).update(
        state=State.FAILED, error="Its worker died.", finished_at=timezone.now()
    )

    assert [one["waits"] for one in ada.get(TEAMS).context["jobs"]] == [False, True]
    assert take(ada, TEAMS, told).status_code == 302
    call_command("run_jobs", stdout=io.StringIO())

    assert sorted(Team.objects.values_list("code", flat=True)) == ["gates", "web"]


def test_a_file_that_is_being_taken_in_is_not_offered_again_below_many_later_ones(ada, long, monkeypatch):
    take(ada, TEAMS, long(ada, TEAMS, CSV))
    monkeypatch.setattr(kind_upload, "LATEST_JOBS", 2)
    looked = Job.objects.get(state=State.DONE)
    Job.objects.filter(pk=looked.pk).update(created_at=timezone.now() + dt.timedelta(minutes=1))
    monkeypatch.setattr(kind_upload, "LATEST_JOBS", 1)

    assert [(one["job"].pk, one["waits"]) for one in ada.get(TEAMS).context["jobs"]] == [(looked.pk, False)]


def test_what_has_waited_for_a_day_is_neither_taken_in_nor_downloaded_before_any_sweep(ada, folder, long):
    fine, refused = long(ada, TEAMS, CSV), long(ada, TEAMS, "code,name\ngates,\nweb,Web\n")
    age(folder, hours=24, minutes=1)

    assert [one["waits"] for one in ada.get(TEAMS).context["jobs"]] == [False, False]
    assert take(ada, TEAMS, fine).context["refusals"] == [
        "The file is gone: it was taken in, or waited for too long. Send it again."
    ]
    assert ada.get(refused["refused"]).status_code == 404
    assert len(list(folder.iterdir())) == 2


def test_the_clock_removes_what_has_waited_for_a_day(ada, folder, long, settings):
    long(ada, TEAMS, "code,name\ngates,\nweb,Web\n")
    task = settings.CELERY_BEAT_SCHEDULE["sweep-uploads"]["task"]

    age(folder, hours=23)
    current_app.tasks[task]()
    assert len(list(folder.iterdir())) == 1

    age(folder, hours=25)
    current_app.tasks[task]()
    assert list(folder.iterdir()) == []


def test_a_sweep_passes_over_a_file_that_somebody_renames_meanwhile(folder, monkeypatch):
    folder.mkdir()
    monkeypatch.setattr(Path, "iterdir", lambda self: iter([self / "gone"]))

    uploads.sweep(now=timezone.now())


def test_refused_rows_are_readable_by_nobody_else(ada, folder, long):
    folder.mkdir(mode=0o755)

    long(ada, TEAMS, "code,name\ngates,\nweb,Web\n")

    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_refused_rows_lie_there_before_the_job_says_so(ada, folder, long, monkeypatch):
    seen = []
    finish = Lease.finish

    def watched(self, result=None):
        seen.append([path.name.partition(".")[2] for path in folder.iterdir() if path.name.endswith(".gz")])
        finish(self, result)

    monkeypatch.setattr(Lease, "finish", watched)

    long(ada, TEAMS, "code,name\ngates,\nweb,Web\n")

    assert seen == [["refused.csv.gz"]]


def test_a_column_that_starts_a_formula_in_full_width_is_not_run(tmp_path):
    with refused_rows_module.RefusedRows(tmp_path / "told.gz") as told:
        told.tell(Refused(2, "＝cmd", "unknown", "No such column."))
        told.publish()

    text = gzip.decompress((tmp_path / "told.gz").read_bytes()).decode("utf-8-sig")
    assert text.splitlines() == ["row,column,problem", "2,'＝cmd,No such column."]


def test_a_file_that_has_waited_for_too_long_is_not_taken_in(ada, folder, long):
    told = long(ada, TEAMS, CSV)
    age(folder, days=2)

    assert not latest(ada, TEAMS)["waits"]
    assert take(ada, TEAMS, told).context["refusals"] == [
        "The file is gone: it was taken in, or waited for too long. Send it again."
    ]


def test_rows_that_a_job_refused_are_downloaded_by_the_one_who_sent_them(ada, person, folder, long):
    told = long(ada, TEAMS, "code,name\ngates,Gates\nweb,\n")

    assert not told["waits"]
    assert refused_rows(ada, told) == ["row,column,problem", '3,name,"Row 3, name: is required."']
    assert [kept.name.partition(".")[2] for kept in folder.iterdir()] == ["refused.csv.gz"]
    assert not Team.objects.exists()
    assert signed_in(person, "grace", Group.FINANCE).get(told["refused"]).status_code == 404


def test_every_refused_row_of_a_long_file_is_in_the_download(ada, long):
    told = long(ada, TEAMS, "code,name\n" + "".join(f"t{n},\n" for n in range(2_500)))

    assert told["words"] == ["teams: 2,500 rows read. Nothing was stored: no row taken, 2,500 refused."]
    assert refused_rows(ada, told) == [
        "row,column,problem",
        *(f'{n},name,"Row {n}, name: is required."' for n in range(2, 2_502)),
    ]


def test_a_download_of_refused_rows_ends_somewhere_and_says_so(ada, long, monkeypatch):
    monkeypatch.setattr(refused_rows_module, "MOST_TOLD", 2_000)

    told = long(ada, TEAMS, "code,name\n" + "".join(f"t{n},\n" for n in range(2_500)))

    rows = refused_rows(ada, told)
    assert len(rows) == 1 + 2_000 + 1
    assert rows[-1] == ",,… and 500 more problems. Mend these first."


def test_a_job_tells_no_sum_of_amounts(ada, lantern, long):
    rows = "".join(f"c{n},2026-01-02,1234.56,EUR,cloud,gates\n" for n in (1, 2))

    take(ada, COSTS, long(ada, COSTS, COST_HEADER + rows))
    call_command("run_jobs", stdout=io.StringIO())

    assert Job.objects.latest("created_at").result == {
        "words": ["cost-entries: 2 rows read. Stored: 2 created, 0 refused."],
        "refused": "",
        "stored": True,
        "waits": "",
    }
    assert "1234" not in str(list(Job.objects.values_list("result", "arguments")))


def test_somebody_who_left_finance_meanwhile_gets_nothing_in(ada, folder, long, django_user_model):
    take(ada, TEAMS, long(ada, TEAMS, CSV))
    django_user_model.objects.get(username="ada").groups.clear()

    call_command("run_jobs", stdout=io.StringIO())

    job = Job.objects.latest("created_at")
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
