"""A machine that only runs the service has what `requirements/run.txt` names and nothing else: no tool of the tests."""

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOADS = """
import sys
import celery.bin.beat, celery.bin.worker, gunicorn.app.wsgiapp, gunicorn.workers.gthread
import roi_project.celery, roi_project.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print(*{name.partition(".")[0] for name in sys.modules})
"""
WHERE_IT_HAPPENS_TO_BE = {"pygments", "setuptools"}
"""Looked for by others, who do without."""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_the_service_loads_is_in_its_lock():
    lock = (ROOT / "requirements" / "run.txt").read_text()
    named = {plain(name) for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", lock, re.MULTILINE)}
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "roi_project.settings"}

    said = subprocess.run(
        [sys.executable, "-c", LOADS], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    packages = packages_distributions()
    loaded = {plain(packages[module][0]) for module in said.stdout.split() if module in packages}
    assert {"celery", "django", "kombu", "packaging"} <= loaded
    assert loaded - named - WHERE_IT_HAPPENS_TO_BE == set()
