"""Who looks after a finding: the body that says so, and what is answered."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from finance.api.month_shapes import FindingSerializer
from finance.engine.findings import FindingCode
from finance.models import Finding, FindingFollowUp
from finance.selectors.findings import SUBJECT, Followed, followed
from finance.services.follow_ups import COLUMNS, EMPTY, About
from roi_project.intake import values
from roi_project.intake.columns import ABSENT, Column, Day, Text
from roi_project.kernel.errors import FieldProblem, Invalid
from roi_project.web.kind_serializers import field_for
from roi_project.web.shapes import ComputedSerializer, Word

ABOUT: dict[str, Column] = {
    column.name: column
    for column in (
        Text("code", "the code of the finding", max_length=40),
        *(
            Text(name, f"the {name} it is about, by code; empty = of none", required=False, max_length=100)
            for name in SUBJECT
        ),
    )
}
SETS: dict[str, Column] = {
    column.name: column
    for column in (
        Text("owner", "who looks after it", required=False, max_length=200),
        Day("due_on", "the last day on which it is not overdue", required=False),
        Day("accepted_until", "the first day on which it counts again", required=False),
        Text("reason", "why it is accepted; needed to accept it", required=False, max_length=500, lines=True),
    )
}


def follow_up_from(body: Any, *, whole: bool) -> tuple[About, dict[str, Any]]:
    """What a body is about, and what it sets: everything (`whole`), or the members that are there.

    Raises Invalid with every fault of it.
    """
    if not isinstance(body, Mapping):
        raise Invalid("Who looks after a finding is told as a JSON object.")
    known = ABOUT | SETS
    problems = [
        FieldProblem(
            f"/{str(name)[:100]}", "invalid", f"{values.shown(name)} is not known here; known are {', '.join(known)}."
        )
        for name in body.keys() - known.keys()
    ]
    read: dict[str, Any] = {}
    for name, column in known.items():
        try:
            value = column.from_json(body)
            if value is ABSENT and column.must_be_sent:
                value = column.empty()
        except ValueError as error:
            problems.append(FieldProblem(f"/{name}", "invalid", f"{name}: {error}."))
            continue
        if value is not ABSENT:
            read[name] = value
    if problems:
        raise Invalid(problems[0].detail, problems=problems)
    about = About(**{name: read[name] for name in ABOUT if name in read})
    return about, {**(EMPTY if whole else {}), **{name: read[name] for name in COLUMNS if name in read}}


def finding_json(row: Finding, care: Followed) -> dict[str, Any]:
    """A finding of a month, and who looks after it."""
    return {"month": f"{row.book.month:%Y-%m}", **_subject(row), "detail": row.detail, **_care(care)}


def follow_up_json(row: FindingFollowUp, today: Any) -> dict[str, Any]:
    """Who looks after a finding, whatever months it stands in."""
    return {**_subject(row), **_care(followed(row, today))}


def _subject(row: Finding | FindingFollowUp) -> dict[str, Any]:
    return {"code": row.code, **{name: (about := getattr(row, name)) and about.code for name in SUBJECT}}


def _care(care: Followed) -> dict[str, Any]:
    return {
        "owner": care.owner,
        "due_on": care.due_on,
        "overdue": care.overdue,
        "accepted_until": care.accepted_until,
        "accepted": care.accepted,
        "reason": care.reason,
    }


class CareSerializer(serializers.Serializer):
    """Who looks after a finding, as it stands today."""

    owner = serializers.CharField(allow_blank=True, help_text="empty: nobody yet")
    due_on = serializers.DateField(allow_null=True, help_text="the last day on which it is not overdue")
    overdue = serializers.BooleanField(help_text="true: its day is over, and it is not accepted")
    accepted_until = serializers.DateField(allow_null=True, help_text="the first day on which it counts again")
    accepted = serializers.BooleanField(help_text="true: it is accepted as it is today")
    reason = serializers.CharField(allow_blank=True, help_text="why it is accepted")


class FollowedFindingSerializer(FindingSerializer, CareSerializer):
    """What a reader of a month should know, and who looks after it; what it is not about is null."""


class FollowedFindingsSerializer(ComputedSerializer):
    """Findings by month and code, without those that are accepted unless these are asked for."""

    complete = serializers.BooleanField(help_text="false: there are more than one answer holds; ask for fewer months")
    results = FollowedFindingSerializer(many=True)


class FollowUpSerializer(CareSerializer):
    """Who looks after a finding, in whatever month it stands; what it is not about is null."""

    code = Word("FindingCode", FindingCode)
    team = serializers.CharField(allow_null=True)
    pool = serializers.CharField(allow_null=True)
    person = serializers.CharField(allow_null=True)
    role = serializers.CharField(allow_null=True)


LookAfterSerializer = type(
    "LookAfter",
    (serializers.Serializer,),
    {
        **{name: field_for(column) for name, column in (ABOUT | SETS).items()},
        "__doc__": "What a finding is about, as it is listed, and who looks after it.",
    },
)
