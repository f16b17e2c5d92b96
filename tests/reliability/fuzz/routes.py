"""Every address of the service, from the URL conf, with what the OpenAPI document says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One method at one address: `/api/v1/teams/{id}/`."""

    method: str
    template: str
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    body: dict[str, Any] | None = None

    @property
    def noun(self) -> str:
        """The plural that names in the address belong to: teams; in the admin app and model: teams/team."""
        if self.template.startswith("/admin/"):
            return "/".join(self.template.split("/")[2:4])
        return self.template.removeprefix("/api/v1/").partition("/")[0]


def document() -> dict[str, Any]:
    """The OpenAPI document as everybody may read it."""
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document: dict[str, Any]) -> list[Operation]:
    """What the document describes, and GET of every address it does not speak of."""
    described = [
        Operation(method.upper(), template, _parameters(told), _body(told))
        for template, methods in document["paths"].items()
        for method, told in methods.items()
        if method in VERBS
    ]
    known = {nameless(operation.template) for operation in described}
    return described + [Operation("GET", template) for template in addresses() if nameless(template) not in known]


def nameless(template: str) -> str:
    """An address without the names of its names, which document and URL conf choose differently."""
    return re.sub(r"\{[^}]*\}", "{}", template)


def _parameters(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Query parameters with their schema and what is said of them."""
    return {
        each["name"]: {**each["schema"], "description": each.get("description", "")}
        for each in told.get("parameters", ())
        if each["in"] == "query"
    }


def _body(told: dict[str, Any]) -> dict[str, Any] | None:
    return told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")


def addresses() -> list[str]:
    """Every address of the URL conf outside of the admin, each name in it as `{name}`."""
    return [address for address in every_address() if not address.startswith(("/admin/", "/static/"))]


def pages() -> list[Operation]:
    """Every page of the admin: to be looked at, and where it has a form or actions, to be sent."""
    addresses = [address for address in every_address() if address.startswith("/admin/")]
    looked_at = [Operation("GET", address) for address in addresses]
    # Signing out would end the session of every request after it.
    forms = [address for address in addresses if not re.search("/(logout|history|jsi18n|autocomplete)/", address)]
    return looked_at + [Operation("POST", address, body={}) for address in forms]


def every_address() -> list[str]:
    """Every address of the URL conf, the admin's too, each name in it as `{name}` or `{type:name}`."""
    return list(dict.fromkeys(map(address_of, _walk(get_resolver().url_patterns, ""))))


def address_of(route: str) -> str:
    """The address of a route as the resolver spells it."""
    return simplify_regex(f"/{route}").replace("//", "/").replace("<", "{").replace(">", "}").replace("\\", "")


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield here
