"""Answers held against the OpenAPI document: every member as it is described, and none that is not."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

JSON = "application/json"
formats = FormatChecker()


@formats.checks("date-time", raises=ValueError)
def _is_a_moment(text: Any) -> bool:
    return not isinstance(text, str) or dt.datetime.fromisoformat(text).tzinfo is not None


@formats.checks("decimal", raises=InvalidOperation)
def _is_a_decimal(text: Any) -> bool:
    return not isinstance(text, str) or Decimal(text).is_finite()


class Document:
    """An OpenAPI document, read more strictly than it is written: what it does not name must not be there."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.paths = document["paths"]
        self.components = closed(document["components"])

    def template(self, address: str) -> str:
        """`/api/v1/teams/{id}/` of `/api/v1/teams/7/?format=json`; a plain address comes before one with a name."""
        path = address.partition("?")[0]
        fitting = [one for one in self.paths if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", one), path)]
        assert fitting, f"{path} is not in the document"
        return min(fitting, key=lambda one: one.count("{"))

    def faults(self, method: str, address: str, answer: Any) -> list[str]:
        """What is wrong with the body of an answer, each with the place in it."""
        told = self.paths[self.template(address)][method]["responses"]
        assert str(answer.status_code) in told, f"{method} {address} answered {answer.status_code}: {answer.content}"
        schema = closed(told[str(answer.status_code)]["content"][JSON]["schema"])
        check = Draft202012Validator({**schema, "components": self.components}, format_checker=formats)
        return [f"{error.json_path}: {error.message[:300]}" for error in check.iter_errors(answer.json())]


def closed(schema: Any) -> Any:
    """The same schema, in which an object has no members but those it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    out = {name: closed(part) for name, part in schema.items()}
    if isinstance(out.get("properties"), dict) and "type" in out:
        out.setdefault("additionalProperties", False)
    return out


def open_objects(schema: Any, place: str) -> list[str]:
    """Where in a schema an object stands of which nobody knows the members."""
    if isinstance(schema, list):
        return [found for part in schema for found in open_objects(part, place)]
    if not isinstance(schema, dict):
        return []
    kinds = schema.get("type", ())
    is_object = kinds == "object" or "object" in kinds
    here = [place] if is_object and not schema.get("properties") else []
    inner = {**schema.get("properties", {}), **{n: schema[n] for n in ("items", "oneOf", "allOf") if n in schema}}
    return here + [
        found
        for name, part in inner.items()
        for found in open_objects(part, f"{place}.{name}" if name in schema.get("properties", {}) else place)
    ]
