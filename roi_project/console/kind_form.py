"""The form of one master or fact: it only carries words to the importer, which reads and refuses them as everywhere."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms

from roi_project.access.audience import Audience
from roi_project.console.refusals import TellsRefusal
from roi_project.intake.change import change, tag_of
from roi_project.intake.columns import Money, Reference, Whole
from roi_project.intake.kinds import Kind
from roi_project.intake.receive import receive

ENVELOPE = ("source", "external_id")


class KindForm(TellsRefusal, forms.ModelForm):
    """Fields of the columns of a kind. Nothing is checked here that the importer checks."""

    of_kind: ClassVar[Kind]  # not “kind”: a column may be called so

    source = forms.CharField(required=False, max_length=64, help_text="the system it comes from")
    external_id = forms.CharField(
        required=False, max_length=300, help_text="its name there; empty = as its columns say"
    )
    tag = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, instance: Any = None, initial: Mapping[str, Any] | None = None, **kwargs: Any):
        self.is_new = instance is None
        stored = {"tag": f"entered-{uuid.uuid4()}"} if self.is_new else initial_of(self.of_kind, instance)
        super().__init__(*args, instance=instance, initial={**stored, **(initial or {})}, **kwargs)

    def _post_clean(self) -> None:
        """The instance is left alone: what is stored is made by the importer."""

    def save(self, commit: bool = True) -> Any:
        self.save_m2m = lambda: None
        return self.instance

    def row(self) -> dict[str, Any]:
        """What was written, as a row of JSON; on a stored thing only what was changed."""
        changed = set(self.changed_data)
        row: dict[str, Any] = {}
        for column in self.of_kind.columns:
            names = {column.name, column.currency_field} if isinstance(column, Money) else {column.name}
            if names <= self.fields.keys() and (self.is_new or names & changed):
                row[column.name] = self._raw(column)
        for name in ENVELOPE:
            if name in self.fields and (name in changed or (self.is_new and self.cleaned_data[name])):
                row[name] = self.cleaned_data[name]
        if self.is_new and not self.of_kind.is_master and not self.of_kind.identity and not row.get("external_id"):
            row["external_id"] = self.cleaned_data["tag"]  # one form makes one fact, however often it is sent
        return row

    def _raw(self, column: Any) -> Any:
        value = self.cleaned_data.get(column.name)
        if isinstance(column, Money):
            currency = self.cleaned_data.get(column.currency_field)
            return {"amount": value, "currency": currency} if value or (currency and not self.is_new) else None
        if isinstance(column, Reference):
            return None if value is None else {"id": value.pk}
        if value == "":
            return None
        if isinstance(value, str):
            return value.replace("\r\n", "\n")  # browsers end lines of a text area in their own way
        return value.isoformat() if hasattr(value, "isoformat") else value

    def store(self, audience: Audience) -> Any:
        """Send the row in; answers what is stored now, and the receipt. Raises what the importer refuses."""
        kind = self.of_kind
        objects = kind.model._default_manager
        if self.is_new:
            receipt = receive(audience, kind, [(None, self.row(), "json")], mode="create")
            if receipt.refused:
                raise receipt.refusal()
            found = receipt.results[0].identity
            name = {"pk": found["id"]} if kind.is_master else {"key": found["key"], "superseded_at": None}
            return objects.get(**name), receipt
        named = self.instance.pk if kind.is_master else self.instance.key
        receipt = change(audience, kind, named, self.row(), if_match=[self.cleaned_data["tag"]])
        name = {"pk": named} if kind.is_master else {"key": named, "superseded_at": None}
        return objects.get(**name), receipt


def initial_of(kind: Kind, instance: Any) -> dict[str, Any]:
    """What stands in the fields of a stored thing."""
    initial: dict[str, Any] = {"tag": tag_of(instance)}
    initial |= {name: getattr(instance, name) for name in ENVELOPE}
    for column in kind.columns:
        if isinstance(column, Money):
            initial |= column.to_cells(instance)
        elif isinstance(column, Reference):
            initial[column.name] = getattr(column.value_of(instance), "pk", None)
        else:
            value = column.render(instance)
            initial[column.name] = str(value) if isinstance(column, Whole) and value is not None else value
    return initial


def field_names(kind: Kind) -> Iterator[str | tuple[str, ...]]:
    """The lines of the form: an amount and its currency stand on one."""
    for column in kind.columns:
        yield column.csv_names if isinstance(column, Money) else column.name
