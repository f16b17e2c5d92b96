"""Names that stand for something else from a day on: what was renamed, merged or split keeps its history.

A kind whose things are sent under names of other systems says by `Kind.forwards` which names stand for what, and when.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from roi_project.intake.columns import Ref
from roi_project.intake.kinds import Forward, Kind

Name = tuple[str, str]  # the source and its external id; a code has no source


@dataclass(frozen=True)
class Misleading(Exception):
    """A name leads to more than one thing, or nowhere."""

    sentence: str


class Forwards:
    """The names of one kind, learned as rows use them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._known: dict[Name, list[Forward]] = {}

    def learn(self, refs: Iterable[Ref]) -> None:
        """Look up what these names stand for, and what the codes of those stand for in turn."""
        asked = {name_of(ref) for ref in refs if ref.by != "id"}
        while new := asked - self._known.keys():
            found: dict[Name, list[Forward]] = defaultdict(list)
            for forward in self.kind.forwards(new) if self.kind.forwards is not None else ():
                found[forward.source, forward.name].append(forward)
            self._known |= {name: found.get(name, []) for name in new}
            asked = {("", forward.to.code) for some in found.values() for forward in some}

    def meant(self, ref: Ref, own: Any, day: dt.date | None) -> Any:
        """What a name stands for on a day, or without a day by now; `own` has the name itself. Raises Misleading."""
        if ref.by == "id":
            return own
        name, passed = name_of(ref), []
        while name not in passed:
            passed.append(name)
            to = {each.to.pk: each.to for each in self._known.get(name, ()) if each.holds(day)}
            if not to:
                return own
            if len(to) > 1:
                codes = " and ".join(sorted(other.code for other in to.values()))
                raise Misleading(f"{ref} stands for {codes}{_on(day)}; send the code of the one that is meant")
            (own,) = to.values()
            if ("", own.code) == name:
                return own
            name = ("", own.code)
        circle = " to ".join(code for _, code in [*passed, name])
        raise Misleading(f"{ref} leads in a circle{_on(day)}, from {circle}; take one of these names back")


def name_of(ref: Ref) -> Name:
    source, name = ref.name if ref.by == "external" else ("", ref.name)
    return source, name


def _on(day: dt.date | None) -> str:
    return "" if day is None else f" on {day}"
