"""Lists: pages by cursor, orderings and filters by allow-list, nothing unknown accepted."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.core.exceptions import ImproperlyConfigured

from roi_project.access.models import Token
from roi_project.audit.models import Change
from roi_project.web.pagination import CursorPages

URL = "/api/v1/bands/"
NAMES = ["abba", "blur", "cake", "doors", "eagles"]


@pytest.fixture
def bands(db):
    """Five rows, added in the reverse of their order."""
    DjangoGroup.objects.all().delete()
    return DjangoGroup.objects.bulk_create(DjangoGroup(name=name) for name in reversed(NAMES))


@pytest.fixture
def client(api, bands, planner):
    """Carol, whose own group is the sixth and last row."""
    return api(planner)


def names(answer) -> list[str]:
    return [row["name"] for row in answer.json()["results"] if row["name"] != "planner"]


def walk(client, url, **asked) -> list[list[str]]:
    pages = []
    answer = client.get(url, asked)
    while True:
        pages.append([row["name"] for row in answer.json()["results"]])
        if answer.json()["next"] is None:
            return pages
        answer = client.get(answer.json()["next"])


def test_pages_hold_each_row_once_in_order(client):
    assert walk(client, URL, page_size=2) == [["abba", "blur"], ["cake", "doors"], ["eagles", "planner"]]
    assert walk(client, URL, page_size=4) == [["abba", "blur", "cake", "doors"], ["eagles", "planner"]]
    assert walk(client, URL) == [[*NAMES, "planner"]]


def test_pages_can_be_turned_back(client):
    second = client.get(client.get(URL, {"page_size": 2}).json()["next"])
    third = client.get(second.json()["next"])
    back = client.get(third.json()["previous"])
    first = client.get(back.json()["previous"])

    assert names(back) == names(second) == ["cake", "doors"]
    assert names(first) == ["abba", "blur"]
    assert first.json()["previous"] is None
    assert names(client.get(first.json()["next"])) == ["cake", "doors"]
    assert third.json()["next"] is None


def test_a_row_added_or_deleted_in_between_shifts_nothing(client):
    first = client.get(URL, {"page_size": 2})
    DjangoGroup.objects.create(name="aaa")
    DjangoGroup.objects.filter(name="blur").delete()

    assert names(client.get(first.json()["next"])) == ["cake", "doors"]


def test_an_empty_list_is_one_empty_page(client):
    answer = client.get(URL, {"name": "nobody"})

    assert answer.json() == {"next": None, "previous": None, "results": []}


def test_filters_and_page_size_stay_in_the_links(client):
    link = client.get(URL, {"page_size": 1, "name": "abba,blur"}).json()["next"]

    query = parse_qs(urlsplit(link).query)
    assert (query["page_size"], query["name"]) == (["1"], ["abba,blur"])
    assert names(client.get(link)) == ["blur"]


def test_an_ordering_can_be_asked_for_and_turned_around(client):
    assert walk(client, URL, ordering="-name", page_size=3) == [
        ["planner", "eagles", "doors"],
        ["cake", "blur", "abba"],
    ]
    assert walk(client, URL, ordering="id", page_size=4)[0] == list(reversed(NAMES))[:4]


def test_rows_alike_in_the_ordering_are_told_apart_by_their_id(db, rf):
    alike = [Change(actor="a" if n % 3 else "b", action="read", kind="k", object_id=n) for n in range(10)]
    Change.objects.bulk_create(alike)

    class View:
        ordering_fields = ("actor",)

    url, found = "/?ordering=-actor&page_size=3", []
    while url:
        pages = CursorPages()
        found += pages.paginate_queryset(Change.objects.all(), rf.get(url), View)
        url = pages.next
    expected = sorted(Change.objects.all(), key=lambda change: (change.actor != "b", change.pk))
    assert found == expected


def test_the_first_column_is_bounded_on_its_own(client, django_assert_num_queries):
    link = client.get(URL, {"page_size": 2}).json()["next"]

    with django_assert_num_queries(2) as queries:
        client.get(link)
    assert '"auth_group"."name" >= \'blur\'' in queries[-1]["sql"]


@pytest.mark.parametrize("size", ["0", "-1", "1001", "1000000000", "1e20", "abc", "", "1.0", "٣", "0x1", "1_0", " 1"])
def test_a_page_size_is_a_number_from_1_to_1000(client, as_problem, size):
    body = as_problem(client.get(URL, {"page_size": size}), 400, "invalid")

    assert body["errors"][0]["pointer"] == "?page_size"


def test_the_largest_page_is_a_thousand_rows(client):
    assert client.get(URL, {"page_size": "1000"}).status_code == 200


@pytest.mark.parametrize("cursor", ["", "x", "1", "bmVpbg", "W10", "x" * 10_000, "a:b", "ü", "\0", "[]:x"])
def test_a_cursor_that_was_not_handed_out_is_refused(client, as_problem, cursor):
    body = as_problem(client.get(URL, {"cursor": cursor}), 400, "invalid")

    assert body["errors"][0]["pointer"] == "?cursor"


def test_a_cursor_of_another_ordering_is_refused(client, as_problem):
    link = client.get(URL, {"page_size": 2}).json()["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]

    as_problem(client.get(URL, {"cursor": cursor, "ordering": "-name"}), 400, "invalid")


@pytest.mark.parametrize("ordering", ["permissions", "user__password", "-", "", "name,name", "name,-name", "?", "pk"])
def test_an_ordering_that_is_not_offered_is_refused(client, as_problem, ordering):
    body = as_problem(client.get(URL, {"ordering": ordering}), 400, "invalid")

    assert body["errors"][0]["pointer"] == "?ordering"


def test_a_refused_ordering_names_those_that_are_known(client, as_problem):
    body = as_problem(client.get(URL, {"ordering": "salary"}), 400, "invalid")

    assert body["detail"] == "“salary” is not an ordering; known here: name, -name, id, -id."


def test_no_list_is_paged_by_what_may_be_null(db, rf):
    with pytest.raises(ImproperlyConfigured, match="last_used_at"):
        CursorPages().paginate_queryset(Token.objects.order_by("last_used_at"), rf.get("/"))


def test_filters_filter(client):
    assert names(client.get(URL, {"name": "abba,eagles,nobody"})) == ["abba", "eagles"]
    assert names(client.get(URL, {"search": "AK"})) == ["cake"]
    blur = DjangoGroup.objects.get(name="blur").pk
    assert names(client.get(URL, {"number": blur})) == ["blur"]
    assert names(client.get(URL, {"size_min": blur, "size_max": blur})) == ["blur"]


@pytest.mark.parametrize(
    "query",
    [
        "nme=abba",
        "name=abba&name=blur",
        "name=abba,abba",
        "name=abba,,blur",
        "name__icontains=a",
        "name__regex=(",
        "user__password__startswith=a",
        "size=1",
        "page=1",
        "limit=1",
        "offset=1",
        "=1",
        "%00=1",
        "search=%00",
        "search=" + "x" * 201,
        "name=" + "x" * 201,
        "name=" + ",".join(str(n) for n in range(501)),
        "number=abc",
        "number=1.5",
        "number=%D9%A3",
        "number=" + "9" * 5_000,
        "size_min=NaN",
        "size_min=Infinity",
        "changed_since=2026-01-01",
    ],
)
def test_what_is_unknown_repeated_or_unreadable_is_refused(client, as_problem, query):
    as_problem(client.get(f"{URL}?{query}"), 400, "invalid")


def test_a_number_no_column_holds_finds_nothing(client):
    assert names(client.get(URL, {"number": "9" * 25})) == []


def test_an_unknown_parameter_is_answered_with_the_known_ones(client, as_problem):
    body = as_problem(client.get(URL, {"nme": "abba"}), 400, "invalid")

    assert body["detail"] == (
        "“nme” is not a parameter; known here: cursor, format, name, number, ordering, page_size, search, "
        "size_max, size_min."
    )
    assert body["errors"] == [{"pointer": "?nme", "code": "unknown-parameter", "detail": body["detail"]}]


@pytest.mark.parametrize("method", ["get", "patch", "put", "delete"])
def test_parameters_of_the_list_mean_nothing_on_one_row(client, as_problem, bands, method):
    answer = getattr(client, method)(f"{URL}{bands[0].pk}/?name=abba")

    as_problem(answer, 400, "invalid")
    assert DjangoGroup.objects.filter(pk=bands[0].pk).exists()


def test_parameters_mean_nothing_when_something_is_sent(client, as_problem):
    as_problem(client.post(f"{URL}?dry_run=true", {"name": "quartet"}), 400, "invalid")

    assert not DjangoGroup.objects.filter(name="quartet").exists()


def test_a_list_can_be_paged_by_what_a_row_points_at(finance, bearer, rf):
    for _ in range(3):
        bearer(finance)

    pages = CursorPages()
    first = pages.paginate_queryset(Token.objects.order_by("user__username"), rf.get("/?page_size=2"))
    second = pages.paginate_queryset(Token.objects.order_by("user__username"), rf.get(pages.next))

    assert [*first, *second] == list(Token.objects.order_by("id"))
    assert (len(second), pages.next) == (1, None)
