"""Answers to requests that reach no door, as problems; the admin keeps its pages."""

import re
from functools import lru_cache, wraps

from django.conf import settings
from django.http import JsonResponse
from django.views import defaults
from django.views.csrf import csrf_failure as csrf_failure_page

from roi_project.kernel.errors import Forbidden, NotFound, Refusal
from roi_project.web.problems import INTERNAL_ERROR, malformed, problem, refusal_of

_PROBLEM_PAGES = settings.BASE_DIR / "docs" / "problems"
_HEADING = re.compile(r"# (.+)\n+")


def bad_request(request, exception):
    """A request Django cannot read: a bad host, too many fields, a body that is too large."""
    if _is_for_people(request):
        return defaults.bad_request(request, exception)
    return problem(request, refusal_of(exception) or malformed("The request cannot be read."))


def permission_denied(request, exception):
    if _is_for_people(request):
        return defaults.permission_denied(request, exception)
    return problem(request, Forbidden("You may not do this."))


def page_not_found(request, exception):
    if _is_for_people(request):
        return defaults.page_not_found(request, exception)
    return no_such_address(request)


def server_error(request):
    if _is_for_people(request):
        return defaults.server_error(request)
    return problem(request, INTERNAL_ERROR)


def csrf_failure(request, reason=""):
    if _is_for_people(request):
        return csrf_failure_page(request, reason=reason)
    return problem(request, Forbidden("The request does not carry the token of the page it came from."))


def no_such_address(request, **anywhere):
    """The last route under /api/: an address without its final slash must not be redirected, or a POST turns GET."""
    hint = "" if request.path.endswith("/") else " Addresses of the API end with a slash."
    return problem(request, NotFound(f"There is nothing at this address.{hint}"))


def read_only(view):
    """Wrap a plain view that is read and nothing else: another method is a problem, as everywhere."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        refusal = Refusal("This address is only read.", "method-not-allowed", "Method not allowed", 405)
        return problem(request, refusal, {"Allow": "GET, HEAD"})

    return guarded


@read_only
def problem_page(request, slug: str):
    """GET /problems/<slug>: what a problem type means, from docs/problems."""
    page = _page(slug)
    if page is None:
        return no_such_address(request)
    title, text = page
    return JsonResponse({"type": f"/problems/{slug}", "title": title, "detail": text})


@lru_cache(maxsize=200)
def _page(slug: str) -> tuple[str, str] | None:
    path = _PROBLEM_PAGES / f"{slug}.md"  # the route allows only [a-z0-9-]
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    heading = _HEADING.match(text)
    return (heading[1], text[heading.end() :].strip()) if heading else None


def _is_for_people(request) -> bool:
    return request.path.startswith("/admin/")
