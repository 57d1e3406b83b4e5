"""Our own JSON: complete, so that what is exported and imported again is the same.

    {"format": "glmchat", "version": 1, "exported_at": 1767225600.0,
     "sessions": [
       {"id": 1, "title": "...", "created": 0.0, ... every field of history.records.Session,
        "messages": [{"id": 2, "parent_id": null, "role": "user", "content": "...", "created_at": 0.0,
                      ... every field of conversation.Message that has not its default}]}]}

Messages form a tree by `parent_id`, null for the first ones, oldest first; `leaf_id` of the session ends the
branch that was read. Times are seconds since 1970. Readers skip names that they do not know; a version above
theirs is refused. The order of the keys on the top is part of the format, so that it can be read as a stream.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from glmchat.history.codec import from_json, to_json
from glmchat.history.exchange.jsonstream import JsonBroken, entries
from glmchat.history.exchange.values import Entry, Exported, Exporter, ImportRefused, Source, skipped
from glmchat.history.records import Session

VERSION = 1
_NAMES = frozenset(field.name for field in fields(Session))


def _begin() -> str:
    head = json.dumps({"format": "glmchat", "version": VERSION, "exported_at": time.time()})
    return head[:-1] + ', "sessions": [\n'


def _one(exported: Exported, number: int) -> str:
    session: dict[str, Any] = {field.name: getattr(exported.session, field.name) for field in fields(Session)}
    loaded = exported.conversation.loaded
    session["messages"] = [to_json(loaded[id]) for id in exported.conversation.nodes if id in loaded]
    return (",\n" if number else "") + json.dumps(session, default=dict)


FORMAT = Exporter("json", ".json", _one, _begin, lambda: "\n]}\n")


def _knows(path: Path, head: bytes) -> bool:
    return head.lstrip().startswith(b"{") and b'"format": "glmchat"' in head[:200]


def _session(data: dict[str, Any]) -> Session:
    values = {name: value for name, value in data.items() if name in _NAMES}
    for name in ("tags", "unset"):
        values[name] = tuple(str(each) for each in values.get(name) or ())
    values["costs"], values["deleted_at"] = {}, None
    if not isinstance(values["id"], int) or not 0 < values["id"] < 1 << 63:
        raise ValueError("a session without an id")
    values["origin"], values["origin_id"] = (
        values.get("origin") or "glmchat",
        str(values.get("origin_id") or values["id"]),
    )
    return Session(**values)


def _read(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8", errors="replace") as file:
        head = file.read(1000)
    version = head.partition('"version":')[2].partition(",")[0].strip()
    if not version.isdigit() or int(version) > VERSION:
        raise ImportRefused("The file was exported by a newer glmchat. Update this one to import it.")
    try:
        for count, (data, fraction) in enumerate(entries(path, "sessions"), 1):
            try:
                messages = tuple(from_json(each) for each in data["messages"])
                yield Entry(_session(data), messages, fraction)
            except (ValueError, KeyError, TypeError, AttributeError):
                yield skipped(count, data, fraction)
    except JsonBroken as error:
        yield Entry(None, (), 1.0, str(error))


SOURCE = Source("glmchat's JSON export", _knows, _read)
