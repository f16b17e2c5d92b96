"""What every door of the API does before it does its own: the caller, the formats, the parameters."""

from collections.abc import Collection
from functools import cached_property

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed, Throttled
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from roi_project.access.audience import EVERYONE, Audience, Group
from roi_project.access.selectors import audience_for
from roi_project.kernel.errors import Refusal
from roi_project.web.authentication import BasicToken, BearerToken
from roi_project.web.filters import StrictFilterBackend, known_to
from roi_project.web.negotiation import StrictNegotiation
from roi_project.web.params import known_parameters
from roi_project.web.permissions import InGroups
from roi_project.web.renderers import CSVRenderer
from roi_project.web.tables import FILES, XLSXRenderer
from roi_project.web.throttling import PerCaller, WrongTokens


class Manners:
    """Put this before any DRF view or viewset.

    read_groups, write_groups   who may (nobody writes unless a view says so)
    read_scopes, write_scopes   what a token needs, any of them
    parameters                  query parameters of reads beyond filters and paging; a mapping also describes them
    filtered_actions            viewset actions that take the parameters of the list
    """

    read_groups: frozenset[Group] = EVERYONE
    write_groups: frozenset[Group] = frozenset()
    read_scopes: Collection[str] = frozenset({"read"})
    write_scopes: Collection[str] = frozenset({"write"})
    parameters: Collection[str] = ()
    filtered_actions: Collection[str] = ("list",)

    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    permission_classes = (InGroups,)
    throttle_classes = (PerCaller,)
    filter_backends = (StrictFilterBackend,)
    content_negotiation_class = StrictNegotiation
    metadata_class = None

    @property
    def audience(self) -> Audience:
        """The caller, for selectors and services."""
        return audience_for(self.request)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            detail = "Send a Content-Length; a body in chunks would be read as no body at all."
            raise Refusal(detail, "length-required", "Length required", 411)
        declared = self.parameters if request.method in SAFE_METHODS else ()
        known_parameters(request, known_to(self) if self._lists(request) else {"format", *declared})

    def perform_authentication(self, request):
        """Guessing tokens is hopeless, and still not for free."""
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            guesses = WrongTokens()
            if not guesses.allow_request(request, self):
                raise Throttled(guesses.wait()) from None
            raise

    def check_permissions(self, request):
        """A method that is not offered is told as such, whoever asks."""
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method)
        super().check_permissions(request)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _lists(self, request) -> bool:
        action = getattr(self, "action", None)
        if action is not None:
            return action in self.filtered_actions
        return isinstance(self, ListModelMixin) and request.method in ("GET", "HEAD")


class ApiView(Manners, APIView):
    """A door of its own making."""


class ReportView(Manners, APIView):
    """A read-only figure: JSON, CSV or XLSX, for tokens that may only read reports too, and for spreadsheets."""

    numbers: Collection[str] = ()
    """Columns of its file that hold numbers."""

    http_method_names = ("get", "head")
    read_scopes = frozenset({"read", "reports"})
    authentication_classes = (BearerToken, BasicToken, SessionAuthentication)
    renderer_classes = (JSONRenderer, CSVRenderer, XLSXRenderer)

    @cached_property
    def file_format(self) -> str | None:
        """csv or xlsx where a file is asked for, else None."""
        form = self.request.accepted_renderer.format
        return form if form in FILES else None

    @property
    def site(self) -> str:
        """What whole addresses begin with here."""
        return self.request.build_absolute_uri("/").rstrip("/")


class OpensAPage:
    """Before a view: who comes with a browser is shown the page of the same.

    page        its name
    opened_by   the parameters that lead to it, all of them and no others; None = whatever is asked
    """

    page = ""
    opened_by: Collection[str] | None = None

    def dispatch(self, request, *args, **kwargs):
        if self.opened_by is not None and (kwargs or set(request.GET) != set(self.opened_by)):
            return super().dispatch(request, *args, **kwargs)
        program = "format" in request.GET or "Authorization" in request.headers or request.method not in SAFE_METHODS
        if not program and request.get_preferred_type(["application/json", "text/html"]) == "text/html":
            response = HttpResponseRedirect(f"{reverse(self.page, kwargs=kwargs)}?{request.GET.urlencode()}")
        else:
            response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response
