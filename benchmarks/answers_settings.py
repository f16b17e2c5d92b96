"""The service as in production, with one empty page of the benchmark's own beside it; see answers.py."""

from roi_project.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.answers_urls"
