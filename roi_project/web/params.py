"""Query parameters, read strictly: a mistyped filter must never return an unfiltered total."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from roi_project.intake import values
from roi_project.kernel.errors import FieldProblem, Invalid

LONGEST_TEXT = 200
MOST_CODES = 500

T = TypeVar("T")


class OneOf(str):
    """What is said of a parameter that takes one of a few words; `words` are those, for the OpenAPI document."""

    words: tuple[str, ...]

    def __new__(cls, words: Iterable[str], says: str = "") -> "OneOf":
        listed = tuple(str(word) for word in words)
        self = super().__new__(cls, f"{' | '.join(listed)}{says and f': {says}'}")
        self.words = listed
        return self


def known_parameters(request: Any, allowed: Iterable[str]) -> None:
    """Refuse a parameter that is not known here, or one that is given twice."""
    known = set(allowed)
    problems = []
    for name, given in request.GET.lists():
        if name not in known:
            offered = f"known here: {', '.join(sorted(known))}" if known else "none is known here"
            problems.append(wrong(name, f"{values.shown(name)} is not a parameter; {offered}.", "unknown-parameter"))
        elif len(given) > 1:
            problems.append(wrong(name, f"“{name}” is given {len(given)} times.", "repeated-parameter"))
    if problems:
        raise Invalid(problems[0].detail, problems=problems)


def wrong(name: str, sentence: str, code: str = "invalid") -> FieldProblem:
    """What is wrong with one query parameter."""
    return FieldProblem(f"?{name}", code, sentence)


def refuse(name: str, sentence: str, code: str = "invalid") -> Invalid:
    """The refusal of one query parameter, to be raised."""
    return Invalid(sentence, problems=[wrong(name, sentence, code)])


def text(request: Any, name: str, default: str | None = None) -> str | None:
    """Plain text of at most 200 characters."""
    return _read(request, name, default, lambda raw: values.text(raw, longest=LONGEST_TEXT))


def month(request: Any, name: str, default: dt.date | None = None) -> dt.date | None:
    """A month written YYYY-MM, as its first day."""
    return _read(request, name, default, values.month)


def day(request: Any, name: str, default: dt.date | None = None) -> dt.date | None:
    """A day written YYYY-MM-DD."""
    return _read(request, name, default, values.day)


def moment(request: Any, name: str, default: dt.datetime | None = None) -> dt.datetime | None:
    """A moment written by RFC 3339 with its offset."""
    return _read(request, name, default, values.moment)


def integer(
    request: Any, name: str, default: int | None = None, *, minimum: int | None = None, maximum: int | None = None
) -> int | None:
    """A whole number within bounds that are both inside."""

    def read(raw: str) -> int:
        number = values.whole(raw)
        if minimum is not None and number < minimum:
            raise ValueError(f"{number} is less than {minimum}")
        if maximum is not None and number > maximum:
            raise ValueError(f"{number} is more than {maximum}")
        return number

    return _read(request, name, default, read)


def choice(request: Any, name: str, options: Collection[str], default: str | None = None) -> str | None:
    """One of a few words."""

    def read(raw: str) -> str:
        if raw not in options:
            raise ValueError(f"{values.shown(raw)} is not one of {', '.join(sorted(options))}")
        return raw

    return _read(request, name, default, read)


def flag(request: Any, name: str, default: bool = False) -> bool:
    """true or false"""
    return choice(request, name, ("true", "false"), "true" if default else "false") == "true"


def codes(request: Any, name: str) -> tuple[str, ...] | None:
    """Codes with commas between them, each once; None when the parameter is absent."""
    return _read(request, name, None, code_list)


def code_list(raw: str) -> tuple[str, ...]:
    """The codes in `payments,search`; ValueError for an empty list, a repeated code or too many."""
    found = tuple(values.text(code, longest=LONGEST_TEXT) for code in raw.split(","))
    if "" in found:
        raise ValueError("an empty code stands in the list")
    if len(found) > MOST_CODES:
        raise ValueError(f"{len(found)} codes are more than {MOST_CODES}")
    if len(set(found)) < len(found):
        raise ValueError("a code stands in the list twice")
    return found


def month_range(request: Any, first: dt.date | None = None, last: dt.date | None = None) -> tuple[dt.date, dt.date]:
    """`from` and `through`, two months, both inside; given defaults, or both required."""
    since = month(request, "from", first)
    through = month(request, "through", last)
    for name, given in (("from", since), ("through", through)):
        if given is None:
            raise refuse(name, f"“{name}” is needed: a month, as in 2026-01.", "required")
    if through < since:
        raise refuse("through", "“through” is before “from”.")
    return since, through


def _read(request: Any, name: str, default: T | None, reader: Callable[[str], T]) -> T | None:
    raw = request.GET.get(name)
    if raw is None:
        return default
    try:
        return reader(raw)
    except ValueError as error:
        sentence = str(error)
        raise refuse(name, f"“{name}”: {sentence}{'' if sentence.endswith('.') else '.'}") from None
