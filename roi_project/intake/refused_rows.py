"""Every problem of a long file, as a compressed CSV that the one who sent it downloads."""

import csv
import gzip
import os
import uuid
from pathlib import Path
from typing import Final, Self

from roi_project.intake import uploads
from roi_project.intake.receipt import Refused
from roi_project.web.renderers import cell

MOST_TOLD: Final = 1_000_000
"""Beyond so many a file is not mended row by row: the last line says how many more there are."""
HEADER: Final = ("row", "column", "problem")


class RefusedRows:
    """Written while the file is read. It lies under its name once it is published; without a problem there is none."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0

    def __enter__(self) -> Self:
        self._part = self.path.with_name(f"{self.path.name}.{uuid.uuid4().hex}")
        self._packed = uploads.private(self._part)
        self._file = gzip.open(self._packed, "wt", compresslevel=3, encoding="utf-8-sig", newline="")
        self._cells = csv.writer(self._file)
        self._cells.writerow(HEADER)
        return self

    def tell(self, refused: Refused) -> None:
        self.count += 1
        if self.count <= MOST_TOLD:
            self._cells.writerow([refused.number, cell(refused.column), refused.sentence])

    def publish(self) -> None:
        """Lay it under its name; to be called before the commit that says it is there, so that no link is dead."""
        if self.count > MOST_TOLD:
            self._cells.writerow(["", "", f"… and {self.count - MOST_TOLD:,} more problems. Mend these first."])
        self._close()
        if self.count:
            os.replace(self._part, self.path)

    def __exit__(self, *_: object) -> None:
        self._close()
        self._part.unlink(missing_ok=True)

    def _close(self) -> None:
        try:
            self._file.close()
        finally:
            self._packed.close()
