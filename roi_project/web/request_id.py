"""The name of the request being served, readable by the log and the audit trail without being passed along."""

from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request being served; "" in a command or a job."""
    return _current.get()


def begin(request_id: str):
    """Name the request being served; returns what `end` needs to take the name away again."""
    return _current.set(request_id)


def end(token) -> None:
    _current.reset(token)
