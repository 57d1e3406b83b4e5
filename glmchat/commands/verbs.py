"""Finds the verb of a command that has several."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glmchat.commands.errors import UsageError
from glmchat.commands.parsing import Call
from glmchat.support.suggestions import nearest

Body = Callable[[Call], int]


def pick(call: Call, bodies: Mapping[str, Body], name: str = "") -> Body:
    """Take the verb off a call's words and return what does it; raises UsageError that names the nearest and all."""
    name = name or _title(call)
    listed = ", ".join(bodies)
    if not call.words:
        raise UsageError(f"{name} needs a verb after it: {listed}.")
    verb = call.words.pop(0)
    if verb not in bodies:
        guess = nearest(verb, bodies)
        raise UsageError(f"{name} has no verb {verb!r}.{guess} There are {listed}.")
    row = next((row for row in call.command.verbs if row.name == verb), None)
    if row is not None and row.most is not None and len(call.words) > row.most and name == _title(call):
        raise UsageError(f"Those are too many words: it is `{name} {row.usage}`.")
    return bodies[verb]


def _title(call: Call) -> str:
    return f"glmchat {call.command.name}"
