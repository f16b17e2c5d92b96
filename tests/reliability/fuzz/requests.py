"""Requests made of noise. The same seed and number always make the same request."""

import random
import re
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from roi_project.console.kind_form import field_names
from roi_project.intake.kinds import all_kinds
from tests.golden import dollars
from tests.reliability.fuzz import atoms, bodies
from tests.reliability.fuzz.bodies import Bodies
from tests.reliability.fuzz.company import rows
from tests.reliability.fuzz.routes import Operation
from tests.reliability.fuzz.world import IN_A_BROWSER, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PURGE", "get")
ASKED = {
    "cursor": ("WyJpZCJd:1tXyZ:abc",),
    "as_of": atoms.MOMENTS,
    "changed_since": atoms.MOMENTS,
    "from": ("2026-07", "2026-06", *atoms.MONTHS[:4]),
    "through": ("2026-07", "2026-07", *atoms.MONTHS[:4]),
    "figure": (
        "cost",
        "labour",
        "contractor",
        "direct_other",
        "shared_in",
        "benefit_claimed",
        "benefit_validated_cash",
    ),
    "format": ("json", "csv", "csv", "html"),
    "group_by": ("organisation", "value_stream", "team", "epic"),
    "view": ("direct", "fully_loaded"),
    "rates": ("standard", "actual"),
    "window": ("period", "cumulative", "rolling12"),
    "grain": ("span", "month"),
    "record": ("as_reported", "restated"),
    "row_kind": (
        "group",
        "pools",
        "bench",
        "idle",
        "untagged",
        "unallocated",
        "unassigned",
        "external",
        "unattributed",
    ),
    "ordering": ("code", "-code", "name", "-cost", "roi_validated_cash", "starts_on", "-month"),
}
"""Good answers to parameters that the document describes in words."""
A_PAGE_EVERY = 6
KIND_OF = {f"{kind.model._meta.app_label}/{kind.model._meta.model_name}": kind for kind in all_kinds()}
ACTIONS = (
    "withdraw",
    "validate",
    "reject",
    "compile",
    "ask_to_close",
    "close",
    "cancel",
    "retry",
    "delete_selected",
    "x",
)
KEEPERS = ("ada", "ada", "ada", "grace")


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire."""

    number: int
    caller: str
    method: str
    url: str
    template: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "application/json"

    def __str__(self) -> str:
        """The request for a person, and for a shell where its parts can be typed."""
        headers = {**self.headers, "Content-Type": self.content_type}
        told = "".join(f"\n  {name}: {value!r}" for name, value in headers.items())
        shown = self.body if len(self.body) < 2_000 else self.body[:2_000] + b"... %d bytes" % len(self.body)
        return f"request {self.number} as {self.caller or 'nobody'}: {self.method} {self.url}{told}\n  body {shown!r}"


class Requests:
    """Makes requests for the operations of one document against one world."""

    def __init__(
        self, document: dict[str, Any], operations: list[Operation], pages: list[Operation], world: World, seed: int
    ) -> None:
        codes = {**world.codes, "key": [name for names in world.names.values() for name in names if "-" in name]}
        self.samples = rows()
        self.bodies, self.world, self.seed = Bodies(document, codes), world, seed
        self.operations, self.pages = operations, pages

    def request(self, number: int) -> Request:
        noise = random.Random(f"{self.seed}/{number}")
        # Every operation has its turn, and every sixth request a page of the admin; the rest is chance.
        turn, at_a_page = divmod(number, A_PAGE_EVERY)
        if at_a_page == 0:
            operation = self.pages[turn % len(self.pages)]
        else:
            operation = self.operations[(number - turn - 1) % len(self.operations)]
        method = operation.method if noise.random() < 0.93 else noise.choice(METHODS)
        body, content_type = self._form(operation, noise) if at_a_page == 0 else self._body(operation, noise)
        return Request(
            number=number,
            caller=self._caller(method, noise, in_a_browser=at_a_page == 0),
            method=method,
            url=self._path(operation, noise) + self._query(operation, noise),
            template=operation.template,
            headers=self._headers(method, noise),
            body=body if method not in ("GET", "HEAD") or noise.random() < 0.05 else b"",
            content_type=content_type,
        )

    def _caller(self, method: str, noise: random.Random, *, in_a_browser: bool) -> str:
        if noise.random() < (0.5 if method in ("GET", "HEAD") else 0.8):
            return noise.choice(KEEPERS) + (IN_A_BROWSER if in_a_browser else "")
        callers = [caller for caller in self.world.callers if caller.endswith(IN_A_BROWSER) or not in_a_browser]
        return noise.choice(callers)

    def _form(self, operation: Operation, noise: random.Random) -> tuple[bytes, str]:
        """A form as a browser sends it, its fields from a good row or from noise."""
        kind = KIND_OF.get(operation.noun)
        sample = noise.choice(self.samples[kind.name]) if kind else {}
        names = [*field_names(kind), "source", "external_id"] if kind else ["username", "password", "name", "q"]
        fields = {name: str(sample.get(name, "")) for name in names}
        for name in noise.sample(names, k=min(len(names), noise.choice((0, 0, 1, 2)))):
            fields[name] = atoms.text(noise)
        known = self.world.names.get(operation.noun) or ["1"]
        fields |= noise.choice(
            (
                {"_save": "Save"},
                {"tag": atoms.text(noise), "_continue": "1"},
                {"action": noise.choice(ACTIONS), "_selected_action": noise.choice((*known, "x", "-1", "9" * 30))},
                {"post": "yes", "reason": atoms.text(noise)},
            )
        )
        text = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()})
        return text.encode("ascii"), "application/x-www-form-urlencoded"

    def _path(self, operation: Operation, noise: random.Random) -> str:
        def name(match: re.Match[str]) -> str:
            if noise.random() < 0.12:
                return noise.choice(
                    (*atoms.CODES, quote(noise.choice(atoms.TEXTS).encode("utf-8", "surrogatepass"), safe=""))
                )
            if "month" in match[0]:
                return noise.choice(("2026-07", "2026-06", "2026-08", "2026-13"))
            if "slug" in match[0]:
                return noise.choice(("invalid", "not-found", "nothing"))
            known = self.world.names.get(operation.noun) or [str(noise.randint(1, 200))]
            if operation.method == "DELETE" and noise.random() < 0.7:
                return str(uuid.UUID(int=noise.getrandbits(128)))  # or soon nothing would be left
            return noise.choice(known)

        path = re.sub(r"\{[^}]*\}", name, operation.template)
        if noise.random() < 0.03:
            path = noise.choice(
                (path.rstrip("/"), path + "/", path.upper(), path + "%00", path.replace("/api/", "/api//"), path + "x/")
            )
        return path

    def _query(self, operation: Operation, noise: random.Random) -> str:
        pairs = []
        asks_for_months = {"from", "through"} <= operation.parameters.keys() and noise.random() < 0.7
        for name, schema in operation.parameters.items():
            if asks_for_months and name in ("from", "through"):
                pairs.append(
                    (name, "2026-07" if name == "through" else noise.choice(("2026-07", "2026-06", "2025-08")))
                )
            elif noise.random() < 2.0 / len(operation.parameters):
                pairs.append((name, self._parameter(name, schema, noise)))
        if noise.random() < 0.1:
            pairs.append(
                (
                    noise.choice((*atoms.TEXTS, "page", "offset", "format", "fields", "token", "salary__gt")),
                    atoms.text(noise),
                )
            )
        if pairs and noise.random() < 0.05:
            pairs.append(noise.choice(pairs))
        if noise.random() < 0.01:
            return "?" + noise.choice(
                ("%", "&&&=&", "a=%ff%fe", "=", ";", "a[]=1&a[x]=2", "x=" + "y" * 8_000, "&".join(["a=1"] * 1_200))
            )
        encoded = [
            quote(n.encode("utf-8", "surrogatepass")) + "=" + quote(v.encode("utf-8", "surrogatepass"))
            for n, v in pairs
        ]
        return "?" + "&".join(encoded) if encoded else ""

    def _parameter(self, name: str, schema: dict[str, Any], noise: random.Random) -> str:
        if noise.random() < 0.1:
            return noise.choice((atoms.text(noise), noise.choice(atoms.MONTHS), noise.choice(atoms.NUMBERS)[:500]))
        if name in ASKED:
            return noise.choice(ASKED[name])
        value = self.bodies.value(schema, noise, name)
        return ",".join(map(str, value)) if isinstance(value, list) else str(value)

    def _body(self, operation: Operation, noise: random.Random) -> tuple[bytes, str]:
        value: Any = {} if operation.body is None else self.bodies.value(operation.body, noise)
        if operation.noun in self.samples and noise.random() < 0.6:
            value = self._nearly(value, self.samples[operation.noun], operation, noise)
        if operation.template == "/api/v1/books/":
            value = {"from": noise.choice(self.bodies.codes["from"]), "through": "2026-07"}
        if operation.template.endswith("/review/") and noise.random() < 0.6:
            seen = {
                "benefit": noise.choice(self.bodies.codes["benefit"]),
                "amount": dollars("61234.57"),
                "reason": "seen",
            }
            value = {"rows": [{**seen, "decision": noise.choice(("validated", "rejected"))}]}
        for _ in range(noise.choice((0, 0, 0, 0, 0, 1, 1, 2))):
            value = bodies.bent(value, noise)
        text = bodies.written(value)
        body = bodies.broken(text, noise) if noise.random() < 0.05 else text.encode("utf-8", "surrogatepass")
        return body, "application/json" if noise.random() < 0.95 else noise.choice(atoms.TYPES)

    def _nearly(
        self, made: dict[str, Any], samples: list[dict[str, Any]], operation: Operation, noise: random.Random
    ) -> dict[str, Any]:
        """Rows that were good once, with a column or two from what the schema allows."""

        def row(other: Any) -> dict[str, Any]:
            sample = noise.choice(samples)
            changed = [name for name in other if noise.random() < 0.2] if isinstance(other, dict) else []
            new = {"external_id": f"row-{noise.randrange(60)}"} if noise.random() < 0.3 else {}
            return {**sample, **{name: other[name] for name in changed}, **new}

        if not operation.template.endswith("/bulk/"):
            return row(made)
        announced = {"row_count", "control_total"} if noise.random() < 0.9 else set()
        told = {name: value for name, value in made.items() if name not in announced}
        return {**told, "rows": [row(other) for other in made.get("rows", [])]}

    def _headers(self, method: str, noise: random.Random) -> dict[str, str]:
        found = {}
        if method == "POST" and noise.random() < 0.85:
            found["Idempotency-Key"] = f"key-{noise.randrange(400)}"
        for name, values in UNUSUAL.items():
            if noise.random() < 0.03:
                found[name] = noise.choice(values)
        return found


PLAIN = tuple(text for text in atoms.TEXTS if text.isascii() and text.isprintable())
UNUSUAL = {
    "Accept": atoms.ACCEPTS,
    "If-Match": ("*", '"1"', 'W/"1"', "1", '"', '"1", "2"', '""', "x" * 9_000, *PLAIN),
    "If-None-Match": ("*", '"1"', 'W/"x"', '"', "," * 500, *PLAIN),
    "Idempotency-Key": ("", " ", "a b", "x" * 201, "\u00e9", *PLAIN),
    "X-Request-ID": ("a", "x" * 129, "a b", *PLAIN),
    "Host": ("testserver", "evil.example", "testserver:99999", "a b", "[::1", ""),
    "Transfer-Encoding": ("chunked", "gzip"),
    "X-HTTP-Method-Override": ("DELETE",),
    "Range": ("bytes=0-1",),
    "Cookie": ("sessionid=x", "sessionid=" + "x" * 5_000, "csrftoken=\u00ff", "=;=;"),
    "Accept-Language": ("xx", "," * 300),
    "Content-Encoding": ("gzip",),
    "Content-Length": ("0",),
    "Origin": ("https://evil.example",),
}  # fmt: skip
"""Headers that most requests do not have, and what may stand in them."""
