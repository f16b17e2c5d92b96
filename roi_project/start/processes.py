"""Child processes that are started together, watched together and stopped together."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_SECONDS = 15.0
"""How long a child may take to finish what it is at before it is ended."""


@dataclass
class Child:
    """One process of ours, the leader of a process group, and the file it writes to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Only the leader is asked: it knows best how to end its own children."""
        if not self.ended:
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Whatever is left of the group goes with its leader."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


@dataclass
class Children:
    """The processes of one service."""

    folder: Path
    environment: Mapping[str, str]
    started: list[Child] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], **environment: str) -> Child:
        """Start a process in a group of its own, so that Ctrl-C reaches us alone and we stop it in order."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, log)
        self.started.append(child)
        return child

    def first_ended(self) -> Child | None:
        """A child that has ended although nobody asked it to."""
        return next((child for child in self.started if child.ended), None)

    def stop(self) -> None:
        """Ask all of them to stop, the last one first; end those that take too long, and every orphan."""
        for child in reversed(self.started):
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not all(child.ended for child in self.started):
            time.sleep(0.05)
        for child in self.started:
            child.end()
        self.started.clear()
