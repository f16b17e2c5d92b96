"""A line of the audit trail in words."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from roi_project.console.cells import EMPTY, label


def told(change: Any) -> SafeString | str:
    """What was changed, from what to what, one line for each name."""
    before, after = change.before or {}, change.after or {}
    names = [*before, *(name for name in after if name not in before)]
    lines = [(label(name), _value(before.get(name)), _value(after.get(name))) for name in names]
    lines = [(name, old, new) for name, old, new in lines if (old, new) != (EMPTY, EMPTY)]
    if not lines:
        return EMPTY
    if not before:
        return format_html_join("", "<div>{}: {}</div>", ((name, new) for name, _, new in lines))
    return format_html_join("", "<div>{}: {} → {}</div>", lines)


def with_reason(change: Any) -> SafeString | str:
    words = told(change)
    return format_html("{}<div><em>{}</em></div>", words, change.reason) if change.reason else words


def _value(value: Any) -> str:
    if value is None or value == "" or value == []:
        return EMPTY
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
