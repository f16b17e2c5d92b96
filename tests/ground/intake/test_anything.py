"""Whatever is sent for any column of any kind is answered in words, never with an exception."""

from decimal import Decimal

import pytest

from roi_project.access.audience import SYSTEM
from roi_project.intake.kinds import all_kinds
from roi_project.intake.plan import Plan
from roi_project.intake.receive import receive
from roi_project.kernel.errors import Refusal

ATOMS = [
    None, True, False, 0, -1, 1, 7, 10**40, Decimal("0.1"), Decimal("1E+400"), 1.5, "", " ", "x", "x" * 5_000, "\0",
    "\u202e", "\ud800", "NaN", "1e400", "-0", "٣", "0.5", "2026-01-01", "2026-01", "2026-W01-1", "2100-02-29",
    "0000-01-01", "2026-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "00000000-0000-4000-8000-000000000000", [],
    [1], {}, {"id": 1}, {"id": -1}, {"id": 2**63 - 1}, {"id": "1"}, {"code": "x"}, {"code": None}, {"a": {"b": {}}},
    {"source": "a", "external_id": "b"}, {"amount": "1", "currency": "EUR"}, {"amount": "1", "currency": []},
    {"amount": {}, "currency": "EUR"},
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("style", ["json", "csv"])
@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_every_atom_in_every_column(kind, style):
    plan = Plan(kind)
    names = sorted(plan.json_names if style == "json" else plan.csv_names)
    atoms = ATOMS if style == "json" else [atom for atom in ATOMS if isinstance(atom, str)]
    rows = [{name: atom} for name in names for atom in atoms] + [dict.fromkeys(names, atom) for atom in atoms]
    sent = [(number, row, style) for number, row in enumerate(rows, start=1)]

    try:
        receipt = receive(SYSTEM, kind, sent, dry_run=True, partial=True)
    except Refusal:
        return

    assert receipt.rows == len(rows)
    assert receipt.refused_rows + receipt.accepted == len(rows)
    assert all(refused.sentence.isprintable() for refused in receipt.refused)
