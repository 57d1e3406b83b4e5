"""Finds the verb of a command that has several."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from glmchat.commands.errors import UsageError
from glmchat.commands.parsing import Call
from glmchat.support.suggestions import nearest

Body = Callable[[Call], int]


def pick(call: Call, bodies: Mapping[str, Body], name: str = "") -> Body:
    """Take the verb off a call's words and return what does it; raises UsageError that names the nearest."""
    name = name or f"glmchat {call.command.name}"
    listed = ", ".join(bodies)
    if not call.words:
        raise UsageError(f"{name} needs a verb after it: {listed}.")
    verb = call.words.pop(0)
    if verb not in bodies:
        guess = nearest(verb, bodies, always=True)
        raise UsageError(f"{name} has no verb {verb!r}.{guess} There are {listed}.")
    usage = (call.command.verbs or {}).get(verb, ("", ""))[0]
    if name == f"glmchat {call.command.name}" and len(call.words) > _most(usage):
        raise UsageError(f"That are words too many: it is `{name} {usage}`.")
    return bodies[verb]


def _most(usage: str) -> float:
    """How many words may follow a verb by its usage; dots, and words in the plural, stand for any number."""
    words = usage.split()[1:]
    free = any(word.strip("[]") in ("...", "WORDS", "TITLE") for word in words)
    return math.inf if free else len(words)
