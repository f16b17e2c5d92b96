"""The sheets of the workbook in words of the trade, and the kinds that their rows become."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from roi_project.intake.columns import Choice, Column, Flag, Money
from roi_project.intake.kinds import kind_named
from roi_project.intake.plan import Plan
from roi_project.intake.xlsx_rows import by_csv_name

ALWAYS: Final = "2000-01-01"
"""Since when something holds where nobody says: before every month there can be."""
NOTE, PROBLEM = "Note", "Problem"
WHAT_TO_WRITE, EXAMPLE = "what to write", "example"
EXAMPLE_CODE = "EXAMPLE-"
CURRENCY = "(the currency of the organisation)"


@dataclass(frozen=True)
class Heading:
    """A column of a sheet. `feeds` are the columns of kinds that its cells become, the first one the leading one.

    `codes_of` is the sheet whose codes can be chosen from, with the heading they stand under where it is not the first:
    “Epics & outcomes!Outcome”. Examples are for the two example rows.
    """

    title: str
    feeds: tuple[str, ...]
    examples: tuple[Any, Any]
    help: str = ""
    needed: bool = False
    codes_of: str = ""

    @property
    def column(self) -> Column:
        return _column_of(self.feeds[0])

    @property
    def name(self) -> str:
        """Its name in a file of rows; an amount and its currency are one column there."""
        return self.feeds[0].partition(".")[2]

    def is_only_of(self, kind: str) -> bool:
        """Whether what stands under it says something of this kind, and of no other."""
        return all(feed.partition(".")[0] == kind for feed in self.feeds)

    @property
    def words(self) -> str:
        """What stands under it."""
        if self.help:
            return self.help
        column = self.column
        if isinstance(column, Money) and self.name != column.name:
            return "three letters, as EUR; empty = the currency of the organisation"
        return column.help

    @property
    def choices(self) -> list[str]:
        if isinstance(self.column, Choice):
            return [word.replace("_", " ") for word in self.column.known]
        return ["yes", "no"] if isinstance(self.column, Flag) else []


@cache
def _column_of(feed: str) -> Column:
    kind, _, name = feed.partition(".")
    return by_csv_name(Plan(kind_named(kind)))[name]


@dataclass(frozen=True)
class Part:
    """A kind that rows of a sheet become.

    `when` names the heading that must be filled for it; `defaults` are texts for empty cells, or “=Heading” for what
    stands under another one. `once`: a thing may stand on several rows, which are put together by its code or, where
    there is none, sent once.
    """

    kind: str
    when: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook."""

    title: str
    headings: tuple[Heading, ...]
    parts: tuple[Part, ...]

    @property
    def titles(self) -> set[str]:
        return {heading.title for heading in self.headings}

    @property
    def needs(self) -> set[str]:
        return {heading.title for heading in self.headings if heading.needed}

    def heading(self, title: str) -> Heading:
        return next(heading for heading in self.headings if heading.title == title)

    def heading_of(self, kind: str, column: str) -> Heading | None:
        """Under which heading a column of a kind is found."""
        return next((heading for heading in self.headings if f"{kind}.{column}" in heading.feeds), None)


STREAMS: Final = Sheet(
    "Streams",
    (
        Heading("Code", ("value-streams.code",), ("EXAMPLE-SALES", "EXAMPLE-SHOP"), needed=True),
        Heading("Name", ("value-streams.name",), ("Sell tickets", "Online shop"), needed=True),
        Heading(
            "Part of",
            ("value-streams.parent",),
            (None, "EXAMPLE-SALES"),
            help="code of the stream it is part of; may stay empty",
            codes_of="Streams",
        ),
        Heading("Is a product", ("value-streams.is_product",), ("no", "yes")),
        Heading("Charter", ("value-streams.charter",), ("Who wants to come finds a day and a ticket", None)),
    ),
    (Part("value-streams", "Code", {"is_product": "false"}),),
)

TEAMS: Final = Sheet(
    "Teams",
    (
        Heading("Code", ("teams.code", "team-stream-shares.team"), ("EXAMPLE-GATES", "EXAMPLE-WEB"), needed=True),
        Heading("Name", ("teams.name",), ("Gates", "Web"), needed=True),
        Heading("Purpose", ("teams.purpose",), ("Visitors come in without waiting", None)),
        Heading("Sort of team", ("teams.topology",), ("stream aligned", "platform"), help="what it is for other teams"),
        Heading(
            "Value stream",
            ("team-stream-shares.stream",),
            ("EXAMPLE-SALES", None),
            help="the code of the stream it works for; more streams of a team are added in the admin",
            codes_of="Streams",
        ),
        Heading(
            "Share of the stream",
            ("team-stream-shares.share",),
            (0.8, None),
            help="0.25 = a quarter of the team; empty = all of it",
        ),
        Heading(
            "Since",
            ("team-stream-shares.starts_on",),
            ("2026-01-01", None),
            help="first day it works for that stream; empty = always did",
        ),
    ),
    (
        Part("teams", "Code", {"topology": "stream_aligned"}),
        Part("team-stream-shares", "Value stream", {"share": "1", "starts_on": ALWAYS}),
    ),
)

PEOPLE: Final = Sheet(
    "People & assignments",
    (
        Heading(
            "Person",
            ("people.code", "assignments.person"),
            ("EXAMPLE-P1", "EXAMPLE-P1"),
            help="a code, as the personnel number; somebody in two teams has two rows",
            needed=True,
        ),
        Heading("Name", ("people.name",), ("Ada", None)),
        Heading(
            "Role",
            ("people.role",),
            ("engineer", None),
            help="what the person does, as on the sheet Rates",
            codes_of="Rates",
        ),
        Heading("Level", ("people.level",), ("senior", None), help="as on the sheet Rates, as senior"),
        Heading("Country", ("people.country",), ("DE", None)),
        Heading("Employed from", ("people.employed_from",), ("2024-05-01", None)),
        Heading("Employed until", ("people.employed_until",), (None, None)),
        Heading(
            "Team",
            ("assignments.team",),
            ("EXAMPLE-GATES", "EXAMPLE-WEB"),
            help="code of the team",
            codes_of="Teams",
        ),
        Heading(
            "Share of time",
            ("assignments.share",),
            (0.5, 0.5),
            help="0.25 = a quarter of the person; empty = all of the person's time",
        ),
        Heading(
            "In the team from",
            ("assignments.starts_on",),
            (None, "2025-01-01"),
            help="first day in the team; empty = since employed",
        ),
        Heading(
            "In the team until",
            ("assignments.ends_on",),
            (None, None),
            help="first day no longer in the team; empty = still is",
        ),
    ),
    (
        Part("people", "Person", once=True),
        Part("assignments", "Team", {"share": "1", "starts_on": "=Employed from"}),
    ),
)

RATES: Final = Sheet(
    "Rates",
    (
        Heading("Role", ("rate-cards.role",), ("engineer", "engineer"), help="as on the sheet of people", needed=True),
        Heading("Level", ("rate-cards.level",), (None, "senior")),
        Heading("Country", ("rate-cards.country",), (None, "DE"), help="two letters; empty = any"),
        Heading(
            "Amount",
            ("rate-cards.amount",),
            (7000, 8500),
            help="what somebody in full time costs",
            needed=True,
        ),
        Heading("Currency", ("rate-cards.currency",), ("EUR", "EUR")),
        Heading("For a", ("rate-cards.unit",), ("month", "month"), help="what the amount is for; empty = a month"),
        Heading(
            "Since", ("rate-cards.starts_on",), (None, "2026-01-01"), help="first day it holds; empty = always did"
        ),
        Heading("Until", ("rate-cards.ends_on",), (None, None)),
    ),
    (Part("rate-cards", "Role", {"currency": CURRENCY, "unit": "month", "starts_on": ALWAYS}),),
)

COSTS: Final = Sheet(
    "Costs",
    (
        Heading(
            "Number",
            ("cost-entries.external_id",),
            ("EXAMPLE-2026-001", "EXAMPLE-2026-002"),
            help="of the invoice or the line, yours; another one in each row, so that nothing is counted twice",
            needed=True,
        ),
        Heading("Day", ("cost-entries.incurred_on",), ("2026-01-02", "2026-01-15"), needed=True),
        Heading(
            "Amount",
            ("cost-entries.amount",),
            (14400, 99.5),
            help="what was spent, below zero for a credit",
            needed=True,
        ),
        Heading("Currency", ("cost-entries.currency",), ("EUR", None)),
        Heading(
            "Category", ("cost-entries.category",), ("equipment", "cloud"), help="what sort of cost; empty = general"
        ),
        Heading(
            "Team",
            ("cost-entries.team",),
            ("EXAMPLE-GATES", None),
            help="code of the team that bears it",
            codes_of="Teams",
        ),
        Heading(
            "Value stream",
            ("cost-entries.stream",),
            (None, "EXAMPLE-SALES"),
            help="or code of the value stream that bears it",
            codes_of="Streams",
        ),
        Heading("Paid to", ("cost-entries.vendor",), ("Beep & Co", "Cloud Ltd")),
        Heading("For days from", ("cost-entries.service_from",), ("2026-01-01", None)),
        Heading("For days until", ("cost-entries.service_until",), ("2027-01-01", None)),
    ),
    (Part("cost-entries", "Number", {"currency": CURRENCY, "category": "general"}),),
)

EPICS: Final = Sheet(
    "Epics & outcomes",
    (
        Heading(
            "Epic",
            ("epics.code", "epic-teams.epic", "epic-stream-shares.epic", "outcomes.epic"),
            ("EXAMPLE-E1", "EXAMPLE-E1"),
            help="a code; an epic with two teams or two outcomes has two rows",
            needed=True,
        ),
        Heading("Name", ("epics.name",), ("Self check-in", None)),
        Heading("Type of work", ("epics.work_type",), ("feature", None)),
        Heading("Started on", ("epics.started_on",), ("2025-10-01", None)),
        Heading("Released on", ("epics.released_on",), ("2026-01-15", None)),
        Heading(
            "Team",
            ("epic-teams.team",),
            ("EXAMPLE-GATES", "EXAMPLE-WEB"),
            help="code of the team that works on it",
            codes_of="Teams",
        ),
        Heading(
            "Value stream",
            ("epic-stream-shares.stream",),
            ("EXAMPLE-SALES", None),
            help="code of the value stream it is for",
            codes_of="Streams",
        ),
        Heading("Outcome", ("outcomes.code",), ("EXAMPLE-O1", None), help="a code; the change the epic should bring"),
        Heading("Outcome in words", ("outcomes.name",), ("Visitors wait less", None)),
        Heading("Sort of outcome", ("outcomes.kind",), ("experience", None)),
        Heading("Metric", ("metrics.code", "outcomes.metric"), ("EXAMPLE-queue", None), help="a code; what shows it"),
        Heading("Metric in words", ("metrics.name",), ("Waiting at the gate", None)),
        Heading("Unit", ("metrics.unit",), ("minutes", None)),
        Heading("A month is the", ("metrics.aggregate",), ("mean", None)),
        Heading("Higher is better", ("metrics.higher_is_better",), ("no", None)),
        Heading("Without the epic", ("outcomes.baseline",), (4, None)),
        Heading("Target", ("outcomes.target",), (3, None)),
        Heading("Due on", ("outcomes.due_on",), ("2026-06-30", None)),
        Heading("Share of others", ("outcomes.external_share",), (0, None)),
        Heading("Purpose of the epic", ("epics.purpose",), ("Nobody queues for a ticket bought at home", None)),
        Heading(
            "What it taught", ("epics.learned",), (None, None), help="above all where it brought less than promised"
        ),
    ),
    (
        Part("metrics", "Metric", {"higher_is_better": "true"}, once=True),
        Part("epics", "Epic", {"name": "=Epic", "work_type": "feature"}, once=True),
        Part("epic-teams", "Team", {"starts_on": ALWAYS}, once=True),
        Part("epic-stream-shares", "Value stream", {"share": "1", "starts_on": ALWAYS}, once=True),
        Part("outcomes", "Outcome", once=True),
    ),
)

BENEFITS: Final = Sheet(
    "Benefits",
    (
        Heading(
            "Number",
            ("benefit-entries.external_id",),
            ("EXAMPLE-B1", "EXAMPLE-B2"),
            help="a name of your own; another one in each row, so that nothing is counted twice",
            needed=True,
        ),
        Heading("Month", ("benefit-entries.month",), ("2026-01", "2026-02"), help="as 2026-01", needed=True),
        Heading("Amount", ("benefit-entries.amount",), (22500, 1200.5), needed=True),
        Heading("Currency", ("benefit-entries.currency",), ("EUR", None)),
        Heading(
            "Sort of money",
            ("benefit-entries.benefit_class",),
            ("hard cash", "cost avoidance"),
            help="empty = hard cash",
        ),
        Heading(
            "Team",
            ("epic-teams.team",),
            ("EXAMPLE-GATES", None),
            help="the team whose work brought it, where no epics are kept",
            codes_of="Teams",
        ),
        Heading(
            "Epic", ("benefit-entries.epic",), (None, "EXAMPLE-E1"), help="or the epic", codes_of="Epics & outcomes"
        ),
        Heading(
            "Outcome",
            ("benefit-entries.outcome",),
            (None, None),
            help="or the outcome that brought it",
            codes_of="Epics & outcomes!Outcome",
        ),
        Heading("Share of others", ("benefit-entries.external_share",), (None, 0.2)),
        Heading(
            "Where it can be seen",
            ("benefit-entries.evidence",),
            ("slide 7 of the review", None),
            help="the evidence: a report, a slide, an address",
        ),
    ),
    (Part("benefit-entries", "Number", {"currency": CURRENCY, "benefit_class": "hard_cash"}),),
)

SHEETS: Final = (STREAMS, TEAMS, PEOPLE, RATES, COSTS, EPICS, BENEFITS)
ENOUGH: Final = (TEAMS, COSTS, BENEFITS)
"""Sheets that give a first ROI by themselves."""
