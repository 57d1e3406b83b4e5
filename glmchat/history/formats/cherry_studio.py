"""Cherry Studio's backup: the ``data.json`` in its archive, one object with the program's two stores in it.

`indexedDB.topics` has the messages, `indexedDB.message_blocks` what they say; the names of topics and the assistants'
prompts stand in `localStorage`, as JSON in JSON. The settings there, which hold keys, are never looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from glmchat.core.conversation import Role, State
from glmchat.history.formats.one_object import read_inside
from glmchat.history.formats.pieces import Pieces, error_words, failed
from glmchat.history.formats.plain import (
    ROLES,
    from_json,
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
from glmchat.support.text import fence

_STORE = "persist:cherry-studio"
_SETTINGS = {"temperature": "temperature", "topP": "top_p", "maxTokens": "max_tokens"}


class _Topic(NamedTuple):
    """A topic as it is stored, what the assistant's list says of it, the assistant, and all blocks by their id."""

    stored: dict[str, Any]
    about: dict[str, Any]
    assistant: dict[str, Any]
    blocks: dict[str, dict[str, Any]]


def _find(data: dict[str, Any]) -> list[Any]:
    store = mapping(data["indexedDB"])
    blocks = {text(block.get("id")): block for block in objects(store.get("message_blocks"))}
    known: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    kept = mapping(data.get("localStorage")).get(_STORE)
    listed = mapping(from_json(mapping(from_json(kept)).get("assistants")))
    for assistant in (*objects([listed.get("defaultAssistant")]), *objects(listed.get("assistants"))):
        for topic in objects(assistant.get("topics")):
            known.setdefault(text(topic.get("id")), (topic, assistant))
    stored = store.get("topics")
    if not isinstance(stored, list):
        raise TypeError
    return [_Topic(each, *known.get(text(mapping(each).get("id")), ({}, {})), blocks) for each in stored]


def _read_block(block: dict[str, Any], pieces: Pieces) -> None:
    content = block.get("content")
    match block.get("type"):
        case "main_text" | "compact":
            pieces.say(content)
        case "thinking":
            pieces.think(content)
        case "code":
            pieces.say(fence(text(content), text(block.get("language"))))
        case "image":
            pieces.leave_out("picture", mapping(block.get("file")).get("origin_name"))
        case "video":
            pieces.leave_out("video")
        case "file":
            about = mapping(block.get("file"))
            pieces.file(about.get("origin_name") or about.get("name"))
        case "tool":
            raw = mapping(mapping(block.get("metadata")).get("rawMcpToolResponse"))
            name = text(block.get("toolName")) or mapping(raw.get("tool")).get("name") or block.get("toolId")
            pieces.step(name, block.get("arguments", raw.get("arguments")), content or raw.get("response"))
        case "translation" | "citation":
            pieces.dropped["note"] += 1
        case "unknown" | "error":
            pass
        case _:
            pieces.dropped["message in another form"] += 1


def _pieces(message: dict[str, Any], blocks: dict[str, dict[str, Any]], dropped: Counter[str]) -> Pieces:
    pieces = Pieces(dropped)
    for id in message.get("blocks") or ():
        if id in blocks:
            _read_block(blocks[id], pieces)
    # Versions before 1.3 had no blocks.
    if not pieces.words:
        pieces.think(message.get("reasoning_content"))
        pieces.say(message.get("content"))
        for each in objects(message.get("files")):
            pieces.file(each.get("origin_name") or each.get("name"))
        for _ in message.get("images") or ():
            pieces.leave_out("picture")
    return pieces


def _error(message: dict[str, Any], blocks: dict[str, dict[str, Any]]) -> str:
    own = [blocks[id] for id in message.get("blocks") or () if id in blocks]
    found = [block.get("error") for block in own if block.get("type") == "error"]
    return next(filter(None, map(error_words, (*found, message.get("error") or None))), "")


def _place(message: dict[str, Any], topic: _Topic, before: float, dropped: Counter[str]) -> Place:
    pieces = _pieces(message, topic.blocks, dropped)
    role = ROLES.get(text(message.get("role")))
    place = Place(message.get("id"), None, role or Role.USER, pieces.content("\n\n"), pieces.reasoning())
    place.created_at = moment(message.get("createdAt"), before)
    if role is Role.ASSISTANT:
        counts = mapping(message.get("usage"))
        place.more["model"] = (
            text(mapping(message.get("model")).get("id")) or text(message.get("modelId")) or None
        )
        place.more["usage"] = usage(counts.get("prompt_tokens"), counts.get("completion_tokens"))
        if not place.content.strip() and (words := _error(message, topic.blocks)):
            place.more |= failed(words)
        elif message.get("status") == "paused":
            place.more["state"] = State.STOPPED
    said = bool(place.content.strip() or place.reasoning or "failure" in place.more)
    # A mark where the person began anew.
    mark = message.get("type") == "clear"
    place.skip = mark or role in (None, Role.SYSTEM, Role.TOOL) or not said
    dropped["message in another form"] += role is None and not mark
    dropped["message without text"] += role in (Role.USER, Role.ASSISTANT) and not said and not mark
    if place.skip:
        place.content = place.reasoning = ""
    return place


def _places(topic: _Topic, created: float, dropped: Counter[str]) -> list[Place]:
    """The messages in their order: replies of several models to one question are versions of each other."""
    places: list[Place] = []
    above: Any = None
    asked: Any = object()
    chosen = False
    for message in topic.stored["messages"]:
        if not isinstance(message, dict):
            dropped["message in another form"] += 1
            continue
        place = _place(message, topic, places[-1].created_at if places else created, dropped)
        also = place.role is Role.ASSISTANT and message.get("askId") and message["askId"] == asked
        place.parent = places[-1].parent if also and places else above
        places.append(place)
        liked = bool(message.get("useful") or message.get("foldSelected"))
        if not also or not chosen or liked:
            above, chosen = place.key, liked
        asked = message.get("askId") if place.role is Role.ASSISTANT else object()
    return places


def _entry(topic: _Topic, fraction: float, ids: Ids) -> Entry:
    about, assistant = topic.about, topic.assistant
    times = [moment(each.get("createdAt"), 0.0) for each in objects(topic.stored["messages"])]
    created = moment(about.get("createdAt"), min(filter(None, times), default=1.0))
    dropped: Counter[str] = Counter()
    places = _places(topic, created, dropped)
    messages = grow(places, ids)
    said = tuple(messages.values())
    own = mapping(assistant.get("settings"))
    session = Session(
        id=ids.at(created),
        title=titled(about) or titled(topic.stored),
        title_source="import",
        created=created,
        updated=moment(about.get("updatedAt"), max(filter(None, times), default=created)),
        model=next((message.model for message in reversed(said) if message.model), None),
        system=text(about.get("prompt")) or text(assistant.get("prompt")) or None,
        values=settings({_SETTINGS[name]: value for name, value in own.items() if name in _SETTINGS}),
        pinned=about.get("pinned") is True,
        leaf_id=said[-1].id if said else None,
        origin="cherry-studio",
        origin_id=text(topic.stored.get("id")) or f"{created} {titled(about)}",
    )
    return Entry(session, said, fraction, dropped=dropped)


def _read(path: Path) -> Iterator[Entry]:
    return read_inside(path, _find, _entry)


def _knows(look: Look) -> bool:
    return look.any(indexedDB=dict) or look.any(localStorage=dict, time=object, version=object)


SOURCE = Source("Cherry Studio's data.json", _knows, _read)
