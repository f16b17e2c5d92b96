"""Reading and computing the next part while the last one is being stored, over a connection of their own."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, connections

Part = TypeVar("Part")


def can_read_ahead() -> bool:
    """Whether another connection sees what this one does, and neither waits for the other.

    Not on SQLite, which may live in the memory of one connection; and not inside a transaction, whose changes no
    other connection sees.
    """
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def ahead(parts: Generator[Part, None, None]) -> Iterator[Part]:
    """The same parts, each made in one other thread while the caller works on the part before.

    All of `parts` runs in that thread and may hold a snapshot open throughout. One part is ahead at most, so two are
    in memory. What goes wrong there is raised here.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        try:
            following = thread.submit(next, parts, None)
            while (part := following.result()) is not None:
                following = thread.submit(next, parts, None)
                yield part
        finally:
            thread.submit(_close, parts).result()


def _close(parts: Generator[Part, None, None]) -> None:
    parts.close()
    connections.close_all()
