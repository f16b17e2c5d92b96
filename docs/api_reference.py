"""Fills the page of the API reference from the OpenAPI document while the site is built.

The document is named by the setting `openapi_document`. The page says for each noun which addresses there are, what
they do, who may, what they take and what they answer.
"""

import json
from pathlib import Path
from typing import Any

PAGE = "reference/api"
PLACE = "<!-- operations -->"
EVERYBODY = "everybody with a token"


def setup(app: Any) -> dict[str, bool]:
    app.add_config_value("openapi_document", "", "env")
    app.connect("source-read", fill)
    return {"parallel_read_safe": True}


def fill(app: Any, name: str, source: list[str]) -> None:
    if name == PAGE:
        document = json.loads(Path(app.config.openapi_document).read_text(encoding="utf-8"))
        source[0] = source[0].replace(PLACE, "\n".join(sections(document)))


def sections(document: dict[str, Any]) -> list[str]:
    """One section for each noun, by the alphabet, and in it one for each method and address."""
    by_noun: dict[str, list[str]] = {}
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            (noun,) = operation["tags"]
            by_noun.setdefault(noun, []).extend(told(method, address, operation))
    return [line for noun in sorted(by_noun) for line in (f"## {noun}", "", *by_noun[noun])]


def told(method: str, address: str, operation: dict[str, Any]) -> list[str]:
    parameters = [
        f"  - `{one['name']}`{' (in the address)' if one['in'] == 'path' else ''}{said_of(one)}"
        for one in operation.get("parameters", ())
    ]
    return [
        f"### `{method.upper()} {address}`",
        "",
        " ".join(operation["description"].split()),
        "",
        f"- name: `{operation['operationId']}`",
        f"- who may: {', '.join(operation.get('x-groups', ())) or EVERYBODY}{scopes(operation)}",
        *(["- parameters:", *parameters] if parameters else []),
        *body(operation),
        f"- answers: {'; '.join(answers(operation))}",
        "",
    ]


def said_of(parameter: dict[str, Any]) -> str:
    words = parameter["schema"].get("enum", ())
    said = parameter.get("description", "") or ", ".join(f"`{word}`" for word in words)
    return f": {' '.join(said.split())}" if said else ""


def scopes(operation: dict[str, Any]) -> str:
    words = [f"`{word}`" for word in operation.get("x-scopes", ())]
    return f"; a token needs {' or '.join(words)}" if words else ""


def body(operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    return [f"- body: {', '.join(shown(form, part) for form, part in content.items())}"] if content else []


def answers(operation: dict[str, Any]) -> list[str]:
    """What is answered when it goes well, and the statuses of refusals."""
    refusals = [f"`{status}`" for status in sorted(operation["responses"]) if status >= "4"]
    well = [
        f"`{status}` {', '.join(shown(*one) for one in answer.get('content', {}).items()) or 'without a body'}"
        for status, answer in sorted(operation["responses"].items())
        if status < "4"
    ]
    return [*well, f"a problem with {', '.join(refusals)}"]


def shown(form: str, part: dict[str, Any]) -> str:
    """`RoiReport` as application/json."""
    name = part.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return f"`{name}` as {form}" if name else form
