"""What was typed: the draft of each session, and the prompts sent and the commands chosen before."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import asdict

from glmchat.core.attached import Attached, Attachment, from_json
from glmchat.history import contents
from glmchat.history.access import Access
from glmchat.history.codec import dump, storable
from glmchat.history.writer import SOON_S

# The draft of a session that nothing was said in yet.
NEW_SESSION = 0
PROMPTS_KEPT = 1000


class Drafts:
    """What is being typed, by session; None stands for a session not begun."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def get(self, session_id: int | None) -> str:
        """The draft of a session, empty for none."""
        return (await self._read(session_id))[0]

    async def attached(self, session_id: int | None) -> tuple[str | Attachment, ...]:
        """What is to go with the draft of a session: names of files, and what came from none, such as a picture."""
        return (await self._read(session_id))[1]

    async def _read(self, session_id: int | None) -> tuple[str, tuple[str | Attachment, ...]]:
        id = session_id or NEW_SESSION
        return await self._access.glance(lambda connection: draft(connection, id), ("", ()))

    def save(self, session_id: int | None, text: str, attached: Sequence[str | Attached] = ()) -> None:
        """Keep the draft of a session within half a second; never blocks."""
        id = session_id or NEW_SESSION
        names = tuple(attached)
        self._access.store.write(
            lambda connection: save_draft(connection, id, text, names), ("draft", id), SOON_S
        )


class Prompts:
    """The prompts sent before, of all sessions."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def recent(self, limit: int = 200) -> list[str]:
        """Prompts sent before, newest first, each once."""
        return await self._access.glance(lambda connection: prompts(connection, limit), [])

    def add(self, text: str) -> None:
        """Remember a prompt that was sent; never blocks."""
        self._access.store.write(lambda connection: add_prompt(connection, text), wait_s=SOON_S)


class Commands:
    """The commands that were chosen last, of all sessions."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def recent(self) -> list[str]:
        """Their names, the last one first."""
        return await self._access.glance(commands, [])

    def save(self, names: Sequence[str]) -> None:
        """Keep their names; never blocks."""
        kept = tuple(names)
        self._access.store.write(lambda connection: save_commands(connection, kept), ("commands", 0), SOON_S)


def draft(connection: sqlite3.Connection, session_id: int) -> tuple[str, tuple[str | Attachment, ...]]:
    """What was being typed and what is attached to it, both empty for none."""
    row = connection.execute(
        "SELECT text, attached FROM drafts WHERE session_id = ?", (session_id,)
    ).fetchone()
    if row is None:
        return "", ()
    found = (from_json(each) if isinstance(each, dict) else str(each) for each in json.loads(row[1]))
    return str(row[0]), tuple(each for each in found if each is not None)


def save_draft(
    connection: sqlite3.Connection, session_id: int, text: str, attached: Sequence[str | Attached]
) -> None:
    """Keep what is being typed, and what is to go with it; an empty draft is forgotten.

    What came from no file is kept with it, by its digest, and goes with it where no message has it.
    """
    before, directory = contents.drafted(connection, session_id), contents.directory_beside(connection)
    held = [each for each in attached if isinstance(each, Attached)]
    for each in held:
        contents.put(connection, each.attachment, each.content, directory)
    if text or attached:
        connection.execute(
            "INSERT OR REPLACE INTO drafts (session_id, text, updated, attached) VALUES (?, ?, ?, ?)",
            (
                session_id,
                storable(text),
                time.time(),
                dump([asdict(each.attachment) if isinstance(each, Attached) else each for each in attached]),
            ),
        )
    else:
        connection.execute("DELETE FROM drafts WHERE session_id = ?", (session_id,))
    if gone := before - {each.attachment.digest for each in held}:
        contents.forget_unused(connection)
        contents.purge_files(connection, directory, gone)


def prompts(connection: sqlite3.Connection, limit: int) -> list[str]:
    """Prompts sent before, in every session, newest first, each once."""
    rows = connection.execute("SELECT text FROM prompts ORDER BY used DESC, id DESC LIMIT ?", (limit,))
    return [row[0] for row in rows.fetchall()]


def add_prompt(connection: sqlite3.Connection, text: str) -> None:
    """Remember a prompt as the newest one."""
    connection.execute(
        # After all that were there, whatever the clock says.
        "INSERT INTO prompts (text, used) SELECT ?, max(?, coalesce(max(used) + 0.001, 0)) FROM prompts WHERE TRUE"
        " ON CONFLICT (text) DO UPDATE SET used = excluded.used",
        (storable(text), time.time()),
    )
    connection.execute(
        "DELETE FROM prompts WHERE used < (SELECT used FROM prompts ORDER BY used DESC LIMIT 1 OFFSET ?)",
        (PROMPTS_KEPT,),
    )


def commands(connection: sqlite3.Connection) -> list[str]:
    """The names of the commands that were chosen last, the last one first."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'commands'").fetchone()
    return list(map(str, json.loads(row[0]))) if row else []


def save_commands(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Keep the names of the commands that were chosen last."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('commands', ?)", (dump(list(names)),))
