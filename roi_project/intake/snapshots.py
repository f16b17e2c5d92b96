"""The state of a day: a system sends all it knows, what is missing ends, and what is different begins on that day.

Nothing before the day changes, nothing of another source is touched, and the same state sent again changes nothing.
What the rows of a kind do when they end or change is told by `Kind.snapshot`; facts are followed in
snapshot_facts.py, masters in snapshot_masters.py.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import Any

from roi_project.access.audience import Audience
from roi_project.db import touches
from roi_project.db.turns import one_at_a_time
from roi_project.intake import identity, snapshot_facts, snapshot_masters
from roi_project.intake.kinds import Kind, Snapshot, Wrong, all_kinds, kind_named
from roi_project.intake.receipt import Outcome, Result
from roi_project.intake.request import Intake
from roi_project.intake.rows import Raw, Row, read_row
from roi_project.kernel.errors import FieldProblem, Forbidden, Invalid

ASK_ABOVE = 10  # one in so many of those in force may end without a question


def refuse(member: str, sentence: str) -> Invalid:
    """The refusal of one member of a request, to be raised."""
    detail = f"{member}: {sentence}."
    return Invalid(detail, problems=[FieldProblem(f"/{member}", "invalid", detail)])


def refuse_no_snapshot(kind: Kind, *, source: str, as_of: dt.date | None, partial: bool) -> None:
    """Raises Invalid for what cannot be taken as the state of a day."""
    if kind.snapshot is None:
        known = ", ".join(each.name for each in all_kinds() if each.snapshot is not None)
        raise refuse("mode", f"{kind.name.replace('-', ' ')} are not sent as a snapshot; these are: {known}")
    if not source:
        raise refuse("source", "a snapshot names the system whose state it is")
    if as_of is None:
        raise refuse("as_of", "a snapshot names the day of its state, YYYY-MM-DD")
    if partial:
        raise refuse("partial", "a snapshot is taken whole or not at all")


class SnapshotIntake(Intake):
    """One state of a day on its way in."""

    def __init__(
        self, audience: Audience, kind: Kind, *, as_of: dt.date, confirm_ends: int | None, **asked: Any
    ) -> None:
        super().__init__(audience, kind, **asked)
        assert kind.snapshot is not None
        self.snapshot: Snapshot = kind.snapshot
        self.as_of, self.confirmed = as_of, confirm_ends
        self.receipt.as_of = self.resolver.as_of = as_of
        self.following: dict[str, list[Row]] = {}

    def batches(self, raws: Iterable[Raw]) -> Iterator[list[Raw]]:
        """A state is one batch, also when there is nothing in it."""
        yield list(raws)

    def read(self, raws: Iterable[Raw]) -> list[Row]:
        return [self._read(number, raw, style) for number, raw, style in raws]

    def _read(self, number: int | None, raw: Any, style: str) -> Row:
        """A row that needs a first day and does not say one begins on the day."""
        starts = self.kind.column(self.snapshot.starts)
        unsaid = isinstance(raw, Mapping) and starts.must_be_sent and raw.get(starts.name) in (None, "")
        if unsaid:
            raw = {**raw, starts.name: self.as_of.isoformat()}
        row = read_row(self.plan, number, raw, style, source=self.source)
        if unsaid:
            row.given.discard(starts.name)
        if row.source != self.source:
            row.fails(Wrong("source", f"this is the state of {self.source}, and not of {row.source or 'no source'}"))
        if row.withdrawn:
            row.fails(Wrong("withdrawn", "a snapshot leaves out what is gone"))
        return row

    def matched(self, rows: list[Row]) -> list[Row]:
        # Two states of one system at once would each read the other half done.
        one_at_a_time(f"snapshot {self.kind.name} {self.source}")
        if self.kind.is_master:
            identity.match_masters(self.plan, rows, self.seen)
            state = snapshot_masters.follow(self.plan, self.snapshot, rows, source=self.source, as_of=self.as_of)
        else:
            state = snapshot_facts.follow(self.plan, self.snapshot, rows, source=self.source, as_of=self.as_of)
        self.following = state.following
        every = [*rows, *state.parts, *state.missing]
        self.check(every)
        if not self.kind.is_master:
            identity.name_facts(self.plan, every)
            identity.match_facts(self.plan, every, self.seen)
            snapshot_facts.refuse_the_past(every)
        if all(row.is_fine for row in rows):
            self._ask(len(state.missing), of=state.there, is_empty=not rows)
        return every

    def _ask(self, ends: int, *, of: int, is_empty: bool) -> None:
        """A state that ends much is more often a broken feed than a broken organisation."""
        many = ends * ASK_ABOVE > of
        if ends and self.confirmed is not None and self.confirmed != ends:  # a state sent again ends nothing
            sentence = f"{self.confirmed} is not how many end: it ends {ends:,} of {of:,}. Send confirm_ends={ends}"
        elif many and self.confirmed is None:
            self.receipt.confirm_ends = ends
            if self.receipt.dry_run:
                return
            words = self.plan.singular if of == 1 else self.plan.words
            what = "It is empty and ends" if is_empty else "It ends"
            sentence = (
                f"{what} {ends:,} of the {of:,} {words} of {self.source} on {self.as_of}. "
                f"If that is so, send confirm_ends={ends}"
            )
        else:
            return
        self.receipt.refuse(None, Wrong("confirm_ends", sentence, "confirm_ends"))

    def take(self, rows: list[Row]) -> None:
        super().take(rows)
        if not self.receipt.refused:
            for name, some in self.following.items():
                self._take_too(kind_named(name), some)

    def _take_too(self, kind: Kind, rows: list[Row]) -> None:
        """Rows of another kind that follow from the state, by the same way in."""
        if not self.audience.within(kind.write):
            raise Forbidden(f"Writing {kind.name.replace('-', ' ')} is for {', '.join(sorted(kind.write))}.")
        other = Follower(self.audience, kind, source=self.source)
        other.frozen = self.frozen
        other.take(rows)
        other.finish()
        told = other.receipt
        for refused in told.refused:
            self.receipt.refused_rows += 1
            self.receipt.refusals += 1
            self.receipt.refused.append(refused)
        self.receipt.late += told.late
        if self.keep_results:
            self.receipt.results += told.results

    def result_of(self, row: Row, outcome: Outcome) -> Result | None:
        return result_of(self, row, outcome)

    def touched_by(self, old: Any, new: Any) -> set[touches.Months]:
        return touched_by(self, old, new)

    def master_months(self, old: Any, new: Any) -> set[touches.Months]:
        """A master of which only the end moves touches the months between its two ends."""
        fields = [self.kind.column(name).model_fields[0] for name in (self.snapshot.starts, self.snapshot.ends)]
        changed = {name for name in self.kind.material if old is not None and getattr(old, name) != getattr(new, name)}
        if changed != {fields[1]}:
            return super().master_months(old, new)
        return super().master_months(None, between(old, new, *fields))


class Follower(Intake):
    """Rows of another kind that follow from a state."""

    def result_of(self, row: Row, outcome: Outcome) -> Result | None:
        row.details = {"kind": self.kind.name, **row.details}
        return result_of(self, row, outcome)

    def touched_by(self, old: Any, new: Any) -> set[touches.Months]:
        return touched_by(self, old, new)


def result_of(intake: Intake, row: Row, outcome: Outcome) -> Result | None:
    """What is told of a row of a state: a change that ended one fact and began another is one change."""
    if row.is_part:
        return None
    told = row.counts_as if row.counts_as and outcome is not Outcome.STALE else outcome
    details = {} if told in (Outcome.UNCHANGED, Outcome.STALE) else row.details
    return Result(row.number, told, intake.found_by(row), is_new=outcome is Outcome.CREATED, details=details)


def touched_by(intake: Intake, old: Any, new: Any) -> set[touches.Months]:
    """A fact of which only the end moves touches the days between its two ends: the past before them stays."""
    ends = [None, None] if old is None else [old.ends_on, new.ends_on]
    if old is None or new.withdrawn or old.withdrawn or ends[0] == ends[1]:
        return Intake.touched_by(intake, old, new)
    names = [name for column in intake.plan.columns for name in column.model_fields if name != "ends_on"]
    if any(getattr(old, name) != getattr(new, name) for name in names):
        return Intake.touched_by(intake, old, new)
    months = intake.months_of(between(old, new, "starts_on", "ends_on"))
    return set() if months is None else {months}


def between(old: Any, new: Any, starts: str, ends: str) -> Any:
    """The same thing on the days between its old end and its new one; no end is later than any."""
    days = [getattr(old, ends), getattr(new, ends)]
    there = copy(new)
    setattr(there, starts, min(day for day in days if day is not None))
    setattr(there, ends, None if None in days else max(days))
    return there
