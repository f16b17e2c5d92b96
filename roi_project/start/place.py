"""Where the service runs on this machine: one at a time in a folder, on a port that is free."""

import fcntl
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HOST = "127.0.0.1"
LONGEST_START_SECONDS = 60.0


class Taken(Exception):
    """Somebody else is here already; the text says what to do."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder while the service runs in it. Raises Taken when another one does."""
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Taken(f"The service is running already (its files are in {folder}). Stop it first.") from None
        yield


def check_free(port: int) -> None:
    """Raises Taken when the port is another program's."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left counts as free
        try:
            attempt.bind((HOST, port))
        except OSError:
            raise Taken(f"Port {port} is taken by another program. Choose one: make run PORT={port + 1}") from None


def wait_until_ready(address: str, check: Callable[[], None]) -> None:
    """Wait until the service answers that it can serve. `check` is called at each look and may raise."""
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        check()
        try:
            with urlopen(f"{address}/readyz", timeout=2) as answer:  # an address of this machine
                if answer.status == 200:
                    return
        except (URLError, HTTPException, OSError):
            time.sleep(0.1)
    raise Taken(f"The service did not answer at {address} within {LONGEST_START_SECONDS:.0f} seconds.")
