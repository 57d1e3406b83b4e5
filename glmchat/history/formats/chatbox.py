"""Chatbox's export: one object with a key ``session:ID`` for each session; older ones have a list of them.

A session has its messages, other versions of what follows one of them (`messageForksHash`), and `threads` that were
put aside before, each of which is a session here. Its settings, which hold keys, are never looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.formats.one_object import read_inside
from glmchat.history.formats.pieces import Pieces, error_words, failed
from glmchat.history.formats.plain import (
    ROLES,
    mapping,
    moment,
    objects,
    settings,
    text,
    titled,
    usage,
)
from glmchat.history.formats.shapes import Look, Source
from glmchat.history.formats.tree import Ids, Place, grow
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session

_SESSION = "session:"
_SETTINGS = {"topP": "top_p", "maxTokens": "max_tokens", "temperature": "temperature"}


def _read_part(part: dict[str, Any], pieces: Pieces) -> None:
    match part.get("type"):
        case "text":
            pieces.say(part.get("text"))
        case "reasoning":
            pieces.think(part.get("text"))
        case "tool-call":
            pieces.step(part.get("toolName"), part.get("args"), part.get("result"))
        case "image":
            pieces.leave_out("picture")
        case "info" | "app":
            pieces.dropped["note"] += 1
        case _:
            pieces.leave_out("file", part.get("type"))


def _place(message: dict[str, Any], key: Any, parent: Any, before: float, dropped: Counter[str]) -> Place:
    pieces = Pieces(dropped)
    pieces.think(message.get("reasoningContent"))
    for part in objects(message.get("contentParts")):
        _read_part(part, pieces)
    if not pieces.words:
        pieces.say(message.get("content"))
    for each in objects(message.get("pictures")):
        pieces.leave_out("picture", each.get("name"))
    for each in objects(message.get("files")):
        pieces.file(each.get("name"), each.get("fileType"))
    for each in objects(message.get("links")):
        pieces.say(f"[{text(each.get('title')) or 'link'}]({text(each.get('url'))})")
    role = ROLES.get(text(message.get("role")))
    place = Place(key, parent, role or Role.USER, pieces.content("\n\n"), pieces.reasoning())
    place.created_at = moment(message.get("timestamp"), before)
    if role is Role.ASSISTANT:
        counts = mapping(message.get("usage"))
        place.more["model"] = text(message.get("model")) or None
        place.more["usage"] = usage(counts.get("inputTokens"), counts.get("outputTokens"))
        if message.get("error") and not place.content.strip():
            place.more |= failed(error_words(message["error"]))
    said = bool(place.content.strip() or place.reasoning or "failure" in place.more)
    place.skip = role in (None, Role.SYSTEM, Role.TOOL) or not said
    dropped["message in another form"] += role is None
    dropped["message without text"] += role in (Role.USER, Role.ASSISTANT) and not said
    if place.skip:
        place.content, place.reasoning = "", place.content if role is Role.TOOL else ""
    return place


def _line(given: Any, parent: Any, before: float, dropped: Counter[str]) -> list[Place]:
    """Messages that follow one another."""
    places: list[Place] = []
    for message in given:
        if not isinstance(message, dict):
            dropped["message in another form"] += 1
            continue
        key = message.get("id") or (parent, len(places))
        places.append(_place(message, key, parent, before, dropped))
        parent, before = key, places[-1].created_at
    return places


def _forks(session: dict[str, Any], before: float, dropped: Counter[str]) -> list[Place]:
    return [
        place
        for key, fork in mapping(session.get("messageForksHash")).items()
        for other in objects(mapping(fork).get("lists"))
        for place in _line(other.get("messages") or [], key, before, dropped)
    ]


def _system(given: Any) -> str | None:
    for message in objects(given):
        if message.get("role") == "system":
            pieces = Pieces(Counter())
            for part in objects(message.get("contentParts")):
                _read_part(part, pieces)
            return pieces.content("\n\n") or text(message.get("content")) or None
    return None


def _entry(found: tuple[dict[str, Any], str], fraction: float, ids: Ids) -> Entry:
    session, origin_id = found
    dropped: Counter[str] = Counter()
    given = session["messages"]
    if not isinstance(given, list):
        raise TypeError
    times = [at for message in objects(given) if (at := moment(message.get("timestamp"), 0.0))]
    created = min(times, default=moment(session.get("createdAt"), 1.0))
    line = _line(given, None, created, dropped)
    messages = grow([*line, *_forks(session, created, dropped)], ids)
    own = mapping(session.get("settings"))
    said = tuple(messages.values())
    current = [messages[place.key] for place in line if place.key in messages]
    made = Session(
        id=ids.at(created),
        title=titled(session),
        title_source="import",
        created=created,
        updated=max((message.created_at for message in said), default=created),
        model=text(own.get("modelId")) or text(own.get("model")) or None,
        system=_system(given),
        values=settings({_SETTINGS[name]: value for name, value in own.items() if name in _SETTINGS}),
        pinned=session.get("starred") is True,
        leaf_id=current[-1].id if current else said[-1].id if said else None,
        origin="chatbox",
        origin_id=origin_id,
    )
    return Entry(made, said, fraction, dropped=dropped)


def _find(data: dict[str, Any]) -> list[Any]:
    """Every session and every thread of one, each with what it is known by."""
    stored = [value for key, value in data.items() if key.startswith(_SESSION)]
    for name in ("chat-sessions", "chat-sessions-list"):
        stored += [each for each in objects(data.get(name)) if "messages" in each]
    found: dict[str, Any] = {}
    for number, session in enumerate(stored):
        about = mapping(session)
        id = text(about.get("id")) or f"{number} {titled(about)}"
        found.setdefault(id, (session, id))
        for thread in objects(about.get("threads")):
            whole = {**thread, "name": titled(thread) or titled(about), "settings": about.get("settings")}
            found.setdefault(f"{id} {thread.get('id')}", (whole, f"{id} {thread.get('id')}"))
    return list(found.values())


def _read(path: Path) -> Iterator[Entry]:
    return read_inside(path, _find, _entry)


def _knows(look: Look) -> bool:
    return any(
        any(each.is_a(name, list) for name in ("chat-sessions-list", "chat-sessions", "__exported_items"))
        or any(name.startswith(_SESSION) for name in each.keys)
        for each in look.objects
    )


SOURCE = Source("Chatbox's export", _knows, _read)
