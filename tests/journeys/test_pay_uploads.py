"""A file of pay that a job takes in tells nothing to those who keep jobs and may not see pay."""

import hashlib

import pytest

from roi_project.access.audience import Audience, Group
from roi_project.intake import file_import, uploads
from roi_project.intake.kinds import kind_named
from roi_project.jobs.models import Job

pytestmark = pytest.mark.django_db
PAY = b"external_id,person,unit,amount,currency,starts_on\np1,ana,month,14000.00,USD,2026-01-01\n"


@pytest.fixture
def asked(settings, tmp_path, finance):
    """Finance has asked for a file of pay to be taken in."""
    settings.UPLOADS_DIR = tmp_path
    kept = uploads.keep([PAY])
    keeper = Audience("user:ada", groups=frozenset({Group.FINANCE}), user_id=finance.pk)
    how = {"numbers": "point", "source": "", "dry_run": False}
    return file_import.request(keeper, kind_named("person-rates"), upload=kept.id, sha256=kept.sha256, **how)


def test_an_administrator_does_not_find_the_job_and_finance_does(asked, api, administrator, finance):
    assert api(administrator).get(f"/api/v1/jobs/{asked.pk}/").status_code == 404
    assert api(administrator).get("/api/v1/jobs/").json()["results"] == []
    assert api(finance).get(f"/api/v1/jobs/{asked.pk}/").status_code == 200


def test_nobody_is_shown_a_hash_that_could_be_tried(asked, api, finance):
    told = str(api(finance).get(f"/api/v1/jobs/{asked.pk}/").json()) + str(Job.objects.get().arguments)

    assert hashlib.sha256(PAY).hexdigest() not in told


def test_the_file_is_still_known_by_its_mark_and_another_is_refused(asked, settings):
    arguments = Job.objects.get().arguments

    with uploads.reopened_by_mark(arguments["upload"], arguments["mark"]) as file:
        assert file.read() == PAY
    with pytest.raises(uploads.Conflict):
        uploads.reopened_by_mark(arguments["upload"], "0" * 64)
