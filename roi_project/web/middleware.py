"""What happens to every request before any door is reached."""

import re
import uuid

from roi_project.web import request_id

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
