"""Who stands behind what was written, so that nobody approves their own work by another way in."""

import re

_TOKEN = re.compile(r"token:\S+ \((?P<name>.+)\)")


def person_behind(actor: str) -> str:
    """The name of the person behind an actor: “user:ada”, “token:abc (ada)” and “command:ada” are all ada."""
    token = _TOKEN.fullmatch(actor)
    return token["name"] if token else actor.rpartition(":")[2]
