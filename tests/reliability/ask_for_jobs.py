"""Ask for jobs as a door does, in a process of its own: one line of JSON in asks for one job and rings the bell.

Answers each line with how many seconds asking took.
"""

import json
import sys
import time

import django

django.setup()

from roi_project.access.audience import SYSTEM  # noqa: E402
from roi_project.jobs import ring, services  # noqa: E402

for line in sys.stdin:
    asked = json.loads(line)
    began = time.monotonic()
    services.request(SYSTEM, asked["kind"], asked["arguments"])
    ring()
    print(time.monotonic() - began, flush=True)  # noqa: T201
