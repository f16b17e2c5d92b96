"""Bodies of requests: first as the schema wants them, then wrong in some way."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.reliability.fuzz import atoms

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Raw:
    """Text that stands in a body as it is, valid or not."""

    text: str


@dataclass(frozen=True)
class Pairs:
    """An object that may name a member twice."""

    members: tuple[tuple[str, Any], ...]


class Bodies:
    """Makes values for schemas of one OpenAPI document; `codes` are known names by the member that asks for one."""

    def __init__(self, document: Schema, codes: Mapping[str, list[str]]) -> None:
        self.components, self.codes = document["components"]["schemas"], codes

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.components[schema["$ref"].rpartition("/")[2]]
        return schema

    def value(self, schema: Schema, noise: random.Random, name: str = "") -> Any:
        """Something the schema allows, as far as it says."""
        schema = self.resolved(schema)
        for part in ("oneOf", "anyOf", "allOf"):
            if part in schema:
                return self.value(noise.choice(schema[part]), noise, name)
        if "enum" in schema:
            return noise.choice(schema["enum"])
        if name in self.codes and schema.get("format") != "date":
            return self._reference(name, schema, noise)
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else noise.choice([*kinds, kinds[0], kinds[0]])
        return getattr(self, f"_{kind}")(schema, noise, name)

    def _reference(self, name: str, schema: Schema, noise: random.Random) -> Any:
        code = noise.choice(self.codes[name])
        if schema.get("type") == "string":
            return code
        return noise.choice(
            [code, code, {"code": code}, {"id": noise.randint(1, 9)}, {"source": "jira", "external_id": "T9"}]
        )

    def _object(self, schema: Schema, noise: random.Random, name: str) -> Any:
        members = schema.get("properties", {})
        required = set(schema.get("required", ()))
        writable = {n: s for n, s in members.items() if not self.resolved(s).get("readOnly")}
        # All that is required, and some of the rest: a row with everything at once is refused for that alone.
        return {n: self.value(s, noise, n) for n, s in writable.items() if n in required or noise.random() < 0.3}

    def _array(self, schema: Schema, noise: random.Random, name: str) -> Any:
        return [self.value(schema["items"], noise, name) for _ in range(noise.choice((0, 1, 1, 2, 3, 8)))]

    def _string(self, schema: Schema, noise: random.Random, name: str) -> Any:
        match schema.get("format"), schema.get("pattern", ""):
            case "date", _:
                year = noise.choice((2025, 2026, 2026, 2026, 2027))
                return f"{year}-{noise.randint(1, 12):02d}-{noise.randint(1, 28):02d}"
            case "date-time", _:
                return noise.choice(atoms.MOMENTS[:2])
            case "uuid", _:
                return noise.choice(self.codes.get("key", [""]) or [""])
            case "decimal", _:
                return noise.choice(("1", "0.5", "0.25", "12.34", "100", "14000.00", "0"))
            case _, pattern if "20[0-9]" in pattern or "[0-9]{4}-" in pattern:
                return noise.choice(("2026-07", "2026-06", "2026-08"))
            case _:
                return noise.choice(("DE", "senior", "", f"new-{noise.randrange(50)}"))

    def _integer(self, schema: Schema, noise: random.Random, name: str) -> int:
        return noise.randint(schema.get("minimum", 0), min(schema.get("maximum", 1_000), 1_000))

    def _number(self, schema: Schema, noise: random.Random, name: str) -> Any:
        return Raw(noise.choice(("1.5", "0.25", "7")))

    def _boolean(self, schema: Schema, noise: random.Random, name: str) -> bool:
        return noise.random() < 0.3

    def _null(self, schema: Schema, noise: random.Random, name: str) -> None:
        return None


def bent(value: Any, noise: random.Random) -> Any:
    """The same value with one thing in it that does not belong."""
    if isinstance(value, dict) and value and noise.random() < 0.85:
        name = noise.choice(list(value))
        match noise.randrange(8):
            case 0:
                return {n: v for n, v in value.items() if n != name}
            case 1:
                return {**value, atoms.text(noise): value[name]}
            case 2:
                return Pairs((*value.items(), (name, value[name])))
            case 3:
                return {
                    **value,
                    noise.choice(("id", "key", "recorded_by", "state", "is_staff", "created_by", "withdrawn")): 1,
                }
            case _:
                return {**value, name: bent(value[name], noise)}
    if isinstance(value, list) and value and noise.random() < 0.85:
        place = noise.randrange(len(value))
        changed = list(value)
        changed[place] = bent(changed[place], noise)
        return changed + changed[:1] if noise.random() < 0.2 else changed
    return atom(value, noise)


def atom(value: Any, noise: random.Random) -> Any:
    """Something else in the place of a value."""
    number = noise.choice(atoms.NUMBERS)
    choices: list[Any] = [
        atoms.text(noise), atoms.text(noise), noise.choice(atoms.DAYS), Raw(number), number,
        Raw(noise.choice(atoms.LITERALS)), None, True, False, [], {}, [value], {"value": value}, [[]] * 50,
        Raw("[" * 40 + "]" * 40), {"": ""}, Raw("-" + number), {"amount": number, "currency": "EUR"},
        {"amount": Raw(number), "currency": noise.choice(("USD", "JPY", "KWD", "XXX", ""))},
        {"amount": "1", "currency": "EUR", "more": 1}, {"id": Raw(number)}, {"code": atoms.text(noise)},
        {"source": None, "external_id": atoms.text(noise)}, {"id": 1, "code": "x"},
    ]  # fmt: skip
    return noise.choice(choices)


def written(value: Any) -> str:
    """A body as JSON text, or as what only looks like it."""
    match value:
        case Raw():
            return value.text
        case Pairs():
            return "{" + ",".join(f"{json.dumps(n)}:{written(v)}" for n, v in value.members) + "}"
        case dict():
            return "{" + ",".join(f"{json.dumps(str(n))}:{written(v)}" for n, v in value.items()) + "}"
        case list():
            return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value)


def broken(text: str, noise: random.Random) -> bytes:
    """A body that cannot even be read."""
    whole = text.encode("utf-8", "surrogatepass")
    place = noise.randrange(len(whole) + 1)
    match noise.randrange(12):
        case 0:
            return whole[:place]
        case 1:
            return whole[:place] + bytes([noise.randrange(256)]) + whole[place:]
        case 2:
            return b"\xef\xbb\xbf" + whole
        case 3:
            return text.encode("utf-16", "surrogatepass")
        case 4:
            return whole + whole
        case 5:
            return b"[" * 100_000
        case 6:
            return b'{"a":' * 5_000 + b"1" + b"}" * 5_000
        case 7:
            return b""
        case 8:
            return b"rows=1&rows=2"
        case 9:
            return bytes(noise.randrange(256) for _ in range(60))
        case 10:
            return b'"' + atoms.text(noise).encode("utf-8", "surrogatepass") + b'"'
        case _:
            return whole[:place] + b"\x00\xff\xc0\xaf" + whole[place:]
