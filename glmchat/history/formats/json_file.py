"""Our own JSON: complete, so that what is exported and imported again is the same.

    {"format": "glmchat", "version": 1, "exported_at": 1767225600.0,
     "sessions": [
       {"id": 1, "title": "...", "created": 0.0, ... every field of history.records.Session,
        "messages": [{"id": 2, "parent_id": null, "role": "user", "content": "...", "created_at": 0.0,
                      ... every field of conversation.Message that has not its default}],
        "contents": {"digest of an attachment": {"text": "..."} or {"base64": "..."}}}]}

Messages form a tree by `parent_id`, null for the first ones, oldest first; `leaf_id` of the session ends the
branch that was read. Times are seconds since 1970. Readers skip names that they do not know; a version above
theirs is refused. The order of the keys on the top is part of the format, so that it can be read as a stream.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from glmchat.core.attached import digest_of
from glmchat.core.conversation import Message
from glmchat.history.codec import from_json, to_json
from glmchat.history.formats.checks import Misfit, check
from glmchat.history.formats.json_entries import made
from glmchat.history.formats.jsonstream import JsonBroken, entries
from glmchat.history.formats.shapes import Look, Source, look_at
from glmchat.history.formats.tree import rooted
from glmchat.history.formats.values import Entry, Exported, Exporter, ImportRefused
from glmchat.history.records import Session

VERSION = 1
_NAMES = frozenset(field.name for field in fields(Session))


def _packed(data: bytes) -> dict[str, str]:
    """What is attached as JSON can hold it: text as it is."""
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def _unpacked(given: Any) -> dict[str, bytes]:
    """What is attached, by digest; what is damaged, or not what its digest says, is left out."""
    out: dict[str, bytes] = {}
    for digest, packed in given.items() if isinstance(given, dict) else ():
        held = packed if isinstance(packed, dict) else {}
        try:
            data = str(held["text"]).encode() if "text" in held else base64.b64decode(str(held["base64"]))
        except (KeyError, ValueError):
            continue
        if digest_of(data) == digest:
            out[digest] = data
    return out


def _begin() -> str:
    head = json.dumps({"format": "glmchat", "version": VERSION, "exported_at": time.time()})
    return head[:-1] + ', "sessions": [\n'


def _one(exported: Exported, number: int) -> str:
    session: dict[str, Any] = {field.name: getattr(exported.session, field.name) for field in fields(Session)}
    loaded = exported.conversation.loaded
    session["messages"] = [to_json(loaded[id]) for id in exported.conversation.nodes if id in loaded]
    if exported.contents:
        session["contents"] = {digest: _packed(data) for digest, data in exported.contents.items()}
    return (",\n" if number else "") + json.dumps(session, default=dict)


FORMAT = Exporter("json", ".json", _one, _begin, lambda: "\n]}\n")


def _knows(look: Look) -> bool:
    return any(
        each.keys.get("format") == '"glmchat"' and each.is_a("sessions", list) for each in look.objects
    )


def _session(data: dict[str, Any]) -> Session:
    values = {name: value for name, value in data.items() if name in _NAMES}
    for name in ("tags", "unset"):
        if not isinstance(values.get(name) or [], list):
            raise Misfit(f"its {name} is no list")
        values[name] = tuple(values.get(name) or ())
    values["costs"], values["deleted_at"] = {}, None
    values["origin"], values["origin_id"] = (
        values.get("origin") or "glmchat",
        str(values.get("origin_id") or values["id"]),
    )
    return Session(**values)


def _messages(given: list[dict[str, Any]]) -> tuple[Message, ...]:
    """The messages, their parents as a tree whatever they say."""
    messages = {message.id: message for message in map(from_json, given)}
    if len(messages) < len(given):
        raise Misfit("two of its messages have one id")
    for message in messages.values():
        check(message)
    parents = rooted({message.id: message.parent_id for message in messages.values()})
    return tuple(replace(message, parent_id=parents[message.id]) for message in messages.values())


def _entry(data: dict[str, Any], fraction: float) -> Entry:
    messages = _messages(data["messages"])
    session = _session(data)
    check(session)
    if min(session.id, *(message.id for message in messages)) <= 0:
        raise Misfit("one of its ids is no id")
    return Entry(session, messages, fraction, contents=_unpacked(data.get("contents")))


def _read(path: Path) -> Iterator[Entry]:
    version = next((each.keys.get("version") for each in look_at(path).objects), None)
    if not str(version).isdigit() or int(str(version)) > VERSION:
        raise ImportRefused("The file was exported by a newer glmchat. Update this one to import it.")
    try:
        yield from made(entries(path, "sessions"), _entry)
    except JsonBroken as error:
        yield Entry(None, (), 1.0, str(error))


SOURCE = Source("glmchat's JSON export", _knows, _read)
