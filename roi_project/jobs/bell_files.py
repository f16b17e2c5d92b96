"""The bell without a broker: messages as files in a folder, each of which appears whole.

Kombu's own transport makes a file under its final name and writes it afterwards, so a worker that looks between the two
reads an empty message, and ends.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "bell-files"


class Channel(filesystem.Channel):
    """Writes beside the names that are looked for, and renames what is written."""

    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1_000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        part = folder / f"{name}.part"
        part.write_text(dumps(payload), encoding="utf-8")  # type: ignore[no-untyped-call]
        part.replace(folder / name)


class Transport(filesystem.Transport):
    """The same transport with such channels."""

    Channel = Channel


def offer() -> None:
    """Let an address of this scheme be a broker."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:{Transport.__name__}"
