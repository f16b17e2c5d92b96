"""What can become of a row that comes in."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    STALE = "stale"  # what is stored is newer, by the clock of the source
    WITHDRAWN = "withdrawn"
    ENDED = "ended"  # a snapshot does not hold it any more
