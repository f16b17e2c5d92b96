"""Every address of the service."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from roi_project.web.handlers import no_such_address, problem_page, read_only
from roi_project.web.health import livez, readyz
from roi_project.web.sign_in import slow_to_guess

# Addresses are tried from the top: those that are read most often come first.
api = [
    path("", include("finance.api.urls")),
    path("", include("outcomes.api.urls")),
    path("", include("teams.api.urls")),
    path("", include("roi_project.access.urls")),
    path("", include("roi_project.audit.urls")),
    path("", include("roi_project.jobs.urls")),
    path("", include("roi_project.web.urls")),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("", read_only(RedirectView.as_view(pattern_name="admin:index"))),
    path("admin/login/", slow_to_guess(admin.site.login)),
    path("admin/", admin.site.urls),
    path("livez", livez),
    path("readyz", readyz),
    re_path(r"^problems/(?P<slug>[a-z0-9-]{1,80})/?$", problem_page),
    re_path(r"^api/", no_such_address),
]

handler400 = "roi_project.web.handlers.bad_request"
handler403 = "roi_project.web.handlers.permission_denied"
handler404 = "roi_project.web.handlers.page_not_found"
handler500 = "roi_project.web.handlers.server_error"
