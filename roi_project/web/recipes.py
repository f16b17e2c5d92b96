"""How other programs read a report: texts ready to be pasted, made from the address in front of the reader.

A token never stands in them. Spreadsheets ask for it once and keep it beside the workbook; a shell takes it from the
environment.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass(frozen=True)
class Recipe:
    """A text, what it is for, and what its user does with it."""

    name: str
    title: str
    steps: tuple[str, ...]
    text: str


def recipes(address: str, *, numbers: Collection[str]) -> list[Recipe]:
    """Ways to read the CSV file of a report at this absolute address. `numbers`: its columns that hold numbers."""
    parts = urlsplit(address)
    base = f"{parts.scheme}://{parts.netloc}"
    query = {name: value for name, value in parse_qsl(parts.query) if name != "format"} | {"format": "csv"}
    whole = f"{base}{parts.path}?{urlencode(query)}"
    return [
        Recipe(
            "power_query",
            "Excel and Power BI",
            (
                "Data → Get Data → From Other Sources → Blank Query, then Advanced Editor: paste this.",
                "When asked how to connect choose Basic: user token, and as password a token with the scope reports.",
                "Close & Load. Next month: Data → Refresh All.",
                "When Excel asks again the token has expired: make another. Until then the sheet stays as it is.",
            ),
            power_query(base, parts.path, query, numbers),
        ),
        Recipe(
            "apps_script",
            "Google Sheets",
            (
                "Extensions → Apps Script: paste this.",
                "Project Settings → Script Properties: add TEAM_ROI_TOKEN with a token of the scope reports.",
                "Run loadReport; the sheet that is open is filled.",
                "When it ends with code 401 the token has expired: make another. Until then the sheet stays as it is.",
            ),
            apps_script(whole),
        ),
        Recipe(
            "curl",
            "A shell",
            (
                "TOKEN is a token with the scope reports.",
                "When it ends with error 401 the token has expired: make another. Until then the file stays as it is.",
            ),
            f'curl --fail --silent --show-error -H "Authorization: Bearer $TOKEN" {shell_quoted(whole)} -o report.csv',
        ),
    ]


def power_query(base: str, path: str, query: dict[str, str], numbers: Collection[str]) -> str:
    """M text. The host stands alone: so Power BI's service can refresh it, and one credential serves all reports."""
    fields = ", ".join(f"#{m_text(name)} = {m_text(value)}" for name, value in query.items())
    typed = ", ".join(f"{{{m_text(name)}, type number}}" for name in numbers)
    return f"""let
    Source = Csv.Document(
        Web.Contents({m_text(base)}, [
            RelativePath = {m_text(path.lstrip("/"))},
            Query = [{fields}]
        ]),
        [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]
    ),
    Headed = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),
    Typed = Table.TransformColumnTypes(Headed, {{{typed}}}, "en-US")
in
    Typed
"""


def apps_script(address: str) -> str:
    """JavaScript for a spreadsheet's own editor."""
    return f"""function loadReport() {{
  const token = PropertiesService.getScriptProperties().getProperty("TEAM_ROI_TOKEN");
  const answer = UrlFetchApp.fetch({json.dumps(address)}, {{
    headers: {{ Authorization: "Bearer " + token }},
  }});
  const rows = Utilities.parseCsv(answer.getContentText());
  const sheet = SpreadsheetApp.getActiveSheet();
  sheet.clearContents();
  sheet.getRange(1, 1, rows.length, rows[0].length).setValues(rows);
}}
"""


def m_text(text: str) -> str:
    """A text of the M language: quotes are doubled, and # is written so that no escape begins."""
    return '"' + text.replace("#", "#(#)").replace('"', '""') + '"'


def shell_quoted(text: str) -> str:
    """One word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
