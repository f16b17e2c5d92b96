"""What the documents say and what the service does are one thing."""

import ast
import json
import re

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from finance.api import changes, column_words, promises
from outcomes.api import reports as capacity
from roi_project.intake.columns import Choice, Column
from roi_project.intake.kinds import all_kinds
from roi_project.kernel.errors import Reason
from tests.architecture.source import ROOT, modules
from tests.reliability.fuzz import routes


def test_the_openapi_document_is_valid_and_has_no_warnings(tmp_path, capsys):
    call_command("spectacular", file=str(tmp_path / "openapi.yaml"), validate=True, fail_on_warn=True)

    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "openapi.yaml").read_text().startswith("openapi: 3.1.1\ninfo:\n  title: Team ROI\n")


@pytest.fixture(scope="module")
def document():
    return routes.document()


def test_every_address_of_the_api_is_in_the_document(document):
    described = {routes.nameless(template) for template in document["paths"]}
    addresses = {routes.nameless(address) for address in routes.addresses() if address.startswith("/api/v1/")}

    assert addresses - described == {"/api/v1/schema/", "/api/v1/docs/"}
    assert get_resolver().url_patterns


def test_every_operation_has_a_name_of_its_own_a_summary_and_problems(document):
    names = []
    for template, methods in document["paths"].items():
        for method, operation in methods.items():
            names.append(operation["operationId"])
            assert re.fullmatch(r"[a-z][a-z0-9_]+", operation["operationId"])
            assert operation.get("description"), (method, template)
            assert operation.get("tags"), (method, template)
            assert {"400", "401", "403"} <= operation["responses"].keys(), (method, template)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("roi", column_words.ROI_WORDS),
        ("investment", column_words.INVESTMENT_WORDS),
        ("reconciliation", column_words.RECONCILIATION_WORDS),
        ("capacity", capacity.WORDS),
        ("changes", changes.WORDS),
        ("promises", promises.WORDS),
    ],
)
def test_the_page_of_a_report_has_the_columns_of_its_file_in_their_order(page, words):
    text = (ROOT / f"docs/reports/{page}.md").read_text()
    table = text.partition("| column | what it says |\n|---|---|\n")[2].partition("\n\n")[0]

    assert table.splitlines() == [f"| `{name}` | {meaning} |" for name, meaning in words.items()]


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_kind_and_each_of_its_columns_say_what_they_are(kind):
    assert kind.description.endswith(".")
    assert len(kind.description) > 15
    for column in kind.columns:
        assert isinstance(column, Column)
        assert len(column.help) >= 3, column.name
        assert not column.help.endswith("."), f"{column.name}: a help text is no sentence"
        if isinstance(column, Choice):
            assert column.known


def test_a_kind_stands_in_the_document_with_its_help_texts(document):
    text = json.dumps(document, ensure_ascii=False)
    for kind in all_kinds():
        assert f"/api/v1/{kind.name}/bulk/" in document["paths"]
        for column in kind.columns:
            assert json.dumps(column.help, ensure_ascii=False)[1:-1] in text, (kind.name, column.name)


def slugs() -> set[str]:
    """Problem types that the source names: `slug="…"` and the second argument of a Refusal."""
    found = {"invalid", "conflict", "forbidden", "not-found", "refused", "busy", "query-too-slow", "unavailable"}
    for module in modules():
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            named = ast.unparse(call.func)
            texts = [keyword.value for keyword in call.keywords if keyword.arg == "slug"]
            if (named == "Refusal" or named.endswith(".__init__")) and len(call.args) >= 3:
                texts.append(call.args[1])
            found |= {text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)}
    return found


def test_every_problem_has_a_page_and_stands_in_the_table_of_errors():
    pages = {page.stem for page in (ROOT / "docs" / "problems").glob("*.md")}
    table = (ROOT / "docs" / "concepts" / "errors.md").read_text(encoding="utf-8")

    assert slugs() - pages == set()
    assert {slug for slug in pages if f"`{slug}`" not in table} == set()


def test_every_reason_of_an_undefined_figure_is_explained():
    table = (ROOT / "docs" / "concepts" / "errors.md").read_text(encoding="utf-8")

    assert {reason.value for reason in Reason if f"`{reason.value}`" not in table} == set()


def test_every_page_that_a_page_points_at_is_there():
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith(("mailto:", "/")) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")

    assert broken == []
