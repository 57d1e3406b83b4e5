"""Keeping the search index in step with the texts; only whole texts are in it, never one that still grows."""

from __future__ import annotations

import sqlite3

from glmchat.history import grams

# What messages.indexed says.
WAITS, DONE, GROWS = 0, 1, 2

# A step holds the write lock for some tens of milliseconds.
STEP_CHARACTERS = 200_000


def _text(connection: sqlite3.Connection, seq: int) -> tuple[str, str]:
    row = connection.execute("SELECT content, reasoning FROM texts WHERE seq = ?", (seq,)).fetchone()
    return (row[0], row[1]) if row else ("", "")


def add(connection: sqlite3.Connection, seq: int, content: str, reasoning: str) -> None:
    """Put one text into the index."""
    if content:
        connection.execute("INSERT INTO search_content (rowid, content) VALUES (?, ?)", (seq, content))
    if reasoning:
        connection.execute("INSERT INTO search_reasoning (rowid, reasoning) VALUES (?, ?)", (seq, reasoning))
    short = grams.words(content), grams.words(reasoning)
    if any(short):
        connection.execute(
            "INSERT INTO search_short (rowid, content, reasoning) VALUES (?, ?, ?)", (seq, *short)
        )


def remove(connection: sqlite3.Connection, seq: int) -> None:
    """Take a text out of the index; it must still stand in `texts` as it was put in."""
    content, reasoning = _text(connection, seq)
    if content:
        connection.execute(
            "INSERT INTO search_content (search_content, rowid, content) VALUES ('delete', ?, ?)",
            (seq, content),
        )
    if reasoning:
        connection.execute(
            "INSERT INTO search_reasoning (search_reasoning, rowid, reasoning) VALUES ('delete', ?, ?)",
            (seq, reasoning),
        )
    short = grams.words(content), grams.words(reasoning)
    if any(short):
        connection.execute(
            "INSERT INTO search_short (search_short, rowid, content, reasoning) VALUES ('delete', ?, ?, ?)",
            (seq, *short),
        )


def step(connection: sqlite3.Connection, characters: int = STEP_CHARACTERS) -> bool:
    """Index some of the texts that wait, newest first, inside the caller's transaction; returns whether more wait."""
    waiting = connection.execute(
        "SELECT seq FROM messages WHERE indexed = 0 ORDER BY seq DESC LIMIT 500"
    ).fetchall()
    budget = characters
    for number, (seq,) in enumerate(waiting, 1):
        content, reasoning = _text(connection, seq)
        add(connection, seq, content, reasoning)
        connection.execute("UPDATE messages SET indexed = 1 WHERE seq = ?", (seq,))
        budget -= len(content) + len(reasoning)
        if budget < 0:
            return number < len(waiting) or len(waiting) == 500
    return len(waiting) == 500
