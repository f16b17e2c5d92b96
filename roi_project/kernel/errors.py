"""Refusals a person can act on, and the reason codes of figures that are undefined."""

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a figure is null. One enum for the whole service."""

    ZERO_COST = "zero_cost"
    NEGATIVE_COST = "negative_cost"
    NO_DATA = "no_data"
    WINDOW_INCOMPLETE = "window_incomplete"
    MULTIPLE_IRR = "multiple_irr"
    NO_IRR = "no_irr"
    NO_SIGN_CHANGE = "no_sign_change"
    NOT_RECOVERED_IN_HORIZON = "not_recovered_in_horizon"
    ZERO_ANTICIPATED = "zero_anticipated"
    TARGET_EQUALS_BASELINE = "target_equals_baseline"
    NO_DEPLOYMENTS = "no_deployments"
    INSUFFICIENT_HISTORY = "insufficient_history"
    NO_THROUGHPUT = "no_throughput"
    INSUFFICIENT_SAMPLE = "insufficient_sample"
    SUPPRESSED_SMALL_GROUP = "suppressed_small_group"
    CLOSED_CYCLE_WITHOUT_OUTLET = "closed_cycle_without_outlet"
    MISSING_FX_RATE = "missing_fx_rate"
    ZERO_WEIGHTS = "zero_weights"
    IMMATURE = "immature"


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with one part of the input: where (JSON pointer), a code, and a sentence."""

    pointer: str
    code: str
    detail: str


@dataclass(eq=False)
class Refusal(Exception):
    """Something that was asked for and will not be done, with what to do instead.

    `slug` names the problem type (a page under docs/problems), `status` the HTTP status a web door
    answers with: 400 wrong by itself, 403 not allowed, 404 not visible, 409 conflicts with stored state.
    """

    detail: str
    slug: str = "refused"
    title: str = "Refused"
    status: int = 400
    problems: list[FieldProblem] = field(default_factory=list)

    def __str__(self) -> str:
        return self.detail


class Invalid(Refusal):
    """Input that is wrong by itself."""

    def __init__(self, detail: str, *, problems: list[FieldProblem] | None = None) -> None:
        super().__init__(detail, "invalid", "Invalid input", 400, problems or [])


class Conflict(Refusal):
    """Input that conflicts with what is stored."""

    def __init__(self, detail: str, *, slug: str = "conflict", problems: list[FieldProblem] | None = None) -> None:
        super().__init__(detail, slug, "Conflicts with what is stored", 409, problems or [])


class Forbidden(Refusal):
    """Not for this caller to read or to do; the detail says for whom it is."""

    def __init__(self, detail: str, *, slug: str = "forbidden") -> None:
        super().__init__(detail, slug, "Not allowed", 403)


class NotFound(Refusal):
    """Not there, or not visible to the caller: the same answer for both."""

    def __init__(self, detail: str = "There is nothing here that you can see.") -> None:
        super().__init__(detail, "not-found", "Not found", 404)
