"""DeepSeek's ``conversations.json``: an array of conversations, each a `mapping` of nodes as in ChatGPT's.

A message has `fragments`: what was asked, the thought, what was searched, and the answer. Branches are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.formats.json_entries import read_each
from glmchat.history.formats.pieces import Pieces
from glmchat.history.formats.plain import ROLES, mapping, moment, objects, text, titled
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.tree import Ids, Place, contents_of, grow, leaf
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session


def _found(results: Any) -> str:
    """What a search found, one address a line."""
    return "\n".join(filter(None, (text(each.get("url")) for each in objects(results))))


def _read_fragment(fragment: dict[str, Any], pieces: Pieces) -> Role | None:
    """Take a fragment in; returns who says it, None for one that tells nothing of that."""
    words = fragment.get("content")
    match text(fragment.get("type")):
        case "REQUEST":
            pieces.say(words)
            return Role.USER
        case "THINK":
            pieces.think(words)
        case "SEARCH" | "TOOL_SEARCH" | "READ_LINK":
            pieces.step("search", words, _found(fragment.get("results")))
        case _:  # RESPONSE, and what answers in a way that is not known yet
            pieces.say(words)
    return Role.ASSISTANT


def _place(key: str, node: dict[str, Any], created: float, dropped: Counter[str]) -> Place:
    place = Place(key, node.get("parent"), created_at=created, skip=True)
    message = node.get("message")
    if not isinstance(message, dict):
        dropped["message in another form"] += message is not None
        return place
    pieces = Pieces(dropped)
    role = ROLES.get(text(message.get("role")).lower())
    for fragment in objects(message.get("fragments")):
        role = _read_fragment(fragment, pieces) or role
    pieces.say(message.get("content"))  # of exports from before there were fragments
    pieces.think(message.get("reasoning_content"))
    for each in objects(message.get("files")):
        pieces.file(each.get("file_name") or each.get("name"), content=each.get("content"))
    place.created_at = moment(message.get("inserted_at"), created)
    place.content, place.reasoning = pieces.content("\n\n"), pieces.reasoning()
    place.attached = pieces.attached if role is not None else []
    place.skip = role is None or not (place.content.strip() or place.reasoning or place.attached)
    if place.skip:
        dropped["message without text" if role else "message in another form"] += 1
        place.content = ""
        return place
    place.role = role or Role.USER
    if role is Role.ASSISTANT:
        place.more["model"] = text(message.get("model")) or None
    return place


def _entry(data: dict[str, Any], fraction: float, ids: Ids) -> Entry:
    created = moment(data.get("inserted_at"), moment(data.get("updated_at"), 1.0))
    dropped: Counter[str] = Counter()
    nodes = {key: node for key, node in data["mapping"].items() if isinstance(node, dict)}
    places = [_place(key, node, created, dropped) for key, node in nodes.items()]
    places.sort(key=lambda place: place.created_at)
    messages = grow(places, ids)
    models = [text(mapping(node.get("message")).get("model")) for node in nodes.values()]
    session = Session(
        id=ids.at(created),
        title=titled(data),
        title_source="import",
        created=created,
        updated=moment(data.get("updated_at"), created),
        model=next(filter(None, reversed(models)), None),
        leaf_id=leaf(messages, data.get("current_node"), {place.key: place.parent for place in places}),
        origin="deepseek",
        origin_id=text(data.get("id")) or f"{created} {data.get('title')}",
    )
    return Entry(session, tuple(messages.values()), fraction, dropped=dropped, contents=contents_of(places))


def _read(path: Path) -> Iterator[Entry]:
    return read_each(path, _entry)


SOURCE = Source(
    "DeepSeek's conversations.json", lambda look: look.any(mapping=dict, inserted_at=object), _read
)
