"""This floor in the admin."""

from teams.admin import calendar, organisation, people, teams

__all__ = ["calendar", "organisation", "people", "teams"]
