"""This floor in the admin."""

from outcomes.admin import effort_grid, epics, metrics, outcomes

__all__ = ["effort_grid", "epics", "metrics", "outcomes"]
