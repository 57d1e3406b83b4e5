"""The logs.db of simonw's ``llm``: what its older versions wrote, and (`llm_threads`) its newer ones.

Tables `conversations` and `responses`, a prompt and a reply in each row. A response without a conversation is a
session of its own. Fragments of a prompt go before it, and the work of tools becomes the thought of a reply.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Role, Timing
from glmchat.history.formats import llm_threads
from glmchat.history.formats.json_entries import made
from glmchat.history.formats.llm_attachments import attach
from glmchat.history.formats.pieces import Pieces
from glmchat.history.formats.plain import from_json, moment, settings, text, usage
from glmchat.history.formats.shapes import Look, Source
from glmchat.history.formats.sqlite_files import Database, opened
from glmchat.history.formats.tree import Ids, Place, contents_of, grow
from glmchat.history.formats.values import Entry
from glmchat.history.records import Session

_NEEDED = ("id", "prompt", "response", "conversation_id", "datetime_utc", "model")
_ALSO = ("system", "options_json", "duration_ms", "input_tokens", "output_tokens", "reasoning")


def _fragments(database: Database, id: str, table: str) -> str:
    if not database.columns(table) >= {"fragment_id", "response_id", "order"}:
        return ""
    sql = f"SELECT f.content FROM {table} p JOIN fragments f ON f.id = p.fragment_id"
    rows = database.rows(sql + ' WHERE p.response_id = ? ORDER BY p."order"', (id,))
    return "\n\n".join(text(row[0]) for row in rows)


def _of(database: Database, table: str, id: str, *names: str) -> list[sqlite3.Row]:
    """The rows of a table beside the responses that belong to one of them."""
    if not database.columns(table) >= {"response_id", *names}:
        return []
    return database.rows(f"SELECT {', '.join(names)} FROM {table} WHERE response_id = ?", (id,))


def _attachments(database: Database, id: str, pieces: Pieces) -> None:
    for row in _of(database, "prompt_attachments", id, "attachment_id"):
        attach(database, row[0], pieces)


def _question(database: Database, row: dict[str, Any], dropped: Counter[str]) -> Pieces:
    pieces = Pieces(dropped)
    pieces.say(_fragments(database, row["id"], "prompt_fragments"))
    pieces.say(text(row["prompt"]))
    _attachments(database, row["id"], pieces)
    return pieces


def _reply(database: Database, row: dict[str, Any], dropped: Counter[str]) -> Pieces:
    pieces = Pieces(dropped)
    for each in _of(database, "tool_results", row["id"], "output"):
        pieces.step("", result=each[0])
    pieces.think(row.get("reasoning"))
    if not row.get("reasoning"):
        for each in _of(database, "parts", row["id"], "part_type", "content"):
            if each["part_type"] == "reasoning":
                pieces.think(each["content"])
    for each in _of(database, "tool_calls", row["id"], "name", "arguments"):
        pieces.step(each["name"], each["arguments"])
    pieces.say(text(row["response"]))
    return pieces


def _turn(database: Database, row: dict[str, Any], parent: Any, dropped: Counter[str]) -> list[Place]:
    at = moment(row["datetime_utc"], 1.0)
    asked, reply = _question(database, row, dropped), _reply(database, row, dropped)
    question = Place((row["id"], "q"), parent, Role.USER, asked.content("\n\n"), created_at=at)
    question.attached = asked.attached
    question.skip = not (question.content or question.attached)
    answer = Place(
        (row["id"], "a"), question.key, Role.ASSISTANT, reply.content(), reply.reasoning(), at + 0.001
    )
    answer.skip = not answer.content
    spent = row.get("duration_ms")
    answer.more = {
        "model": text(row["model"]) or None,
        "system": text(row.get("system")) or None,
        "settings": settings(from_json(row.get("options_json"))),
        "usage": usage(row.get("input_tokens"), row.get("output_tokens")),
        "timing": Timing(total_s=spent / 1000) if isinstance(spent, int) and 0 < spent < 1e12 else None,
    }
    return [question, answer]


def _entry(database: Database, found: tuple[str, list[int]], fraction: float, ids: Ids) -> Entry:
    talk, numbers = found
    names = ", ".join({*_NEEDED, *_ALSO} & database.columns("responses"))
    dropped: Counter[str] = Counter()
    places: list[Place] = []
    rows: list[dict[str, Any]] = []
    for number in numbers:
        for row in database.rows(f"SELECT {names} FROM responses WHERE rowid = ?", (number,)):
            rows.append(dict(row))
            places += _turn(database, rows[-1], places[-1].key if places else None, dropped)
    messages = tuple(grow(places, ids).values())
    created = places[0].created_at
    titles = (
        database.rows("SELECT name FROM conversations WHERE id = ?", (talk,))
        if (database.columns("conversations") >= {"id", "name"})
        else []
    )
    session = Session(
        id=ids.at(created),
        title=text(titles[0][0]) if titles else "",
        title_source="import",
        created=created,
        updated=places[-1].created_at,
        model=text(rows[-1]["model"]) or None,
        system=text(rows[-1].get("system")) or None,
        leaf_id=messages[-1].id if messages else None,
        origin="llm",
        origin_id=str(talk),
    )
    return Entry(session, messages, fraction, dropped=dropped, contents=contents_of(places))


def _talks(database: Database, newer: set[str]) -> list[tuple[str, list[int]]]:
    """Each conversation with the places of its responses, but for those that stand among the newer tables too."""
    listed = database.rows(
        "SELECT rowid, coalesce(conversation_id, id) AS talk, id FROM responses ORDER BY talk, datetime_utc, id"
    )
    fresh = [row for row in listed if row["talk"] not in newer and row["id"] not in newer]
    return [(talk, [row[0] for row in rows]) for talk, rows in groupby(fresh, key=lambda row: row["talk"])]


def _read(path: Path) -> Iterator[Entry]:
    ids = Ids()
    with opened(path) as database:
        newer: set[str] = set()
        if llm_threads.stands_in(database.tables):
            newer = llm_threads.known(database)
            yield from llm_threads.read(database, ids)
        if database.columns("responses") >= {*_NEEDED}:
            talks = _talks(database, newer)
            found = ((talk, number / len(talks)) for number, talk in enumerate(talks, 1))
            yield from made(found, lambda talk, fraction: _entry(database, talk, fraction, ids))


def _knows(look: Look) -> bool:
    return look.has_table("responses", *_NEEDED) or llm_threads.stands_in(look.tables)


SOURCE = Source("llm's logs.db", _knows, _read)
