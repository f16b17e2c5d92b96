"""The examples on the page of each report do what they say, as they are written: a shell, a program, a spreadsheet."""

import base64
import csv
import re
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest

from roi_project.access.audience import SYSTEM
from roi_project.access.services import issue_token
from tests.architecture.source import ROOT
from tests.finance.sending import NOW, compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY

REPORTS = ("capacity", "changes", "investment", "promises", "reconciliation", "roi", "team-design")


def example(report, language):
    """The text in this language on the page of a report."""
    page = (ROOT / "docs" / "reports" / f"{report}.md").read_text(encoding="utf-8")
    (text,) = re.findall(rf"```{language}\n(.*?)```", page.partition("## Examples")[2], re.DOTALL)
    return text


@pytest.fixture
def surroundings(transactional_db, leader, live_server, monkeypatch):
    """What an example is told: where the service is, and a leader's token for reports."""
    send_golden()
    send_card()
    send("epics", {"code": "next-pay", "name": "Next pay", "work_type": "feature"})
    promise = {"epic": "next-pay", "amount": dollars("50.00"), "benefit_class": "hard_cash", "first_month": JULY}
    send("anticipated-benefits", promise)
    compile_months("2026-06", JULY)
    _, token = issue_token(SYSTEM, user=leader, name="examples", scopes=["reports"], now=NOW)
    return {"TEAM_ROI_URL": live_server.url, "TEAM_ROI_TOKEN": token, "PATH": "/usr/bin:/bin"}


def columns_of(text):
    return next(csv.reader(text.splitlines()))


def contract(report):
    """The columns that the page itself lists."""
    page = (ROOT / "docs" / "reports" / f"{report}.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(\w+)` \|", page.partition("| column | what it says |")[2].partition("\n\n")[0], re.M)


@pytest.mark.parametrize("report", REPORTS)
def test_the_examples_of_a_page_do_what_they_say(surroundings, tmp_path, report):
    subprocess.run(["sh", "-ec", example(report, "sh")], env=surroundings, cwd=tmp_path, check=True)
    saved = (tmp_path / f"{report}.csv").read_text(encoding="utf-8")

    program = [sys.executable, "-c", example(report, "python")]
    printed = subprocess.run(program, env=surroundings, capture_output=True, text=True, check=True).stdout

    sheet = example(report, "powerquery")
    (path,), query = re.findall(r'RelativePath = "([^"]*)"', sheet), re.findall(r'#"([^"]*)" = "([^"]*)"', sheet)
    asked = urllib.request.Request(
        f"{surroundings['TEAM_ROI_URL']}/{path}?{urllib.parse.urlencode(query)}",
        headers={"Authorization": f"Basic {basic(surroundings['TEAM_ROI_TOKEN'])}"},
    )
    with urllib.request.urlopen(asked) as answer:
        loaded = answer.read().decode()

    assert columns_of(saved) == columns_of(loaded) == contract(report)
    assert len(saved.splitlines()) == len(loaded.splitlines()) > 1
    assert printed == example(report, "text")


def basic(token):
    return base64.b64encode(f"token:{token}".encode()).decode()


def test_every_page_with_columns_has_examples():
    pages = (ROOT / "docs" / "reports").glob("*.md")

    assert {page.stem for page in pages if "| column | what it says |" in page.read_text(encoding="utf-8")} == {
        *REPORTS
    }
