"""Keeping the search index in step with the texts; only whole texts are in it, never one that still grows."""

from __future__ import annotations

import sqlite3

# What messages.indexed says.
WAITS, DONE, GROWS = 0, 1, 2

# A step holds the write lock for some tens of milliseconds.
STEP_CHARACTERS = 200_000

# What one step of compacting may write, in pages.
_PAGES = 64

_TABLES = ("search_content", "search_reasoning")

# So that the last character of a text begins three characters too, and a short query can find it.
_END = "\n\n"


def _indexed(text: str) -> str:
    # The tokenizer stops at a NUL.
    return text.replace("\0", "\n") + _END


def _text(connection: sqlite3.Connection, seq: int) -> tuple[str, str]:
    row = connection.execute("SELECT content, reasoning FROM texts WHERE seq = ?", (seq,)).fetchone()
    return (row[0], row[1]) if row else ("", "")


def add(connection: sqlite3.Connection, seq: int, content: str, reasoning: str) -> None:
    """Put one text into the index."""
    if content:
        connection.execute(
            "INSERT INTO search_content (rowid, content) VALUES (?, ?)", (seq, _indexed(content))
        )
    if reasoning:
        sql = "INSERT INTO search_reasoning (rowid, reasoning) VALUES (?, ?)"
        connection.execute(sql, (seq, _indexed(reasoning)))


def remove(connection: sqlite3.Connection, seq: int) -> None:
    """Take a text out of the index; it must still stand in `texts` as it was put in."""
    content, reasoning = _text(connection, seq)
    if content:
        sql = "INSERT INTO search_content (search_content, rowid, content) VALUES ('delete', ?, ?)"
        connection.execute(sql, (seq, _indexed(content)))
    if reasoning:
        sql = "INSERT INTO search_reasoning (search_reasoning, rowid, reasoning) VALUES ('delete', ?, ?)"
        connection.execute(sql, (seq, _indexed(reasoning)))


def step(connection: sqlite3.Connection, characters: int = STEP_CHARACTERS) -> bool:
    """Index some of the texts that wait, newest first, in the caller's transaction; returns whether more wait."""
    sql = (
        "SELECT seq, content, reasoning FROM messages m LEFT JOIN texts t USING (seq)"
        " WHERE m.indexed = 0 ORDER BY m.seq DESC LIMIT 2000"
    )
    batch: list[tuple[int, str, str]] = []
    for seq, content, reasoning in connection.execute(sql):
        batch.append((seq, content or "", reasoning or ""))
        characters -= len(batch[-1][1]) + len(batch[-1][2])
        if characters < 0:
            break
    # Upwards: the index flushes what it gathered at every step down.
    for seq, content, reasoning in reversed(batch):
        add(connection, seq, content, reasoning)
    connection.executemany("UPDATE messages SET indexed = 1 WHERE seq = ?", [(seq,) for seq, _, _ in batch])
    return characters < 0 or len(batch) == 2000


def begin_compacting(connection: sqlite3.Connection) -> None:
    """Note that the index is to be written anew: until then it still holds what was taken out of it, marked as gone."""
    for table in _TABLES:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (-_PAGES,))
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('compacting', '1')")


def compact(connection: sqlite3.Connection) -> bool:
    """Go on writing the index anew, in the caller's transaction; returns whether there is more to do."""
    if connection.execute("SELECT 1 FROM meta WHERE name = 'compacting'").fetchone() is None:
        return False
    before = connection.total_changes
    for table in _TABLES:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (_PAGES,))
    # The command itself counts as a change; SQLite's manual names this as the sign that nothing was left to merge.
    if connection.total_changes - before >= 2 * len(_TABLES):
        return True
    connection.execute("DELETE FROM meta WHERE name = 'compacting'")
    return False
