"""Storing what a team says of one month: whole, or not at all."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from outcomes.models import Effort
from outcomes.selectors.effort_grid import EffortGrid
from roi_project.access.audience import Audience
from roi_project.intake.kinds import kind_named
from roi_project.intake.receipt import Receipt
from roi_project.intake.receive import receive
from roi_project.kernel.errors import Invalid

HUNDRED = Decimal(100)


@transaction.atomic
def declare(audience: Audience, grid: EffortGrid, percents: Mapping[str, Decimal]) -> Receipt:
    """Take the percentages of a month by the names of the grid's rows; what is not named or 0 took nothing.

    Rows that were declared by hand before and are nothing now are withdrawn; what tools counted stays as it is. Raises
    Invalid unless they add up to 100, with how much is missing.
    """
    told = {name: percent for name, percent in percents.items() if percent}
    unknown = told.keys() - {row.name for row in grid.rows}
    if unknown:
        raise Invalid("An epic has left the list meanwhile; load the page again.")
    total = sum(told.values(), Decimal(0))
    if total != HUNDRED:
        over, rest = ("over", total - HUNDRED) if total > HUNDRED else ("missing", HUNDRED - total)
        raise Invalid(f"The month adds up to {total.normalize():f} %: {rest.normalize():f} % is {over}.")
    month = f"{grid.month:%Y-%m}"
    stored: dict[tuple[int | None, str], list[Effort]] = defaultdict(list)
    declared = Effort.current.filter(team=grid.team, month=grid.month, share__isnull=False).order_by("pk")
    for effort in declared.select_for_update():
        stored[effort.epic_id, effort.work_type].append(effort)
    rows: list[dict[str, Any]] = []
    for row in grid.rows:
        what = {"epic": row.epic.code} if row.epic else {"work_type": row.work_type}
        said = {"team": grid.team.code, "month": month, **what}
        known = stored[row.epic.pk if row.epic else None, row.work_type]
        share = told.get(row.name)
        if share is not None:
            named = [{"source": effort.source, "external_id": effort.external_id} for effort in known[:1]]
            rows.append({**said, "share": f"{share / HUNDRED:f}", **(named[0] if named else {})})
        rows += [
            {**said, "share": f"{effort.share:f}", "source": effort.source, "external_id": effort.external_id,
             "withdrawn": True}
            for effort in (known[1:] if share is not None else known)
        ]  # fmt: skip
    receipt = receive(audience, kind_named("efforts"), [(n, row, "json") for n, row in enumerate(rows, start=1)])
    if receipt.refused:
        raise receipt.refusal()
    return receipt
