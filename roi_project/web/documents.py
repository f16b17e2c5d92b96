"""The addresses that describe the API: the OpenAPI document, and Swagger UI from local files."""

from django.contrib.auth.views import redirect_to_login
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import IsAuthenticated

from roi_project.web.views import Manners


class SchemaView(Manners, SpectacularAPIView):
    """The OpenAPI 3.1 document of this API, as YAML or JSON."""

    permission_classes = (IsAuthenticated,)


class DocsView(Manners, SpectacularSwaggerView):
    """The same document to read and to try out, for people who are signed in."""

    permission_classes = (IsAuthenticated,)
    url_name = "schema"

    def handle_exception(self, exc):
        if isinstance(exc, NotAuthenticated):
            return redirect_to_login(self.request.get_full_path())
        return super().handle_exception(exc)
