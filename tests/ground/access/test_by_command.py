"""At the command line somebody acts on behalf of a user, whose groups decide."""

import pytest
from django.core.management import CommandError, call_command

from roi_project.access.audience import Audience, Group
from roi_project.access.selectors import by_command
from roi_project.kernel.errors import NotFound


def test_a_command_acts_with_the_groups_of_its_user_and_is_told_apart_from_them(finance):
    assert by_command("ada") == Audience(actor="command:ada", user_id=finance.pk, groups=frozenset({Group.FINANCE}))


@pytest.mark.django_db
def test_a_name_that_nobody_has_is_refused_in_one_sentence():
    with pytest.raises(NotFound) as refused:
        by_command("zoe")

    assert refused.value.detail == "There is no user named zoe."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command", [("compile_books", "2026-01", "2026-02"), ("import_rows", "teams", __file__)], ids=lambda given: given[0]
)
def test_every_command_on_behalf_of_somebody_says_the_same_sentence(command):
    with pytest.raises(CommandError) as refused:
        call_command(*command, by="zoe")

    assert str(refused.value).splitlines()[0] == "There is no user named zoe."
