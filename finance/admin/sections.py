"""Where this floor stands in the menu."""

from roi_project.console.menu import Section

BENEFITS = Section(30, "Benefits")
COSTS = Section(40, "Rates and costs")
POOLS = Section(50, "Pools and allocation")
BOOKS = Section(60, "Books")
