"""One request's rows on their way in: resolved, checked, matched and written, batch by batch, in one transaction."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction

from roi_project.access.audience import Audience
from roi_project.db import touches
from roi_project.intake import identity, overlaps, trees, writing_facts, writing_masters
from roi_project.intake.columns import Money
from roi_project.intake.columns.numbers import EXACT, plain
from roi_project.intake.kinds import Kind, Wrong
from roi_project.intake.plan import Plan
from roi_project.intake.receipt import Outcome, Receipt, Refused, Result, counted
from roi_project.intake.references import Resolver
from roi_project.intake.rows import Raw, Row, read_rows
from roi_project.kernel.errors import Forbidden

BATCH: Final = 10_000  # also the most rows of a request, so that rules over several rows see them all
WRITTEN: Final = frozenset({Outcome.CREATED, Outcome.CHANGED, Outcome.WITHDRAWN})


class Undone(Exception):
    """Leaves the transaction so that nothing of it stays."""


class Intake:
    """One request's rows on their way in, batch by batch, in one transaction."""

    def __init__(
        self,
        audience: Audience,
        kind: Kind,
        *,
        source: str = "",
        mode: str = "upsert",
        partial: bool = False,
        keep_results: bool = True,
        today: dt.date | None = None,
        on_refused: Callable[[Refused], None] | None = None,
    ) -> None:
        self.audience, self.kind = audience, kind
        self.source, self.mode, self.partial, self.keep_results = source, mode, partial, keep_results
        self.plan = Plan(kind)
        total_of = self.plan.control.name if self.plan.control and not isinstance(self.plan.control, Money) else ""
        self.receipt = Receipt(kind.name, partial=partial, total_of=total_of, on_refused=on_refused)
        self.resolver = Resolver(self.plan, today=today)
        self.seen = identity.Seen()
        self.frozen: Sequence[dt.date] = []
        self.ranges: set[touches.Months] = set()
        self.sent_total = Decimal(0)

    def run(
        self, raws: Iterable[Raw], *, dry_run: bool, control_total: Decimal | None, row_count: int | None
    ) -> Receipt:
        receipt = self.receipt
        receipt.dry_run = dry_run
        try:
            with transaction.atomic():
                for some in self.batches(raws):
                    self.take(self.read(some))
                self._tie_out(control_total, row_count)
                self.finish()
                if dry_run or receipt.is_refused:
                    raise Undone
        except Undone:
            receipt.forget_created()
            return receipt
        receipt.stored = True
        return receipt

    def batches(self, raws: Iterable[Raw]) -> Iterator[list[Raw]]:
        """Rows that must be looked at together come in one batch: those that can overlap, and masters."""
        together = bool(self.kind.no_overlap) or self.kind.is_master
        rest = iter(raws)
        while some := list(rest if together else islice(rest, BATCH)):
            yield some

    def read(self, raws: Iterable[Raw]) -> list[Row]:
        """Rows as parsed values; what they point at is still a name."""
        return read_rows(self.plan, raws, source=self.source)

    def take(self, rows: list[Row]) -> None:
        """Resolve, check, match and write one batch; refused rows are only noted."""
        self.receipt.rows += len(rows)
        for row in rows:
            self.sent_total = EXACT.add(self.sent_total, self.plan.quantity(row.values) or 0)
        self.resolver.resolve(rows)
        rows = self.matched(rows)
        self._refuse_foreign(rows)
        self._refuse_speaking_for_others(rows)
        if self.mode == "create":
            self._refuse_known(rows)
        overlaps.refuse_overlaps(self.plan, rows)
        self._settle(rows)

    def matched(self, rows: list[Row]) -> list[Row]:
        """The same rows, checked, and each with what is stored of it."""
        if self.kind.is_master:
            identity.match_masters(self.plan, rows, self.seen)
            writing_masters.keep_unsent(self.plan, rows)
            self.check(rows)
            trees.settle_parents(self.plan, rows)
        else:
            self.check(rows)
            identity.name_facts(self.plan, rows)
            identity.match_facts(self.plan, rows, self.seen)
        return rows

    def _refuse_foreign(self, rows: list[Row]) -> None:
        """Raises Forbidden for a row of, or about something of, a source that the caller's token does not write."""
        may = self.audience.sources
        if may is None:
            return
        for row in rows:
            stored = [] if row.existing is None else [row.existing.source]
            for source in (row.source, *stored):
                if source not in may:
                    of = f"source {source}" if source else "no source"
                    which = "this row" if row.number is None else f"row {row.number}"
                    raise Forbidden(f"This token writes rows of {', '.join(sorted(may))} alone; {which} is of {of}.")

    def _refuse_speaking_for_others(self, rows: list[Row]) -> None:
        """Raises Forbidden for a row of a source of the token that says, or said, what the rows of others mean."""
        may, name = self.audience.sources, self.kind.speaks_for
        if may is None or not name:
            return
        column = self.kind.column(name)
        for row in rows:
            said = [row.values.get(name)] if row.is_fine and not row.withdrawn else []
            said += [] if row.existing is None else [column.value_of(row.existing)]
            for system in said:
                if system not in may:
                    which = "this row" if row.number is None else f"row {row.number}"
                    about = f"{name} {system}" if system else f"no {name}, which is every system"
                    raise Forbidden(
                        f"This token writes {self.plan.words} with {name} {' or '.join(sorted(may))} alone; {which} is "
                        f"about {about}. Write it with a token that is not limited to sources, or in the admin."
                    )

    def check(self, rows: list[Row]) -> None:
        for row in rows:
            if not row.is_fine or row.withdrawn:
                continue
            try:
                if self.plan.has_period:
                    _check_period(row)
                if self.kind.check is not None:
                    self.kind.check(row.values | self._model_values(row))
            except Wrong as wrong:
                row.fails(wrong)

    def _model_values(self, row: Row) -> dict[str, Any]:
        """Columns whose model fields have other names are known to a check by both."""
        values: dict[str, Any] = {}
        for column in self.plan.columns:
            if column.model_fields != (column.name,):
                values |= column.fill(row.values[column.name])
        return values

    def _refuse_known(self, rows: list[Row]) -> None:
        for row in rows:
            if row.is_fine and row.existing is not None and not getattr(row.existing, "withdrawn", False):
                name = row.existing.code if self.kind.is_master else f"external id {row.external_id}"
                column = "code" if self.kind.is_master else "external_id"
                row.fails(Wrong(column, f"{name} is already known", "conflict"))

    def _settle(self, rows: list[Row]) -> None:
        """Count each row, and write those that bring something new."""
        outcome_of = writing_masters.outcome_of if self.kind.is_master else writing_facts.outcome_of
        outcomes: list[tuple[Row, Outcome]] = []
        for row in rows:
            if row.is_fine:
                outcomes.append((row, outcome_of(self.plan, row)))
                continue
            self.receipt.refused_rows += 1
            for wrong in row.wrongs:
                self.receipt.refuse(row.number, wrong)
        written = [row for row, outcome in outcomes if outcome in WRITTEN]
        if self.partial or not self.receipt.refused:
            write = self._write_masters if self.kind.is_master else self._write_facts
            write(written)
        for row, outcome in outcomes:
            result = self.result_of(row, outcome)
            if result is None:
                continue
            self.receipt.take(result, keep=self.keep_results)
            quantity = self.plan.quantity(row.values)
            if quantity is not None:
                self.receipt.total = EXACT.add(self.receipt.total or Decimal(0), quantity)

    def result_of(self, row: Row, outcome: Outcome) -> Result | None:
        """What is told of a row; None when it is told with another one."""
        return Result(row.number, outcome, self.found_by(row), is_new=outcome is Outcome.CREATED)

    def found_by(self, row: Row) -> dict[str, Any]:
        if self.kind.is_master:
            master = row.existing or row.draft
            return {"id": getattr(master, "pk", None), "code": row.values["code"]}
        key = str(row.existing.key) if row.existing is not None else None
        return {"key": key, "source": row.source, "external_id": row.external_id}

    def _write_facts(self, rows: list[Row]) -> None:
        if not rows:
            return
        versions = [writing_facts.version_of(self.plan, row, self.audience) for row in rows]
        replaced = [row.existing for row in rows if row.existing is not None]
        writing_facts.write_facts(self.plan, versions, replaced)
        for row, version in zip(rows, versions, strict=True):
            touched = self.touched_by(row.existing, version)
            self.ranges |= touched
            self.receipt.late += any(writing_facts.is_late(months, self.frozen) for months in touched)
            row.existing = version
        if self.kind.after is not None:
            self.kind.after([*replaced, *versions])

    def touched_by(self, old: Any, new: Any) -> set[touches.Months]:
        """The months a fact had and has."""
        return {months for months in (self.months_of(old), self.months_of(new)) if months is not None}

    def months_of(self, fact: Any) -> touches.Months | None:
        if fact is None or self.kind.touches is None or fact.withdrawn:
            return None
        return writing_facts.months_of(self.kind.touches(fact))

    def _write_masters(self, rows: list[Row]) -> None:
        if not rows:
            return
        before, after = writing_masters.write_masters(self.plan, rows, self.audience)
        for old, new in zip(before, after, strict=True):
            if writing_masters.is_material(self.plan, old, new):
                self.ranges |= self.master_months(old, new)
        if self.kind.after is not None:
            self.kind.after([*(old for old in before if old is not None), *after])

    def master_months(self, old: Any, new: Any) -> set[touches.Months]:
        if self.kind.touches is None:
            return {touches.EVERY_MONTH}
        spans = (self.kind.touches(master) for master in (old, new) if master is not None)
        return {months for months in map(writing_facts.months_of, spans) if months is not None}

    def _tie_out(self, control_total: Decimal | None, row_count: int | None) -> None:
        """Compare with what the sender announced: a file that was cut off must not look complete."""
        rows = self.receipt.rows
        if row_count is not None and row_count != rows:
            self.receipt.refuse(None, Wrong("row_count", _announced(row_count, rows), "row_count"))
        if control_total is None:
            return
        if self.plan.control is None:
            sentence = f"{self.plan.words} have no amount to add up"
            self.receipt.refuse(None, Wrong("control_total", sentence, "control_total"))
        elif control_total != self.sent_total:
            name, total = self.plan.control.name, plain(self.sent_total)
            sentence = f"{plain(control_total)} was announced, and {name} of the rows adds up to {total}"
            self.receipt.refuse(None, Wrong("control_total", sentence, "control_total"))

    def finish(self) -> None:
        """Write the touched months, and let the database look at its deferred rules while we can still answer."""
        if self.ranges:
            touches.touch(self.kind.name, self.ranges)
        if connection.vendor == "postgresql":
            connection.check_constraints()


def _announced(announced: int, rows: int) -> str:
    return f"{counted(announced, 'row')} {'was' if announced == 1 else 'were'} announced, and {rows:,} arrived"


def _check_period(row: Row) -> None:
    starts_on, ends_on = row.values["starts_on"], row.values["ends_on"]
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        raise Wrong("ends_on", f"{ends_on} is not after starts_on {starts_on}; it is the first day not counted")
