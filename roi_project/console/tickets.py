"""A file between its preview and the word to take it in: kept on the server, named in the form by a signed ticket.

The file is not sent again, so that what was previewed is what is stored; the ticket says which file, by its hash, and
how it was read, and is good for the one who sent it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from roi_project.access.selectors import audience_for
from roi_project.intake import uploads
from roi_project.kernel.errors import Invalid, Refusal

SALT = "upload"


@contextmanager
def kept(request: HttpRequest, **more: str) -> Iterator[tuple[str, BinaryIO]]:
    """Keep the file of a form: its ticket, with what else was chosen, and the file. One that is refused goes again."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid("Choose a file first.")
    uploads.sweep(now=timezone.now())
    one = uploads.keep(sent.chunks())
    told = {"id": one.id, "sha256": one.sha256, "size": one.size, "owner": audience_for(request).person, **more}
    try:
        with uploads.reopened(one.id, one.sha256) as file:
            yield signing.dumps(told, salt=SALT, compress=True), file
    except Refusal:
        uploads.remove(one.id)
        raise


def forget(ticket: str) -> None:
    """Nothing will be done with the file of this ticket."""
    uploads.remove(signing.loads(ticket, salt=SALT)["id"])


def told(request: HttpRequest) -> dict[str, Any]:
    """What stands on the ticket of a form. Raises Invalid for one that is not ours, too old, or another's."""
    try:
        ticket = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=uploads.LONGEST_WAIT)
    except signing.BadSignature:
        raise Invalid("This preview is too old. Send the file again.") from None
    if ticket["owner"] != audience_for(request).person:
        raise Invalid("Somebody else has sent this file. Send it yourself.")
    return ticket


def opened(ticket: dict[str, Any]) -> BinaryIO:
    """The file of a ticket, as it was when it was previewed."""
    return uploads.reopened(ticket["id"], ticket["sha256"])
