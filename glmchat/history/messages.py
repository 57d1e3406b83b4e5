"""Messages in the database: writing one, growing one that streams, reading them back.

Everything here runs on a thread of the archive, inside its transaction.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from glmchat.core.conversation import Cost, Message, Node, Role, State
from glmchat.history import contents, returned
from glmchat.history.codec import dump, from_json, storable, to_json
from glmchat.history.records import first_seq
from glmchat.history.search import index
from glmchat.support.numbers import is_number

# Columns of their own; all other fields go into details.facts.
_OWN = frozenset(
    [
        "id",
        "parent_id",
        "role",
        "content",
        "reasoning",
        "state",
        "finish_reason",
        "logprobs",
        "cost",
        "model",
        "provider",
        "sent",
        "system",
        "attempt",
        "created_at",
    ]
)
_WHOLE = """
  SELECT m.id, m.parent_id, m.role, m.state, m.finish_reason, m.cost, m.currency, m.model, m.provider, m.attempt,
         m.created_at, t.content, t.reasoning, d.facts, sy.text, se.text, m.seq
  FROM messages m LEFT JOIN texts t ON t.seq = m.seq LEFT JOIN details d ON d.seq = m.seq
  LEFT JOIN shared sy ON sy.id = d.system_id LEFT JOIN shared se ON se.id = d.sent_id
"""


def place_in_time(
    connection: sqlite3.Connection, session_id: int, created_at: float, earliest: int = 0
) -> int:
    """A free `seq` for a new message: quarters of a second since 1970, or the next ones free; from `earliest` on.

    Time order makes the newest hit the first one read; four a second keep the numbers in the search index short.
    In its session a message comes after all that were written before it, whatever the clock says.
    """
    last = connection.execute("SELECT max(seq) FROM messages WHERE session_id = ?", (session_id,)).fetchone()[
        0
    ]
    seq = max(first_seq(created_at), earliest, 0 if last is None else last + 1)

    def taken(seq: int) -> bool:
        return connection.execute("SELECT 1 FROM messages WHERE seq = ?", (seq,)).fetchone() is not None

    if not taken(seq):
        return seq
    # Thousands may be of one moment: a galloping search (Bentley and Yao 1976) finds the first that is free.
    step = 1
    while taken(seq + step):
        seq, step = seq + step, step * 2
    low, high = seq, seq + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(middle) else (low, middle)
    return high


def _shared(connection: sqlite3.Connection, text: str | None) -> int | None:
    if text is None:
        return None
    text = storable(text)
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    found = connection.execute("SELECT id FROM shared WHERE digest = ?", (digest,)).fetchone()
    if found:
        return int(found[0])
    return connection.execute("INSERT INTO shared (digest, text) VALUES (?, ?)", (digest, text)).lastrowid


def _column(value: Any) -> Any:
    """A value as a column can hold it: numbers and text as they are, all else as JSON."""
    if isinstance(value, str):
        return storable(value)
    number = is_number(value)
    return value if number and abs(value) < 1 << 63 else dump(value)


def _write_values(connection: sqlite3.Connection, seq: int, settings: dict[str, Any] | None) -> None:
    connection.execute("DELETE FROM message_values WHERE seq = ?", (seq,))
    rows = ((name, seq, _column(value)) for name, value in (settings or {}).items() if value is not None)
    connection.executemany("INSERT INTO message_values (name, seq, value) VALUES (?, ?, ?)", rows)


def _write_details(connection: sqlite3.Connection, seq: int, message: Message) -> None:
    sent = None if message.sent is None else dump(message.sent)
    connection.execute(
        "INSERT OR REPLACE INTO details (seq, facts, system_id, sent_id) VALUES (?, ?, ?, ?)",
        (seq, dump(to_json(message, _OWN)), _shared(connection, message.system), _shared(connection, sent)),
    )
    # A message that was read without its logprobs keeps them when it is written again.
    if message.logprobs is not None:
        value = dump(message.logprobs)
        connection.execute("INSERT OR REPLACE INTO logprobs (seq, value) VALUES (?, ?)", (seq, value))
    _write_values(connection, seq, message.settings)


def write(
    connection: sqlite3.Connection,
    session_id: int,
    message: Message,
    owner: int | None = None,
    earliest: int = 0,
) -> int:
    """Write a message whole, new or again; returns its `seq`, which for a new one is not below `earliest`."""
    content, reasoning = storable(message.content), storable(message.reasoning)
    streaming = message.state is State.STREAMING
    cost = message.cost or Cost(0, "")
    row: dict[str, Any] = {
        "session_id": session_id,
        "parent_id": message.parent_id,
        "role": message.role.value,
        "state": message.state.value,
        "size": message.size,
        "created_at": message.created_at,
        "saved_at": time.time(),
        "attempt": message.attempt,
        "owner": owner if streaming else None,
        "finish_reason": message.finish_reason,
        "model": message.model,
        "provider": message.provider,
        "cost": cost.amount if message.cost else None,
        "currency": cost.currency or None,
        "indexed": index.WAITS if not streaming else index.GROWS,
    }
    # What a server names may hold half a surrogate pair.
    row |= {name: storable(value) for name, value in row.items() if isinstance(value, str)}
    old = connection.execute("SELECT seq, indexed FROM messages WHERE id = ?", (message.id,)).fetchone()
    if old is None:
        seq = place_in_time(connection, session_id, message.created_at, earliest)
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        connection.execute(
            f"INSERT INTO messages (seq, id, {names}) VALUES (?, ?, {marks})",
            (seq, message.id, *row.values()),
        )
    else:
        seq, indexed = old
        if indexed == index.DONE:
            before = connection.execute(
                "SELECT content, reasoning FROM texts WHERE seq = ?", (seq,)
            ).fetchone()
            if before == (content, reasoning) and not streaming:
                row["indexed"] = index.DONE
            else:
                index.remove(connection, seq)
        sets = ", ".join(f"{name} = ?" for name in row)
        connection.execute(f"UPDATE messages SET {sets} WHERE seq = ?", (*row.values(), seq))
    connection.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", (seq, content, reasoning))
    connection.execute("DELETE FROM parts WHERE seq = ?", (seq,))
    images, pictures = returned.kept(connection, message.images)
    _write_details(connection, seq, replace(message, images=images) if pictures else message)
    if message.attachments or pictures or old is not None:
        contents.refer(connection, seq, message, pictures)
    return int(seq)


class Stream:
    """One reply as far as it is on disk: further saves only add what is new.

    A save of a reply of any length costs what its growth costs; the parts become one text at the end.
    """

    def __init__(self, seq: int, message: Message) -> None:
        self.seq = seq
        self.parts = 0
        self.content, self.reasoning = message.content, message.reasoning
        self.rest = replace(message, content="", reasoning="")

    def grow(self, connection: sqlite3.Connection, message: Message) -> bool:
        """Add what is new; False when the message changed in another way and must be written whole."""
        grown = message.content.startswith(self.content) and message.reasoning.startswith(self.reasoning)
        if not grown or replace(message, content="", reasoning="") != self.rest:
            return False
        content, reasoning = message.content[len(self.content) :], message.reasoning[len(self.reasoning) :]
        if content or reasoning:
            row = (self.seq, self.parts, storable(content), storable(reasoning))
            connection.execute("INSERT INTO parts VALUES (?, ?, ?, ?)", row)
            self.parts += 1
        self.content, self.reasoning = message.content, message.reasoning
        return True


def lean(message: Message) -> Message:
    """A streaming message without what would be written anew at each save; the end brings it."""
    return replace(message, logprobs=None, reasoning_details=())


def _with_parts(connection: sqlite3.Connection, message: Message, seq: int) -> Message:
    parts = connection.execute(
        "SELECT content, reasoning FROM parts WHERE seq = ? ORDER BY number", (seq,)
    ).fetchall()
    content = "".join([message.content, *(part[0] for part in parts)])
    return replace(
        message, content=content, reasoning="".join([message.reasoning, *(part[1] for part in parts)])
    )


def _read(connection: sqlite3.Connection, row: Any) -> Message:
    facts = json.loads(row[13] or "{}")
    facts.update(id=row[0], parent_id=row[1], role=row[2], state=row[3], created_at=row[10])
    facts.update(content=row[11] or "", reasoning=row[12] or "", attempt=bool(row[9]))
    facts.update(finish_reason=row[4], model=row[7], provider=row[8], system=row[14])
    facts["sent"] = None if row[15] is None else json.loads(row[15])
    if "images" in facts:
        facts["images"] = returned.restored(connection, facts["images"])
    if row[6] is not None:
        facts["cost"] = {"amount": row[5], "currency": row[6]}
    message = from_json(facts)
    return _with_parts(connection, message, row[16]) if message.state is State.STREAMING else message


def read(connection: sqlite3.Connection, ids: Iterable[int], logprobs: bool = False) -> list[Message]:
    """The messages asked for, in that order; those that are not there are left out."""
    out: dict[int, Message] = {}
    asked = list(ids)
    for start in range(0, len(asked), 500):
        some = asked[start : start + 500]
        marks = ", ".join("?" * len(some))
        for row in connection.execute(f"{_WHOLE} WHERE m.id IN ({marks})", some).fetchall():
            message = _read(connection, row)
            out[message.id] = _with_logprobs(connection, message, row[16]) if logprobs else message
    return [out[id] for id in asked if id in out]


def _with_logprobs(connection: sqlite3.Connection, message: Message, seq: int) -> Message:
    found = connection.execute("SELECT value FROM logprobs WHERE seq = ?", (seq,)).fetchone()
    return replace(message, logprobs=json.loads(found[0])) if found else message


def nodes(connection: sqlite3.Connection, session_id: int) -> Iterator[Node]:
    """The places of a session's tree, oldest first."""
    rows = connection.execute(
        "SELECT id, parent_id, role, size, state FROM messages"
        " WHERE session_id = ? AND deleted_at IS NULL ORDER BY seq",
        (session_id,),
    )
    for id, parent_id, role, size, state in rows:
        yield Node(id, parent_id, Role(role), size, State(state))


def fold_dead(connection: sqlite3.Connection, seq: int) -> None:
    """Make a reply that its process left behind a whole one, marked as cut.

    Nothing else of it is read: one that holds damaged facts must not stand in the way of all others.
    """
    parts = connection.execute(
        "SELECT content, reasoning FROM parts WHERE seq = ? ORDER BY number", (seq,)
    ).fetchall()
    content, reasoning = ("".join(part[field] for part in parts) for field in (0, 1))
    connection.execute(
        "UPDATE texts SET content = content || ?, reasoning = reasoning || ? WHERE seq = ?",
        (content, reasoning, seq),
    )
    connection.execute(
        "UPDATE messages SET state = ?, owner = NULL, saved_at = ?, size = size + ?, indexed = ? WHERE seq = ?",
        (State.CUT.value, time.time(), len(content), index.WAITS, seq),
    )
    connection.execute("DELETE FROM parts WHERE seq = ?", (seq,))
