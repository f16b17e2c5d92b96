"""A tool that keeps a copy of a collection learns of everything that changed since, and of what was taken back."""

import datetime as dt

import pytest

from roi_project.intake.kinds import all_kinds
from tests.finance.sending import send
from tests.reliability.fuzz.company import rows

pytestmark = pytest.mark.django_db

LONG_AGO, SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), "2026-01-01T00:00:00Z"


def test_every_collection_tells_what_changed_and_what_was_taken_back(api, finance):
    client, company = api(finance), rows()
    for kind in all_kinds():
        send(kind.name, *company[kind.name])
        moment = "updated_at" if kind.is_master else "recorded_at"
        kind.model.objects.update(**{moment: LONG_AGO})

    for kind in reversed(all_kinds()):
        address = f"/api/v1/{kind.name}/"
        everything = client.get(address)
        row = everything.json()["results"][0]
        assert everything.headers["Changes-Through"].endswith("Z"), kind.name
        assert client.get(address, {"changed_since": SINCE}).json()["results"] == [], kind.name

        if kind.is_master:
            assert client.patch(f"{address}{row['id']}/", {"name": "Another"}, format="json").status_code == 200
            assert client.delete(f"{address}{row['id']}/").status_code == 405, kind.name
        else:
            assert client.delete(f"{address}{row['key']}/").status_code == 204, kind.name

        changed = client.get(address, {"changed_since": SINCE}).json()["results"]
        if kind.is_master:
            assert [each["id"] for each in changed] == [row["id"]], kind.name
        else:
            assert [(each["key"], each["withdrawn"]) for each in changed] == [(row["key"], True)], kind.name


def test_a_cursor_of_one_collection_is_refused_by_another_of_the_same_order(api, finance, as_problem):
    for number in range(2):
        send("value-streams", {"code": f"stream-{number}", "name": "A stream"})
        send("role-families", {"code": f"role-{number}", "name": "A role"})
    client = api(finance)
    onward = client.get("/api/v1/value-streams/", {"page_size": 1}).json()["next"]

    elsewhere = client.get(onward.replace("value-streams", "role-families"))

    assert client.get(onward).json()["results"][0]["code"] == "stream-1"
    assert as_problem(elsewhere, 400, "invalid")["errors"][0]["pointer"] == "?cursor"
