"""What stands on no page, file or answer for those who may not see pay: one function for each law, which tells where
it is broken."""

import csv
import html
import io
import itertools
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from tests.golden import ROWS
from tests.journeys.walk import FACTS, XLSX, Page

NUMBER = re.compile(r"(?<![\w.,])\d(?:[\d,.'’ \u00a0\u202f]*\d)?(?![\w])")
UNMISTAKABLE = 6
DOCUMENTS = ("/api/v1/schema/", "/api/v1/docs/", "/problems/")
"""What describes the service, and holds no data."""
ABOUT_PEOPLE = re.compile(
    r"^/api/v1/(people|person-terms|assignments|absences|findings|audit)/"
    r"|^/admin/(teams/(person|personterms|assignment|absence)|finance/findingfollowup|audit/change)/"
)
"""Facts of who works where, without a figure, which planning tools bring in; that somebody has too much to do; and who
changed what, for administrators."""
PERSON = re.compile("\\b(" + "|".join(row["code"] for row in ROWS["people"]) + ")\\b")
TEAMS = {name: row["name"] for row in ROWS["teams"] for name in (row["code"], row["name"])}
PAY_WORDS = re.compile(
    r'\bvariance\b|rate_variance|payroll|"kind": ?"person"|rates=actual|\bactual rates\b', re.IGNORECASE
)
LIST_OF_FACTS = re.compile(f"^/admin/({'|'.join(FACTS)})/")
OF_MORE = {"epic_code"}
"""A row with this is a posting, of which a team is one of many marks."""
STORY_POINTS = re.compile(r"story.?points?|velocity|burn.?down", re.IGNORECASE)
ROW, CELL = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def spellings(number: str) -> set[str]:
    """What a number is recognised by: “14,317.59”, “14.317,59”, 14317.59 and 1431759 cents by its digits, where they
    are too many to stand together by chance; “81.35” and “81,35” with its mark."""
    digits = re.sub(r"\D", "", number)
    return {digits} if len(digits) >= UNMISTAKABLE else {re.sub(",", ".", number)}


def no_pay(url: str, page: Page, secrets: Collection[str]) -> Iterator[str]:
    """No amount of pay or made of it, however it is written. Secrets are spellings."""
    numbers = set(NUMBER.findall(html.unescape(page.text)))
    if known := set().union(*map(spellings, numbers)) & secrets:
        yield f"{url} shows pay: {', '.join(sorted(known))}"


def no_word_of_pay(url: str, page: Page) -> Iterator[str]:
    if not url.startswith(DOCUMENTS) and (word := PAY_WORDS.search(page.text)):
        yield f"{url} speaks of pay: {word[0]}"


def no_person_figure(url: str, page: Page) -> Iterator[str]:
    """Nobody is named where there are figures."""
    if not ABOUT_PEOPLE.match(url) and (named := PERSON.search(TAG.sub(" ", page.text))):
        yield f"{url} names {named[0]}"


def no_sorted_teams(url: str, page: Page) -> Iterator[str]:
    """Where teams stand below one another they come by name: not by a result, in either direction."""
    if LIST_OF_FACTS.match(url):
        return  # which come by their days
    for told in _teams_below_one_another(page):
        for block in _blocks(told):
            if block != sorted(block, reverse="ordering=-code" in url or "ordering=-name" in url):
                yield f"{url} has teams in the order {', '.join(block)}"


def no_story_points(url: str, page: Page) -> Iterator[str]:
    if word := STORY_POINTS.search(page.text):
        yield f"{url} speaks of {word[0]}"


def no_example_of_pay(document: dict[str, Any]) -> Iterator[str]:
    """No example of the interface's document gives a person an amount."""
    for place, told in _examples(document, ""):
        if re.search(r'"person', json.dumps(told)) and "amount" in json.dumps(told):
            yield f"{place}: {told}"


def _examples(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, each in node.items():
            if name in ("example", "examples"):
                yield f"{place}/{name}", each
            yield from _examples(each, f"{place}/{name}")
    elif isinstance(node, list):
        for at, each in enumerate(node):
            yield from _examples(each, f"{place}/{at}")


def _blocks(names: list[str]) -> Iterator[list[str]]:
    """Names in blocks, of a month or a stream: a new one begins where a name comes back."""
    block: list[str] = []
    for name, _ in itertools.groupby(names):
        if name in block:
            yield block
            block = []
        block.append(name)
    yield block


def _teams_below_one_another(page: Page) -> Iterator[list[str]]:
    """Names of teams by which rows of one table are known, table by table."""
    if page.kind == "application/json":
        yield from _in_lists(json.loads(page.text))
    elif page.kind == "text/html":
        for table in re.findall(r"<table\b.*?</table>", page.text, re.DOTALL):
            cells = [CELL.findall(row)[:1] for row in ROW.findall(table)]
            first = [html.unescape(TAG.sub("", cell[0])).strip() for cell in cells if cell]
            yield [TEAMS[name] for name in first if name in TEAMS]
    elif page.kind in ("text/csv", XLSX):
        head, *rows = csv.reader(io.StringIO(page.text)) if page.text else [[]]
        at = next((head.index(name) for name in ("group_code", "team_code") if name in head), None)
        if at is not None and not OF_MORE & set(head):
            yield [TEAMS[row[at]] for row in rows if len(row) > at and row[at] in TEAMS]


def _in_lists(node: Any) -> Iterator[list[str]]:
    if isinstance(node, dict):
        for each in node.values():
            yield from _in_lists(each)
    elif isinstance(node, list):
        rows = [row for row in node if isinstance(row, dict) and not OF_MORE & row.keys()]
        names = (row.get("group_code") or row.get("team_code") for row in rows)
        yield [TEAMS[name] for name in names if isinstance(name, str) and name in TEAMS]
        for row in node:
            yield from _in_lists(row)
