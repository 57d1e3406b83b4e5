"""What is attached to messages, once for however many have it: text in the database, pictures in files beside it.

The files lie in a directory by their digests, for their owner alone; an archive in memory has none, and there
pictures are in the database too. Everything here runs on a thread of the archive.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from glmchat.core.attached import Attachment, Kind, digest_of
from glmchat.core.conversation import Message
from glmchat.history.codec import storable
from glmchat.support import paths

# A file that another process wrote and has not committed yet is younger than this.
_YOUNG_S = 3600.0
_SOME = 500
# The digests of what came from no file and lies in drafts.
_DRAFTED = (
    "SELECT coalesce(json_extract(one.value, '$.digest'), '') FROM drafts d, json_each(d.attached) one"
    " WHERE one.type = 'object'"
)


def directory_of(path: Path | None) -> Path | None:
    """Where the pictures of a database are; None for one in memory."""
    return None if path is None else path.with_name("pictures")


def directory_beside(connection: sqlite3.Connection) -> Path | None:
    """Where the pictures of an open database are; its name need not be text."""
    kept, connection.text_factory = connection.text_factory, os.fsdecode
    try:
        names = [row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"]
    finally:
        connection.text_factory = kept
    return directory_of(Path(names[0])) if names and names[0] else None


def put(connection: sqlite3.Connection, attachment: Attachment, data: bytes, directory: Path | None) -> None:
    """Keep the bytes of an attachment, where they are not kept already; raises OSError and sqlite3.Error."""
    known = connection.execute("SELECT 1 FROM contents WHERE digest = ?", (attachment.digest,)).fetchone()
    text = attachment.kind is Kind.TEXT
    if not text and directory is not None:
        _write(directory, attachment.digest, data)
    if known is None:
        row = (
            attachment.digest,
            len(data),
            data.decode("utf-8", "replace") if text else None,
            data if not text and directory is None else None,
        )
        connection.execute("INSERT INTO contents (digest, size, text, data) VALUES (?, ?, ?, ?)", row)


def _write(directory: Path, digest: str, data: bytes) -> None:
    target = directory / digest
    if target.is_file() and target.stat().st_size == len(data):
        return
    paths.write_bytes(target, data)


def refer(connection: sqlite3.Connection, seq: int, message: Message, pictures: Iterable[str] = ()) -> None:
    """Note what a message has, and the pictures that came with it, so that it stays as long as the message does."""
    connection.execute("DELETE FROM attachments WHERE seq = ?", (seq,))
    named = [(each.name, each.digest) for each in message.attachments] + [("", each) for each in pictures]
    for place, (name, digest) in enumerate(named):
        connection.execute(
            "INSERT INTO attachments (seq, place, content_id, name)"
            " SELECT ?, ?, id, ? FROM contents WHERE digest = ?",
            (seq, place, storable(name), digest),
        )


def read(connection: sqlite3.Connection, digests: Iterable[str], directory: Path | None) -> dict[str, bytes]:
    """The bytes of attachments by digest; those that are gone are left out."""
    out: dict[str, bytes] = {}
    wanted = list(dict.fromkeys(digests))
    for start in range(0, len(wanted), _SOME):
        some = wanted[start : start + _SOME]
        sql = f"SELECT digest, text, data FROM contents WHERE digest IN ({', '.join('?' * len(some))})"
        for digest, text, data in connection.execute(sql, some).fetchall():
            if text is not None:
                out[digest] = text.encode("utf-8", "replace")
            elif data is not None:
                out[digest] = data
            elif directory is not None:
                with suppress(OSError):
                    out[digest] = (directory / digest).read_bytes()
    return out


def forget_unused(connection: sqlite3.Connection) -> None:
    """Remove what no message and no draft has any more."""
    connection.execute(
        "DELETE FROM contents WHERE NOT EXISTS (SELECT 1 FROM attachments WHERE content_id = contents.id)"
        f" AND digest NOT IN ({_DRAFTED})"
    )


def drafted(connection: sqlite3.Connection, session_id: int) -> set[str]:
    """The digests of what came from no file and lies in the draft of a session."""
    return {row[0] for row in connection.execute(f"{_DRAFTED} AND d.session_id = ?", (session_id,))}


def sweep(connection: sqlite3.Connection, directory: Path | None) -> None:
    """Remove the files of pictures that the database does not know any more; outside of a transaction."""
    if directory is None or not directory.is_dir():
        return
    for file in list(directory.iterdir()):
        known = connection.execute("SELECT 1 FROM contents WHERE digest = ?", (file.name,)).fetchone()
        with suppress(OSError):
            if known is None and time.time() - file.stat().st_mtime > _YOUNG_S:
                file.unlink()


def purge_files(connection: sqlite3.Connection, directory: Path | None, digests: Iterable[str]) -> None:
    """Remove the files of pictures that were taken out of the database just now."""
    if directory is None:
        return
    for digest in digests:
        if connection.execute("SELECT 1 FROM contents WHERE digest = ?", (digest,)).fetchone() is None:
            with suppress(OSError):
                (directory / digest).unlink(missing_ok=True)


def kept_in_files(connection: sqlite3.Connection, session_id: int) -> list[str]:
    """The digests of the pictures of a session and of its draft."""
    sql = (
        "SELECT DISTINCT c.digest FROM contents c JOIN attachments a ON a.content_id = c.id"
        " JOIN messages m ON m.seq = a.seq WHERE m.session_id = ? AND c.text IS NULL AND c.data IS NULL"
    )
    return [*(row[0] for row in connection.execute(sql, (session_id,))), *drafted(connection, session_id)]


def digests_in_files(connection: sqlite3.Connection) -> list[str]:
    """The digests of all pictures that are in files; none where the database is of an earlier version."""
    try:
        rows = connection.execute(
            "SELECT digest FROM contents WHERE text IS NULL AND data IS NULL"
        ).fetchall()
    except sqlite3.OperationalError:
        return []
    return [row[0] for row in rows]


def link(digests: Iterable[str], source: Path | None, target: Path | None) -> None:
    """Put the files of pictures beside another database, by a link where the disk has them; one that is gone stays so.

    Raises OSError where the target cannot be written.
    """
    if source is None or target is None or source == target:
        return
    for digest in digests:
        if not (source / digest).is_file() or (target / digest).is_file():
            continue
        paths.private_dir(target)
        try:
            os.link(source / digest, target / digest)
        except OSError:  # another disk, or one without links
            _write(target, digest, (source / digest).read_bytes())


def problems(connection: sqlite3.Connection, directory: Path | None) -> Iterator[str]:
    """What is wrong with the files of pictures, in sentences."""
    if directory is None:
        return
    missing = damaged = 0
    sql = "SELECT digest FROM contents WHERE text IS NULL AND data IS NULL"
    for (digest,) in connection.execute(sql):
        try:
            damaged += digest_of((directory / digest).read_bytes()) != digest
        except OSError:
            missing += 1
    if missing:
        yield f"{missing} {'picture is' if missing == 1 else 'pictures are'} missing in {directory}."
    if damaged:
        yield f"{damaged} {'picture is' if damaged == 1 else 'pictures are'} damaged in {directory}."
