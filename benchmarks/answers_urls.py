"""Every address of the service, and /empty: nothing but an empty 200, behind the same server and the same middleware.

It signs nobody in, counts no request and asks the database for nothing, so it is what no page can be quicker than.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from roi_project.urls import handler400, handler403, handler404, handler500
from roi_project.urls import urlpatterns as of_the_service

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty", empty), *of_the_service]
