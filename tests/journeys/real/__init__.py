"""Real files that others published, read where they lie and mapped to the columns of our doors. They are not ours.

They stand beside the project in `../shared/data`. Where they are absent, the tests that need them are skipped.
"""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def needs(name: str) -> pytest.MarkDecorator:
    """A mark that skips a module where the files of a set are absent."""
    return pytest.mark.skipif(not (DATA / name).is_dir(), reason=f"the files of ../shared/data/{name} are not here")
