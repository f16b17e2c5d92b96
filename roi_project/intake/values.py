"""Strict readings of one value: what is accepted is exact, what is not raises ValueError with a sentence.

Nothing is guessed, rounded or repaired here, because a figure that was read wrongly adds up as well as a right one.
"""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Any

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NUMBER = 30

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
# Control, invisible (zero width, bidirectional), surrogate, line and paragraph separators: a name that
# looks like another one, or that a database cannot store.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LINES = frozenset("\n\t")


def shown(raw: Any) -> str:
    """A raw value as it may stand in a sentence: short, quoted, and without signs that would disturb it."""
    text = raw if isinstance(raw, str) else repr(raw)
    text = clean(text[:41])
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def clean(words: str) -> str:
    """Words with a sign in place of everything that would disturb a terminal or a log."""
    return words if words.isprintable() else "".join(sign if sign.isprintable() else "�" for sign in words)


def text(raw: Any, *, longest: int, lines: bool = False) -> str:
    """Plain text in NFC of at most `longest` characters; `lines` allows line breaks and tabs."""
    if not isinstance(raw, str):
        raise ValueError(f"{shown(raw)} is not text")
    words: str = raw if raw.isascii() and raw.isprintable() else _composed(raw, lines=lines, longest=longest)
    if len(words) > longest:
        raise ValueError(f"has {len(words)} characters; {longest} is the most")
    return words


def _composed(raw: str, *, lines: bool, longest: int) -> str:
    if len(raw) > 4 * longest + 100:  # NFC never shrinks a text that much, and normalising costs time
        raise ValueError(f"has {len(raw)} characters; {longest} is the most")
    for position, sign in enumerate(raw):
        if unicodedata.category(sign) in _UNWANTED and not (lines and sign in _LINES):
            raise ValueError(f"has the unprintable character U+{ord(sign):04X} at position {position + 1}")
    return unicodedata.normalize("NFC", raw)


def whole(raw: Any) -> int:
    """A whole number from a JSON integer or plain digits."""
    number = decimal(raw, places=0)
    return int(number)


def decimal(raw: Any, *, places: int) -> Decimal:
    """An exact decimal from a plain text or a JSON number.

    A text may not show more than `places` decimals, zeros included: a German “1.000” must not become one.
    A JSON number arrives as an int or (from the strict parser) a Decimal and must fit `places` exactly.
    """
    if isinstance(raw, str):
        return _from_text(raw, places)
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise ValueError(f"{shown(raw)} is not a plain number")
    if isinstance(raw, int):
        if abs(raw) >= 10**LONGEST_NUMBER:
            raise ValueError(f"has more than {LONGEST_NUMBER} digits")
        return Decimal(raw)
    return _from_json_number(raw, places)


def _from_text(raw: str, places: int) -> Decimal:
    if len(raw) > LONGEST_NUMBER:
        raise ValueError(f"has {len(raw)} characters; a number has at most {LONGEST_NUMBER}")
    match = _NUMBER.fullmatch(raw)
    if match is None:
        hint = "; write a point for decimals and nothing between thousands, as in 1234.50" if "," in raw else ""
        raise ValueError(f"{shown(raw)} is not a plain number{hint}")
    if len(match[1] or "") > places:
        raise _too_many_decimals(raw, places)
    number = Decimal(raw)
    if raw[0] == "-" and not number:
        raise ValueError(f"{shown(raw)} is not a plain number; zero has no sign")
    return number


def _from_json_number(raw: Decimal, places: int) -> Decimal:
    sign, digits, power = raw.as_tuple()
    if not isinstance(power, int) or power > 0:
        raise ValueError(f"{shown(str(raw))} is not a plain number")
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"has more than {LONGEST_NUMBER} digits")
    if sign and not raw:
        raise ValueError(f"{shown(str(raw))} is not a plain number; zero has no sign")
    below = -power - places
    if below > 0 and (below > len(digits) or any(digits[-below:])):
        raise _too_many_decimals(str(raw), places)
    return raw


def _too_many_decimals(raw: str, places: int) -> ValueError:
    if places == 0:
        return ValueError(f"{shown(raw)} is not a whole number")
    return ValueError(f"{shown(raw)} has more than {places} decimal place{'s' if places > 1 else ''}")


@lru_cache(maxsize=10_000)
def _day_from(raw: str) -> dt.date:
    try:
        day = dt.date(int(raw[:4]), int(raw[5:7]), int(raw[8:10]))
    except ValueError:
        raise ValueError(f"{shown(raw)} is not a day of the calendar") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{shown(raw)} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def day(raw: Any) -> dt.date:
    """A day written YYYY-MM-DD, in the years 2000 to 2100."""
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise ValueError(f"{shown(raw)} is not a day; write YYYY-MM-DD, as in 2026-01-31")
    return _day_from(raw)


def month(raw: Any) -> dt.date:
    """A month written YYYY-MM, as its first day, in the years 2000 to 2100."""
    if not isinstance(raw, str) or not _MONTH.fullmatch(raw):
        raise ValueError(f"{shown(raw)} is not a month; write YYYY-MM, as in 2026-01")
    try:
        return _day_from(f"{raw}-01")
    except ValueError as error:
        raise ValueError(str(error).replace("-01”", "”").replace("day", "month")) from None


def moment(raw: Any) -> dt.datetime:
    """A moment written by RFC 3339 with its offset, answered in UTC, in the years 2000 to 2100."""
    if not isinstance(raw, str) or not _MOMENT.fullmatch(raw):
        raise ValueError(f"{shown(raw)} is not a moment; write 2026-01-31T09:30:00Z or with an offset, as in +01:00")
    try:
        when = dt.datetime.fromisoformat(raw).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{shown(raw)} is not a moment of the calendar") from None
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise ValueError(f"{shown(raw)} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return when
