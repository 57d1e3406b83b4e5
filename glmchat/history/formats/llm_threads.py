"""What ``llm`` writes from version 0.32 on: `threads` of `turns`, and the `messages` and `parts` that they share.

A message is known by the hash of what it says and of the one before it, so that two threads share their beginning. A
thread ends at its tip; a turn is one request, from the last message that was sent to the last of the reply.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from glmchat.core.conversation import Role, Timing
from glmchat.history.formats.json_entries import made
from glmchat.history.formats.llm_attachments import attach
from glmchat.history.formats.pieces import Pieces
from glmchat.history.formats.plain import (
    ROLES,
    from_json,
    mapping,
    moment,
    objects,
    settings,
    text,
    usage,
)
from glmchat.history.formats.sqlite_files import Database, each
from glmchat.history.formats.tree import Ids, Place, contents_of, grow, leaf
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session

_TABLES = {
    "threads": {"id", "name", "tip_message_hash", "datetime_utc"},
    "turns": {"id", "thread_id", "parent_message_hash", "tip_message_hash", "model", "datetime_utc"},
    "messages": {"hash", "parent_hash", "role"},
    "parts": {"message_hash", "position", "type", "text", "payload"},
}
_OF_A_TURN = ("options_json", "input_tokens", "output_tokens", "duration_ms", "resolved_model")


def stands_in(tables: Mapping[str, frozenset[str]]) -> bool:
    """Whether a database has these tables."""
    return all(tables.get(name, frozenset()) >= columns for name, columns in _TABLES.items())


def known(database: Database) -> set[str]:
    """The identifiers of all threads and turns; the older tables may have the same ones."""
    return {row[0] for row in database.rows("SELECT id FROM threads UNION SELECT id FROM turns")}


def read(database: Database, ids: Ids) -> Iterator[Entry]:
    """An entry for each thread."""
    threads = database.rows("SELECT id, name, tip_message_hash, datetime_utc FROM threads ORDER BY id")
    yield from made(each(threads), lambda thread, fraction: _entry(database, thread, fraction, ids))


def _chain(database: Database, tip: Any, found: dict[str, sqlite3.Row]) -> list[sqlite3.Row]:
    """Find a message and those above it, up to one that was found before; returns the new ones, the first one first."""
    new: list[sqlite3.Row] = []
    while isinstance(tip, str) and tip not in found:
        rows = database.rows("SELECT hash, parent_hash, role FROM messages WHERE hash = ?", (tip,))
        if not rows:
            break
        found[tip] = rows[0]
        new.append(rows[0])
        tip = rows[0]["parent_hash"]
    return new[::-1]


def _turns(database: Database, thread: str, hashes: list[str]) -> dict[str, dict[str, Any]]:
    """The turn that made each reply: the thread's own, or one of the thread that it goes on from."""
    also = {*_OF_A_TURN} & database.columns("turns")
    names = ", ".join(
        ("thread_id", "parent_message_hash", "tip_message_hash", "model", "datetime_utc", *also)
    )
    out: dict[str, dict[str, Any]] = {}
    for hash in hashes:
        rows = database.rows(f"SELECT {names} FROM turns WHERE tip_message_hash = ? ORDER BY id", (hash,))
        if rows:
            own = [row for row in rows if row["thread_id"] == thread]
            out[hash] = dict((own or rows)[0])
    return out


def _words_of(database: Database, part: sqlite3.Row, payload: dict[str, Any]) -> str:
    """A part's text, which may be put together of fragments that many prompts share."""
    if part["text"] is not None:
        return text(part["text"])
    out = []
    for piece in objects(payload.get("text_ref")):
        out.append(text(piece.get("literal")))
        if isinstance(piece.get("fragment"), int):
            found = database.rows("SELECT content FROM fragments WHERE id = ?", (piece["fragment"],))
            out += [text(row[0]) for row in found]
    return "".join(out)


def _read_parts(database: Database, hash: str, pieces: Pieces) -> None:
    sql = "SELECT type, text, payload FROM parts WHERE message_hash = ? ORDER BY position"
    for part in database.rows(sql, (hash,)):
        payload = mapping(from_json(part["payload"]))
        words = _words_of(database, part, payload)
        match part["type"]:
            case "text":
                pieces.say(words)
            case "reasoning":
                pieces.think(words)
            case "tool_call":
                pieces.step(payload.get("name"), payload.get("arguments"))
            case "tool_result":
                pieces.step("", result=words or payload.get("content"))
            case "attachment":
                id = mapping(payload.get("attachment")).get("id")
                attach(database, text(id), pieces)
            case _:
                pieces.dropped["message in another form"] += 1


def _place(database: Database, row: sqlite3.Row, turn: dict[str, Any] | None, dropped: Counter[str]) -> Place:
    pieces = Pieces(dropped)
    _read_parts(database, row["hash"], pieces)
    role = ROLES.get(text(row["role"]), Role.TOOL)
    place = Place(row["hash"], row["parent_hash"], role, pieces.content("\n\n"), pieces.reasoning())
    # Results of tools come as messages of the user's without a word.
    place.attached = pieces.attached
    place.skip = role in (Role.SYSTEM, Role.TOOL) or not (place.content.strip() or place.attached)
    if place.skip:
        place.content = ""
    if turn is not None and role is Role.ASSISTANT:
        spent = turn.get("duration_ms")
        place.more = {
            "model": text(turn["model"]) or None,
            "settings": settings(from_json(turn.get("options_json"))),
            "usage": usage(turn.get("input_tokens"), turn.get("output_tokens")),
            "timing": Timing(total_s=spent / 1000) if isinstance(spent, int) and 0 < spent < 1e12 else None,
        }
    return place


def _date(places: dict[str, Place], turns: Mapping[str, dict[str, Any]], started: float) -> None:
    """Give each message the time of its turn; those without one, that of the message before it."""
    asked = {turn["parent_message_hash"]: moment(turn["datetime_utc"], started) for turn in turns.values()}
    before = started
    for hash, place in places.items():
        at = moment(turns[hash]["datetime_utc"], before) + 0.001 if hash in turns else asked.get(hash, before)
        place.created_at = before = at


def _entry(database: Database, thread: sqlite3.Row, fraction: float, ids: Ids) -> Entry:
    started = moment(thread["datetime_utc"], 1.0)
    found: dict[str, sqlite3.Row] = {}
    rows: list[sqlite3.Row] = []
    tips = database.rows(
        "SELECT tip_message_hash FROM turns WHERE thread_id = ? ORDER BY id", (thread["id"],)
    )
    for tip in (*(row[0] for row in tips), thread["tip_message_hash"]):
        rows += _chain(database, tip, found)
    turns = _turns(database, thread["id"], list(found))
    dropped: Counter[str] = Counter()
    places = {row["hash"]: _place(database, row, turns.get(row["hash"]), dropped) for row in rows}
    _date(places, turns, started)
    system = _system(database, rows)
    for place in places.values():
        if place.role is Role.ASSISTANT:
            place.more["system"] = system
    messages = grow(places.values(), ids)
    said = tuple(messages.values())
    parents = {place.key: place.parent for place in places.values()}
    session = Session(
        id=ids.at(started),
        title=text(thread["name"]),
        title_source="import",
        created=started,
        updated=max((message.created_at for message in said), default=started),
        model=next((message.model for message in reversed(said) if message.model), None),
        system=system,
        leaf_id=leaf(messages, thread["tip_message_hash"], parents),
        origin="llm",
        origin_id=str(thread["id"]),
    )
    return Entry(session, said, fraction, dropped=dropped, contents=contents_of(places.values()))


def _system(database: Database, rows: list[sqlite3.Row]) -> str | None:
    for row in rows:
        if row["role"] == "system":
            pieces = Pieces(Counter())
            _read_parts(database, row["hash"], pieces)
            return pieces.content("\n\n") or None
    return None
