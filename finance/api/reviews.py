"""The body of a review, read as strictly as rows of facts are, and what is answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from finance.models import BenefitReview, Decision
from finance.services.benefits import Item
from roi_project.intake import values
from roi_project.intake.columns import ABSENT, Choice, Key, Money, Month, Text
from roi_project.kernel.errors import FieldProblem, Invalid
from roi_project.kernel.money import Money as Amount
from roi_project.kernel.money import format_minor
from roi_project.web.kind_serializers import field_for

MOST_ITEMS = 1_000

COLUMNS = {
    column.name: column
    for column in (
        Key("benefit", "the key of a benefit entry; or give valuation and month", required=False),
        Key("valuation", "the key of a valuation", required=False),
        Month("month", "the month of the valuation", required=False),
        Choice("decision", "what was found", choices=Decision),
        Money("amount", "the amount that was seen", field="amount_minor", signed=True),
        Text("reason", "needed to reject", required=False, max_length=500, lines=True),
    )
}


def items_from(body: Any) -> list[Item]:
    """The decisions of a body {"rows": [...]}; Invalid with every fault of them."""
    if not isinstance(body, Mapping) or set(body) != {"rows"} or not isinstance(body["rows"], list):
        raise Invalid('A review is a JSON object: {"rows": [...]}.')
    rows = body["rows"]
    if not 0 < len(rows) <= MOST_ITEMS:
        raise Invalid(f"A review decides on 1 to {MOST_ITEMS:,} benefits, not on {len(rows):,}.")
    problems: list[FieldProblem] = []
    items = [_item(number, row, problems) for number, row in enumerate(rows)]
    if problems:
        raise Invalid(problems[0].detail, problems=problems)
    return [item for item in items if item is not None]


def _item(number: int, row: Any, problems: list[FieldProblem]) -> Item | None:
    def wrong(column: str, sentence: str) -> None:
        told = f"Row {number + 1}{f', {column}' if column else ''}: {sentence}."
        problems.append(FieldProblem(f"/rows/{number}/{column}".rstrip("/"), "invalid", told))

    if not isinstance(row, Mapping):
        return wrong("", "is not a JSON object")
    before = len(problems)
    for name in row.keys() - COLUMNS.keys():
        wrong(str(name)[:100], f"{values.shown(name)} is not known here; known are {', '.join(COLUMNS)}")
    read: dict[str, Any] = {}
    for name, column in COLUMNS.items():
        try:
            value = column.from_json(row)
            read[name] = column.empty() if value is ABSENT else value
        except ValueError as error:
            wrong(name, str(error))
    if len(problems) > before:
        return None
    if (read["benefit"] is None) == (read["valuation"] is None):
        return wrong("benefit", "give benefit, or valuation and month; one of them")
    if (read["valuation"] is None) != (read["month"] is None):
        return wrong("month", "a month goes with a valuation, and only with one")
    return Item(
        decision=Decision(read["decision"]),
        seen=Amount(read["amount"].minor, read["amount"].currency),
        benefit=read["benefit"],
        valuation=read["valuation"],
        month=read["month"],
        reason=read["reason"],
    )


def told(reviews: Sequence[BenefitReview]) -> dict[str, Any]:
    """What was decided, in the order in which it was sent."""
    return {
        "validated": sum(review.decision == Decision.VALIDATED for review in reviews),
        "rejected": sum(review.decision == Decision.REJECTED for review in reviews),
        "relaxed": sum(review.relaxed for review in reviews),
        "rows": [
            {
                "benefit": review.benefit_key and str(review.benefit_key),
                "valuation": review.valuation_key and str(review.valuation_key),
                "month": f"{review.month:%Y-%m}",
                "benefit_class": review.benefit_class,
                "amount": {"amount": format_minor(review.amount_minor, review.currency), "currency": review.currency},
                "decision": review.decision,
                "reason": review.reason,
                "author": review.author,
                "reviewer": review.reviewer,
                "relaxed": review.relaxed,
            }
            for review in reviews
        ],
    }


ReviewRowSerializer = type(
    "BenefitReviewRow",
    (serializers.Serializer,),
    {**{name: field_for(column) for name, column in COLUMNS.items()}, "__doc__": "One decision."},
)


class ReviewSerializer(serializers.Serializer):
    """Decisions about benefits, all or nothing."""

    rows = ReviewRowSerializer(many=True, max_length=MOST_ITEMS, help_text=f"1 to {MOST_ITEMS:,}")


class ReviewedRowSerializer(serializers.Serializer):
    """A decision that was stored."""

    benefit = serializers.UUIDField(allow_null=True)
    valuation = serializers.UUIDField(allow_null=True)
    month = serializers.CharField()
    benefit_class = serializers.CharField()
    amount = field_for(COLUMNS["amount"])
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = serializers.CharField()
    author = serializers.CharField(help_text="who stands behind the benefit")
    reviewer = serializers.CharField(help_text="who decided")
    relaxed = serializers.BooleanField(help_text="true: the same person, because one person keeps the books")


class ReviewedSerializer(serializers.Serializer):
    """What was decided."""

    validated = serializers.IntegerField()
    rejected = serializers.IntegerField()
    relaxed = serializers.IntegerField()
    rows = ReviewedRowSerializer(many=True)
