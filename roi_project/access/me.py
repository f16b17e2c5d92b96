"""What `GET /api/v1/me/` says beyond who is asking: each floor says its own part, the ground knows none of it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.fields import Field

from roi_project.access.audience import Audience


@dataclass(frozen=True)
class Said:
    """One member of the answer: how it is described, and what it is for a caller at a moment."""

    field: Field
    read: Callable[[Audience, dt.datetime], Any]


_said: dict[str, Said] = {}


def say(name: str, field: Field, read: Callable[[Audience, dt.datetime], Any]) -> None:
    """Add a member to the answer."""
    if name in _said:
        raise ValueError(f"me says {name} already")
    _said[name] = Said(field, read)


def said() -> Mapping[str, Said]:
    """Every member that was added, by name."""
    return _said
