"""Numbers as people write them into texts: with a decimal comma or a decimal point, as they say, never as we guess."""

import re
from decimal import Decimal
from enum import StrEnum

from roi_project.intake import values


class Numbers(StrEnum):
    """How the texts of a file write numbers. Cells that are numbers already need no such word."""

    POINT = "point"
    COMMA = "comma"


EXAMPLE = {Numbers.POINT: "1,234.50", Numbers.COMMA: "1.234,50"}
CHOICE = "Numbers that are written as text look like"
"""What pages call it where a sender says so; on the command line it is --numbers."""

_SIGNS = {Numbers.POINT: (",", r"\."), Numbers.COMMA: (r"\.", ",")}
_WHOLE = "-?(?:[1-9][0-9]{{0,2}}(?:{between}[0-9]{{3}})+|0|[1-9][0-9]*)"
_FORMS = {
    numbers: re.compile(f"({_WHOLE.format(between=between)})(?:{mark}([0-9]+))?", re.ASCII)
    for numbers, (between, mark) in _SIGNS.items()
}


def plain(raw: str, numbers: Numbers) -> str:
    """“1.234,56” as “1234.56”.

    ValueError for a text that is not written so, and for one that means another number when it is read the other
    way: “1.234” is a thousand to some and one and a bit to others.
    """
    readings = {one: found for one in Numbers if (found := _read(raw, one)) is not None}
    chosen = readings.get(numbers)
    if chosen is None:
        words = f"{values.shown(raw)} is not a number with a decimal {numbers}, as in {EXAMPLE[numbers]}"
        raise ValueError("; ".join([words, *(_choose(other) for other in readings)]))
    if len({Decimal(reading) for reading in readings.values()}) > 1:
        both = " and as ".join(readings[one] for one in Numbers)
        raise ValueError(
            f"{values.shown(raw)} can be read as {both}; write it without a sign between thousands, or with decimals, "
            f"as in {EXAMPLE[numbers]}"
        )
    return chosen


def _choose(other: Numbers) -> str:
    return f"if the file writes {EXAMPLE[other]}, choose that under “{CHOICE}” (--numbers {other} on the command line)"


def _read(raw: str, numbers: Numbers) -> str | None:
    found = _FORMS[numbers].fullmatch(raw)
    if found is None:
        return None
    whole = re.sub("[.,]", "", found[1])
    return whole if found[2] is None else f"{whole}.{found[2]}"
