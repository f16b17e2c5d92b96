"""Looking after findings: an owner and a day, or accepting one for a while with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from finance.engine.findings import OF_PAY
from finance.models import Finding, FindingFollowUp
from finance.selectors.findings import SUBJECT, codes_for
from roi_project.access.audience import Audience, Group
from roi_project.audit.services import record
from roi_project.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound

KEEPERS = frozenset({Group.FINANCE, Group.LEADER})
COLUMNS = ("owner", "due_on", "accepted_until", "reason")
EMPTY: Mapping[str, Any] = {"owner": "", "due_on": None, "accepted_until": None, "reason": ""}


@dataclass(frozen=True)
class About:
    """What a finding is about: its code, and codes of what it names."""

    code: str
    team: str = ""
    pool: str = ""
    person: str = ""
    role: str = ""


@transaction.atomic
def look_after(audience: Audience, about: About, changes: Mapping[str, Any]) -> FindingFollowUp:
    """Set who looks after a finding; `changes` holds the columns to set, and the others stay as they are.

    Raises Forbidden for a caller who keeps no findings, NotFound where no current book has such a finding or the
    caller may not know of it, Invalid where it is accepted without a reason.
    """
    if not audience.within(KEEPERS):
        raise Forbidden("Findings are looked after by finance and leaders.")
    found = _finding(audience, about)
    subject = {f"{name}_id": getattr(found, f"{name}_id") for name in SUBJECT}
    row, created = FindingFollowUp.objects.get_or_create(
        code=about.code, **subject, defaults={"updated_by": audience.actor}
    )
    row = FindingFollowUp.objects.select_for_update(of=("self",)).select_related(*SUBJECT).get(pk=row.pk)
    before = {name: getattr(row, name) for name in COLUMNS}
    after = before | changes
    if after["accepted_until"] is not None and not after["reason"].strip():
        problem = FieldProblem("/reason", "required", "reason: say why it is accepted.")
        raise Invalid("Say why this finding is accepted.", problems=[problem])
    if created or after != before:
        FindingFollowUp.objects.filter(pk=row.pk).update(**after, updated_by=audience.actor, updated_at=Now())
        for name, value in after.items():
            setattr(row, name, value)
        _tell(audience, row, None if created else before, after)
    return row


def _finding(audience: Audience, about: About) -> Finding:
    """A finding about this in a current book."""
    wanted = {name: getattr(about, name) for name in SUBJECT}
    named = {f"{name}__code" if code else name: code or None for name, code in wanted.items()}
    stored = Finding.objects.filter(book__current_of__isnull=False, code=about.code, **named).order_by("-id")
    found = stored.first() if about.code in codes_for(audience) else None
    if found is None:
        raise NotFound("No current book has a finding about this that you can see; read the findings again.")
    return found


def _tell(audience: Audience, row: FindingFollowUp, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """Write the change down. Some who read the trail may not know of pay: of such a finding it tells days only."""
    of_pay = row.code in OF_PAY
    shown = ("due_on", "accepted_until") if of_pay else COLUMNS
    about = {} if of_pay else {name: str(value) for name in SUBJECT if (value := getattr(row, name)) is not None}
    record(
        audience,
        action="created" if before is None else "changed",
        kind="findings",
        object_id=row.pk,
        object_code="" if of_pay else row.code,
        before=None if before is None else {name: before[name] for name in shown if before[name] != after[name]},
        after=(about if before is None else {})
        | {name: after[name] for name in shown if before is None or before[name] != after[name]},
    )
