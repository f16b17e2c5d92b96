"""Which names stand for which team, and when."""

from collections.abc import Collection, Iterator

from roi_project.intake.kinds import Forward
from teams.models import TeamName


def forwards(names: Collection[tuple[str, str]]) -> Iterator[Forward]:
    """Those of these names (system and external id, or no system and a code) that stand for a team. One query."""
    found = TeamName.current.filter(called__in={called for _, called in names}).select_related("team")
    for row in found.order_by("called", "team__code", "starts_on"):
        if (row.system, row.called) in names:
            yield Forward(row.system, row.called, row.starts_on, row.ends_on, row.team)
