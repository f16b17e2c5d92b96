"""This floor in the admin."""

from teams.admin import behind_rows, calendar, organisation, people, teams

__all__ = ["behind_rows", "calendar", "organisation", "people", "teams"]
