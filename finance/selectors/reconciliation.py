"""Whether each month adds up: what came from sources against what stands in the book, to the minor unit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from finance.engine.accounts import COST, STANDARD_COST, VARIANCE, VARIANCES, Account
from finance.selectors.months import MonthBook, current_books
from roi_project.access.audience import Audience


@dataclass(frozen=True)
class Identity:
    """One law: what must equal what, both in minor units of the reporting currency."""

    name: str
    left: int
    right: int

    @property
    def difference(self) -> int:
        return self.left - self.right


@dataclass(frozen=True)
class MonthReconciliation:
    """The laws of one month, and the parts they are made of."""

    book: MonthBook
    identities: tuple[Identity, ...]
    parts: dict[str, int]


PARTS = {
    "teams": None,
    "bench": Account.BENCH,
    "idle": Account.IDLE,
    "untagged": Account.UNTAGGED,
    "unallocated": Account.UNALLOCATED,
}
BENEFIT_PARTS = {
    "attributed": Account.BENEFIT,
    "external": Account.EXTERNAL,
    "unattributed": Account.UNATTRIBUTED,
}


def reconciliation(audience: Audience, *, first: int, last: int) -> list[MonthReconciliation]:
    """Reconcile the current books of the months first..last.

    Everybody sees that standard cost and benefits add up. That standard cost plus rate variance is what was
    paid is shown to those who may see pay, and to nobody else in any sum.
    """
    return reconcile(audience, current_books(first, last, sees_pay=audience.sees_pay))


def reconcile(audience: Audience, books: Sequence[MonthBook]) -> list[MonthReconciliation]:
    """The same of these books, which need not be current; what stands in a book never changes."""
    by_team = _by_account("finance_teammonth", "team_id", books)
    by_stream = _by_account("finance_streammonth", "stream_id", books)
    return [_month(audience, book, by_team[book.book_id], by_stream[book.book_id]) for book in books]


def _by_account(table: str, group: str, books: Sequence[MonthBook]) -> dict[int, dict[tuple[bool, int], int]]:
    """Per book: (has a group, account) -> sum."""
    out: dict[int, dict[tuple[bool, int], int]] = defaultdict(lambda: defaultdict(int))
    if books:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT book_id, CASE WHEN {group} IS NULL THEN 0 ELSE 1 END, account, SUM(amount) FROM {table}"
                f" WHERE book_id IN ({', '.join('%s' for _ in books)}) GROUP BY 1, 2, 3",
                [book.book_id for book in books],
            )
            for book_id, grouped, account, amount in cursor.fetchall():
                out[book_id][bool(grouped), account] += int(amount)
    return out


def _month(
    audience: Audience,
    book: MonthBook,
    by_team: dict[tuple[bool, int], int],
    by_stream: dict[tuple[bool, int], int],
) -> MonthReconciliation:
    source = book.identities

    def total(rows: dict[tuple[bool, int], int], accounts: frozenset[Account]) -> int:
        return sum(amount for (_, account), amount in rows.items() if account in accounts)

    benefit = frozenset({Account.BENEFIT, Account.EXTERNAL, Account.UNATTRIBUTED})
    moved = frozenset({Account.BENEFIT_SHARED_IN, Account.BENEFIT_SHARED_OUT})
    identities = [
        Identity("standard_cost_by_team", source["source_standard"], total(by_team, STANDARD_COST)),
        Identity("standard_cost_by_stream", source["source_standard"], total(by_stream, STANDARD_COST)),
        Identity("benefits_by_team", source["source_benefit"], total(by_team, benefit)),
        Identity("benefits_by_stream", source["source_benefit"], total(by_stream, benefit)),
        Identity("moved_benefits_cancel", total(by_team, moved), 0),
    ]
    residual = {int(a) for a in PARTS.values() if a is not None}
    standard = {k: v for k, v in by_team.items() if k[1] in STANDARD_COST}
    parts = {
        name: sum(v for (_, a), v in standard.items() if a == account) for name, account in PARTS.items() if account
    }
    on_teams = sum(v for (grouped, a), v in standard.items() if grouped and a not in residual)
    parts["teams"] = on_teams
    parts["pools_and_streams"] = sum(v for (grouped, a), v in standard.items() if not grouped and a not in residual)
    parts["unassigned"] = sum(
        v for (grouped, a), v in by_stream.items() if not grouped and a in STANDARD_COST and a not in residual
    )
    for name, account in BENEFIT_PARTS.items():
        parts[name] = sum(v for (_, a), v in by_team.items() if a == account)
    if audience.sees_pay:
        variance = total(by_team, VARIANCES)
        identities += [
            Identity("rate_variance", source["source_variance"], variance),
            Identity(
                "standard_plus_variance_is_paid",
                source["source_standard"] + source["source_variance"],
                total(by_team, COST),
            ),
        ]
        parts["rate_variance"] = variance
        parts["labour_standard"] = sum(v for (_, a), v in by_team.items() if a in (Account.LABOUR, Account.BENCH))
        parts["payroll"] = parts["labour_standard"] + sum(
            v for (_, a), v in by_team.items() if a in (Account.RATE_VARIANCE, VARIANCE + Account.BENCH)
        )
    return MonthReconciliation(book=book, identities=tuple(identities), parts=parts)
