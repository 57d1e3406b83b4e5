"""Open WebUI's export: an array of chats, each with `chat.history.messages` (a tree) or `chat.messages` (a list).

A thought stands in the text as ``<details type="reasoning">``; it is taken out of there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from glmchat.conversation import Role
from glmchat.history.exchange.json_entries import read_each
from glmchat.history.exchange.tree import Ids, Place, grow, leaf
from glmchat.history.exchange.values import ROLES, Entry, Source, mapping, number, text
from glmchat.history.records import Session

_THOUGHT = re.compile(
    r'<details type="reasoning"[^>]*>\s*(?:<summary>.*?</summary>)?(.*?)</details>\s*', re.DOTALL
)
_QUOTE = re.compile(r"^> ?", re.MULTILINE)


def _words(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(text(part.get("text")) or "[picture]" for part in content if isinstance(part, dict))
    return text(content)


def _thought(content: str) -> tuple[str, str]:
    """(answer, thought)."""
    thoughts = [unescape(_QUOTE.sub("", found.strip())) for found in _THOUGHT.findall(content)]
    return (_THOUGHT.sub("", content).strip(), "\n\n".join(thoughts)) if thoughts else (content, "")


def _place(key: Any, parent: Any, message: dict[str, Any], created: float) -> Place:
    role = ROLES.get(text(message.get("role")))
    content, reasoning = _words(message.get("content")), ""
    if role is Role.ASSISTANT:
        content, reasoning = _thought(content)
    empty = role is None or role is Role.TOOL or not (content.strip() or reasoning)
    place = Place(
        key, parent, role or Role.USER, content, reasoning, number(message.get("timestamp"), created), empty
    )
    if role is Role.ASSISTANT:
        place.more["model"] = text(message.get("model")) or None
        place.more["usage"] = mapping(message.get("usage")) or None
    return place


def _places(chat: dict[str, Any], created: float) -> list[Place]:
    messages = mapping(mapping(chat.get("history")).get("messages"))
    if messages:
        return [
            _place(key, message.get("parentId"), message, created)
            for key, message in messages.items()
            if isinstance(message, dict)
        ]
    listed = [message for message in chat.get("messages") or () if isinstance(message, dict)]
    return [_place(count, count - 1, message, created) for count, message in enumerate(listed)]


def _entry(data: dict[str, Any], fraction: float, ids: Ids) -> Entry:
    chat = mapping(data.get("chat")) or data
    created = number(data.get("created_at"), number(chat.get("timestamp"), 1.0))
    places = _places(chat, created)
    messages = grow(places, ids)
    models = [model for model in chat.get("models") or () if isinstance(model, str)]
    parameters = mapping(chat.get("params"))
    tags = mapping(data.get("meta")).get("tags") or chat.get("tags") or ()
    current = mapping(chat.get("history")).get("currentId")
    title = text(data.get("title")) or text(chat.get("title"))
    session = Session(
        id=ids.at(created),
        title=title,
        title_source="import",
        created=created,
        updated=number(data.get("updated_at"), created),
        model=models[0] if models else None,
        system=text(parameters.get("system")) or text(chat.get("system")) or None,
        pinned=bool(data.get("pinned")),
        tags=tuple(tag if isinstance(tag, str) else text(tag.get("name")) for tag in tags),
        leaf_id=leaf(messages, current, {place.key: place.parent for place in places}),
        origin="openwebui",
        origin_id=text(data.get("id")) or text(chat.get("id")) or f"{created} {title}",
    )
    return Entry(session, tuple(messages.values()), fraction)


def _read(path: Path) -> Iterator[Entry]:
    return read_each(path, _entry)


def _knows(path: Path, head: bytes) -> bool:
    return head.lstrip()[:1] in (b"[", b"{") and b'"chat"' in head and b'"mapping"' not in head


SOURCE = Source("Open WebUI's export", _knows, _read)
