"""This floor in the admin."""

from finance.admin import (
    benefits,
    book_rows,
    books,
    costs,
    explain,
    files,
    follow_ups,
    get_started,
    lists,
    overview,
    pools,
    promises,
    rates,
    subjects,
    team_design,
    waiting,
)

__all__ = [
    "benefits",
    "book_rows",
    "books",
    "costs",
    "explain",
    "files",
    "follow_ups",
    "get_started",
    "lists",
    "overview",
    "pools",
    "promises",
    "rates",
    "subjects",
    "team_design",
    "waiting",
]
