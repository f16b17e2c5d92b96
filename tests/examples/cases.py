"""Where worked and published examples lie, when they lie beside the project at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "examples"
beside = pytest.mark.skipif(not FOLDER.exists(), reason="the examples are not beside the project")

Case = dict[str, Any]
Check = Callable[[Case, Case], None]


class Checks:
    """Checks by the name of their case; each is called with the case's inputs and what it expects."""

    def __init__(self) -> None:
        self.by_name: dict[str, Check] = {}

    def __call__(self, *names: str) -> Callable[[Check], Check]:
        def keep(check: Check) -> Check:
            assert not set(names) & set(self.by_name), f"{names} are checked twice"
            self.by_name |= dict.fromkeys(names, check)
            return check

        return keep

    def names(self) -> list[str]:
        return sorted(self.by_name)


def worked() -> dict[str, Case]:
    return {case["name"]: case for case in json.loads((FOLDER / "worked.json").read_text())}


def published() -> dict[str, Case]:
    return {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "published").glob("*.json"))}
