"""Messages of other programs made into ours: new identifiers, parents that are there, nothing twice."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from glmchat.conversation import Message, Role


class Ids:
    """Identifiers for one import: by the time of what they name, and never the same twice."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}

    def at(self, seconds: float) -> int:
        """An identifier that sorts by a time."""
        moment = int(max(seconds, 0) * 1000)
        last = self._last.get(moment)
        self._last[moment] = (moment << 20 | secrets.randbits(20)) if last is None else last + 1
        return self._last[moment]


@dataclass(slots=True)
class Place:
    """A message as another program has it: its own key and its parent's.

    A place with `skip` makes no message; its `reasoning` goes to the reply that follows.
    """

    key: Any
    parent: Any
    role: Role = Role.USER
    content: str = ""
    reasoning: str = ""
    created_at: float = 0.0
    skip: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def grow(places: Iterable[Place], ids: Ids) -> dict[Any, Message]:
    """Make messages of places, by their keys and in their order; skipped ones are bridged."""
    by_key = {place.key: place for place in places}
    kept = {key: ids.at(place.created_at) for key, place in by_key.items() if not place.skip}
    out: dict[Any, Message] = {}
    for key, place in by_key.items():
        if place.skip:
            continue
        parent, thoughts = _above(place, by_key)
        reasoning = "\n\n".join([*thoughts, *([place.reasoning] if place.reasoning else [])])
        out[key] = Message(
            kept[key],
            kept.get(parent),
            place.role,
            place.content,
            reasoning if place.role is Role.ASSISTANT else "",
            created_at=place.created_at,
            **place.more,
        )
    return out


def _above(place: Place, by_key: dict[Any, Place]) -> tuple[Any, list[str]]:
    """The next place above that makes a message, and the thoughts of those between, the first one first."""
    thoughts: list[str] = []
    seen = {place.key}
    parent = place.parent
    while parent in by_key and by_key[parent].skip and parent not in seen:
        seen.add(parent)
        if by_key[parent].reasoning:
            thoughts.insert(0, by_key[parent].reasoning)
        parent = by_key[parent].parent
    # A loop in a broken file would never end when its branch is walked.
    walk = parent
    while walk in by_key:
        if walk in seen:
            return None, thoughts
        seen.add(walk)
        walk = by_key[walk].parent
    return parent, thoughts


def leaf(messages: dict[Any, Message], key: Any, by_parent: dict[Any, Any] | None = None) -> int | None:
    """The message of a key, or of the next one above it that is there, or the last one."""
    while key is not None and key not in messages and by_parent and key in by_parent:
        key = by_parent.pop(key)
    if key in messages:
        return messages[key].id
    return next((message.id for message in reversed(messages.values())), None)
