"""Everything that is refused or goes wrong leaves as one shape: RFC 9457 `application/problem+json`.

`type` is /problems/<slug>, a page in docs/problems. `instance` is the request id. `errors` says what is wrong
where: `pointer` is a JSON pointer into the body, or `?name` for a query parameter.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core import exceptions as django_errors
from django.db import Error as DatabaseProblem
from django.http import Http404, JsonResponse
from django.http.request import UnreadablePostError
from rest_framework import exceptions as api_errors
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings

from roi_project.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound, Refusal
from roi_project.web import database_errors
from roi_project.web.logs import frames_of
from roi_project.web.request_id import current_request_id

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2

INTERNAL_ERROR = Refusal(
    "Something went wrong on our side. Please name the instance when you report it.",
    "internal-error",
    "Internal error",
    500,
)


def problem(request: Any, refusal: Refusal, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """The answer that tells a refusal."""
    body = {
        "type": f"/problems/{refusal.slug}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": getattr(request, "request_id", "") or current_request_id(),
        "errors": [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in refusal.problems],
    }
    retry = {"Retry-After": str(RETRY_SECONDS)} if refusal.status == 503 else {}
    return JsonResponse(
        body,
        status=refusal.status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **retry, **(headers or {})},
    )


def exception_handler(error: Exception, context: Mapping[str, Any]) -> JsonResponse:
    """Translate whatever a door of the API raised."""
    request = context["request"]
    refusal = refusal_of(error)
    if refusal is None:
        refusal = INTERNAL_ERROR
        where = f"{request.method} {request.path}"
        log.error("%s failed, request %s: %s", where, current_request_id(), frames_of(error))
    return problem(request, refusal, _headers_of(error))


def refusal_of(error: Exception) -> Refusal | None:
    """What an exception means to the caller; None when it is our fault and none of their business."""
    match error:
        case Refusal():
            return error
        case api_errors.APIException():
            return _of_api_error(error)
        case django_errors.ValidationError():
            return _invalid(get_error_detail(error))
        case Http404() | django_errors.ObjectDoesNotExist():
            return NotFound()
        case django_errors.PermissionDenied():
            return Forbidden("You may not do this.")
        case django_errors.RequestDataTooBig():
            return Refusal("The body is larger than this address takes.", "too-large", "Too large", 413)
        case django_errors.DisallowedHost():
            return malformed(
                "The service does not know itself by the name in Host; whoever runs it adds that to ALLOWED_HOSTS."
            )
        case django_errors.SuspiciousOperation() | django_errors.BadRequest() | UnreadablePostError():
            return malformed("The request cannot be read.")
        case DatabaseProblem() | OverflowError():
            return database_errors.refusal_of(error)
    return None


NO_CSRF_TOKEN = (
    "Somebody signed in with a browser also sends the cookie csrftoken as the header X-CSRFToken; a program sends a "
    "token, as in Authorization: Bearer roi_…"
)
NO_VALID_TOKEN = (
    "There is no valid token in this request. Send one as “Authorization: Bearer roi_…”, from a spreadsheet as the "
    "password of the user “token”; one that has expired or was revoked is replaced under My tokens in the admin."
)


def malformed(detail: str) -> Refusal:
    """The request cannot even be read."""
    return Refusal(detail, "malformed-request", "Malformed request", 400)


def _of_api_error(error: api_errors.APIException) -> Refusal:
    match error:
        case api_errors.ValidationError():
            return _invalid(error.detail)
        case api_errors.ParseError():
            return malformed(str(error.detail))
        case api_errors.NotAuthenticated() | api_errors.AuthenticationFailed():
            return Refusal(NO_VALID_TOKEN, "not-authenticated", "Not authenticated", 401)
        case api_errors.PermissionDenied():
            detail = str(error.detail)
            return Forbidden(NO_CSRF_TOKEN if detail.startswith("CSRF Failed") else detail)
        case api_errors.NotFound():
            return NotFound()
        case api_errors.MethodNotAllowed():
            return Refusal(str(error.detail), "method-not-allowed", "Method not allowed", 405)
        case api_errors.NotAcceptable():
            known = ", ".join(sorted({renderer.media_type for renderer in error.available_renderers or ()}))
            detail = f"This address answers with {known}." if known else "This format is not offered here."
            return Refusal(detail, "not-acceptable", "Not acceptable", 406)
        case api_errors.UnsupportedMediaType():
            return Refusal(str(error.detail), "unsupported-media-type", "Unsupported media type", 415)
        case api_errors.Throttled():
            return Refusal("Too many requests; please wait.", "too-many-requests", "Too many requests", 429)
    slug = str(error.default_code).replace("_", "-")
    return Refusal(str(error.detail), slug, slug.replace("-", " ").capitalize(), error.status_code)


def _headers_of(error: Exception) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(wait)
    return headers


def _invalid(detail: Any) -> Invalid:
    problems = list(_field_problems(detail, ""))
    if len(problems) == 1:
        return Invalid(f"{problems[0].pointer.lstrip('/') or 'The request'}: {problems[0].detail}", problems=problems)
    return Invalid(f"{len(problems)} things are wrong with this request; see errors.", problems=problems)


def _field_problems(detail: Any, pointer: str) -> Iterable[FieldProblem]:
    """Flatten the nested errors of a serializer into JSON pointers."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _field_problems(inner, pointer if whole else f"{pointer}/{_escaped(name)}")
    elif isinstance(detail, list | tuple):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from _field_problems(inner, f"{pointer}/{position}" if nested else pointer)
    else:
        yield FieldProblem(pointer, str(getattr(detail, "code", None) or "invalid"), str(detail))


def _escaped(name: Any) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
