"""Messages of other programs made into ours: new identifiers, parents that are there, no rings, nothing twice."""

from __future__ import annotations

import secrets
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.core import attached
from glmchat.core.attached import Attached
from glmchat.core.conversation import Message, Role
from glmchat.history.formats.kept import of_a_reply

# Steps before a reply that several replies share are repeated in each, up to so many characters in all.
_MOST_REPEATED = 1 << 20
_MILLISECONDS = (1 << 43) - 1


class Ids:
    """Identifiers for one import: by the time of what they name, and never the same twice."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}
        self._given: set[int] = set()

    def at(self, seconds: float) -> int:
        """An identifier that sorts by a time."""
        moment = min(int(max(seconds, 0) * 1000), _MILLISECONDS)
        id = self._last[moment] + 1 if moment in self._last else moment << 20 | secrets.randbits(20)
        while id in self._given:
            id += 1
        self._last[moment] = id
        self._given.add(id)
        return id


@dataclass(slots=True)
class Place:
    """A message as another program has it: its own key and its parent's.

    A place with `skip` makes no message: its `content` and `reasoning` go to the reply that follows, or make one of
    their own where none does.
    """

    key: Any
    parent: Any
    role: Role = Role.USER
    content: str = ""
    reasoning: str = ""
    created_at: float = 0.0
    skip: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    attached: list[Attached] = field(default_factory=list)


def contents_of(places: Iterable[Place]) -> dict[str, bytes]:
    """The bytes of all that is attached to messages, by digest."""
    return attached.contents_of(each for place in places for each in place.attached)


def rooted(parents: Mapping[Any, Any]) -> dict[Any, Any]:
    """Parents by key as a tree: one that is not there is None, and a ring is opened at its first key."""
    out: dict[Any, Any] = {}
    for key in parents:
        trail: dict[Any, None] = {}
        at = key
        while at in parents and at not in out and at not in trail:
            trail[at] = None
            at = parents[at]
        if at in trail:
            out[at] = None
        for each in trail:
            out.setdefault(each, parents[each] if parents[each] in parents else None)
    return out


def grow(places: Iterable[Place], ids: Ids) -> dict[Any, Message]:
    """Make messages of places, by their keys and in their order; skipped ones are bridged."""
    by_key: dict[Hashable, Place] = {}
    for place in places:
        # What has a key twice is two messages.
        by_key[object() if place.key in by_key else place.key] = place
    return _Growth(by_key, ids).messages()


class _Growth:
    """One tree on its way into messages."""

    def __init__(self, places: dict[Any, Place], ids: Ids) -> None:
        self._places = places
        self._parents = rooted({key: place.parent for key, place in places.items()})
        self._above = self._next_kept()
        self._ids = {key: ids.at(place.created_at) for key, place in places.items() if not place.skip}
        self._new = ids
        self._used: set[Any] = set()
        self._repeated = 0

    def messages(self) -> dict[Any, Message]:
        """The messages by key."""
        out: dict[Any, Message] = {}
        for key, place in self._places.items():
            if not place.skip:
                steps = self._steps(self._parents[key]) if place.role is Role.ASSISTANT else []
                out[key] = self._message(self._ids[key], self._above[key], place, [*steps, place])
        followed = set(self._parents.values())
        for key, place in self._places.items():
            if place.skip and key not in followed:
                # Nothing was said after these steps, so they are all that there is of the reply.
                steps = [each for each in self._steps(key) if each.content or each.reasoning or each.attached]
                if steps:
                    last = Place(
                        key, None, Role.ASSISTANT, created_at=place.created_at, more=dict(place.more)
                    )
                    out[key] = self._message(self._new.at(place.created_at), self._above[key], last, steps)
        return out

    def _message(self, id: int, above: Any, place: Place, parts: list[Place]) -> Message:
        content = "\n\n".join(each.content for each in parts if each.content)
        reasoning = "\n\n".join(each.reasoning for each in parts if each.reasoning)
        files = [one for each in parts for one in each.attached]
        beside: dict[str, Any] = {"attachments": tuple(each.attachment for each in files)}
        if place.role is not Role.ASSISTANT:
            reasoning = ""
        elif files:
            shown = [of_a_reply(each) for each in files]
            content = "\n\n".join(filter(None, [content, *(words for words, _ in shown)]))
            beside = {"images": tuple(image for _, image in shown if image is not None)}
        return Message(
            id,
            self._ids.get(above),
            place.role,
            content,
            reasoning,
            created_at=place.created_at,
            **beside,
            **place.more,
        )

    def _next_kept(self) -> dict[Any, Any]:
        """For each key the next one above that makes a message, None at the top."""
        out: dict[Any, Any] = {}
        for key in self._places:
            trail = []
            at: Any = key
            while at is not None and at not in out:
                trail.append(at)
                at = self._parents[at]
            for each in reversed(trail):
                above = self._parents[each]
                out[each] = above if above is None or not self._places[above].skip else out[above]
        return out

    def _steps(self, key: Any) -> list[Place]:
        """The skipped places from a key upwards, the first one first."""
        steps: list[Place] = []
        while key is not None and self._places[key].skip:
            place = self._places[key]
            if key in self._used:
                self._repeated += len(place.content) + len(place.reasoning) + 1
                if self._repeated > _MOST_REPEATED:
                    break
            self._used.add(key)
            steps.append(place)
            key = self._parents[key]
        return steps[::-1]


def leaf(messages: dict[Any, Message], key: Any, by_parent: Mapping[Any, Any] | None = None) -> int | None:
    """The message of a key, or of the next one above it that is there, or the last one."""
    parents = dict(by_parent or {})
    while key is not None and key not in messages and key in parents:
        key = parents.pop(key)
    if key in messages:
        return messages[key].id
    return next((message.id for message in reversed(messages.values())), None)
