"""ChatGPT's ``conversations.json``: an array of conversations, each a `mapping` of nodes with parents.

What the model did with its tools and what it thought (content types ``thoughts`` and ``code``, messages to or
from a tool) becomes the thought of the reply that follows. Pictures are named, not taken over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glmchat.conversation import Role
from glmchat.history.exchange.json_entries import read_each
from glmchat.history.exchange.tree import Ids, Place, grow, leaf
from glmchat.history.exchange.values import ROLES, Entry, Source, mapping, number, text
from glmchat.history.records import Session

_HIDDEN = frozenset({"model_editable_context", "user_editable_context", "reasoning_recap"})


def _part(part: Any) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return ""
    kind = text(part.get("content_type"))
    return text(part.get("text")) or (
        "[picture]" if "image" in kind else f"[{kind.replace('_', ' ')}]" if kind else ""
    )


def _content(content: dict[str, Any]) -> str:
    parts = content.get("parts")
    if isinstance(parts, list):
        return "\n".join(filter(None, map(_part, parts)))
    thoughts = content.get("thoughts")
    if isinstance(thoughts, list):
        return "\n\n".join(
            text(each.get("content")) or text(each.get("summary"))
            for each in thoughts
            if isinstance(each, dict)
        )
    return text(content.get("text")) or text(content.get("result"))


def _place(key: str, node: dict[str, Any], created: float) -> Place:
    place = Place(key, node.get("parent"), created_at=created, skip=True)
    message = node.get("message")
    if not isinstance(message, dict):
        return place
    content, about = mapping(message.get("content")), mapping(message.get("metadata"))
    kind = text(content.get("content_type"))
    words = _content(content)
    role = ROLES.get(text(mapping(message.get("author")).get("role")))
    place.created_at = number(message.get("create_time"), created)
    if (
        role is None
        or not words.strip()
        or kind in _HIDDEN
        or about.get("is_visually_hidden_from_conversation")
    ):
        return place
    aside = (
        role is Role.TOOL or kind in ("thoughts", "code") or text(message.get("recipient")) not in ("", "all")
    )
    if aside:
        place.reasoning = words
        return place
    place.skip, place.role, place.content = False, role, words
    if role is Role.ASSISTANT:
        place.more["model"] = text(about.get("model_slug")) or None
    return place


def _entry(data: dict[str, Any], fraction: float, ids: Ids) -> Entry:
    created = number(data.get("create_time"), number(data.get("update_time"), 1.0))
    nodes = data["mapping"]
    places = [_place(key, node, created) for key, node in nodes.items() if isinstance(node, dict)]
    places.sort(key=lambda place: place.created_at)
    messages = grow(places, ids)
    session = Session(
        id=ids.at(created),
        title=text(data.get("title")),
        title_source="import",
        created=created,
        updated=number(data.get("update_time"), created),
        model=text(data.get("default_model_slug")) or None,
        leaf_id=leaf(messages, data.get("current_node"), {place.key: place.parent for place in places}),
        origin="chatgpt",
        origin_id=text(data.get("conversation_id"))
        or text(data.get("id"))
        or f"{created} {data.get('title')}",
    )
    return Entry(session, tuple(messages.values()), fraction)


def _read(path: Path) -> Iterator[Entry]:
    return read_each(path, _entry)


SOURCE = Source(
    "ChatGPT's conversations.json",
    lambda path, head: b'"mapping"' in head and head.lstrip()[:1] in b"[{",
    _read,
)
