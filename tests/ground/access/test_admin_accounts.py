"""Accounts and tokens in the admin: what may be granted by whom, and what the trail keeps of it."""

import re

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User

from roi_project.access.audience import Group
from roi_project.access.models import Token
from roi_project.audit.models import Change

pytestmark = pytest.mark.django_db

TOKENS = "/admin/access/token/"


def ids(*groups):
    return [DjangoGroup.objects.get(name=group).pk for group in groups]


def account(user, **changed):
    return {"username": user.username, "first_name": "", "last_name": "", "email": "", "is_active": "on"} | changed


@pytest.fixture
def admin_client(client, administrator):
    client.force_login(administrator)
    return client


def test_a_new_account_is_in_its_group_and_in_the_trail(admin_client):
    admin_client.post(
        "/admin/auth/user/add/",
        {
            "username": "frida",
            "password1": "harbour-lights-9",
            "password2": "harbour-lights-9",
            "groups": ids(Group.LEADER),
        },
    )

    change = Change.objects.get(kind="users", object_code="frida")
    assert change.action == "created"
    assert change.after["groups"] == ["leader"]
    assert "harbour" not in str(change.after)
    assert admin_client.login(username="frida", password="harbour-lights-9")


def test_moving_somebody_to_another_group_says_from_what_to_what(admin_client, leader):
    address = f"/admin/auth/user/{leader.pk}/change/"

    admin_client.post(address, account(leader, groups=ids(Group.AUDITOR)))

    change = Change.objects.get(kind="users", object_id=str(leader.pk))
    assert (change.before, change.after) == ({"groups": ["leader"]}, {"groups": ["auditor"]})


def test_nobody_is_finance_and_administrator(admin_client, leader):
    address = f"/admin/auth/user/{leader.pk}/change/"

    answer = admin_client.post(address, account(leader, groups=ids(Group.FINANCE, Group.ADMINISTRATOR)))

    assert "Nobody is both finance and administrator" in answer.content.decode()
    assert [group.name for group in leader.groups.all()] == ["leader"]


def test_nobody_changes_their_own_groups(admin_client, administrator):
    address = f"/admin/auth/user/{administrator.pk}/change/"

    admin_client.post(address, account(administrator, groups=ids(Group.FINANCE)))

    assert [group.name for group in administrator.groups.all()] == ["administrator"]


def test_nobody_becomes_a_superuser_by_a_form(admin_client, leader):
    address = f"/admin/auth/user/{leader.pk}/change/"

    admin_client.post(address, account(leader, is_superuser="on", is_staff="on", groups=ids(Group.LEADER)))

    assert not User.objects.get(pk=leader.pk).is_superuser


def test_a_password_set_by_an_administrator_is_in_the_trail_without_it(admin_client, leader):
    address = f"/admin/auth/user/{leader.pk}/password/"

    admin_client.post(address, {"usable_password": "true", "password1": "quay-side-77", "password2": "quay-side-77"})

    change = Change.objects.get(kind="users", object_id=str(leader.pk))
    assert change.after == {"password": "set anew"}


def test_auditors_look_at_accounts_and_see_no_password(client, auditor, leader):
    client.force_login(auditor)

    body = client.get(f"/admin/auth/user/{leader.pk}/change/").content.decode()

    assert "md5" not in body
    assert leader.password not in body


# --- tokens --------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_works(client, finance, api):
    client.force_login(finance)
    new = {"name": "workbook", "scopes": ["reports", "read"], "days": "30"}

    body = client.post(f"{TOKENS}add/", new, follow=True).content.decode()

    text = re.search(r"roi_[a-z0-9]{12}\.[A-Za-z0-9_-]{43}", body)[0]
    token = Token.objects.get()
    assert (token.user, token.scopes) == (finance, ["read", "reports"])
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {text}"}).json()["token"]["name"] == "workbook"
    assert text not in client.get(f"{TOKENS}{token.pk}/change/").content.decode()
    assert Change.objects.filter(kind="tokens", action="created").exists()


def test_an_administrator_makes_tokens_for_tools_only(admin_client, finance, planner):
    new = {"name": "planning tool", "scopes": ["write"], "days": "30"}

    refused = admin_client.post(f"{TOKENS}add/", new | {"user": finance.pk})
    made = admin_client.post(f"{TOKENS}add/", new | {"user": planner.pk})

    assert "A token that reads figures is made by the person it acts for" in refused.content.decode()
    assert made.status_code == 302
    assert [token.user for token in Token.objects.all()] == [planner]


def test_what_the_service_refuses_is_told_in_the_form(client, finance):
    client.force_login(finance)

    answer = client.post(f"{TOKENS}add/", {"name": " ", "scopes": ["read"], "days": "30"})

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["name"]
    assert not Token.objects.exists()


def test_everybody_sees_their_own_tokens_and_revokes_them(client, finance, leader, bearer):
    bearer(finance), bearer(leader)
    own, other = Token.objects.get(user=leader), Token.objects.get(user=finance)
    client.force_login(leader)

    listed = client.get(TOKENS).content.decode()
    client.post(TOKENS, {"action": "revoke", "_selected_action": [own.pk, other.pk]})

    assert own.key in listed
    assert other.key not in listed
    assert [bool(token.revoked_at) for token in Token.objects.order_by("pk")] == [False, True]


def test_an_administrator_revokes_any_token(admin_client, finance, bearer):
    bearer(finance)
    token = Token.objects.get()

    admin_client.post(TOKENS, {"action": "revoke", "_selected_action": [token.pk]})

    token.refresh_from_db()
    assert token.revoked_at is not None


def test_the_page_of_a_token_leads_to_the_account_only_for_those_who_may_open_it(client, leader, auditor, bearer):
    bearer(leader)
    page, account = f"{TOKENS}{Token.objects.get().pk}/change/", f"/admin/auth/user/{leader.pk}/change/"

    client.force_login(leader)
    own = client.get(page).content.decode()
    client.force_login(auditor)
    looked_at = client.get(page).content.decode()

    assert account not in own
    assert "bob" in own.split("<main")[-1]
    assert f'href="{account}"' in looked_at
    assert client.get(account).status_code == 200
