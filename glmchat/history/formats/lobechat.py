"""LobeChat's export: one object with all `messages`, `topics` and `sessions` in it, under `state` or under `data`.

`state` is what the browser's store wrote, `data` the tables of its later database. Messages of a topic are a session
here; those outside of a topic make one for each assistant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from glmchat.core.conversation import Role
from glmchat.history.formats.one_object import read_inside
from glmchat.history.formats.pieces import Pieces, error_words, failed
from glmchat.history.formats.plain import ROLES, mapping, moment, objects, settings, text, titled
from glmchat.history.formats.shapes import Look, Source
from glmchat.history.formats.tree import Ids, Place, grow
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session

# What stands in the place of a reply of which nothing has come yet.
_WAITING = "..."


class _Talk(NamedTuple):
    """The messages of one conversation, its topic and assistant, and the names of files by message."""

    messages: list[Any]
    topic: dict[str, Any]
    assistant: dict[str, Any]
    files: dict[str, list[str]]
    id: str


def _by_id(rows: Any) -> dict[str, dict[str, Any]]:
    return {text(row.get("id")): row for row in objects(rows)}


def _files(data: dict[str, Any]) -> dict[str, list[str]]:
    """The names of the files that a table of the database gives to messages."""
    names = {id: text(row.get("name")) for id, row in _by_id(data.get("files")).items()}
    out: dict[str, list[str]] = {}
    for row in objects(data.get("messagesFiles")):
        out.setdefault(text(row.get("messageId")), []).append(names.get(text(row.get("fileId")), ""))
    return out


def _assistants(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is known of each session's assistant, in one object."""
    agents = _by_id(data.get("agents"))
    of = {
        text(row.get("sessionId")): text(row.get("agentId")) for row in objects(data.get("agentsToSessions"))
    }
    out: dict[str, dict[str, Any]] = {}
    for id, row in _by_id(data.get("sessions")).items():
        agent = agents.get(of.get(id, ""), {})
        out[id] = {
            **mapping(row.get("config")),
            **agent,
            **mapping(row.get("meta")),
            "pinned": row.get("pinned"),
        }
        out[id]["title"] = out[id].get("title") or row.get("title")
    return out


def _find(data: dict[str, Any]) -> list[Any]:
    inner = mapping(data.get("state")) or mapping(data.get("data")) or data
    given = inner.get("messages")
    if not isinstance(given, list):
        raise TypeError
    topics, assistants, files = _by_id(inner.get("topics")), _assistants(inner), _files(inner)
    talks: dict[tuple[str, str], list[Any]] = {}
    for message in given:
        about = mapping(message)
        topic = text(about.get("topicId"))
        session = text(about.get("sessionId")) or text(topics.get(topic, {}).get("sessionId"))
        talks.setdefault((session, topic), []).append(message)
    return [
        _Talk(
            messages, topics.get(topic, {}), assistants.get(session, {}), files, f"{session} {topic}".strip()
        )
        for (session, topic), messages in talks.items()
    ]


def _read_tools(message: dict[str, Any], pieces: Pieces) -> None:
    for call in objects(message.get("tools")):
        pieces.step(call.get("apiName") or call.get("identifier"), call.get("arguments"))


def _pieces(message: dict[str, Any], files: dict[str, list[str]], dropped: Counter[str]) -> Pieces:
    pieces = Pieces(dropped)
    pieces.think(mapping(message.get("reasoning")).get("content") or message.get("reasoning"))
    pieces.say("" if message.get("content") == _WAITING else message.get("content"))
    pieces.cite(mapping(message.get("search")))
    _read_tools(message, pieces)
    for each in objects(message.get("imageList")):
        pieces.leave_out("picture", each.get("alt"))
    for each in objects(message.get("fileList")):
        pieces.file(each.get("name"), each.get("fileType"))
    for name in files.get(text(message.get("id")), message.get("files") or ()):
        # The browser's store has their keys alone.
        pieces.leave_out("file", name if files else "")
    return pieces


def _place(message: dict[str, Any], talk: _Talk, before: float, dropped: Counter[str]) -> Place:
    pieces = _pieces(message, talk.files, dropped)
    role = ROLES.get(text(message.get("role")))
    place = Place(message.get("id"), message.get("parentId"), role or Role.USER)
    place.content, place.reasoning = pieces.content("\n\n"), pieces.reasoning()
    place.created_at = moment(message.get("createdAt"), before)
    if role is Role.ASSISTANT:
        extra = mapping(message.get("extra"))
        place.more["model"] = text(message.get("model")) or text(extra.get("fromModel")) or None
        place.more["annotations"] = pieces.sources
        if message.get("error") and not place.content.strip():
            place.more |= failed(error_words(message["error"]))
    said = bool(place.content.strip() or "failure" in place.more)
    # A reply that only calls tools goes on in the next one.
    place.skip = role in (None, Role.SYSTEM, Role.TOOL) or not said
    dropped["message in another form"] += role is None
    dropped["message without text"] += role is Role.USER and not said
    if place.skip:
        place.content, place.reasoning = "", place.content if role is Role.TOOL else place.reasoning
    return place


def _places(talk: _Talk, created: float, dropped: Counter[str]) -> list[Place]:
    rows = objects(talk.messages)
    dropped["message in another form"] += len(talk.messages) - len(rows)
    rows.sort(key=lambda row: moment(row.get("createdAt"), created))
    keys = {row.get("id") for row in rows}
    places: list[Place] = []
    for row in rows:
        place = _place(row, talk, places[-1].created_at if places else created, dropped)
        if place.parent not in keys:
            place.parent = places[-1].key if places else None
        places.append(place)
    return places


def _entry(talk: _Talk, fraction: float, ids: Ids) -> Entry:
    times = [moment(each.get("createdAt"), 0.0) for each in objects(talk.messages)]
    created = moment(talk.topic.get("createdAt"), min(filter(None, times), default=1.0))
    dropped: Counter[str] = Counter()
    said = tuple(grow(_places(talk, created, dropped), ids).values())
    own = talk.assistant
    parameters = {**mapping(own.get("params")), "temperature": mapping(own.get("params")).get("temperature")}
    session = Session(
        id=ids.at(created),
        title=titled(talk.topic) or titled(own),
        title_source="import",
        created=created,
        updated=moment(talk.topic.get("updatedAt"), max(filter(None, times), default=created)),
        model=text(own.get("model")) or next((each.model for each in reversed(said) if each.model), None),
        system=text(own.get("systemRole")) or None,
        values=settings(parameters),
        pinned=talk.topic.get("favorite") is True,
        leaf_id=said[-1].id if said else None,
        origin="lobechat",
        # What stands outside of every session and topic has no name; the time of the first word is one.
        origin_id=talk.id or f"{created}",
    )
    return Entry(session, said, fraction, dropped=dropped)


def _read(path: Path) -> Iterator[Entry]:
    return read_inside(path, _find, _entry)


def _knows(look: Look) -> bool:
    stored = any(
        each.is_a(f"{outer}.{inner}", list)
        for each in look.objects
        for outer in ("state", "data")
        for inner in ("messages", "topics", "sessions", "users")
    )
    return (
        stored
        or look.any(data=dict, mode=object, schemaHash=object)
        or look.any(exportType=object, state=dict)
    )


SOURCE = Source("LobeChat's export", _knows, _read)
