"""What each page of a leader costs: SELECTs, and milliseconds of server time, cold and warm.

    DATABASE_URL=postgres://.../a_generated_company python -m benchmarks.pages

Reads a database that `benchmarks.generate` made and whose books are compiled; a leader is added and taken away again.
Cold is the first request for the page in a process that is ready as one of the web is, warm the middle one of those
after it, and the least.
"""

import os
import statistics
import sys
import time

import django

REQUESTS = 30


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roi_project.settings")
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.db import connection
    from django.db.models import Count
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from finance.models import AnticipatedBenefit
    from outcomes.models import Epic
    from roi_project.console.ready import make_ready
    from teams.models import Team, ValueStream

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    busiest = Epic.objects.annotate(outcomes_of=Count("outcomes")).order_by("-outcomes_of", "code")[0]
    addresses = {
        "Overview": reverse("admin:index"),
        "Value streams": reverse("admin:leader_streams"),
        "Teams": reverse("admin:leader_teams"),
        "Epics & outcomes": reverse("admin:leader_epics"),
        "Capacity": reverse("admin:leader_capacity"),
        "Findings": reverse("admin:leader_findings"),
        "one value stream": reverse("admin:leader_stream", args=[ValueStream.objects.earliest("code").pk]),
        "one team": reverse("admin:leader_team", args=[Team.objects.earliest("code").pk]),
        "how a team is made up": reverse("admin:leader_team_design", args=[Team.objects.earliest("code").pk]),
        "one epic": reverse("admin:leader_epic", args=[busiest.pk]),
    }
    make_ready()
    print(f"{AnticipatedBenefit.current.count()} promises")
    user = get_user_model().objects.create_user("bench-leader")
    try:
        user.groups.add(Group.objects.get(name="leader"))
        client = Client()
        client.force_login(user)
        for name, address in addresses.items():
            times = []
            for _ in range(REQUESTS):
                begin = time.perf_counter()
                answer = client.get(address)
                times.append((time.perf_counter() - begin) * 1000)
                if answer.status_code != 200:
                    sys.exit(f"{address} answered {answer.status_code}")
            with CaptureQueriesContext(connection) as said:
                client.get(address)
            count = sum(_asks(query["sql"]) for query in said.captured_queries)
            warm, least = statistics.median(times[1:]), min(times)
            print(f"{name:<21} {count:>3} queries {times[0]:>6.0f} ms cold {warm:>6.0f} ms warm {least:>6.0f} ms least")
    finally:
        client.logout()
        user.delete()


def _asks(sql: str) -> bool:
    """Whether a statement asks for rows; columns come by COPY."""
    return sql.strip().startswith(("SELECT", "COPY")) and not sql.startswith("SELECT 1")


if __name__ == "__main__":
    main()
