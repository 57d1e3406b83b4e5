"""Finds the verb of a command that has several."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glmchat.commands.errors import UsageError
from glmchat.commands.parsing import Call
from glmchat.nearest import nearest

Body = Callable[[Call], int]


def pick(call: Call, bodies: Mapping[str, Body], name: str = "") -> Body:
    """Take the verb off a call's words and return what does it; raises UsageError that names the nearest."""
    name = name or f"glmchat {call.command.name}"
    listed = ", ".join(bodies)
    if not call.words:
        raise UsageError(f"{name} needs a verb after it: {listed}.")
    verb = call.words.pop(0)
    if verb not in bodies:
        raise UsageError(f"{name} has no verb {verb!r}.{nearest(verb, bodies)} There are {listed}.")
    return bodies[verb]
