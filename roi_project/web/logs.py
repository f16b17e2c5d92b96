"""Logging of failures without what they were about: a message of an exception may hold a salary."""

import logging
import traceback


def frames_of(error: BaseException) -> str:
    """The type of an exception and where it passed, without its message and without any value."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__module__}.{type(error).__qualname__}\n{frames}"


class WithoutValues(logging.Filter):
    """Replaces a record's exception by its type and frames; for handlers that also get others' records."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = f"{record.getMessage()}: {frames_of(record.exc_info[1])}"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True
