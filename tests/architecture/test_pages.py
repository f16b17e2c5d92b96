"""The pages under docs/ are one book: each is reached from the index, and each link between them leads somewhere."""

import importlib.util
import re
from pathlib import Path

from tests.architecture.source import ROOT
from tests.reliability.fuzz import routes

DOCS = ROOT / "docs"
PAGES = {page.relative_to(DOCS).as_posix(): page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md")}
TOCTREE = re.compile(r"^```\{toctree\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)")


def listed(page: str) -> set[str]:
    """What the lists of a page name, patterns included."""
    folder = (DOCS / page).parent
    lines = [line for block in TOCTREE.findall(PAGES[page]) for line in block.splitlines()]
    names = [line for line in lines if line and not line.startswith(":")]
    found = [path for name in names for path in _matching(folder, f"{name}.md")]
    assert all(_matching(folder, f"{name}.md") for name in names if "*" not in name), page
    return {path.resolve().relative_to(DOCS).as_posix() for path in found}


def _matching(folder: Path, pattern: str) -> list[Path]:
    place = (folder / pattern).resolve()
    return sorted(place.parent.glob(place.name))


def test_every_page_is_reached_from_the_index():
    reached, waiting = set(), {"index.md"}
    while waiting:
        reached |= waiting
        waiting = {found for page in waiting for found in listed(page)} - reached

    assert PAGES.keys() - reached == set()


def test_every_link_between_pages_leads_somewhere():
    broken = [
        f"{page}: {target}"
        for page, text in PAGES.items()
        for target in LINK.findall(text)
        if not target.startswith("/") and not ((DOCS / page).parent / target).is_file()
    ]

    assert broken == []


def test_the_api_reference_tells_of_every_operation_and_who_may():
    place = importlib.util.spec_from_file_location("api_reference", DOCS / "api_reference.py")
    reference = importlib.util.module_from_spec(place)
    place.loader.exec_module(reference)
    document = routes.document()

    lines = reference.sections(document)

    told = [line for line in lines if line.startswith("### ")]
    assert sorted(told) == sorted(
        f"### `{method.upper()} {address}`" for address, methods in document["paths"].items() for method in methods
    )
    at = lines.index("### `GET /api/v1/reports/roi/`")
    assert lines[at + 4 : at + 7] == [
        "- name: `report_roi`",
        "- who may: auditor, finance, leader, planner; a token needs `read` or `reports`",
        "- parameters:",
    ]
    assert lines[at + 12] == "  - `group_by`: organisation | value_stream | team | epic"
