"""The history as commands see it: opened for one command, its sessions found by a part of their id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from glmchat import paths
from glmchat.commands.errors import CommandError, UsageError
from glmchat.commands.terminal import say
from glmchat.conversation import format_id, parse_id
from glmchat.history import Archive, ArchiveTrouble, SessionRow

_PAGE = 1000


@asynccontextmanager
async def opened(create: bool = False) -> AsyncIterator[Archive]:
    """The history while the block runs; where there is none yet, an empty one in memory unless `create`."""
    path = paths.database_file()
    archive = await Archive.open(path if create or path.exists() else None, _tell)
    try:
        if archive.trouble is not None:
            _tell(archive.trouble)
        yield archive
    finally:
        await archive.close()


def _tell(trouble: ArchiveTrouble) -> None:
    say(trouble.told())


def kept(written: bool) -> None:
    """Raise CommandError where a change did not reach the disk; why was told already."""
    if not written:
        raise CommandError("The change was not saved.")


async def rows(
    archive: Archive, query: str = "", in_bin: bool = False, limit: int | None = None
) -> AsyncIterator[SessionRow]:
    """The lines of the list of sessions, read page by page; raises QueryRefused."""
    offset = 0
    while limit is None or offset < limit:
        page = await archive.sessions(
            query, offset, _PAGE if limit is None else min(_PAGE, limit - offset), in_bin
        )
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        offset += len(page)


async def find(archive: Archive, given: str, in_bin: bool = False) -> SessionRow:
    """The one session whose id is, begins or ends with `given`; raises UsageError for none or several."""
    wanted = given.strip().lower()
    found: list[SessionRow] = []
    if wanted.isalnum():
        async for row in rows(archive, in_bin=in_bin):
            id = format_id(row.id)
            if id == wanted:
                return row
            if id.startswith(wanted) or id.endswith(wanted):
                found.append(row)
    place = "in the bin" if in_bin else "in the history"
    if not found:
        listing = "glmchat sessions bin list" if in_bin else "glmchat sessions list"
        raise UsageError(f"There is no session {given!r} {place}. `{listing}` shows the ids.")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} sessions have an id that begins or ends with {given!r}; give more of it."
        )
    return found[0]


def is_whole_id(text: str) -> bool:
    """Whether a text is a session's whole id, not a part of one."""
    try:
        return len(text.strip()) >= len(format_id(1 << 58)) and parse_id(text) > 0
    except ValueError:
        return False
