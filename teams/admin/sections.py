"""Where this floor stands in the menu."""

from roi_project.console.menu import Section

TEAMS = Section(10, "Teams and people")
ORGANISATION = Section(70, "Organisation")
