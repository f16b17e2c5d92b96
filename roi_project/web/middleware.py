"""What happens to every request before any door is reached."""

import re
import uuid
from urllib.parse import unquote_to_bytes

from roi_project.intake import values
from roi_project.web import handlers, params, request_id

_SANE = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


class RequestId:
    """Gives each request a name: the caller's own `X-Request-ID` when it is a sane one, else a fresh one.

    The name goes back in the answer, into every problem as `instance`, and into the audit trail.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        offered = request.headers.get("X-Request-ID", "")
        request.request_id = offered if _SANE.fullmatch(offered) else uuid.uuid4().hex
        token = request_id.begin(request.request_id)
        try:
            response = self.get_response(request)
        finally:
            request_id.end(token)
        response.headers["X-Request-ID"] = request.request_id
        return response


class ReadableQuery:
    """Refuses query parameters that are not UTF-8: read with other signs for them, a filter would find nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query = request.META.get("QUERY_STRING", "")
        if "%" in query or not query.isascii():
            for pair in query.split("&"):
                if not _is_utf8(pair):
                    return handlers.bad_request(request, _not_utf8(pair.partition("=")[0]))
        return self.get_response(request)


def _is_utf8(quoted):
    try:
        _as_sent(quoted).decode()
    except UnicodeDecodeError:
        return False
    return True


def _as_sent(quoted):
    return unquote_to_bytes(quoted.encode("latin-1"))  # WSGI hands bytes over as the characters of Latin-1


def _not_utf8(quoted_name):
    name = _as_sent(quoted_name[:200]).decode(errors="replace")
    sentence = f"{values.shown(name)} is not written in UTF-8; in an address ü is %C3%BC, and not %FC."
    return params.refuse(values.clean(name), sentence)
