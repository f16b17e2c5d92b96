"""This floor in the admin."""

from outcomes.admin import epics, metrics, outcomes

__all__ = ["epics", "metrics", "outcomes"]
