"""Finding what rows point at, in bulk: one query per kind, addressing style and source."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model

from roi_project.intake.columns import Ref, Reference
from roi_project.intake.forwarding import Forwards, Misleading
from roi_project.intake.kinds import Wrong, kind_named
from roi_project.intake.plan import Plan, model_of
from roi_project.intake.rows import Row

CHUNK = 10_000  # names in one query; both databases take three times as many


def chunks(names: Iterable[Any], size: int = CHUNK) -> Iterator[Sequence[Any]]:
    whole = list(names)
    return (whole[start : start + size] for start in range(0, len(whole), size))


class Resolver:
    """Turns references into instances and remembers them over the batches of one request."""

    def __init__(self, plan: Plan, *, today: dt.date | None = None) -> None:
        self.plan = plan
        self.today = today
        self.as_of: dt.date | None = None  # the day of all rows, instead of their own
        self._forwards: dict[str, Forwards] = {}
        self._found: dict[str, dict[Ref, Model]] = defaultdict(dict)
        self._known: dict[str, int] = {}

    def resolve(self, rows: Sequence[Row]) -> None:
        """Replace each reference of these rows by its instance, or refuse the row."""
        if not self.plan.references:
            return
        for to, refs in self._missing(rows).items():
            self._look_up(to, refs)
        self._learn_forwards(rows)
        siblings = self._siblings(rows)
        for row in rows:
            for column in self.plan.references:
                ref = row.values.get(column.name)
                if isinstance(ref, Ref):
                    row.values[column.name] = self._instance(column, ref, row, siblings)

    def _missing(self, rows: Sequence[Row]) -> Mapping[str, set[Ref]]:
        missing: dict[str, set[Ref]] = defaultdict(set)
        for column in self.plan.references:
            found = self._found[column.to]
            refs = {row.values.get(column.name) for row in rows}
            missing[column.to] |= {ref for ref in refs if isinstance(ref, Ref) and ref not in found}
        return missing

    def _look_up(self, to: str, refs: set[Ref]) -> None:
        found, objects = self._found[to], kind_named(to).model._default_manager
        by: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for ref in refs:
            source, name = ref.name if ref.by == "external" else ("", ref.name)
            by[ref.by, source].append(name)
        for (style, source), names in by.items():
            field = {"id": "pk", "code": "code", "external": "external_id"}[style]
            within = objects.filter(source=source) if style == "external" else objects.all()
            for some in chunks(names):
                for instance in within.filter(**{f"{field}__in": some}):
                    name = getattr(instance, field)
                    found[Ref(style, (source, name) if style == "external" else name)] = instance  # type: ignore[arg-type]

    def _learn_forwards(self, rows: Sequence[Row]) -> None:
        for column in self.plan.references:
            kind = kind_named(column.to)
            if kind.forwards is None or column.direct:
                continue
            refs = {row.values.get(column.name) for row in rows}
            self._forwards.setdefault(column.to, Forwards(kind)).learn(ref for ref in refs if isinstance(ref, Ref))

    def _day_of(self, row: Row) -> dt.date | None:
        """The day a row is about: of a fact its first day or month, else today."""
        if self.as_of is not None:
            return self.as_of
        day = None if self.plan.dated_by is None else row.values.get(self.plan.dated_by.name)
        return day if isinstance(day, dt.date) else self.today

    def _siblings(self, rows: Sequence[Row]) -> dict[Ref, Model]:
        """Drafts of this request's masters by their own names, for a kind that points at itself."""
        if not any(column.to == self.plan.kind.name for column in self.plan.references):
            return {}
        named = {}
        plain = [column for column in self.plan.columns if not isinstance(column, Reference)]
        for row in rows:
            if row.is_fine:
                fields = {
                    name: value for column in plain for name, value in column.fill(row.values[column.name]).items()
                }
                row.draft = named[Ref("code", row.values["code"])] = self.plan.kind.model(**fields)
                if row.external_id:
                    named[Ref("external", (row.source, row.external_id))] = row.draft
        return named

    def _instance(self, column: Reference, ref: Ref, row: Row, siblings: Mapping[Ref, Model]) -> Any:
        instance = self._found[column.to].get(ref)
        if instance is None and column.to == self.plan.kind.name:
            instance = siblings.get(ref)
        if column.to in self._forwards and not column.direct:
            try:
                instance = self._forwards[column.to].meant(ref, instance, self._day_of(row))
            except Misleading as misleading:
                row.fails(Wrong(column.name, misleading.sentence, "ambiguous_reference"))
                return None
        if instance is None:
            row.fails(self._nobody(column, ref))
        return instance

    def _nobody(self, column: Reference, ref: Ref) -> Wrong:
        kind = kind_named(column.to)
        if column.to not in self._known:
            self._known[column.to] = model_of(column)._default_manager.count()
        count = self._known[column.to]
        singular, words = kind.singular.replace("-", " ").replace("_", " "), kind.name.replace("-", " ")
        known = f"{count} {singular} is known" if count == 1 else f"{count or 'no'} {words} are known"
        return Wrong(column.name, f"no {singular} has {ref}; {known}. Send {words} first.", "unknown_reference")
