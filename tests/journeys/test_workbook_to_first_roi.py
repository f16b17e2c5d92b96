"""From an empty database to a first ROI: the workbook in the admin, a compile, a second person, the report."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from finance.models import BenefitEntry, CostEntry
from roi_project.access.audience import Group
from teams.models import Team
from tests.finance.workbooks import LANTERN, Rows, filled, saved, workbook

PAGE = "/admin/get-started/"
pytestmark = pytest.mark.django_db


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


def file(content: bytes, name: str = "lantern.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def preview(client: Client, rows: Rows = LANTERN, **more: str):
    return client.post(
        PAGE, {"act": "preview", "file": file(workbook(rows).getvalue()), "currency": "eur", "numbers": "point", **more}
    )


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.django_db(transaction=True)
def test_three_sheets_lead_to_a_first_roi(ada, person, api, folder):
    assert next(lack.sentence for lack in ada.get(PAGE).context["lacks"] if lack.blocks) == "There are no teams."

    looked_at = preview(ada)
    assert {words: (sheets, one.created) for words, sheets, one in looked_at.context["changes"]} == {
        "Organisation settings": ("", 1),
        "Value streams": ("Teams", 2),
        "Teams": ("Teams", 2),
        "Team stream shares": ("Teams", 2),
        "Epics": ("Benefits", 1),
        "Epic teams": ("Benefits", 1),
        "Cost categories": ("Costs", 2),
        "Cost entries": ("Costs", 2),
        "Benefit entries": ("Benefits", 1),
    }
    assert not Team.objects.exists()
    taken = ada.post(PAGE, {"act": "confirm", "ticket": looked_at.context["ticket"]})
    assert (taken.status_code, taken["Location"]) == (302, f"{PAGE}?first=2026-01&last=2026-01")
    assert ada.get(taken["Location"]).context["months"] == ("2026-01", "2026-01")
    assert list(folder.iterdir()) == []

    ada.post(PAGE, {"act": "compile", "first": "2026-01", "last": "2026-01"})
    call_command("run_jobs", stdout=io.StringIO())
    grace = signed_in(person, "grace", Group.FINANCE)
    entry = BenefitEntry.current.get()
    grace.post("/admin/finance/benefitentry/", {"action": "validate", "_selected_action": [entry.pk]})
    grace.post(PAGE, {"act": "compile", "first": "2026-01", "last": "2026-01"})
    call_command("run_jobs", stdout=io.StringIO())

    report = ada.get("/api/v1/reports/roi/?group_by=value_stream").json()
    rows = {row["group_code"]: row for row in report["results"]}
    assert rows["visit"]["cost"] == {"amount": "14400.50", "currency": "EUR"}
    assert rows["visit"]["benefit_validated_cash"] == {"amount": "20000.00", "currency": "EUR"}
    assert rows["visit"]["roi_validated_cash"] == "0.388841"
    assert "38.9 %" in text(ada.get("/admin/")).replace("\u00a0", " ")
    assert [lack.sentence for lack in ada.get(PAGE).context["lacks"] if lack.blocks] == []


def test_a_sheet_that_is_not_read_is_told_above_the_changes_and_on_the_button(ada):
    book = filled({"Teams": LANTERN["Teams"]})
    book["Costs"]["Z1"] = "Seen by"
    book["Costs"].title = "Kosten"

    answer = ada.post(PAGE, {"act": "preview", "file": file(saved(book).getvalue()), "currency": "EUR"})

    page = text(answer)
    warning, changes, button = (
        page.find(words) for words in ("Did you mean Costs?", "<th", "Take it in without Kosten")
    )
    assert -1 < warning < changes < button
    assert '<p class="console-note" role="alert">The workbook has no sheet Costs.</p>' in page


def test_what_was_previewed_is_what_is_stored(ada, folder):
    ticket = preview(ada).context["ticket"]
    (kept,) = folder.iterdir()
    kept.write_bytes(workbook({**LANTERN, "Costs": []}).getvalue())

    answer = ada.post(PAGE, {"act": "confirm", "ticket": ticket})

    assert answer.context["refusal"] == "The file is not the one that was looked at. Send it again."
    assert not CostEntry.objects.exists()


def test_a_ticket_is_for_the_one_who_sent_the_file_and_for_once(ada, person):
    ticket = preview(ada).context["ticket"]
    grace = signed_in(person, "grace", Group.FINANCE)

    assert grace.post(PAGE, {"act": "confirm", "ticket": ticket}).context["refusal"] == (
        "Somebody else has sent this file. Send it yourself."
    )
    assert ada.post(PAGE, {"act": "confirm", "ticket": f"{ticket}x"}).context["refusal"] == (
        "This preview is too old. Send the file again."
    )
    assert ada.post(PAGE, {"act": "confirm", "ticket": ticket}).status_code == 302
    assert ada.post(PAGE, {"act": "confirm", "ticket": ticket}).context["refusal"] == (
        "The file is gone: it was taken in, or waited for too long. Send it again."
    )


def test_refused_rows_are_shown_and_the_workbook_comes_back_with_them(ada):
    wrong = {**LANTERN, "Costs": [{**LANTERN["Costs"][0], "Amount": "1.234,56"}]}

    answer = preview(ada, wrong)
    back = ada.post(PAGE, {"act": "problems", "ticket": answer.context["ticket"]})

    assert answer.context["problems"] == [
        "Costs, row 5: Amount: “1.234,56” is not a number with a decimal point, as in 1,234.50; if the file "
        "writes 1.234,50, choose that under “Numbers that are written as text look like” (--numbers comma on the "
        "command line)."
    ]
    assert not Team.objects.exists()
    assert back["Content-Disposition"] == 'attachment; filename="team-roi-problems.xlsx"'
    page = openpyxl.load_workbook(io.BytesIO(back.content))["Costs"]
    assert [cell.value for cell in page[5]][-1].startswith("Amount: “1.234,56”")


def test_another_sort_of_file_is_refused_on_the_page_in_a_sentence(ada, folder):
    answer = ada.post(PAGE, {"act": "preview", "file": file(b"a,b\n"), "currency": "EUR"})

    assert answer.status_code == 200
    assert answer.context["refusal"].startswith("The file is not a workbook in the format .xlsx.")
    assert ada.post(PAGE, {"act": "preview"}).context["refusal"] == "Choose a file first."
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("group", "status"), [(Group.FINANCE, 200), (Group.ADMINISTRATOR, 200), (Group.LEADER, 403), (Group.AUDITOR, 403)]
)
def test_the_page_and_the_template_are_for_finance_and_administrators(person, group, status):
    client = signed_in(person, "erin", group)

    assert client.get(PAGE).status_code == status
    assert client.get(f"{PAGE}template/").status_code == status
    assert (f'href="{PAGE}"' in text(client.get("/admin/"))) is (status == 200)


def test_an_administrator_sees_what_is_missing_and_sends_no_rates(person):
    client = signed_in(person, "eve", Group.ADMINISTRATOR)

    assert preview(client).context["refusal"] == "A workbook with costs and rates is taken in by finance."
    assert not Team.objects.exists()
