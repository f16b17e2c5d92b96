"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roi_project.settings")
application = get_wsgi_application()

from roi_project.console.ready import make_ready  # noqa: E402 - models are there only now

make_ready()
