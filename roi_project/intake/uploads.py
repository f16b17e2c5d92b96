"""Files that were sent and wait for a word: kept in a private folder under names of our own, for a day at most.

What was looked at is what is stored: a file is opened again only when its content still has the hash it came with.
"""

import datetime as dt
import hashlib
import os
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from roi_project.kernel.errors import Conflict, Invalid

MOST_BYTES: Final = 500 * 1024 * 1024
LONGEST_WAIT: Final = dt.timedelta(days=1)
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Kept:
    """A file that was kept: its name in the folder, the hash of its content, and how large it is."""

    id: str
    sha256: str
    size: int


def keep(chunks: Iterable[bytes]) -> Kept:
    """Keep a file. Raises Invalid for one that is empty or too large, of which nothing stays."""
    kept_id, digest, size = uuid.uuid4().hex, hashlib.sha256(), 0
    path = _path(kept_id)
    try:
        with private(path) as file:
            for chunk in chunks:
                size += len(chunk)
                if size > MOST_BYTES:
                    raise Invalid(f"The file is larger than {MOST_BYTES // 1024**2} MB. Send it in parts.")
                digest.update(chunk)
                file.write(chunk)
        if not size:
            raise Invalid("The file is empty.")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Kept(kept_id, digest.hexdigest(), size)


def private(path: Path) -> BinaryIO:
    """A new file that nobody else reads, whatever the folder and the umask allow."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def reopened(kept_id: str, sha256: str) -> BinaryIO:
    """The file that was kept under this name. Raises Conflict when it is gone, or is not what it was."""
    try:
        file = _path(kept_id).open("rb")
    except FileNotFoundError:
        raise Conflict("The file is gone: it was taken in, or waited for too long. Send it again.") from None
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        raise Conflict("The file is not the one that was looked at. Send it again.")
    file.seek(0)
    return file


def mark_of(sha256: str) -> str:
    """A file's hash under the service's own key: nobody can find a content by trying what it might say."""
    return salted_hmac("roi_project.intake.uploads", sha256, algorithm="sha256").hexdigest()


def reopened_by_mark(kept_id: str, mark: str) -> BinaryIO:
    """The same as `reopened`, by the mark of its hash."""
    try:
        with _path(kept_id).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        sha256 = ""  # told below
    return reopened(kept_id, sha256 if constant_time_compare(mark_of(sha256), mark) else "")


def remove(kept_id: str) -> None:
    _path(kept_id).unlink(missing_ok=True)


def beside(kept_id: str) -> Path:
    """Where the rows of a file that were refused are told; it goes when it has waited for too long."""
    return _path(kept_id).with_suffix(".refused.csv.gz")


def opened_beside(kept_id: str, *, now: dt.datetime) -> BinaryIO | None:
    """The refused rows of a file, packed as they lie there; nothing when they are gone or older than a day."""
    try:
        file = beside(kept_id).open("rb")
    except FileNotFoundError:
        return None
    if os.fstat(file.fileno()).st_mtime < _oldest(now):
        file.close()
        return None
    return file


def is_kept(kept_id: str, *, now: dt.datetime) -> bool:
    """Whether a file still waits under this name, and has not for longer than it may."""
    return _waits(_path(kept_id), now)


def sweep(*, now: dt.datetime) -> None:
    """Remove what nobody has asked for in a day."""
    for path in _folder().iterdir():
        if not _waits(path, now):
            path.unlink(missing_ok=True)


def _waits(path: Path, now: dt.datetime) -> bool:
    try:
        return path.stat().st_mtime >= _oldest(now)
    except FileNotFoundError:  # another process may rename or remove it at any moment
        return False


def _oldest(now: dt.datetime) -> float:
    return (now - LONGEST_WAIT).timestamp()


def _path(kept_id: str) -> Path:
    if not _ID.fullmatch(kept_id):
        raise Conflict("There is no such file.")
    return _folder() / kept_id


def _folder() -> Path:
    folder = Path(settings.UPLOADS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
