"""Every problem of a long file, as a compressed CSV that the one who sent it downloads."""

import csv
import gzip
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from roi_project.intake.receipt import Refused

MOST_TOLD: Final = 1_000_000
"""Beyond so many a file is not mended row by row: the last line says how many more there are."""
HEADER: Final = ("row", "column", "problem")


class RefusedRows:
    """Written while the file is read. It lies under its name once it is whole; without a problem there is none."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0

    def __enter__(self) -> Self:
        self._part = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        self._file = gzip.open(self._part, "wt", compresslevel=3, encoding="utf-8-sig", newline="")
        self._cells = csv.writer(self._file)
        self._cells.writerow(HEADER)
        return self

    def tell(self, refused: Refused) -> None:
        self.count += 1
        if self.count <= MOST_TOLD:
            self._cells.writerow([refused.number, _harmless(refused.column), refused.sentence])

    def __exit__(self, wrong: type[BaseException] | None, *_: object) -> None:
        with self._file:
            if self.count > MOST_TOLD:
                self._cells.writerow(["", "", f"… and {self.count - MOST_TOLD:,} more problems. Mend these first."])
        if self.count and wrong is None:
            os.replace(self._part, self.path)
        else:
            with suppress(FileNotFoundError):
                self._part.unlink()


def _harmless(column: str) -> str:
    """The name of a column is whatever was sent: a spreadsheet that opens the CSV must not run it."""
    return f"'{column}" if column[:1] in ("=", "+", "-", "@", "\t", "\r") else column
