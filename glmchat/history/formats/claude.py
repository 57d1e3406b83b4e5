"""Claude's ``conversations.json``: an array of conversations with their `chat_messages`.

A message has blocks of `content` (text, thought, calls of tools and their results), and the older `text` beside them.
Documents that the model made ("artifacts") stand among its words; the text of attached files is attached again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.formats.json_entries import read_each
from glmchat.history.formats.pieces import Pieces, compact
from glmchat.history.formats.plain import ROLES, mapping, moment, objects, text, titled
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.tree import Ids, Place, contents_of, grow, leaf
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session
from glmchat.support.text import fence

_CODE = frozenset({"application/vnd.ant.code", "application/vnd.ant.react", "text/html", "image/svg+xml"})


def _artifact(given: dict[str, Any]) -> str:
    """The whole document that a call makes; empty for one that changes a part of it."""
    body, title, kind = text(given.get("content")), text(given.get("title")), text(given.get("type"))
    if not body:
        return ""
    shown = fence(body, text(given.get("language"))) if kind in _CODE else body
    return f"**{title}**\n\n{shown}" if title else shown


def _read_block(block: dict[str, Any], pieces: Pieces) -> None:
    match block.get("type"):
        case "text":
            pieces.say(block.get("text"))
            pieces.cite(
                {"citations": [mapping(each.get("details")) for each in objects(block.get("citations"))]}
            )
        case "thinking":
            pieces.think(block.get("thinking"))
        case "tool_use":
            given = mapping(block.get("input"))
            document = _artifact(given) if block.get("name") == "artifacts" else ""
            if document:
                pieces.say(document)
            else:
                pieces.step(block.get("name"), given)
        case "tool_result":
            content = block.get("content")
            answers = [text(each.get("text")) or compact(each) for each in objects(content)]
            pieces.step("", result="\n".join(answers) or text(content))
        case "image":
            pieces.picture(block)
        case "voice_note":
            pieces.say(text(block.get("text")))
        case "document":
            source = mapping(block.get("source"))
            pieces.file(
                block.get("title"), content=source.get("data") if source.get("type") == "text" else ""
            )
        case "token_budget" | "flag":
            pass
        case _:
            pieces.leave_out("file", block.get("type"))


def _place(message: dict[str, Any], created: float, dropped: Counter[str]) -> Place:
    role = ROLES.get(text(message.get("sender")))
    pieces = Pieces(dropped)
    for block in objects(message.get("content")):
        _read_block(block, pieces)
    if not pieces.words:
        pieces.say(message.get("text"))
    for each in objects(message.get("attachments")):
        pieces.file(each.get("file_name"), each.get("file_type"), each.get("extracted_content"))
    for each in objects(message.get("files")) or objects(message.get("files_v2")):
        name = text(each.get("file_name"))
        pictured = each.get("file_kind") == "image" or name.lower().endswith(
            (".png", ".jpg", ".jpeg", ".webp", ".gif")
        )
        pieces.leave_out("picture" if pictured else "file", name)
    place = Place(message.get("uuid"), message.get("parent_message_uuid"), role or Role.USER)
    place.content, place.reasoning = pieces.content("\n\n"), pieces.reasoning()
    place.created_at = moment(message.get("created_at"), created)
    place.attached = pieces.attached if role is not None else []
    place.skip = role is None or not (place.content.strip() or place.reasoning or place.attached)
    if place.skip:
        dropped["message without text" if role else "message in another form"] += 1
        place.content = ""
    if role is Role.ASSISTANT:
        place.more["model"] = text(message.get("model")) or None
        place.more["annotations"] = pieces.sources
    return place


def _entry(data: dict[str, Any], fraction: float, ids: Ids) -> Entry:
    created = moment(data.get("created_at"), 1.0)
    dropped: Counter[str] = Counter()
    given = data["chat_messages"]
    dropped["message in another form"] += len(given) - len(objects(given))
    places = [_place(message, created, dropped) for message in objects(given)]
    if all(place.parent is None for place in places):
        # The export that the settings offer has no branches.
        for number, place in enumerate(places):
            place.key, place.parent = number, number - 1
    messages = grow(places, ids)
    session = Session(
        id=ids.at(created),
        title=titled(data),
        title_source="import",
        created=created,
        updated=moment(data.get("updated_at"), created),
        model=text(data.get("model")) or None,
        pinned=data.get("is_starred") is True,
        leaf_id=leaf(
            messages, data.get("current_leaf_message_uuid"), {place.key: place.parent for place in places}
        ),
        origin="claude",
        origin_id=text(data.get("uuid")) or f"{created} {data.get('name')}",
    )
    return Entry(session, tuple(messages.values()), fraction, dropped=dropped, contents=contents_of(places))


def _read(path: Path) -> Iterator[Entry]:
    return read_each(path, _entry)


SOURCE = Source("Claude's conversations.json", lambda look: look.any(chat_messages=list), _read)
