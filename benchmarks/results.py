"""Where figures and work files of benchmarks are kept: beside the code, never committed."""

from pathlib import Path
from typing import Final

VAR: Final = Path(__file__).resolve().parent.parent / ".var" / "benchmarks"
