"""JSON, read strictly: what two programs could read differently is refused instead of guessed."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.parsers import BaseParser

from roi_project.kernel.errors import Refusal
from roi_project.web.problems import malformed

MAX_DEPTH = 32
MAX_NODES = 200_000
MAX_DIGITS = 100

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class StrictJSONParser(BaseParser):
    """UTF-8 JSON with an object or a list on top, bounded in size, depth and number of values.

    Numbers with decimals arrive as Decimal, exactly as written; floats do not exist. A view that takes
    large bodies sets `max_json_nodes`.
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        context = parser_context or {}
        _refuse_other_charsets(media_type or "")
        max_nodes = getattr(context.get("view"), "max_json_nodes", MAX_NODES)
        return read_json(_read(stream), max_nodes=max_nodes)


def read_json(raw: bytes, *, max_nodes: int = MAX_NODES) -> Any:
    """The value a JSON text stands for; a Refusal `malformed-request` for anything doubtful."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed("The body is not UTF-8.") from None
    if text.startswith("\ufeff"):
        raise malformed("The body starts with a byte order mark; send plain UTF-8.")
    _refuse_too_many_nodes(text, max_nodes)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_refuse_constant,
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise malformed(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from None
    if not isinstance(value, dict | list):
        raise malformed("The body must be an object or a list.")
    _refuse_depth_and_bad_text(value, look_at_text=bool(_SUSPECT_ESCAPE.search(text)))
    return value


def _refuse_other_charsets(media_type: str) -> None:
    for parameter in media_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in {"utf-8", "utf8"}:
            raise malformed("The body must be UTF-8.")


def _read(stream) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise RequestDataTooBig
    return raw


def _refuse_too_many_nodes(text: str, limit: int) -> None:
    """Count before parsing, because a list of ten million empty lists is small as a text and large in memory."""
    if _separators(text) > limit and _separators(_STRING.sub("", text)) > limit:
        raise malformed(f"The body holds more than {limit:,} values.")


def _separators(text: str) -> int:
    """At least the number of values: each has a comma or an opening bracket before it."""
    return text.count(",") + text.count("[") + text.count("{")


def _refuse_depth_and_bad_text(value: Any, *, look_at_text: bool) -> None:
    level = [value]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep()
        below = []
        for container in level:
            for inner in container.values() if isinstance(container, Mapping) else container:
                if isinstance(inner, dict | list):
                    below.append(inner)
                elif look_at_text and isinstance(inner, str):
                    _refuse_bad_text(inner)
            if look_at_text and isinstance(container, dict):
                for name in container:
                    _refuse_bad_text(name)
        level = below


def _refuse_bad_text(text: str) -> None:
    if "\0" in text:
        raise malformed("A text holds the character NUL, which no database stores.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise malformed("A text holds half of a surrogate pair.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise malformed("An object names the same member twice.")
    return value


def _decimal(literal: str) -> Decimal:
    _refuse_long_number(literal)
    if "e" in literal or "E" in literal:
        raise malformed("Numbers are written without an exponent; a text such as “0.00001” is safest.")
    return Decimal(literal)


def _whole(literal: str) -> int:
    _refuse_long_number(literal)
    if literal == "-0":
        raise malformed("Zero is written without a sign.")
    return int(literal)


def _refuse_long_number(literal: str) -> None:
    if len(literal) > MAX_DIGITS:
        raise malformed(f"A number has more than {MAX_DIGITS} digits.")


def _refuse_constant(name: str) -> None:
    raise malformed(f"{name} is not a number.")


def _too_deep() -> Refusal:
    return malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")
