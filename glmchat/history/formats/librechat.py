"""LibreChat's JSON export: one conversation, its messages as a list with parents or as a tree with `children`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.formats.json_entries import read_each
from glmchat.history.formats.pieces import Pieces, error_words, failed
from glmchat.history.formats.plain import mapping, moment, objects, settings, text, titled, usage
from glmchat.history.formats.shapes import Look, Source
from glmchat.history.formats.tree import Ids, Place, contents_of, grow
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session

# What options call a parameter -> what it is called here.
_OPTIONS = {"maxOutputTokens": "max_tokens", "topP": "top_p", "topK": "top_k"}
_THOUGHT = (":::thinking", "\n:::")


def _flat(given: list[Any], dropped: Counter[str]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each message with its parent, those under `children` too, the first one first."""
    waiting: list[tuple[Any, Any]] = [(each, None) for each in reversed(given)]
    while waiting:
        message, parent = waiting.pop()
        if not isinstance(message, dict):
            dropped["message in another form"] += 1
            continue
        yield message, message.get("parentMessageId") if parent is None else parent
        children = message.get("children")
        inner = children if isinstance(children, list) else []
        waiting += [(each, message.get("messageId")) for each in reversed(inner)]


def _value(part: Any) -> str:
    """A text, or one that stands in an object."""
    return text(part) or text(mapping(part).get("value"))


def _read_part(part: dict[str, Any], pieces: Pieces) -> None:
    kind = text(part.get("type"))
    if kind == "text":
        pieces.say(_value(part.get("text")))
    elif kind == "think":
        pieces.think(_value(part.get("think")))
    elif kind == "tool_call":
        call = mapping(part.get("tool_call"))
        inner = mapping(call.get("function"))
        pieces.step(
            call.get("name") or inner.get("name"),
            call.get("args", inner.get("arguments")),
            call.get("output", inner.get("output")),
        )
    elif kind == "error":
        pieces.say(error_words(part.get("error")))
    elif kind.startswith("image"):
        pieces.picture(part)
    elif kind != "agent_update":
        pieces.file("", kind.replace("_", "/").replace("input/", ""))


def _read_text(words: str, pieces: Pieces) -> None:
    """Older versions wrote the thought before the words."""
    if words.startswith(_THOUGHT[0]) and (end := words.find(_THOUGHT[1])) > 0:
        pieces.think(words[len(_THOUGHT[0]) : end])
        words = words[end + len(_THOUGHT[1]) :].lstrip()
    pieces.say(words)


def _place(message: dict[str, Any], parent: Any, created: float, dropped: Counter[str]) -> Place:
    pieces = Pieces(dropped)
    for part in objects(message.get("content")):
        _read_part(part, pieces)
    if not pieces.words:
        _read_text(text(message.get("text")) or text(message.get("content")), pieces)
    for each in objects(message.get("files")):
        pieces.file(each.get("filename"), each.get("type"), each.get("text"))
    role = Role.USER if message.get("isCreatedByUser") else Role.ASSISTANT
    place = Place(message.get("messageId"), parent, role, pieces.content("\n\n"), pieces.reasoning())
    place.created_at = moment(message.get("createdAt"), created)
    if role is Role.ASSISTANT:
        place.more["model"] = text(message.get("model")) or None
        place.more["usage"] = usage(message.get("promptTokens"), message.get("tokenCount"))
        if message.get("error") is True:
            place.more |= failed(place.content)
            place.content = ""
    place.attached = pieces.attached
    place.skip = not (place.content.strip() or place.reasoning or place.attached or "failure" in place.more)
    if place.skip:
        dropped["message without text"] += 1
        place.content = ""
    return place


def _entry(data: dict[str, Any], fraction: float, ids: Ids) -> Entry:
    dropped: Counter[str] = Counter()
    given = data.get("messagesTree") or data["messages"]
    flat = list(_flat(given, dropped))
    times = [at for message, _ in flat if (at := moment(message.get("createdAt"), 0.0))]
    created = moment(data.get("createdAt"), min(times, default=1.0))
    before, places = created, []
    for message, parent in flat:
        places.append(_place(message, parent, before, dropped))
        before = places[-1].created_at
    messages = grow(places, ids)
    options = mapping(data.get("options"))
    said = tuple(messages.values())
    session = Session(
        id=ids.at(created),
        title=titled(data),
        title_source="import",
        created=created,
        updated=max((message.created_at for message in said), default=created),
        model=text(options.get("model")) or None,
        system=text(options.get("promptPrefix")) or text(options.get("system")) or None,
        values=settings({_OPTIONS.get(name, name): value for name, value in options.items()}),
        leaf_id=said[-1].id if said else None,
        origin="librechat",
        origin_id=text(data["conversationId"]),
    )
    return Entry(session, said, fraction, dropped=dropped, contents=contents_of(places))


def _read(path: Path) -> Iterator[Entry]:
    return read_each(path, _entry)


def _knows(look: Look) -> bool:
    return look.any(conversationId=object, messages=list) or look.any(
        conversationId=object, messagesTree=list
    )


SOURCE = Source("LibreChat's export", _knows, _read)
