"""Eight things that go wrong in the first week, at the doors where they do.

Each is told in a sentence that says what to do, and afterwards everything is as it was.
"""

import base64
import datetime as dt
import io
import subprocess
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from finance.services.workbook.writing import template
from roi_project.access.models import Token
from roi_project.web.recipes import recipes
from tests.counting import counts
from tests.finance.sending import send
from tests.finance.workbooks import LANTERN, filled, saved, workbook

pytestmark = pytest.mark.django_db

PAGE = "/admin/get-started/"
ROI = "/api/v1/reports/roi/"


@pytest.fixture
def refused(client, finance, settings, tmp_path):
    """`refused(file)`: what finance reads after sending a workbook, having taken nothing in."""
    settings.UPLOADS_DIR = str(tmp_path / "uploads")
    client.force_login(finance)

    def sent(file):
        before = counts()
        form = {"act": "preview", "file": SimpleUploadedFile("lantern.xlsx", file.getvalue()), "currency": "EUR"}
        told = client.post(PAGE, form).context
        if told.get("ticket"):  # it may be insisted on
            client.post(PAGE, {"act": "confirm", "ticket": told["ticket"]})
        assert counts() == before
        return [told["refusal"]] if told.get("refusal") else told["problems"]

    return sent


def test_swapped_sheets(refused):
    book = filled(LANTERN)
    book["Teams"].title, book["Costs"].title = "Costs, once", "Teams"
    book["Costs, once"].title = "Costs"

    assert refused(saved(book)) == [
        "Sheet Costs has the headings of Teams. Give each sheet the name that belongs to its columns."
    ]


def test_merged_cells(refused):
    book = filled(LANTERN)
    book["Costs"].merge_cells("D5:D6")

    assert refused(saved(book)) == [
        "Sheet Costs: the cells D5:D6 are merged. Take them apart, and write into each cell what it means."
    ]


def test_a_german_decimal_comma(refused):
    costs = [{**LANTERN["Costs"][0], "Amount": "1.234,56"}, LANTERN["Costs"][1]]

    assert refused(workbook({**LANTERN, "Costs": costs})) == [
        "Costs, row 5: Amount: “1.234,56” is not a number with a decimal point, as in 1,234.50; if the file "
        "writes 1.234,50, choose that under “Numbers that are written as text look like” (--numbers comma on the "
        "command line)."
    ]


def test_a_formula_in_a_name(refused):
    teams = [{**LANTERN["Teams"][0], "Name": '=HYPERLINK("http://example.org","Box office")'}, LANTERN["Teams"][1]]

    assert refused(workbook({**LANTERN, "Teams": teams})) == [
        "Teams, row 5: Name: C5 has a formula; write the value itself there."
    ]


def test_a_zip_bomb(refused):
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as real, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in real.namelist():
            packed.writestr(name, "0" * 30_000_000 if name.endswith("sheet1.xml") else real.read(name))

    assert refused(bomb) == [
        "The workbook is packed tighter than any real one, so it is not unpacked. "
        "Open it in your spreadsheet program and save it again as .xlsx."
    ]


def test_ten_refused_rows_of_a_thousand(refused):
    wrong = range(100, 1_001, 100)
    costs = [
        {"Number": f"c{n}", "Day": "2026-02-30" if n in wrong else "2026-02-28", "Amount": n, "Team": "gates"}
        for n in range(1, 1_001)
    ]

    assert refused(workbook({**LANTERN, "Costs": costs})) == [
        f"Costs, row {n + 4}: Day: “2026-02-30” is not a day of the calendar." for n in wrong
    ]


def test_a_snapshot_that_would_end_half_of_the_people(api, planner, as_problem):
    send("role-families", {"code": "developer", "name": "Developer"})
    everybody = [{"code": f"p{number}", "role": "developer"} for number in range(10)]
    state = {"source": "hr", "mode": "snapshot", "as_of": "2026-03-02", "rows": everybody}
    assert api(planner).post("/api/v1/people/bulk/", state, format="json").status_code == 200
    caller, before = api(planner), counts()

    answer = caller.post("/api/v1/people/bulk/", {**state, "as_of": "2026-03-03", "rows": everybody[:5]}, format="json")

    assert as_problem(answer, 409, "conflict")["detail"] == (
        "confirm_ends: It ends 5 of the 10 people of hr on 2026-03-03. If that is so, send confirm_ends=5. "
        "Nothing was stored."
    )
    assert counts() == before


def test_an_expired_token_in_a_spreadsheet(client, finance, bearer, as_problem, live_server, tmp_path):
    token = bearer(finance, scopes=["reports"])
    Token.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    secret = base64.b64encode(f"token:{token}".encode()).decode()
    kept = tmp_path / "report.csv"
    kept.write_text("last month's\n")
    before = counts()

    answer = client.get(ROI, {"format": "csv"}, headers={"Authorization": f"Basic {secret}"})
    shell = next(one.text for one in recipes(f"{live_server.url}{ROI}", numbers=()) if one.name == "curl")
    line = subprocess.run(
        ["sh", "-c", shell], cwd=tmp_path, env={"TOKEN": token, "PATH": "/usr/bin:/bin"}, capture_output=True
    )

    assert as_problem(answer, 401, "not-authenticated")["detail"] == (
        "There is no valid token in this request. Send one as “Authorization: Bearer roi_…”, from a spreadsheet as the "
        "password of the user “token”; one that has expired or was revoked is replaced under My tokens in the admin."
    )
    assert (line.returncode, b"401" in line.stderr, kept.read_text()) == (22, True, "last month's\n")
    assert counts() == before
