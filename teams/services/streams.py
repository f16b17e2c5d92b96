"""The rules of value streams that look at more than one row: no circles, and no team given away twice."""

from collections.abc import Iterable
from decimal import Decimal

from roi_project.kernel.errors import Conflict
from teams.models import Team, TeamStreamShare, ValueStream

WHOLE = Decimal(1)


def refuse_circles(streams: Iterable[ValueStream]) -> None:
    """Raises Conflict when one of these streams is, over its parents, a part of itself.

    Locks the whole tree, so that two requests cannot each write one half of a circle.
    """
    changed = [stream for stream in streams if stream.parent_id is not None]
    if not changed:
        return
    tree = ValueStream.objects.select_for_update().order_by("pk").values_list("pk", "parent_id", "code")
    rows = {pk: (parent, code) for pk, parent, code in tree}
    for stream in changed:
        path = [stream.pk]
        while (parent := rows[path[-1]][0]) is not None:
            path.append(parent)
            if parent == stream.pk:
                circle = " in ".join(rows[pk][1] for pk in path)
                raise Conflict(f"A value stream cannot be a part of itself: {circle}.")
            if parent in path[:-1]:
                break  # a circle further up, found from one of its own members


def refuse_more_than_a_team(shares: Iterable[TeamStreamShare]) -> None:
    """Raises Conflict when a team would work for streams with more than all of itself on some day.

    Locks the teams, so that two requests cannot each give away the last free share.
    """
    teams = sorted({share.team_id for share in shares})
    list(Team.objects.select_for_update().filter(pk__in=teams).order_by("pk").values_list("pk"))
    rows = TeamStreamShare.current.filter(team__in=teams).order_by("team__code")
    steps: dict[str, dict] = {}
    for code, starts_on, ends_on, share in rows.values_list("team__code", "starts_on", "ends_on", "share"):
        of_team = steps.setdefault(code, {})
        of_team[starts_on] = of_team.get(starts_on, Decimal(0)) + share
        if ends_on is not None:
            of_team[ends_on] = of_team.get(ends_on, Decimal(0)) - share
    for code, of_team in steps.items():
        total = Decimal(0)
        for day, step in sorted(of_team.items()):
            total += step
            if total > WHOLE:
                raise Conflict(
                    f"The stream shares of team {code} sum to {total.normalize():f} on {day}; more than 1 is not "
                    "possible. Lower or end another share in the same request."
                )
