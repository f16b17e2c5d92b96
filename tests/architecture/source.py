"""The source of the project, as tests of the house read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("roi_project", "teams", "outcomes", "finance")


@dataclass(frozen=True)
class Module:
    """One file of the project."""

    path: Path

    @property
    def name(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    def imported(self) -> Iterator[str]:
        """Full names of everything that is imported, also inside of functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def called(self) -> Iterator[str]:
        """What is called, as written: timezone.now"""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)

    def __str__(self) -> str:
        return self.name


def modules() -> list[Module]:
    """Every module but migrations."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [Module(path) for path in paths if "migrations" not in path.parts]


def rooms(*names: str) -> list[Module]:
    """Modules of these rooms on every floor, and of files of the same name on the ground."""
    return [module for module in modules() if set(names) & set(module.name.split(".")[1:])]
