"""What an epic is for and what it taught: sent like its other columns, kept when absent, and in the audit trail."""

import pytest
from django.core.management import call_command

from outcomes.models import Epic
from roi_project.audit.models import Change

EPIC = {"code": "badges", "name": "Badges", "work_type": "experiment"}
LEARNED = "Badges bring nobody back."

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(api, finance):
    """`put(columns)`: sends the epic again with these."""
    caller = api(finance)

    def send(**columns):
        answer = caller.post("/api/v1/epics/bulk/", {"rows": [EPIC | columns]}, format="json")
        assert answer.status_code == 200, answer.json()
        return caller.get("/api/v1/epics/?search=badges").json()["results"][0]

    return send


def test_a_tool_that_does_not_know_the_texts_leaves_them_as_they_are(put):
    put(purpose="Find out whether badges bring customers back.", learned=LEARNED)

    epic = put(released_on="2026-01-05")

    assert (epic["purpose"], epic["learned"]) == ("Find out whether badges bring customers back.", LEARNED)
    assert put(learned=None)["learned"] == ""


def test_what_was_learned_is_in_the_trail_and_no_book_depends_on_it(put):
    put()
    before = Epic.objects.get().revision

    put(learned=LEARNED)

    change = Change.objects.get(kind="epics", action="changed")
    assert (change.before["learned"], change.after["learned"]) == ("", LEARNED)
    assert change.actor.endswith("(ada)")
    assert Epic.objects.get().revision == before


def test_texts_come_in_as_csv(finance, tmp_path):
    path = tmp_path / "epics.csv"
    path.write_text(
        f"code,name,work_type,purpose,learned\nbadges,Badges,experiment,Try it,{LEARNED}\n", encoding="utf-8"
    )

    call_command("import_rows", "epics", str(path), by=finance.username)

    assert Epic.objects.values_list("purpose", "learned").get() == ("Try it", LEARNED)
