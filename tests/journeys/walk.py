"""Reads everything that a caller can reach, as they would read it.

It begins at every address of the URL conf, the API's and the admin's, so that a new one is read without being named
here; it asks reports for each of their choices and files, and goes on to every address that an answer names.
"""

import datetime as dt
import html
import io
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlencode, urljoin, urlsplit

import openpyxl
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve

from finance.models import Component, Posting
from roi_project.intake.kinds import all_kinds
from tests.golden import JULY
from tests.reliability.fuzz import routes, world

SPAN = {"from": "2026-06", "through": JULY}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_HTML = re.compile(r'\shref="([^"#]+)')
IN_TEXT = re.compile(r'"?(?:http://testserver)?(/(?:api/v1|admin)/[^",\s]*[/=\w])')
ONCE = re.compile(
    r"""csrfmiddlewaretoken" value="\w+|X-CSRFToken[^\w]+\w+|name="tag" value="entered-[^"]+|nonce="[^"]+""",
    re.IGNORECASE,
)
"""What stands on a page for once."""
PLACE = re.compile(r"\{(?:(\w+):)?(\w+)\}")
LEADS_OUT = re.compile("/logout/|/jsi18n/|[{}<>]|^/static/")
LIST_OF_MODEL = re.compile(r"^/admin/\w+/\w+/$")
CROSSED = ("rates", "view", "group_by")
"""Choices that are tried with one another, others one by one."""
MOST_OF_EACH, MOST_OPENED = 2, 40
MOST_PAGES = 6_000


@dataclass(frozen=True)
class Page:
    """What was answered: its text (of a workbook every cell of every sheet), the status and the ETag."""

    text: str
    status: int
    kind: str
    tag: str


@cache
def operations() -> list[routes.Operation]:
    return routes.operations(routes.document())


@dataclass
class Walk:
    """One caller's way through the service: signed in, and with a token for the API."""

    organisation: world.World
    caller: str
    rates: tuple[str, ...] = ("standard",)
    only: str = ""
    """Read addresses with this in them, and no others."""
    also: frozenset[str] = frozenset()
    """Addresses that somebody else has found."""
    at: dt.datetime | None = None
    """The moment at which all of it is read."""
    pages: dict[str, Page] = field(default_factory=dict)
    reached: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Address of the URL conf -> the statuses it answered with."""

    def everything(self) -> dict[str, Page]:
        client = Client(headers={"Authorization": self.organisation.callers[self.caller], "X-Request-ID": "walk"})
        client.force_login(User.objects.get(username=self.caller))
        waiting = [*self._conf(), *self._reports(), *self.also]
        with time_machine.travel(self.at or dt.datetime.now(dt.UTC), tick=False):
            while waiting:
                url = waiting.pop()
                if url in self.pages or self.only not in url or not self._is_for_now(url):
                    continue
                page = self.pages[url] = _page(client.get(url))
                self.reached[routes.address_of(resolve(urlsplit(url).path).route)].add(page.status)
                assert len(self.pages) < MOST_PAGES
                waiting += _named_in(page, url)
        return self.pages

    def _is_for_now(self, url: str) -> bool:
        return not LEADS_OUT.search(url) and (self.rates != ("standard",) or "rates=actual" not in url)

    # --- where it begins --------------------------------------------------------------------------------------

    def _conf(self) -> Iterator[str]:
        for template in routes.every_address():
            yield from self._filled(template)

    def _filled(self, template: str) -> Iterator[str]:
        """The address with names that are known in each of its places."""
        places = PLACE.findall(template)
        choices = [self._names(template, converter, name) for converter, name in places]
        for names in itertools.product(*choices):
            rest = iter(names)
            yield PLACE.sub(lambda _, rest=rest: next(rest), template)

    def _names(self, template: str, converter: str, name: str) -> list[str]:
        known, noun = self.organisation.names, routes.Operation("GET", template).noun
        if name in OPENED:
            return [str(address) for address in world.addresses_of(OPENED[name])[:MOST_OPENED]]
        if name == "job":
            return known["jobs"]
        if name in FEW:
            return FEW[name]
        if name == "app_label":
            return sorted({model._meta.app_label for model in apps.get_models()})
        if converter == "uuid" and noun in FACTS:
            return known[FACTS[noun]][:MOST_OF_EACH]
        if noun in known:
            return known[noun][: MOST_OF_EACH if template.startswith("/admin/") else None]
        looks_right = {"int": str.isdecimal, "uuid": lambda name: len(name) == 36}.get(converter, str)
        return sorted({each for kind, some in known.items() if kind != "explain" for each in some if looks_right(each)})

    def _reports(self) -> Iterator[str]:
        """Every report with each of its choices, as each of its files."""
        for operation in operations():
            if operation.method != "GET" or "format" not in operation.parameters:
                continue
            span = {name: month for name, month in SPAN.items() if name in operation.parameters}
            choices = {name: told["enum"] for name, told in operation.parameters.items() if "enum" in told}
            forms, orders = choices.pop("format"), choices.pop("ordering", [])
            crossed = {name: choices.pop(name) for name in CROSSED if name in choices}
            asked = [dict(zip(crossed, words, strict=True)) for words in itertools.product(*crossed.values())]
            asked += [{name: word} for name, words in choices.items() for word in words]
            for order in orders:
                yield f"{operation.template}?{urlencode({'group_by': 'team', 'ordering': order, **span})}"
            for query, form in itertools.product(asked, forms):
                if query.get("rates", "standard") in self.rates:
                    yield f"{operation.template}?{urlencode({**query, **span, 'format': form})}"


OPENED = {"component": Component, "posting": Posting}
FACTS = {
    f"{kind.model._meta.app_label}/{kind.model._meta.model_name}": kind.name
    for kind in all_kinds()
    if not kind.is_master
}
"""Kinds of facts by their place in the admin."""
FEW = {
    "month": [JULY, "2026-06"],
    "slug": ["not-found", "rates"],
    "content_type_id": ["1"],
}
"""Names of what is in no table of its own."""


def _page(answer) -> Page:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    text = _cells(content) if kind == XLSX else ONCE.sub("", content.decode())
    return Page(text, answer.status_code, kind, answer.headers.get("ETag", ""))


def _cells(content: bytes) -> str:
    rows = (row for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet.iter_rows(values_only=True))
    return "\n".join(",".join(map(_cell, row)) for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, float) and round(value, 2) == value:
        return f"{value:.2f}"
    return "" if value is None else str(value)


def _named_in(page: Page, url: str) -> Iterator[str]:
    """Addresses of ours that stand on a page."""
    if page.status != 200:
        return
    in_html = page.kind == "text/html"
    found = map(html.unescape, IN_HTML.findall(page.text)) if in_html else IN_TEXT.findall(_plain(page))
    for link in found:
        address = urljoin(f"http://testserver{url}", link)
        parts = urlsplit(address)
        if parts.netloc == "testserver" and parts.path.startswith(("/admin/", "/api/v1/", "/problems/")):
            # A list of models can be sorted and filtered in more ways than anybody reads.
            query = "" if LIST_OF_MODEL.match(parts.path) or "_changelist_filters" in parts.query else parts.query
            yield f"{parts.path}?{query}" if query else parts.path


def _plain(page: Page) -> str:
    """JSON without what is escaped in it."""
    return json.dumps(json.loads(page.text), ensure_ascii=False) if page.kind == "application/json" else page.text
