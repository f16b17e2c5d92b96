"""A page each for a value stream, a team and an epic, read from top to bottom."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from finance.admin.figures import arrow, figure, months_chart, plain, roi_in_spreadsheet
from finance.admin.findings import finding_line
from finance.admin.overview import strip
from finance.admin.overview_blocks import WORK
from finance.admin.overview_words import (
    REASONS,
    cash_note,
    cost_words,
    new_work_words,
    percent,
    return_words,
    work_words,
)
from finance.engine.returns import Undefined, decimal_text, ratio
from finance.selectors.benefits import READERS
from finance.selectors.roi import RoiReport, RoiRow
from finance.selectors.subject import Money, WorkMix, epic_page, stream_page, team_page
from finance.selectors.sums import GroupBy
from outcomes.selectors.seen import Seen
from roi_project.access.selectors import audience_for
from roi_project.console import cells
from roi_project.console.site import Page
from roi_project.kernel.period import month_start


def stream(request: HttpRequest, pk: int) -> dict[str, Any]:
    found = stream_page(audience_for(request), pk, today=timezone.localdate())
    one = found.stream
    return {
        "title": one.name or one.code,
        "sort": "Product" if one.is_product else "Value stream",
        "code": one.code,
        "purpose": one.charter,
        "no_purpose": "Nobody has written down what this value stream promises whom. It fills with its charter.",
        "life": _life(("from", one.starts_on), ("until", one.ends_on)),
        "who": [
            _links(
                "Teams that serve it", "team", found.teams, "No team serves it: send the shares of teams in streams."
            ),
            *([_links("Its parts", "stream", found.parts, "")] if found.parts else []),
        ],
        **_money(found.money, GroupBy.VALUE_STREAM, one.code),
        "outcomes": [outcome_row(seen) for seen in found.outcomes],
        "findings": [finding_line(group) for group in found.findings],
    }


def team(request: HttpRequest, pk: int) -> dict[str, Any]:
    found = team_page(audience_for(request), pk, today=timezone.localdate())
    one = found.team
    streams = [(key, f"{name} {share}") for key, name, share in found.streams]
    return {
        "title": one.name or one.code,
        "sort": one.get_topology_display().partition(":")[0] + " team",
        "code": one.code,
        "purpose": one.purpose,
        "no_purpose": "Nobody has written down why this team exists. It fills with the purpose of the team.",
        "life": _life(("from", one.starts_on), ("until", one.ends_on)),
        "who": [_links("Value streams", "stream", streams, "It serves no value stream: send its shares in streams.")],
        "roles": [
            {
                "name": row.name or row.code,
                "fte": f"{row.fte[0]:.1f}",
                "over": row.over_limit[0],
                "limit": row.max_teams,
            }
            for row in found.roles.rows
        ],
        "roles_month": f"{month_start(found.roles.first):%B %Y}",
        "shows_roles": True,
        "design_url": reverse("admin:leader_team_design", args=[pk]),
        **_money(found.money, GroupBy.TEAM, one.code),
        "outcomes": [outcome_row(seen) for seen in found.outcomes],
        "findings": [finding_line(group) for group in found.findings],
    }


def epic(request: HttpRequest, pk: int) -> dict[str, Any]:
    found = epic_page(audience_for(request), pk, today=timezone.localdate())
    one = found.epic
    streams = [(key, f"{name} {percent(share, 0)}") for key, name, share in found.place.streams]
    return {
        "title": one.name or one.code,
        "sort": f"Epic, {one.get_work_type_display().lower()}",
        "code": one.code,
        "purpose": one.purpose,
        "no_purpose": "Nobody has written down what this epic is for. It fills with its purpose.",
        "learned": one.learned,
        "no_learned": one.stopped_on is not None
        and "Nobody has written down what was learned. It fills with what the epic taught.",
        "life": _life(("started", one.started_on), ("released", one.released_on), ("stopped", one.stopped_on)),
        "who": [
            _links("For", "stream", streams, "It is for no value stream: send its shares of streams."),
            _links("Teams that work on it", "team", found.place.teams, "No team works on it now."),
        ],
        **_money(found.money, GroupBy.EPIC, one.code),
        "outcomes": [outcome_row(seen) for seen in found.outcomes],
        "findings": [finding_line(group) for group in found.findings],
        "is_epic": True,
    }


def _life(*days: tuple[str, Any]) -> list[str]:
    return [f"{word} {day}" for word, day in days if day is not None]


def _links(title: str, kind: str, rows: Sequence[tuple[int, str]], empty: str) -> dict[str, Any]:
    links = [{"name": name, "url": reverse(f"admin:leader_{kind}", args=[pk])} for pk, name in rows]
    return {"title": title, "links": links, "empty": empty}


def _money(money: Money | None, group_by: GroupBy, code: str) -> dict[str, Any]:
    """The figures of a page; none of them before the first book."""
    if money is None:
        return {"has_books": False}
    report, row = money.report, money.row
    shown = {
        "has_books": True,
        "report": report,
        "strip": strip(report),
        "excel_url": roi_in_spreadsheet(report, group_by=group_by, codes=[code]),
        "sentence": return_words(report, row),
        "cost_words": cost_words(money.change),
        "arrow": arrow(money.trend),
    }
    if row is None:
        return {**shown, "nothing_posted": True}
    undefined = isinstance(row.roi_cash, Undefined)
    place = {"group_by": group_by, "code": code}
    return {
        **shown,
        "numbers": [
            {"title": "Cost", **figure(report, row.sums.cost, "cost", **place), "note": _shared_note(report, row)},
            {
                "title": "Returned, validated cash",
                **figure(report, row.benefit_cash, "benefit_validated_cash", **place),
                "note": cash_note(row, report.currency),
            },
            {
                "title": "Waiting for validation",
                **figure(report, row.claimed, "benefit_claimed", **place),
                "note": "claimed, and not counted as returned"
                if row.claimed
                else "nothing waits for a second signature",
            },
            {
                "title": "ROI",
                "is_ratio": True,
                "short": cells.EMPTY if undefined else percent(row.roi_cash),
                "exact": percent(row.roi_cash),
                "url": figure(report, 0, "roi_validated_cash", **place)["url"],
                "note": REASONS[row.roi_cash.reason] if undefined else "of validated cash on cost, standard rates",
            },
        ],
        "months_chart": months_chart(report, money.months, **place),
        "work": None if money.work is None else _work(report, money.work),
    }


def _work(report: RoiReport, work: WorkMix) -> dict[str, Any]:
    """What sort of work the money went to, and in words what part of it was new before."""
    whole = sum(work.shown.values())
    return {
        "answer": f"{work_words(work.shown)} {new_work_words(work.months, work.now, work.before)}".strip(),
        "rows": [
            {
                "name": word.capitalize(),
                "cost": plain(report, work.shown[kind]),
                "share": percent(ratio(work.shown[kind], whole), 0) if whole else cells.EMPTY,
            }
            for kind, word in WORK
            if work.shown.get(kind)
        ],
    }


def _shared_note(report: RoiReport, row: RoiRow) -> str:
    shared = row.sums.shared_in
    if not shared:
        return "with nothing from platforms and pools"
    return f"of it {plain(report, shared)['short']} for platforms and pools it uses"


def outcome_row(seen: Seen) -> dict[str, Any]:
    """An outcome in words: from where to where, what was seen, and how far that is."""
    outcome = seen.outcome
    reached = seen.reached
    return {
        "name": outcome.name or outcome.code,
        "epic": outcome.epic.name or outcome.epic.code,
        "url": reverse("admin:leader_epic", args=[outcome.epic_id]),
        "metric": outcome.metric.name or outcome.metric.code,
        "unit": outcome.metric.unit,
        "baseline": _number(outcome.baseline),
        "target": _number(outcome.target),
        "due": outcome.due_on,
        "observed": cells.EMPTY if seen.observed is None else _number(seen.observed),
        "month": "" if seen.month is None else f"{seen.month:%b %Y}",
        "reached": "not observed yet" if reached is None else f"{percent(reached, 0)} of the way",
    }


def _number(value: Decimal | Fraction) -> str:
    """A reading with at most three decimals, without zeros at the end."""
    text = cells.grouped(decimal_text(Fraction(value), 3) or "")
    return text.rstrip("0").rstrip(".").replace("-", "−")


admin.site.pages.extend(
    Page(
        title=title,
        read=READERS,
        template="finance/subject.html",
        context=context,
        path=f"{path}/<int:pk>/",
        name=f"leader_{name}",
    )
    for title, context, path, name in (
        ("A value stream", stream, "streams", "stream"),
        ("A team", team, "teams", "team"),
        ("An epic", epic, "epics", "epic"),
    )
)
