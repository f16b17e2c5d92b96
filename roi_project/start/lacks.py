"""What is still missing before a report can be read: each floor says its part, in sentences with the next step."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: for which reports, what, and what to do about it.

    `blocks` where there is no first ROI without it; else figures are there, and less is known.
    """

    reports: str
    sentence: str
    step: str
    blocks: bool = False


Check = Callable[[dt.datetime], Iterable[Lack]]

_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Declare a question that `manage.py doctor` asks; it is told the moment and answers what is missing."""

    def declare(asked: Check) -> Check:
        if name in _checks:
            raise ValueError(f"the check {name} is declared twice")
        _checks[name] = asked
        return asked

    return declare


def lacks(*, now: dt.datetime) -> list[Lack]:
    """Everything that is missing, what stands in the way of a first ROI before the rest."""
    found = [lack for asked in _checks.values() for lack in asked(now)]
    return sorted(found, key=lambda lack: not lack.blocks)


def are(count: int, noun: str, plural: str = "") -> str:
    """“1 team is”, “3 teams are”."""
    return f"1 {noun} is" if count == 1 else f"{count:,} {plural or noun + 's'} are"


def have(count: int, noun: str, plural: str = "") -> str:
    """“1 team has”, “3 teams have”."""
    return f"1 {noun} has" if count == 1 else f"{count:,} {plural or noun + 's'} have"
