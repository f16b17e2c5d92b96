"""What can be sent in: a Kind describes one sort of master or fact, once, for every door.

A Kind is data. The API, the command line and the admin all read the same columns, so a row means the
same and is refused with the same sentence wherever it comes in. Floors declare their kinds in their
`kinds.py` and register them; `roi_project.intake.receive` acts on them.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from roi_project.access.audience import Group


class Wrong(ValueError):
    """A row is refused: which column, and a sentence a person can act on."""

    def __init__(self, column: str, sentence: str, code: str = "invalid") -> None:
        super().__init__(sentence)
        self.column, self.sentence, self.code = column, sentence, code


@dataclass(frozen=True)
class Span:
    """The months a fact touches: first month inclusive, end month exclusive, None = still running."""

    first: dt.date
    end: dt.date | None


@dataclass(frozen=True)
class Forward:
    """A name of a source (a code, when there is no source) that stands for a master from a day until before another."""

    source: str
    name: str
    starts_on: dt.date
    ends_on: dt.date | None
    to: Any

    def holds(self, day: dt.date | None) -> bool:
        """Whether it does on a day; without a day, whether it has no end."""
        if day is None:
            return self.ends_on is None
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True)
class Pointing:
    """Facts of another kind about a master: `by` is their column that points at it, `values` what else they say."""

    kind: str
    by: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """How rows of a kind follow a system that tells its state of a day as a whole.

    starts     column of the first day a row is there; a new row that needs one and has none begins on the day
    ends       column of the first day it is not; a row that is missing from the state gets the day
    ended_by   further columns of which any, not after the day, says that a row has ended already
    opens      columns whose change does not rewrite the past: a fact ends and another begins, a master
               keeps what it is and a row of `terms` says what is different from the day on
    terms      dated facts with the columns `opens`, in which null is as on the master
    closes     facts of the same source that end with the master they point at
    away       the fact that says a master that comes back was not there in between
    """

    starts: str
    ends: str
    ended_by: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    terms: Pointing | None = None
    closes: tuple[Pointing, ...] = ()
    away: Pointing | None = None


@dataclass(frozen=True)
class Kind:
    """One sort of row that can come in.

    name       plural, kebab-case: URL segment, CSV kind, schema tag ("assignments")
    singular   for sentences and operation ids ("assignment")
    model      a Master or Fact subclass
    columns    roi_project.intake.columns, in the order of the CSV header
    identity   column names that make the natural key of a fact sent without an external id;
               () = an external id is required. Masters are always identified by code.
    read/write groups that may
    check      given the parsed row, raises Wrong for cross-field faults. References are model instances
               (one of the same request is not saved yet), money is an Amount, and fields whose names
               differ from their columns' are there too. That ends_on is after starts_on is checked before.
    touches    given the stored instance, the Span of months it can change in a book (None: never a book).
               Without it a fact never touches a book, and a master in a material change every month.
    no_overlap for dated facts: columns of which two current rows may not overlap in time
    material   for masters: model fields whose change bumps `revision`
    new_matters  for masters: whether a new one can change a book by itself (a person: the bench); if not,
               only the facts that point at it touch months
    after      called in the same transaction with the instances written (old and new versions; new
               facts have no id yet), for things derived on arrival (metric months) and for rules over
               several rows. It may raise a Refusal, which undoes the request; a request of up to
               10,000 rows is one call, a longer file one per 10,000.
    snapshot   how its rows follow the state of a day; None: it is not sent as a whole
    forwards   for masters: given names (source, external id or code), those of them that stand for another
               one. Rows that point here by name find the one that is meant on their day
    speaks_for column of the system whose rows it gives a meaning to, where that can be another one than its source;
               empty in it stands for all. A token limited to sources writes it for those alone
    """

    name: str
    singular: str
    model: type[models.Model]
    columns: tuple[Any, ...]
    read: frozenset[Group]
    write: frozenset[Group]
    identity: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Any]], None] | None = None
    touches: Callable[[Any], Span | None] | None = None
    no_overlap: tuple[str, ...] = ()
    material: frozenset[str] = field(default_factory=frozenset)
    new_matters: bool = True
    after: Callable[[list[Any]], None] | None = None
    snapshot: Snapshot | None = None
    forwards: Callable[[Collection[tuple[str, str]]], Iterable[Forward]] | None = None
    speaks_for: str = ""
    description: str = ""

    @property
    def is_master(self) -> bool:
        return any(f.name == "revision" for f in self.model._meta.fields)

    def column(self, name: str) -> Any:
        return next(c for c in self.columns if c.name == name)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known to every door. Order of registration is the order in which to send them."""
    if kind.name in _kinds:
        raise ValueError(f"kind {kind.name} is registered twice")
    _kinds[kind.name] = kind
    return kind


def kind_named(name: str) -> Kind:
    """The kind of this name; KeyError when there is none."""
    return _kinds[name]


def all_kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which a new organisation should send them."""
    return tuple(_kinds.values())
