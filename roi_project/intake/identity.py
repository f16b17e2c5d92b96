"""Which stored row a sent row is about: facts by source and external id, masters by code or the same."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from roi_project.intake.kinds import Kind, Wrong
from roi_project.intake.plan import Plan
from roi_project.intake.references import chunks
from roi_project.intake.rows import Row

LONGEST = 300


class Overtaken(Exception):
    """Somebody else wrote the same thing between our looking and our writing: look again."""


def derived_external_id(kind: Kind, values: Mapping[str, Any]) -> str:
    """The natural key of a fact sent without an external id: its identity columns, joined by “|”."""
    parts = (kind.column(name).as_text(values.get(name)) for name in kind.identity)
    joined = "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
    if len(joined) <= LONGEST:
        return joined
    return f"{joined[:230]}~{hashlib.sha256(joined.encode()).hexdigest()}"


def name_facts(plan: Plan, rows: Iterable[Row]) -> None:
    """Give each fact an external id, its own or the derived one."""
    for row in rows:
        if row.external_id or not row.is_fine:
            continue
        if not plan.kind.identity:
            row.fails(_nameless(plan, "is required: nothing else tells two of them apart"))
        elif missing := [name for name in plan.kind.identity if row.withdrawn and name not in row.given]:
            row.fails(_nameless(plan, f"is required, or else {', '.join(missing)}, to know what is withdrawn"))
        else:
            row.external_id = derived_external_id(plan.kind, row.values)


def _nameless(plan: Plan, sentence: str) -> Wrong:
    return Wrong("external_id", sentence, "external_id_required")


class Seen:
    """The identities of one request, over its batches: the same thing twice is refused, not guessed."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int | None] = {}

    def refuse_twice(self, column: str, what: str, identity: Any, row: Row) -> None:
        if identity in self._numbers:
            row.fails(Wrong(column, f"{what} is already in row {self._numbers[identity]}", "duplicate"))
        else:
            self._numbers[identity] = row.number


def match_facts(plan: Plan, rows: Sequence[Row], seen: Seen) -> None:
    """Find the current version (also a withdrawn one) of each fact, locked until the transaction ends."""
    for row in rows:
        if row.is_fine:
            seen.refuse_twice("external_id", f"external id {row.external_id}", (row.source, row.external_id), row)
    wanted = [row for row in rows if row.is_fine]
    by_source: dict[str, list[str]] = defaultdict(list)
    for row in wanted:
        by_source[row.source].append(row.external_id)
    found: dict[tuple[str, str], Any] = {}
    for source, names in by_source.items():
        for some in chunks(names):
            for fact in current_versions(plan, source=source, external_id__in=some):
                if (source, fact.external_id) not in found or not fact.withdrawn:
                    found[source, fact.external_id] = fact
    for row in wanted:
        stored = found.get((row.source, row.external_id))
        if not row.is_pinned:
            row.existing = stored
        elif stored is not None and stored.key != row.existing.key and not stored.withdrawn:
            row.fails(Wrong("external_id", f"{row.external_id} belongs to another {plan.singular}", "conflict"))


def current_versions(plan: Plan, *conditions: Q, **which: Any) -> list[Any]:
    """The newest versions of some facts with what they point at, locked; withdrawn ones too.

    Locked in the order of ids, so that two requests about the same facts wait and do not deadlock. Who
    waited for a lock is told nothing of the version that was written meanwhile, so it is looked for again.
    """
    names = [column.model_fields[0] for column in plan.references]
    facts = plan.kind.model._default_manager.filter(*conditions, superseded_at=None, **which)
    locking = facts.select_related(*names).select_for_update(of=("self",)).order_by("pk")
    while True:
        found = list(locking.all())
        locked = {fact.pk for fact in found}
        if connection.vendor != "postgresql" or locked.issuperset(facts.values_list("pk", flat=True)):
            return found


def match_masters(plan: Plan, rows: Sequence[Row], seen: Seen) -> None:
    """Find the stored master of each row, by code and by source and external id, which must not disagree."""
    fine = [row for row in rows if row.is_fine]
    for row in fine:
        seen.refuse_twice("code", f"code {row.values['code']}", ("code", row.values["code"]), row)
        if row.external_id:
            name = (row.source, row.external_id)
            seen.refuse_twice("external_id", f"external id {row.external_id}", name, row)
    fine = [row for row in rows if row.is_fine]
    by_code, by_name = _stored_masters(plan, fine)
    for row in fine:
        coded = by_code.get(row.values["code"])
        named = by_name.get((row.source, row.external_id)) if row.external_id else None
        if not row.is_pinned:
            row.existing = named or coded
        if wrong := _disagreement(plan, row, coded, named):
            row.fails(wrong)
        elif row.existing is not None:
            seen.refuse_twice("code", f"{plan.singular} {row.existing.code}", ("pk", row.existing.pk), row)


def _stored_masters(plan: Plan, rows: Sequence[Row]) -> tuple[dict[str, Any], dict[tuple[str, str], Any]]:
    names = [column.model_fields[0] for column in plan.references]
    masters: Any = (
        plan.kind.model._default_manager.select_related(*names).select_for_update(of=("self",)).order_by("pk")
    )
    by_code: dict[str, Any] = {}
    by_name: dict[tuple[str, str], Any] = {}
    for codes in chunks(row.values["code"] for row in rows):
        by_code |= {master.code: master for master in masters.filter(code__in=codes)}
    by_source: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.external_id:
            by_source[row.source].append(row.external_id)
    for source, names in by_source.items():
        for some in chunks(names):
            for master in masters.filter(source=source, external_id__in=some):
                by_name[source, master.external_id] = by_code.get(master.code, master)
    return by_code, by_name


def _disagreement(plan: Plan, row: Row, coded: Any, named: Any) -> Wrong | None:
    stored = row.existing
    if stored is None:
        return None
    if coded is not None and coded.pk != stored.pk:
        taken = f"code {coded.code} belongs to another {plan.singular}"
        return Wrong("code", taken + _owner(coded), "conflict")
    if named is not None and named.pk != stored.pk:
        return Wrong("external_id", f"external id {row.external_id} belongs to {named.code}", "conflict")
    if row.is_pinned or named is not None or not row.external_id or not stored.external_id:
        return None
    return Wrong("external_id", f"code {stored.code} is already known{_owner(stored)}", "conflict")


def _owner(master: Any) -> str:
    if not master.external_id:
        return ""
    return f" as external id {master.external_id}" + (f" from source {master.source}" if master.source else "")
