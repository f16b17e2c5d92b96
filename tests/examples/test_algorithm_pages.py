"""The pages about formulas: their examples are run, and the tests they name exist."""

import doctest
import re
from fractions import Fraction
from pathlib import Path

import pytest

from finance.engine.accounts import WorkType
from finance.engine.benefits import valued
from finance.engine.book import compile_book
from finance.engine.changes import Priced, Work, at_earlier_prices, moves, rate_effect, running_parts
from finance.engine.costs import contractor_lines, cost_lines
from finance.engine.labour import labour
from finance.engine.returns import cumulative, decimal_text, innovation_capacity, ratio, roi, rolling
from roi_project.kernel.money import convert, format_minor, parse_minor, round_half_away
from roi_project.kernel.shares import schedule, split
from tests.engine.build import Org
from tests.engine.scenarios import agreed, credit, credit_by_stream, person, shared, streams, totals, used

ROOT = Path(__file__).parents[2]
LISTED = sorted(page for page in (ROOT / "docs" / "algorithms").glob("*.md") if page.stem != "README")
IN_TABLES = {"capacity", "team-design"}
"""Pages whose numbers stand in a table, asserted by the test that the page names."""
PAGES = [page for page in LISTED if page.stem not in IN_TABLES]
ROI = ROOT / "docs" / "reports" / "roi.md"
WORDS = {
    word.__name__: word
    for word in (
        Fraction, Org, Priced, Work, WorkType, agreed, at_earlier_prices, compile_book, contractor_lines, convert,
        cost_lines, credit, credit_by_stream, cumulative, decimal_text, format_minor, innovation_capacity, labour,
        moves, parse_minor, person, rate_effect, ratio, roi, rolling, round_half_away, running_parts, schedule,
        shared, split, streams, totals, used, valued,
    )
}  # fmt: skip
SECTIONS = ["Formula", "Edge cases", "Example", "Source"]

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@pytest.mark.parametrize("page", [*PAGES, ROI], ids=lambda page: page.stem)
def test_the_examples_of_a_page_give_the_numbers_printed_on_it(page):
    test = doctest.DocTestParser().get_doctest(page.read_text(), dict(WORDS), page.name, str(page), 0)
    report: list[str] = []

    result = doctest.DocTestRunner(verbose=False).run(test, out=report.append)

    assert result.attempted > 0, "a page needs an example"
    assert result.failed == 0, "".join(report)


@by_page
def test_a_page_says_what_it_answers_and_has_every_section(page):
    lines = page.read_text().splitlines()

    assert lines[0].startswith("# ")
    assert lines[2].endswith((".", "?"))
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == SECTIONS


@by_page
def test_the_tests_a_page_names_exist(page):
    module = ""
    named = 0
    for name in re.findall(r"`((?:tests/[\w/]+\.py)?(?:::)?(?:test_\w+)?)`", page.read_text()):
        path, _, function = name.rpartition("::") if "::" in name else ("", "", name)
        if name.endswith(".py"):
            path, function = name, ""
        module = path or module
        source = (ROOT / module).read_text()
        assert not function or f"def {function}(" in source, name
        named += 1

    assert named


def test_every_page_is_in_the_list():
    listed = re.findall(r"\]\(([\w-]+)\.md\) \| .*\|", (ROOT / "docs" / "algorithms" / "README.md").read_text())

    assert sorted(listed) == [page.stem for page in LISTED]
