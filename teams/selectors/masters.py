"""Teams, streams, roles and people by their codes."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import QuerySet

from roi_project.access.audience import EVERYONE, RESULT_READERS, Audience
from roi_project.db.facts import Master
from roi_project.kernel.errors import NotFound
from teams.models import Person, RoleFamily, Team, ValueStream

SEE_PEOPLE = RESULT_READERS
READERS = {ValueStream: EVERYONE, RoleFamily: EVERYONE, Team: EVERYONE, Person: SEE_PEOPLE}

M = TypeVar("M", bound=Master)


def visible(audience: Audience, model: type[M]) -> QuerySet[M]:
    """All masters of a kind that the caller may see, by code."""
    if not audience.within(READERS[model]):
        return model._default_manager.none()
    return model._default_manager.order_by("code")


def with_code(audience: Audience, model: type[M], code: str) -> M:
    """The master of this code; NotFound when there is none, or none to see."""
    found = visible(audience, model).filter(code=code).first()
    if found is None:
        raise NotFound(f"There is no {model._meta.verbose_name} “{code}” that you can see.")
    return found


def by_code(audience: Audience, model: type[M], codes: Iterable[str]) -> dict[str, M]:
    """Those of these codes that exist and may be seen, by code."""
    return {master.code: master for master in visible(audience, model).filter(code__in=list(codes))}


def stream_and_parts(audience: Audience, code: str) -> set[int]:
    """The ids of a value stream and of everything below it in the tree."""
    root = with_code(audience, ValueStream, code)
    children: dict[int | None, list[int]] = {}
    for pk, parent in ValueStream.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, waiting = set(), [root.pk]
    while waiting:
        stream = waiting.pop()
        if stream not in found:
            found.add(stream)
            waiting.extend(children.get(stream, []))
    return found
