"""``glmchat sessions``: list, show, rename, delete and find what was said."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any

from glmchat.commands import backups, exchange, history_access, spending
from glmchat.commands.errors import CommandError, Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import put_json, say, show, table
from glmchat.commands.verbs import Body, pick
from glmchat.core import titles
from glmchat.core.conversation import format_id
from glmchat.history import QueryRefused, SessionRow
from glmchat.history.problems import ArchiveError, Kind, diagnose
from glmchat.history.records import BIN_DAYS
from glmchat.history.search.query import hints
from glmchat.support import paths
from glmchat.support.times import when


def run(call: Call) -> int:
    """Run one verb of ``glmchat sessions``; raises UsageError, CommandError and NoPlaceError."""
    paths.needed(paths.database_file())
    try:
        return pick(call, _VERBS)(call)
    except QueryRefused as error:
        raise UsageError(str(error)) from None
    except ArchiveError as error:
        raise CommandError(str(error)) from None
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        problem = diagnose(error, paths.database_file())
        sentence = (
            problem.bare() if problem.kind is not Kind.OTHER else f"The history could not be used ({error})."
        )
        raise CommandError(sentence) from None


def _waited(body: Callable[[Call], Coroutine[Any, Any, int]]) -> Body:
    return lambda call: asyncio.run(body(call))


def limit_of(call: Call) -> int | None:
    """The number after ``--limit``; raises UsageError."""
    return call.number("limit", 1, (1 << 31) - 1, "a whole number of 1 or more")


async def _list(call: Call) -> int:
    limit = limit_of(call)
    async with history_access.opened() as archive:
        found = [row async for row in history_access.rows(archive, " ".join(call.words), limit=limit)]
    for hint in hints(" ".join(call.words)):
        say(hint)
    _print_rows(call, found, "There are no sessions yet." if not call.words else "No session fits.")
    return Exit.OK


def _print_rows(call: Call, rows: list[SessionRow], otherwise: str) -> None:
    if call.has("json"):
        put_json([_as_json(row) for row in rows])
    elif rows:
        show(table([_as_line(row) for row in rows], ("id", "last change", "messages", "model", "title")))
    else:
        say(otherwise)


def _as_json(row: SessionRow) -> dict[str, Any]:
    return {
        "id": format_id(row.id),
        "title": row.title,
        "created": row.created,
        "updated": row.updated,
        "model": row.model,
        "provider": row.provider,
        "messages": row.messages,
        "pinned": row.pinned,
        "tags": list(row.tags),
        "running": row.running,
        "deleted": row.deleted_at,
    }


def _as_line(row: SessionRow) -> tuple[str, ...]:
    marks = "".join(f" #{tag}" for tag in row.tags) + (" (running)" if row.running else "")
    pin = "* " if row.pinned else ""
    title = pin + (row.title or "untitled") + marks
    return format_id(row.id), when(row.updated), str(row.messages), row.model or "", title


async def _rename(call: Call) -> int:
    if len(call.words) < 2:
        raise UsageError("Write the session's id and its new title: glmchat sessions rename ID TITLE.")
    title = titles.given(" ".join(call.words[1:]))
    if not title:
        raise UsageError("A title cannot be empty.")
    async with history_access.opened() as archive:
        row = await history_access.find(archive, call.words[0])
        history_access.kept(await archive.rename(row.id, title))
    say(f"The session {format_id(row.id)} is now called {title!r}.")
    return Exit.OK


async def _delete(call: Call) -> int:
    if not call.words:
        raise UsageError("Write the ids of the sessions to delete: glmchat sessions delete ID ...")
    async with history_access.opened() as archive:
        rows = [await history_access.find(archive, given) for given in call.words]
        history_access.kept(await archive.delete(*(row.id for row in rows)))
    for row in rows:
        say(
            f"{row.title!r} is in the bin for {BIN_DAYS} days; `glmchat sessions bin restore {format_id(row.id)}` "
            "brings it back."
        )
    return Exit.OK


async def _search(call: Call) -> int:
    if not call.words:
        raise UsageError("Write the words to look for: glmchat sessions search WORDS.")
    async with history_access.opened() as archive:
        hits = await archive.search.find(" ".join(call.words), limit_of(call) or 50)
    for hint in hints(" ".join(call.words)):
        say(hint)
    if call.has("json"):
        put_json(
            [
                {
                    "session_id": format_id(hit.session_id),
                    "title": hit.title,
                    "message_id": format_id(hit.message_id) if hit.message_id is not None else None,
                    "role": hit.role,
                    "snippet": hit.snippet,
                    "field": hit.field,
                    "created": hit.created,
                }
                for hit in hits
            ]
        )
    elif hits:
        lines = [(format_id(hit.session_id), hit.role or "title", hit.title, hit.snippet) for hit in hits]
        show(table(lines, ("id", "where", "title", "text")))
    else:
        say("Nothing was found.")
    return Exit.OK


async def _bin_list(call: Call) -> int:
    if call.words:
        raise UsageError("Those are too many words: it is `glmchat sessions bin list`.")
    async with history_access.opened() as archive:
        found = [row async for row in history_access.rows(archive, in_bin=True, limit=limit_of(call))]
    _print_rows(call, found, "The bin is empty.")
    return Exit.OK


async def _bin_restore(call: Call) -> int:
    if not call.words:
        raise UsageError("Write the ids of the sessions to bring back: glmchat sessions bin restore ID ...")
    async with history_access.opened() as archive:
        rows = [await history_access.find(archive, given, in_bin=True) for given in call.words]
        history_access.kept(await archive.undelete(*(row.id for row in rows)))
    for row in rows:
        say(f"{row.title!r} is back.")
    return Exit.OK


async def _bin_purge(call: Call) -> int:
    async with history_access.opened() as archive:
        ids = [(await history_access.find(archive, given, in_bin=True)).id for given in call.words]
        count = await archive.purge(ids or None)
    say("1 session was removed for good." if count == 1 else f"{count} sessions were removed for good.")
    return Exit.OK


def _bin(call: Call) -> int:
    bodies = {"list": _waited(_bin_list), "restore": _waited(_bin_restore), "purge": _waited(_bin_purge)}
    if not call.words:
        return bodies["list"](call)
    return pick(call, bodies, "glmchat sessions bin")(call)


_VERBS: dict[str, Body] = {
    "list": _waited(_list),
    "show": _waited(exchange.show_session),
    "rename": _waited(_rename),
    "delete": _waited(_delete),
    "search": _waited(_search),
    "cost": _waited(spending.costs),
    "export": _waited(exchange.export_sessions),
    "import": _waited(exchange.import_files),
    "backup": backups.back_up,
    "restore": backups.restore,
    "verify": backups.verify,
    "bin": _bin,
}
