"""Choosing one of many by typing a part of its code or name."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect

MOST_DIGITS = 18


class ChoiceByTyping(AutocompleteSelect):
    """Django's own, but that what a form was sent and is no id chooses nothing when the form is shown again."""

    def optgroups(self, name: str, value: Iterable[Any], attr: Any = None) -> list[Any]:
        ids = [one for one in map(str, value) if one.isascii() and one.isdecimal() and len(one) <= MOST_DIGITS]
        return super().optgroups(name, ids, attr)
