"""Where this floor stands in the menu."""

from roi_project.console.menu import Section

EPICS = Section(20, "Epics and outcomes")
METRICS = Section(25, "Metrics")
