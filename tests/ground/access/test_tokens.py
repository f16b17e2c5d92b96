"""Tokens: shown once, kept as a hash, refused when anything about them is off."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from roi_project.access.audience import SYSTEM, Group
from roi_project.access.models import Token
from roi_project.access.selectors import NOBODY, audience_for, audience_of, valid_token
from roi_project.access.services import issue_token, note_use, revoke
from roi_project.audit.models import Change
from roi_project.kernel.errors import Invalid

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def issued(finance):
    return issue_token(SYSTEM, user=finance, name="workbook", scopes=["reports", "read"], now=NOON)


def test_a_token_is_good_for_ninety_days_and_not_a_moment_longer(issued):
    token, text = issued

    assert token.expires_at == NOON + 90 * DAY
    assert token.scopes == ["read", "reports"]
    assert valid_token(text, now=token.expires_at - dt.timedelta(microseconds=1)) == token
    assert valid_token(text, now=token.expires_at) is None


def test_the_secret_is_nowhere_in_the_database(issued):
    _, text = issued
    secret = text.split(".")[1]

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert not any(secret in str(value) for row in cursor.fetchall() for value in row), table


def test_another_pepper_makes_every_token_worthless(issued, settings):
    _, text = issued

    settings.TOKEN_PEPPER = "another"

    assert valid_token(text, now=NOON) is None


def test_a_hash_moved_to_another_row_does_not_open_it(issued, leader):
    token, text = issued
    other, other_text = issue_token(SYSTEM, user=leader, name="other", scopes=["read"], now=NOON)
    Token.objects.filter(pk=other.pk).update(secret_hash=token.secret_hash)

    assert valid_token(f"roi_{other.key}.{text.split('.')[1]}", now=NOON) is None
    assert valid_token(other_text, now=NOON) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[4:],
        lambda text: text + "x",
        lambda text: text + "\n",
        lambda text: text.upper(),
        lambda text: text.replace(".", ""),
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: "roi_" + "٣" * 12 + text[16:],
    ],
)
def test_a_spoiled_text_is_no_token(issued, spoil):
    _, text = issued

    assert valid_token(spoil(text), now=NOON) is None


def test_a_revoked_token_is_refused_at_once_and_the_trail_says_why(issued):
    token, text = issued

    revoke(SYSTEM, token=token, now=NOON + DAY, reason="laptop lost")
    again = revoke(SYSTEM, token=token, now=NOON + 2 * DAY)

    assert valid_token(text, now=NOON + DAY) is None
    assert again.revoked_at == NOON + DAY
    trail = Change.objects.filter(kind="tokens").order_by("id")
    assert [(change.action, change.reason) for change in trail] == [("created", ""), ("changed", "laptop lost")]


def test_the_token_of_somebody_who_left_is_refused(issued, finance):
    _, text = issued

    finance.is_active = False
    finance.save()

    assert valid_token(text, now=NOON) is None


def test_use_is_noted_at_most_once_a_minute(issued, django_assert_num_queries):
    token, text = issued

    note_use(token, now=NOON)
    token = valid_token(text, now=NOON)
    with django_assert_num_queries(0):
        note_use(token, now=NOON + MINUTE / 2)
    assert Token.objects.get().last_used_at == NOON

    note_use(token, now=NOON + MINUTE)
    assert Token.objects.get().last_used_at == NOON + MINUTE


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["read", "everything"]}, "/scopes"),
        ({"expires_at": NOON}, "/expires_at"),
        ({"expires_at": NOON + 367 * DAY}, "/expires_at"),
    ],
)
def test_a_token_without_sense_is_refused(finance, changed, pointer):
    wanted = {"name": "tool", "scopes": ["read"], "now": NOON, **changed}

    with pytest.raises(Invalid) as refusal:
        issue_token(SYSTEM, user=finance, **wanted)

    assert [problem.pointer for problem in refusal.value.problems] == [pointer]
    assert not Token.objects.exists()
    assert not Change.objects.exists()


def test_the_command_prints_a_token_that_works(finance, capsys):
    call_command("issue_token", "ada", "--name", "planning tool", "--scopes", "read,write", "--days", "7")

    out = capsys.readouterr().out.strip()
    token = Token.objects.get()
    assert valid_token(out, now=token.created_at) == token
    assert token.scopes == ["read", "write"]
    assert token.expires_at - token.created_at < 7 * DAY + MINUTE


@pytest.mark.parametrize(
    "arguments",
    [["nobody"], ["ada", "--scopes", "all"], ["ada", "--days", "0"], ["ada", "--days", "999999999"]],
)
def test_the_command_refuses_with_a_sentence(finance, arguments):
    with pytest.raises(CommandError):
        call_command("issue_token", *arguments)


def test_who_is_no_user_yet_is_told_where_one_is_added(db):
    with pytest.raises(CommandError) as refused:
        call_command("issue_token", "robot")

    assert str(refused.value) == "There is no user named robot. An administrator adds one in the admin, under Users."


def test_an_audience_is_the_groups_of_the_user_and_the_scopes_of_the_token(issued, finance):
    token, _ = issued

    by_session, by_token = audience_of(finance), audience_of(finance, token)

    assert by_session.actor == "user:ada"
    assert by_session.scopes is None
    assert by_token.actor == f"token:{token.key} (ada)"
    assert by_token.scopes == {"read", "reports"}
    assert by_session.groups == by_token.groups == {Group.FINANCE}
    assert by_session.person == by_token.person == f"user-id:{finance.pk}"


def test_a_superuser_administers_and_sees_no_figure_for_it(django_user_model, db):
    root = django_user_model.objects.create_superuser("root")

    assert audience_of(root).groups == {Group.ADMINISTRATOR}
    assert not audience_of(root).sees_pay


def test_groups_of_other_purposes_do_not_count(finance):
    finance.groups.create(name="football")

    assert audience_of(finance).groups == {Group.FINANCE}


def test_nobody_is_in_no_group(rf):
    assert audience_of(None) == NOBODY
    assert audience_for(rf.get("/")) == NOBODY
    assert not NOBODY.groups


def test_an_audience_is_asked_once_per_request(rf, finance, django_assert_num_queries):
    request = rf.get("/")
    request.user = finance

    with django_assert_num_queries(1):
        assert audience_for(request) == audience_for(request)


def test_the_five_groups_are_there_from_the_first_day(db):
    from django.contrib.auth.models import Group as DjangoGroup

    assert set(DjangoGroup.objects.values_list("name", flat=True)) == {group.value for group in Group}
