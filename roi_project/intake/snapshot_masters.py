"""Masters that follow the state of a day: plain columns change, dated ones are told by facts from the day on."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from roi_project.intake import writing_masters
from roi_project.intake.identity import current_versions
from roi_project.intake.kinds import Pointing, Snapshot, Wrong, kind_named
from roi_project.intake.outcomes import Outcome
from roi_project.intake.plan import Plan
from roi_project.intake.rows import Row
from roi_project.intake.snapshot_facts import holding
from roi_project.intake.snapshot_rows import State, changes, ended, pinned
from roi_project.intake.writing_facts import is_older

A_DAY = dt.timedelta(days=1)
NOT_THERE = "not there|"


def follow(plan: Plan, snapshot: Snapshot, rows: Sequence[Row], *, source: str, as_of: dt.date) -> State:
    """Set each matched row against the stored masters of the source; answers what ends and what follows."""
    return _Following(plan, snapshot, source, as_of).follow(rows)


class _Following:
    def __init__(self, plan: Plan, snapshot: Snapshot, source: str, as_of: dt.date) -> None:
        self.plan, self.snapshot, self.source, self.as_of = plan, snapshot, source, as_of
        self.starts, self.ends = plan.kind.column(snapshot.starts), plan.kind.column(snapshot.ends)
        self.ended_by = [plan.kind.column(name) for name in (snapshot.ends, *snapshot.ended_by)]
        self.following: dict[str, list[Row]] = {}

    def follow(self, rows: Sequence[Row]) -> State:
        known = [row for row in rows if row.is_fine and row.existing is not None]
        for row in known:
            self._refuse_foreign(row)
        known = [row for row in known if row.is_fine]
        there = [master for master in self._masters() if self._is_there(master)]
        sent = {row.existing.pk for row in known}
        away = self._away({*sent, *(master.pk for master in there)})
        there = [master for master in there if master.pk not in away]
        leaving = [self._leaves(master) for master in there if master.pk not in sent]
        missing = [row for row in leaving if row is not None]
        gone = [(row, row.values[self.ends.name]) for row in missing]
        for row in known:
            gone += self._continue(row, away.get(row.existing.pk), is_current=not is_older(row, row.existing))
        self._dated([row for row in known if not is_older(row, row.existing)])
        self._close(gone)
        for row in rows:
            if row.is_fine and row.existing is None:
                first = row.values[self.starts.name]
                row.details = {} if first is None else {"on": first.isoformat()}
        return State(there=len(there), missing=missing, following=self.following)

    def _masters(self) -> Iterable[Any]:
        """Every master of the source with what it points at, locked."""
        names = [column.model_fields[0] for column in self.plan.references]
        masters: Any = self.plan.kind.model._default_manager.filter(source=self.source)
        return masters.select_related(*names).select_for_update(of=("self",)).order_by("pk")

    def _refuse_foreign(self, row: Row) -> None:
        if row.existing.source != self.source:
            owner = f"belongs to source {row.existing.source}" if row.existing.source else "is of no source yet"
            sentence = f"{row.existing.code} {owner}; a snapshot of {self.source} changes nothing but its own"
            row.fails(Wrong("code", sentence, "conflict"))

    def _is_there(self, master: Any) -> bool:
        """Whether it has begun and not ended on the day."""
        first = self.starts.value_of(master)
        lasts = (column.value_of(master) for column in self.ended_by)
        return (first is None or first <= self.as_of) and all(day is None or day > self.as_of for day in lasts)

    def _leaves(self, master: Any) -> Row | None:
        """A master that is missing ends on the day, or when it began on that day, on the next."""
        first = self.starts.value_of(master)
        day = self.as_of if first is None or first < self.as_of else first + A_DAY
        if self.ends.value_of(master) == day:
            return None
        row = pinned(self.plan, master)
        row.values[self.ends.name] = day
        row.counts_as, row.details = Outcome.ENDED, {"on": day.isoformat()}
        return row

    def _continue(self, row: Row, gap: Any, *, is_current: bool) -> list[tuple[Row, dt.date]]:
        """A known master goes on, comes back, or says itself that it has ended."""
        stored, ends, starts = row.existing, self.ends.name, self.starts.name
        first, last = self.starts.value_of(stored), self.ends.value_of(stored)
        sent_first = row.values[starts] if starts in row.given else None
        writing_masters.keep_unsent(self.plan, [row])
        had_ended = last is not None and last <= self.as_of
        if ends not in row.given and had_ended:
            row.values[ends] = None
        now = row.values[ends]
        has_ended = now is not None and now <= self.as_of
        if self.snapshot.away is not None and (first is None or first < self.as_of):
            row.values[starts] = first  # what it did before it left stays
            if is_current and had_ended and not has_ended:
                self._was_away(row, last, sent_first)
        if gap is not None and is_current:
            back = ended(Plan(kind_named(self.snapshot.away.kind)), gap, self.as_of, row.number)  # type: ignore[union-attr]
            self._also(self.snapshot.away, [back])
        row.details = {"changes": changes(self.plan, stored, row)}
        return [(row, now)] if is_current and has_ended and not had_ended else []

    # --- what follows in other kinds ------------------------------------------------------------------------------

    def _also(self, pointing: Pointing | None, rows: Iterable[Row]) -> None:
        if pointing is not None:
            self.following.setdefault(pointing.kind, []).extend(rows)

    def _facts(self, pointing: Pointing, masters: Iterable[int], *conditions: Q, **which: Any) -> list[Any]:
        """Current facts of a kind that point at some masters, locked."""
        ids = sorted(set(masters))
        if not ids:
            return []
        plan = Plan(kind_named(pointing.kind))
        which |= {f"{pointing.by}__in": ids, "withdrawn": False}
        return current_versions(plan, *conditions, **which)

    def _away(self, masters: Iterable[int]) -> dict[int, Any]:
        """Those of which a fact of ours says that they are not there on the day."""
        away = self.snapshot.away
        if away is None:
            return {}
        names = {"source": self.source, "external_id__startswith": NOT_THERE}
        return {
            getattr(fact, f"{away.by}_id"): fact for fact in self._facts(away, masters, holding(self.as_of), **names)
        }

    def _was_away(self, row: Row, last: dt.date, sent_first: dt.date | None) -> None:
        away = self.snapshot.away
        assert away is not None
        back = sent_first if sent_first is not None and sent_first > last else self.as_of
        if back <= last:
            return
        between = self._new(away, row, starts_on=last, ends_on=back)
        between.values |= away.values
        between.external_id = f"{NOT_THERE}{row.existing.code}|{last}"
        self._also(away, [between])

    def _new(self, pointing: Pointing, row: Row, *, starts_on: dt.date, ends_on: dt.date | None) -> Row:
        """A new fact about the master of a row."""
        plan = Plan(kind_named(pointing.kind))
        new = Row(row.number, source=self.source, source_updated_at=row.source_updated_at)
        new.values = {column.name: column.default for column in plan.columns}
        new.values |= {pointing.by: row.existing, "starts_on": starts_on, "ends_on": ends_on}
        new.given = set(new.values)
        new.details = {"on": starts_on.isoformat()}
        return new

    def _close(self, gone: Sequence[tuple[Row, dt.date]]) -> None:
        """What points at a master that is gone ends with it; what begins after the day is left alone."""
        days = {row.existing.pk: (day, row.number) for row, day in gone}
        for pointing in self.snapshot.closes:
            plan = Plan(kind_named(pointing.kind))
            facts = self._facts(pointing, days, Q(starts_on__lte=self.as_of), source=self.source)
            for fact in facts:
                day, number = days[getattr(fact, f"{pointing.by}_id")]
                if fact.ends_on is None or fact.ends_on > day:
                    self._also(pointing, [ended(plan, fact, day, number)])

    def _dated(self, rows: Sequence[Row]) -> None:
        """Columns with a past keep it: the row of terms from the day on says what is different."""
        terms = self.snapshot.terms
        if terms is None:
            return
        found: dict[int, list[Any]] = {}
        later = Q(ends_on=None) | Q(ends_on__gt=self.as_of)
        for fact in self._facts(terms, (row.existing.pk for row in rows), later):
            found.setdefault(getattr(fact, f"{terms.by}_id"), []).append(fact)
        for row in rows:
            self._terms_of(terms, row, found.get(row.existing.pk, []))

    def _terms_of(self, terms: Pointing, row: Row, facts: Sequence[Any]) -> None:
        now = next((fact for fact in facts if fact.starts_on <= self.as_of), None)
        first = row.values[self.starts.name]
        if now is None and first is not None and first >= self.as_of:
            return  # nothing of the past is there
        columns = [self.plan.kind.column(name) for name in self.snapshot.opens]
        plain = {column.name: column.value_of(row.existing) for column in columns}
        told = {name: None if now is None else getattr(now, name) for name in plain}
        holds = {name: plain[name] if told[name] is None else told[name] for name in plain}
        wanted = {name: row.values[name] if name in row.given else holds[name] for name in plain}
        row.values |= plain
        differ = [
            {"column": c.name, "before": c.as_text(holds[c.name]), "after": c.as_text(wanted[c.name])}
            for c in columns
            if wanted[c.name] != holds[c.name]
        ]
        row.details = {"changes": [*changes(self.plan, row.existing, row), *differ]}
        if not differ:
            return
        row.counts_as, row.details["on"] = Outcome.CHANGED, self.as_of.isoformat()
        if now is not None and now.source != self.source:
            of = f"from source {now.source}" if now.source else "of no source"
            sentence = f"is told since {now.starts_on} by {now.external_id} {of}; end or withdraw that first"
            row.fails(Wrong(differ[0]["column"], sentence, "conflict"))
            return
        self._also(terms, self._new_terms(terms, row, now, facts, _other_than(plain, wanted)))

    def _new_terms(
        self, terms: Pointing, row: Row, now: Any, facts: Sequence[Any], said: Mapping[str, Any]
    ) -> Iterable[Row]:
        """The row of terms that ends, and the one that begins unless all is again as on the master."""
        plan = Plan(kind_named(terms.kind))
        says_something = any(value is not None for value in said.values())
        if now is not None and now.starts_on == self.as_of and says_something:
            again = pinned(plan, now, row.number)
            again.values |= said
            again.details = {"changes": changes(plan, now, again)}
            yield again
            return
        if now is not None:
            yield ended(plan, now, self.as_of, row.number)
        if says_something:
            ends = [None if now is None else now.ends_on, *(f.starts_on for f in facts if f.starts_on > self.as_of)]
            last = min((day for day in ends if day is not None), default=None)
            new = self._new(terms, row, starts_on=self.as_of, ends_on=last)
            new.values |= said
            yield new


def _other_than(plain: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What is wanted where it differs from what is there anyway; null elsewhere."""
    return {name: None if value == plain[name] else value for name, value in wanted.items()}
