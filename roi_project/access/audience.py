"""Who is asking: one value built at the door, the first argument of every selector and service."""

from dataclasses import dataclass, field
from enum import StrEnum


class Group(StrEnum):
    """The audiences of the service; the rows are made by a migration."""

    FINANCE = "finance"
    LEADER = "leader"
    PLANNER = "planner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


PERSON = "user-id:"
"""Before the id of a user, where a person is named so that a new user name does not make them another."""
EVERYONE = frozenset(Group)
PAY_READERS = frozenset({Group.FINANCE, Group.AUDITOR})
RESULT_READERS = EVERYONE - {Group.ADMINISTRATOR}
"""Who reads what teams did and what came of it; an administrator keeps accounts and jobs."""


@dataclass(frozen=True)
class Audience:
    """A caller and what they may see and do.

    `actor` is the stable name written beside what they change ("user:ada", "token:abc (ada)", "command:ada").
    `scopes` limits a token ("read", "write", "reports", "jobs"); None means a signed-in person: no limit.
    `sources` are the systems whose rows a token may write; None means rows of any.
    """

    actor: str
    user_id: int | None = None
    groups: frozenset[Group] = field(default_factory=frozenset)
    scopes: frozenset[str] | None = None
    sources: frozenset[str] | None = None

    def within(self, groups: frozenset[Group]) -> bool:
        """Whether the caller belongs to one of these groups."""
        return bool(self.groups & groups)

    @property
    def sees_pay(self) -> bool:
        """Whether actual rates, rate variance and person lines may be shown."""
        return self.within(PAY_READERS)

    @property
    def person(self) -> str:
        """The user behind the actor, the same whether they came by session or by token (for four eyes)."""
        return f"{PERSON}{self.user_id}" if self.user_id is not None else self.actor


SYSTEM = Audience(actor="system", groups=EVERYONE)
