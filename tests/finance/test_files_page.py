"""The texts for other programs do what they say: they are run, or read and followed, against a running server."""

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from decimal import Decimal, InvalidOperation

import pytest

from roi_project.access.audience import SYSTEM
from roi_project.access.services import issue_token
from roi_project.console.menu import account_links, navigation
from roi_project.web.recipes import m_text, power_query, recipes, shell_quoted
from tests.finance.sending import NOW, compile_months, dollars, send, send_card, send_golden
from tests.golden import JULY

REPORTS = (
    "report-roi", "report-investment", "report-capacity", "report-team-design", "report-changes", "report-promises",
    "reconciliation",
)  # fmt: skip
FILTERS = {
    "report-roi": {"group_by": "team", "from": JULY, "through": JULY, "window": "period"},
    "report-investment": {"from": JULY, "through": JULY, "team": "checkout,search"},
    "report-capacity": {"from": JULY, "through": JULY},
    "report-team-design": {"from": JULY, "through": JULY},
    "report-changes": {"from": "2026-06", "through": JULY},
    "report-promises": {"through": JULY},
    "reconciliation": {"from": JULY, "through": JULY},
}
COMPUTED_WHEN_ASKED = ("report-capacity", "report-team-design")


@pytest.fixture
def months(transactional_db):
    send_golden()
    send_card()
    send("epics", {"code": "next-pay", "name": "Next pay", "work_type": "feature"})
    promise = {"epic": "next-pay", "amount": dollars("50.00"), "benefit_class": "hard_cash", "first_month": JULY}
    send("anticipated-benefits", promise)
    compile_months("2026-06", JULY)


@pytest.fixture
def token(months, finance):
    return issue_token(SYSTEM, user=finance, name="workbook", scopes=["reports"], now=NOW)[1]


@pytest.fixture
def page(months, client, finance, live_server):
    """The page of a report as finance sees it, with the texts on it by name."""
    client.force_login(finance)

    def shown(report, **query):
        host = live_server.url.removeprefix("http://")
        answer = client.get("/admin/files/", {"report": report, **query}, headers={"Host": host})
        assert answer.status_code == 200
        return answer, {recipe.name: recipe.text for recipe in answer.context["recipes"]}

    return shown


def offered_by(answer, client):
    """The CSV file of the page, asked for where the page was opened: addresses in it begin with that."""
    file = client.get(dict(answer.context["files"])["CSV"], headers={"Host": answer.wsgi_request.get_host()})
    return b"".join(file).decode()


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def is_number(text):
    try:
        return text == "" or Decimal(text).is_finite()
    except InvalidOperation:
        return False


@pytest.mark.parametrize("report", REPORTS)
def test_the_shell_line_saves_the_file_that_the_page_offers(page, token, client, tmp_path, report):
    answer, texts = page(report, **FILTERS[report])
    shown = rows_of(offered_by(answer, client))

    subprocess.run(
        ["sh", "-ec", texts["curl"]], cwd=tmp_path, env={"TOKEN": token, "PATH": "/usr/bin:/bin"}, check=True
    )

    saved = rows_of((tmp_path / "report.csv").read_text())
    moving = {saved[0].index("as_of")} if report in COMPUTED_WHEN_ASKED else set()
    assert [[cell for place, cell in enumerate(row) if place not in moving] for row in saved] == [
        [cell for place, cell in enumerate(row) if place not in moving] for row in shown
    ]
    assert len(saved) > 1


@pytest.mark.parametrize("report", REPORTS)
def test_the_power_query_text_names_the_address_and_types_just_the_numbers(page, token, report):
    _, texts = page(report, **FILTERS[report])
    text = texts["power_query"]

    (base,) = re.findall(r'Web\.Contents\("([^"]*)"', text)
    (path,) = re.findall(r'RelativePath = "([^"]*)"', text)
    query = dict(re.findall(r'#"([^"]*)" = "([^"]*)"', text))
    typed = re.findall(r'\{"([^"]*)", type number\}', text)
    secret = base64.b64encode(f"token:{token}".encode()).decode()
    address = f"{base}/{path}?{urllib.parse.urlencode(query)}"
    asked = urllib.request.Request(address, headers={"Authorization": f"Basic {secret}"})
    with urllib.request.urlopen(asked) as answer:
        head, *rows = rows_of(answer.read().decode())

    assert query == {**FILTERS[report], "format": "csv"}
    assert token not in text
    for name, cells in zip(head, zip(*rows, strict=True), strict=True):
        assert name not in typed or all(map(is_number, cells)), name
        told = [cell for cell in cells if cell]
        looks_like_one = told and all(map(is_number, told)) and not name.endswith("_version")
        assert name in typed or not looks_like_one, f"{name} holds numbers"
    assert set(typed) <= set(head)


STUB = """
const {execFileSync} = require("child_process");
const run = (program, args, input) => execFileSync(program, args, {input, encoding: "utf8", maxBuffer: 1 << 28});
const PropertiesService = {getScriptProperties: () => ({getProperty: name => process.env[name]})};
const UrlFetchApp = {fetch: (url, {headers}) => {
  const text = run("curl", ["-sf", "-H", "Authorization: " + headers.Authorization, url]);
  return {getContentText: () => text};
}};
const Utilities = {parseCsv: text => JSON.parse(run(process.env.PYTHON, ["-c",
  "import csv,io,json,sys;print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.read(),newline='')))))"], text))};
const seen = {};
const SpreadsheetApp = {getActiveSheet: () => ({
  clearContents: () => { seen.cleared = true; },
  getRange: (...place) => ({setValues: values => { seen.place = place; seen.values = values; }}),
})};
"""


@pytest.mark.parametrize("report", ["report-roi", "report-investment"])
def test_the_script_fills_a_sheet_with_the_file(page, token, client, report):
    node = shutil.which("node")
    if node is None and os.environ.get("CI") != "true":
        pytest.skip("the script is run with Node; on Debian: apt install nodejs")
    answer, texts = page(report, **FILTERS[report])
    offered = rows_of(offered_by(answer, client))

    program = f"{STUB}\n{texts['apps_script']}\nloadReport();\nprocess.stdout.write(JSON.stringify(seen));"
    surroundings = {"TEAM_ROI_TOKEN": token, "PYTHON": sys.executable, "PATH": "/usr/bin:/bin"}
    done = subprocess.run([node, "-e", program], env=surroundings, capture_output=True, text=True, check=True)

    seen = json.loads(done.stdout)
    assert seen["cleared"] is True
    assert seen["values"] == offered
    assert seen["place"] == [1, 1, len(offered), len(offered[0])]


def test_the_page_keeps_what_was_chosen_and_offers_every_parameter(page):
    answer, _ = page("report-roi", group_by="epic", window="period", nonsense="x")

    assert [form for form, _ in answer.context["files"]] == ["XLSX", "CSV", "JSON"]
    assert answer.context["files"][0][1] == "/api/v1/reports/roi/?group_by=epic&window=period&format=xlsx"
    assert {name: value for name, _, value in answer.context["fields"] if value} == {
        "group_by": "epic",
        "window": "period",
    }
    assert 'value="epic"' in answer.content.decode()


@pytest.mark.django_db
def test_leaders_read_files_and_planners_do_not_come_in(client, leader, planner):
    client.force_login(leader)
    assert client.get("/admin/files/").status_code == 200
    client.force_login(planner)
    assert client.get("/admin/files/").status_code == 302


# --- texts that try to break out ---------------------------------------------------------------------------------


def test_quotes_and_escapes_of_a_filter_stay_inside_their_text():
    awkward = "a\"b#(lf)c'd"

    assert m_text(awkward) == '"a""b#(#)(lf)c\'d"'
    assert shell_quoted("it's") == "'it'\\''s'"
    said = subprocess.run(
        ["sh", "-c", f"printf %s {shell_quoted(awkward)}"], capture_output=True, text=True, check=True
    )
    assert said.stdout == awkward
    texts = {
        recipe.name: recipe.text
        for recipe in recipes(f"http://x.example/r/?code={urllib.parse.quote(awkward)}", numbers=())
    }
    (address,) = re.findall(r"fetch\((\".*\"), \{$", texts["apps_script"], re.MULTILINE)
    assert json.loads(address) == f"http://x.example/r/?{urllib.parse.urlencode({'code': awkward, 'format': 'csv'})}"


def test_a_power_query_text_is_this():
    assert power_query(
        "https://roi.example", "/api/v1/reports/roi/", {"from": "2026-01", "format": "csv"}, ("cost",)
    ) == (
        "let\n"
        "    Source = Csv.Document(\n"
        '        Web.Contents("https://roi.example", [\n'
        '            RelativePath = "api/v1/reports/roi/",\n'
        '            Query = [#"from" = "2026-01", #"format" = "csv"]\n'
        "        ]),\n"
        '        [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]\n'
        "    ),\n"
        "    Headed = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),\n"
        '    Typed = Table.TransformColumnTypes(Headed, {{"cost", type number}}, "en-US")\n'
        "in\n"
        "    Typed\n"
    )


@pytest.mark.django_db
def test_tools_stand_in_the_menu_of_finance_and_under_the_name_of_a_leader(client, finance, leader, rf):
    tools = {"Reports as files", "Waiting for validation", "Where did the month go?"}

    def titles(user):
        request = rf.get("/admin/")
        request.user = user
        return [entry["title"] for entry in navigation(request)[0]["items"]], {
            link["title"] for link in account_links(request)
        }

    in_menu, under_name = titles(finance)
    assert tools <= set(in_menu)
    assert not tools & under_name
    in_menu, under_name = titles(leader)
    assert in_menu == ["Overview", "Value streams", "Teams", "Epics & outcomes", "Capacity"]
    assert tools <= under_name
