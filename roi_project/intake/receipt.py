"""What became of the rows that were sent: counted, and told row by row."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from roi_project.intake.columns.numbers import plain
from roi_project.intake.kinds import Wrong
from roi_project.intake.outcomes import Outcome
from roi_project.kernel.errors import Conflict, FieldProblem, Invalid, Refusal

CONFLICTS = frozenset({"overlap", "conflict", "confirm_ends"})
MOST_PROBLEMS = 1_000


@dataclass(frozen=True)
class Refused:
    """Why one row (or, without a number, the whole request) was not taken."""

    number: int | None
    column: str
    code: str
    sentence: str

    @classmethod
    def of(cls, number: int | None, wrong: Wrong) -> "Refused":
        return cls(number, wrong.column, wrong.code, sentence(number, wrong))

    @property
    def pointer(self) -> str:
        """Where in the body of a request this is; rows are counted from one, pointers from zero."""
        column = self.column.replace("~", "~0").replace("/", "~1")
        if self.number is None:
            return f"/{column}" if column else ""
        return f"/rows/{self.number - 1}" + (f"/{column}" if column else "")

    def to_json(self) -> dict[str, Any]:
        return {"row": self.number, "column": self.column, "code": self.code, "detail": self.sentence}


def sentence(number: int | None, wrong: Wrong) -> str:
    """“Row 14, team: no team has code T9.”"""
    parts = [f"Row {number}"] if number is not None else []
    parts += [wrong.column] if wrong.column else []
    words = f"{', '.join(parts)}: {wrong.sentence}" if parts else wrong.sentence[:1].upper() + wrong.sentence[1:]
    return words if words.endswith((".", "!", "?")) else f"{words}."


@dataclass(frozen=True)
class Result:
    """One row that was taken: what became of it, and by what it is found again.

    A row of a snapshot also tells `details`: from which day on, and what is different.
    """

    number: int | None
    outcome: Outcome
    identity: dict[str, Any]
    is_new: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"row": self.number, "outcome": self.outcome.value, **self.identity, **self.details}

    def words(self) -> str:
        """“Row 3 changed ada|payments|2026-01-01 (share 0.5 → 0.75) on 2026-03-01.”"""
        name = self.identity.get("code") or self.identity["external_id"]
        row = "" if self.number is None else f"Row {self.number} "
        differ = [f"{each['column']} {each['before']} → {each['after']}" for each in self.details.get("changes", ())]
        changes = f" ({', '.join(differ)})" if differ else ""
        on = f" on {self.details['on']}" if self.details.get("on") else ""
        words = f"{row}{self.outcome.value} {self.details.get('kind', '')} {name}{changes}{on}."
        return " ".join(words.split())


@dataclass
class Receipt:
    """The answer to a request that brings rows.

    The counts tell what happened, or with `stored` False what would have happened. `late` counts
    written facts about a closed month; `total` adds up the amounts of the rows that were taken, or a
    column of numbers where they have no amounts.
    """

    kind: str
    dry_run: bool = False
    partial: bool = False
    stored: bool = False
    rows: int = 0
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    late: int = 0
    total: Decimal | None = None
    total_of: str = ""  # the column that is added up, where it is no money
    refused_rows: int = 0
    refusals: int = 0  # of which `refused` keeps the first thousand
    refused: list[Refused] = field(default_factory=list)
    on_refused: Callable[[Refused], None] | None = field(default=None, repr=False)  # told of every one
    results: list[Result] = field(default_factory=list)
    as_of: dt.date | None = None  # the day of a snapshot
    confirm_ends: int | None = None  # how many rows a snapshot ends, when that has to be confirmed

    @property
    def created(self) -> int:
        return self.counts[Outcome.CREATED]

    @property
    def changed(self) -> int:
        return self.counts[Outcome.CHANGED]

    @property
    def unchanged(self) -> int:
        return self.counts[Outcome.UNCHANGED]

    @property
    def stale(self) -> int:
        return self.counts[Outcome.STALE]

    @property
    def withdrawn(self) -> int:
        return self.counts[Outcome.WITHDRAWN]

    @property
    def accepted(self) -> int:
        return sum(self.counts.values())

    def forget_created(self) -> None:
        """Nothing was stored after all, so nothing that was created can be found again."""
        self.results = [
            replace(result, identity=result.identity | dict.fromkeys(result.identity.keys() & {"id", "key"}))
            if result.is_new
            else result
            for result in self.results
        ]

    @property
    def is_refused(self) -> bool:
        """Whether the request as a whole was refused; with `partial` only what is wrong with the whole of it counts."""
        return any(not self.partial or refused.number is None for refused in self.refused)

    def refuse(self, number: int | None, wrong: Wrong) -> None:
        self.refusals += 1
        kept = number is None or len(self.refused) < MOST_PROBLEMS
        if not (kept or self.on_refused):
            return
        refused = Refused.of(number, wrong)
        if kept:
            self.refused.append(refused)
        if self.on_refused:
            self.on_refused(refused)

    def take(self, result: Result, *, keep: bool) -> None:
        self.counts[result.outcome] += 1
        if keep:
            self.results.append(result)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "stored": self.stored,
            "dry_run": self.dry_run,
            "partial": self.partial,
            "rows": self.rows,
            "accepted": self.accepted,
            **{outcome.value: count for outcome, count in self.counts.items()},
            "late": self.late,
            "total": None if self.total is None else plain(self.total),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "confirm_ends": self.confirm_ends,
            "refused_rows": self.refused_rows,
            "refused": [refused.to_json() for refused in self.refused],
            "results": [result.to_json() for result in self.results],
        }

    def refusal(self) -> Refusal:
        """The same as one refusal: 409 when nothing but conflicts with stored rows stood in the way, else 400."""
        problems = [FieldProblem(each.pointer, each.code, each.sentence) for each in self.refused]
        first = self.refused[0].sentence
        if self.refused_rows == 0:
            first = f"{first} Nothing was stored."
        elif self.rows > 1 or self.refused_rows != 1:
            are = "is" if self.refused_rows == 1 else "are"
            first = f"{first} Nothing was stored: {self.refused_rows:,} of {counted(self.rows, 'row')} {are} refused."
        if {each.code for each in self.refused} <= CONFLICTS:
            return Conflict(first, problems=problems)
        return Invalid(first, problems=problems)

    def words(self) -> list[str]:
        """The receipt for a person, line by line."""
        if self.stored:
            verb = "Stored"
        elif self.dry_run and not self.refused:
            verb = "Only tried, nothing was stored"
        else:
            verb = "Nothing was stored"
        became = "" if self.stored else "would be "
        told = ", ".join(f"{count:,} {became}{outcome}" for outcome, count in self.counts.items() if count)
        told = told or "no row taken"
        lines = [f"{self.kind}: {counted(self.rows, 'row')} read. {verb}: {told}, {self.refused_rows:,} refused."]
        if self.late:
            lines.append(late_words(self.late))
        if self.confirm_ends is not None:
            lines.append(f"It ends {counted(self.confirm_ends, 'row')}; that has to be confirmed.")
        if self.total is not None:
            added = f"The column {self.total_of} of the rows taken adds" if self.total_of else "The amounts taken add"
            lines.append(f"{added} up to {plain(self.total)}.")
        return lines


def late_words(count: int) -> str:
    """What became of rows about a closed month."""
    are, them = ("is", "it") if count == 1 else ("are", "them")
    return (
        f"{count:,} of them {are} about a closed month: kept as late, and the closed book stays as it is. "
        f"No report from it shows {them}."
    )


def counted(count: int, noun: str) -> str:
    """“1 row”, “1,200 rows”."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
