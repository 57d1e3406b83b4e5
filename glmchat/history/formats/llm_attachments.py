"""What llm keeps of attachments: the bytes of what was piped in, of all else where it was."""

from __future__ import annotations

from typing import Any

from glmchat.history.formats.pieces import Pieces
from glmchat.history.formats.plain import text
from glmchat.history.formats.sqlite_files import Database


def attach(database: Database, id: Any, pieces: Pieces) -> None:
    """Take in an attachment by its id where its bytes are there, else name its kind."""
    columns = database.columns("attachments")
    if not columns >= {"id", "type"}:
        return
    held = "content" if "content" in columns else "NULL"
    found = database.rows(f"SELECT type, {held} FROM attachments WHERE id = ?", (id,))
    kind, data = (text(found[0][0]), found[0][1]) if found else ("", None)
    if kind.startswith("image/"):
        pieces.picture_bytes(data if isinstance(data, bytes) else None)
        return
    try:
        words = data.decode("utf-8") if isinstance(data, bytes) and b"\0" not in data else ""
    except UnicodeDecodeError:
        words = ""
    pieces.file("", kind, words)
