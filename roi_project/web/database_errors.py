"""What an error of the database means to a caller. Its message may show whole rows, so it is never passed on."""

import logging
import re

from django.db import DatabaseError, DataError, Error, IntegrityError, InterfaceError, OperationalError

from roi_project.kernel.errors import Conflict, Invalid, Refusal
from roi_project.web.request_id import current_request_id

log = logging.getLogger(__name__)

_SQLITE_CONSTRAINT = re.compile(r"constraint failed: ([A-Za-z0-9_., ]{1,200})")
_UNAVAILABLE = {
    "57014": ("query-too-slow", "This took too long; ask for less at once."),
    "55P03": ("busy", "Somebody else is changing the same thing; try again."),
    "40001": ("busy", "Somebody else is changing the same thing; try again."),
    "40P01": ("busy", "Somebody else is changing the same thing; try again."),
}


def sqlstate(error: Exception) -> str:
    """PostgreSQL's five-letter code of an error, or ""."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def constraint_name(error: Exception) -> str:
    """The constraint that refused a row (on SQLite sometimes its columns), or ""; never a value."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    match = _SQLITE_CONSTRAINT.search(str(error))
    return match[1] if match else ""


def refusal_of(error: Exception) -> Refusal | None:
    """400 for a value no column takes, 409 for a broken constraint, 503 for a database that is away or busy."""
    if isinstance(error, Error):
        log.warning(
            "database refused: %s, sqlstate %s, constraint %s, request %s",
            type(error).__name__,
            sqlstate(error) or "-",
            constraint_name(error) or "-",
            current_request_id() or "-",
        )
    match error:
        case DataError():
            return Invalid("A value is outside of what can be stored.")
        case OverflowError() if "SQLite INTEGER" in str(error):  # what PostgreSQL calls a DataError
            return Invalid("A value is outside of what can be stored.")
        case IntegrityError():
            return Conflict("This conflicts with what is stored.")
        case OperationalError() | InterfaceError():
            slug, detail = _UNAVAILABLE.get(
                sqlstate(error), ("unavailable", "The database cannot be reached or is busy; try again.")
            )
            return Refusal(detail, slug, "Not available now", 503)
        case DatabaseError():
            return None
    return None
