"""What others brought about, once said, stays said."""

from collections.abc import Iterable

from outcomes.models import Outcome, OutcomeKind
from roi_project.kernel.errors import Conflict


def refuse_unsaid(versions: Iterable[Outcome]) -> None:
    """Raises Conflict when an outcome about revenue no longer says what others brought about.

    `versions` are the outcomes as they were, then as they are. Money may have come in on the strength of that share,
    and a share that nobody knows would read as none. A new outcome may leave it open: no money has come in yet.
    """
    known: dict[int, Outcome] = {}
    for outcome in versions:
        before = known.setdefault(outcome.pk, outcome)
        if before is not outcome and _is_open(outcome) and not _is_open(before):
            raise Conflict(
                f"Outcome {outcome.code} is about revenue and would not say any more which share of it others brought "
                "about. Give external_share; 0 when there is none."
            )


def _is_open(outcome: Outcome) -> bool:
    return outcome.kind == OutcomeKind.REVENUE and outcome.external_share is None
