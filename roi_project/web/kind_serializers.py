"""What kinds look like in the OpenAPI document. Reading and writing is done by intake; these describe it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from roi_project.intake.columns import Column
from roi_project.intake.kinds import Kind
from roi_project.intake.plan import Plan
from roi_project.intake.receipt import Outcome
from roi_project.web.kind_answers import answer, version

MOST_ROWS = 10_000
SNAPSHOT = "; snapshot takes the rows as all that the source knows on the day as_of: what is missing ends"


def class_name(kind: Kind) -> str:
    """“team-stream-share” as TeamStreamShare."""
    return "".join(word.capitalize() for word in kind.singular.replace("_", "-").replace(" ", "-").split("-"))


def field_for(column: Column) -> serializers.Field:
    """A field that says what the column takes."""
    documented = extend_schema_field(column.schema())(type(f"{type(column).__name__}Field", (serializers.Field,), {}))
    return documented(required=column.must_be_sent)


class KindSerializer(serializers.Serializer):
    """Answers stored rows; what comes in is read by intake and not here."""

    of_kind: Kind  # not `kind`: that may be the name of a column
    with_history = False

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return version(self.of_kind, instance) if self.with_history else answer(self.of_kind, instance)


def serializer_for(kind: Kind) -> type[KindSerializer]:
    """The serializer of one row of a kind, named after it: Assignment."""
    plan = Plan(kind)
    fields: dict[str, Any] = {}
    if kind.is_master:
        fields["id"] = serializers.IntegerField(read_only=True)
    else:
        fields["key"] = serializers.UUIDField(read_only=True, help_text="the same over all versions")
    fields |= {column.name: field_for(column) for column in plan.columns}
    fields |= {column.name: field_for(column) for column in plan.envelope if column.name != "withdrawn"}
    if kind.is_master:
        fields["updated_at"] = serializers.DateTimeField(read_only=True)
    else:
        fields["recorded_at"] = serializers.DateTimeField(read_only=True)
        fields["recorded_by"] = serializers.CharField(read_only=True)
        fields["withdrawn"] = serializers.BooleanField(read_only=True, help_text="true = taken back; only in changes")
    return type(class_name(kind), (KindSerializer,), {**fields, "of_kind": kind, "__doc__": kind.description})


def history_serializer_for(kind: Kind) -> type[KindSerializer]:
    """One version of a fact: AssignmentVersion."""
    fields = {
        "superseded_at": serializers.DateTimeField(read_only=True, allow_null=True, help_text="null = believed now"),
        "with_history": True,
        "__doc__": f"What was known about {_a(kind)}, and from when until when.",
    }
    return type(f"{class_name(kind)}Version", (serializer_for(kind),), fields)


def bulk_serializer_for(kind: Kind) -> type[serializers.Serializer]:
    """The body of a bulk request: AssignmentBulk."""
    plan = Plan(kind)
    row_fields = {column.name: field_for(column) for column in (*plan.columns, *plan.envelope)}
    row = type(f"{class_name(kind)}Row", (serializers.Serializer,), {**row_fields, "__doc__": kind.description})
    fields = {
        "rows": row(many=True, max_length=MOST_ROWS, help_text=f"at most {MOST_ROWS:,}"),
        "source": serializers.CharField(
            required=False, max_length=64, help_text="the system the rows come from, unless a row says another"
        ),
        "mode": serializers.ChoiceField(
            choices=["upsert", "create", *(["snapshot"] if kind.snapshot else [])],
            required=False,
            help_text="create refuses what is already known" + (SNAPSHOT if kind.snapshot else ""),
        ),
        "dry_run": serializers.BooleanField(required=False, help_text="try everything, store nothing"),
        "partial": serializers.BooleanField(required=False, help_text="store what is fine, refuse the rest"),
        "control_total": serializers.CharField(
            required=False,
            allow_null=True,
            help_text="what the amounts, else the first numbers, add up to; else nothing is stored",
        ),
        "row_count": serializers.IntegerField(
            required=False, allow_null=True, help_text="how many rows there are; else nothing is stored"
        ),
        "__doc__": f"Rows of {plan.words}, all or nothing unless partial.",
    }
    if kind.snapshot:
        fields["as_of"] = serializers.DateField(required=False, allow_null=True, help_text="the day of a snapshot")
        fields["confirm_ends"] = serializers.IntegerField(
            required=False,
            allow_null=True,
            help_text="how many rows a snapshot ends; needed when that is more than a tenth of those in force",
        )
    return type(f"{class_name(kind)}Bulk", (serializers.Serializer,), fields)


def _a(kind: Kind) -> str:
    article = "an" if kind.singular[0] in "aeiou" else "a"
    return f"{article} {kind.singular.replace('-', ' ')}"


class RefusedRowSerializer(serializers.Serializer):
    row = serializers.IntegerField(allow_null=True, help_text="counted from 1; null = the whole request")
    column = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ChangedColumnSerializer(serializers.Serializer):
    column = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class TakenRowSerializer(serializers.Serializer):
    row = serializers.IntegerField(allow_null=True, help_text="null: ended, because a snapshot does not hold it")
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    id = serializers.IntegerField(required=False, allow_null=True, help_text="of a master; null when nothing is stored")
    code = serializers.CharField(required=False, help_text="of a master")
    key = serializers.UUIDField(required=False, allow_null=True, help_text="of a fact; null when nothing is stored")
    source = serializers.CharField(required=False, help_text="of a fact")
    external_id = serializers.CharField(required=False, help_text="of a fact")
    kind = serializers.CharField(required=False, help_text="of a row of another kind that follows from a snapshot")
    on = serializers.DateField(required=False, help_text="from which day on, in a snapshot")
    changes = ChangedColumnSerializer(many=True, required=False, help_text="of a row of a snapshot")


class ReceiptSerializer(serializers.Serializer):
    """What became of the rows that were sent."""

    kind = serializers.CharField()
    stored = serializers.BooleanField(help_text="false: the counts say what would have happened")
    dry_run = serializers.BooleanField()
    partial = serializers.BooleanField()
    rows = serializers.IntegerField()
    accepted = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField(help_text="the same content was already stored")
    stale = serializers.IntegerField(help_text="what is stored is newer by the source's own clock, and was kept")
    withdrawn = serializers.IntegerField()
    ended = serializers.IntegerField(help_text="a snapshot did not hold them any more")
    late = serializers.IntegerField(
        help_text="written facts about a closed month; they are kept, and its book stays as it is"
    )
    total = serializers.CharField(
        allow_null=True, help_text="what the amounts, else the first numbers, of the accepted rows add up to"
    )
    as_of = serializers.DateField(allow_null=True, help_text="the day of a snapshot")
    confirm_ends = serializers.IntegerField(
        allow_null=True, help_text="in a dry run: more than a tenth ends, and this count has to be sent with it"
    )
    refused_rows = serializers.IntegerField()
    refused = RefusedRowSerializer(many=True, help_text="the first thousand")
    results = TakenRowSerializer(many=True)
