"""Open WebUI's export: an array of chats, each with `chat.history.messages` (a tree) or `chat.messages` (a list).

Thoughts and the work of tools stand in the text as ``<details type="...">``, or in `output` beside it; both become
the thought of the reply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.formats.details import Block, blocks
from glmchat.history.formats.json_entries import read_each
from glmchat.history.formats.pieces import Pieces, compact, error_words, failed
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
from glmchat.history.formats.tree import Ids, Place, contents_of, grow, leaf
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session


def _read_words(content: Any, pieces: Pieces) -> None:
    if isinstance(content, list):
        for part in objects(content):
            if text(part.get("text")):
                pieces.say(part["text"])
            elif "image" in text(part.get("type")):
                pieces.picture(part)
            else:
                pieces.leave_out("file")
    else:
        pieces.say(content)


def _take_out_blocks(content: str, pieces: Pieces) -> None:
    """Say a reply's words without the blocks in them, which go to the thought."""
    place, words = 0, []
    for block in blocks(content):
        words.append(content[place : block.start].strip())
        place = block.end
        _BLOCKS[block.kind](block, pieces)
    if place:
        pieces.say("\n\n".join(filter(None, [*words, content[place:].strip()])))
    else:
        pieces.say(content)


def _thought(block: Block, pieces: Pieces) -> None:
    # Each line was quoted, and before that made safe for HTML; older versions did one or the other.
    lines = (unescape(line) for line in block.body.split("\n"))
    pieces.think(
        "\n".join(line.removeprefix(">").removeprefix(" ") if line[:1] == ">" else line for line in lines)
    )


def _tool(block: Block, pieces: Pieces) -> None:
    given = block.attributes
    arguments, result = (
        _meant(given.get("arguments", "")),
        _meant(given.get("result", "") or unescape(block.body)),
    )
    pieces.step(given.get("name"), arguments, result)


def _code(block: Block, pieces: Pieces) -> None:
    output = mapping(from_json(block.attributes.get("output")))
    pieces.think(
        "\n\n".join(
            filter(None, (unescape(block.body), text(output.get("stdout")), compact(output.get("result"))))
        )
    )


_BLOCKS = {"reasoning": _thought, "tool_calls": _tool, "code_interpreter": _code}


def _meant(source: str) -> str:
    """What an attribute says: JSON, and a text in it may be JSON again."""
    value = from_json(source)
    if value is None:
        return source
    return compact(value)


def _read_output(output: list[dict[str, Any]], pieces: Pieces) -> None:
    for item in output:
        kind = text(item.get("type"))
        parts = objects(item.get("content")) or objects(item.get("summary")) or objects(item.get("output"))
        words = "\n".join(text(part.get("text")) for part in parts) or text(item.get("output"))
        if kind == "message":
            pieces.say(words)
        elif kind == "function_call":
            pieces.step(item.get("name"), item.get("arguments"))
        else:
            pieces.think(words)


def _read_files(message: dict[str, Any], pieces: Pieces) -> None:
    for each in objects(message.get("files")):
        file = mapping(each.get("file"))
        name = each.get("name") or file.get("filename")
        kind = text(each.get("content_type")) or text(mapping(file.get("meta")).get("content_type"))
        if each.get("type") == "image" or kind.startswith("image/"):
            pieces.picture(each.get("url"), name)
        else:
            content = mapping(file.get("data")).get("content") or each.get("content")
            pieces.file(name, kind, content)


def _read_sources(message: dict[str, Any], pieces: Pieces) -> None:
    """The pages that a reply is based on; each source has one or more of them in its `metadata`."""
    for each in objects(message.get("sources")) or objects(message.get("citations")):
        name = mapping(each.get("source")).get("name")
        pages = [
            {"url": page.get("source"), "title": text(page.get("title")) or name}
            for page in objects(each.get("metadata"))
        ]
        pieces.cite(
            {"sources": [page for page in pages if text(page["url"]).startswith(("http://", "https://"))]}
        )


def _place(key: Any, parent: Any, message: dict[str, Any], created: float, dropped: Counter[str]) -> Place:
    role = ROLES.get(text(message.get("role")))
    pieces = Pieces(dropped)
    if role is Role.ASSISTANT and isinstance(message.get("content"), str):
        _take_out_blocks(message["content"], pieces)
    else:
        _read_words(message.get("content"), pieces)
    if role is Role.ASSISTANT and not pieces.words:
        _read_output(objects(message.get("output")), pieces)
    _read_files(message, pieces)
    _read_sources(message, pieces)
    place = Place(key, parent, role or Role.USER, pieces.content(), pieces.reasoning())
    place.created_at = moment(message.get("timestamp"), created)
    if role is Role.ASSISTANT:
        counts = mapping(message.get("usage"))
        place.more["model"] = text(message.get("model")) or None
        place.more["annotations"] = pieces.sources
        place.more["usage"] = usage(
            counts.get("prompt_tokens", counts.get("prompt_eval_count")),
            counts.get("completion_tokens", counts.get("eval_count")),
        )
        if message.get("error") and not place.content.strip():
            place.more |= failed(error_words(message["error"]))
    place.attached = pieces.attached
    said = bool(place.content.strip() or place.reasoning or place.attached or "failure" in place.more)
    place.skip = role in (None, Role.SYSTEM, Role.TOOL) or not said
    dropped["message in another form"] += role is None
    dropped["message without text"] += role in (Role.USER, Role.ASSISTANT) and not said
    if role is Role.TOOL:
        place.content, place.reasoning = "", place.content
    elif place.skip:
        place.content = ""
    return place


def _places(chat: dict[str, Any], created: float, dropped: Counter[str]) -> list[Place]:
    messages = mapping(mapping(chat.get("history")).get("messages"))
    given: list[tuple[Any, Any]] = [*messages.items()] or [*enumerate(chat.get("messages") or ())]
    places: list[Place] = []
    for key, message in given:
        if isinstance(message, dict):
            parent = message.get("parentId") if messages else places[-1].key if places else None
            places.append(_place(key, parent, message, created, dropped))
        else:
            dropped["message in another form"] += 1
    return places


def _system(chat: dict[str, Any]) -> str | None:
    said = text(mapping(chat.get("params")).get("system")) or text(chat.get("system"))
    return said or next(
        (
            text(message.get("content"))
            for message in objects(chat.get("messages"))
            if message.get("role") == "system"
        ),
        None,
    )


def _entry(data: dict[str, Any], fraction: float, ids: Ids) -> Entry:
    chat = mapping(data.get("chat")) or data
    created = moment(data.get("created_at"), moment(chat.get("timestamp"), 1.0))
    dropped: Counter[str] = Counter()
    places = _places(chat, created, dropped)
    messages = grow(places, ids)
    models = [model for model in chat.get("models") or () if isinstance(model, str)]
    tags = mapping(data.get("meta")).get("tags") or chat.get("tags") or ()
    current = mapping(chat.get("history")).get("currentId")
    title = titled(data) or titled(chat)
    session = Session(
        id=ids.at(created),
        title=title,
        title_source="import",
        created=created,
        updated=moment(data.get("updated_at"), created),
        model=models[0] if models else None,
        system=_system(chat),
        values=settings(chat.get("params")),
        pinned=bool(data.get("pinned")),
        tags=tuple(filter(None, (tag if isinstance(tag, str) else text(tag.get("name")) for tag in tags))),
        leaf_id=leaf(messages, current, {place.key: place.parent for place in places}),
        origin="openwebui",
        origin_id=text(data.get("id")) or text(chat.get("id")) or f"{created} {title}",
    )
    return Entry(session, tuple(messages.values()), fraction, dropped=dropped, contents=contents_of(places))


def _read(path: Path) -> Iterator[Entry]:
    return read_each(path, _entry)


def _knows(look: Look) -> bool:
    # The array of exports has chats inside; a chat copied by itself has its tree or list on the top.
    own = {"history.messages": dict, "models": list}
    return look.any(chat=dict) or look.any(**own) or look.any(messages=list, models=list)


SOURCE = Source("Open WebUI's export", _knows, _read)
