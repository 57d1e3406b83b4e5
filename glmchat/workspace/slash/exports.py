"""What to export, in which form, to which file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.core.refused import Refused
from glmchat.support.paths import Replacement

if TYPE_CHECKING:
    from glmchat.workspace import Workspace

SCOPES = {
    "session": "This session, all branches",
    "branch": "The branch that is read",
    "all": "All sessions",
}
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: a key of `SCOPES`, a format, and a file name, empty where none was given."""

    scope: str
    format: str
    path: str


def read(argument: str) -> Wanted:
    """Understand ``[session|branch|all] [FORMAT] [FILE]``; a file's name may tell the format."""
    from glmchat.history.formats.formats import EXPORTERS, format_named

    scope, format, rest = "", "", argument.strip()
    while rest:
        word, _, after = rest.partition(" ")
        name = format_named(word)
        if not scope and name in SCOPES:
            scope = name
        elif not format and name in EXPORTERS:
            format = name
        else:
            break
        rest = after.strip()
    if not format:
        suffix = format_named(Path(rest).suffix)
        format = suffix if suffix in EXPORTERS else "json" if scope == "all" else "markdown"
    return Wanted(scope or "session", format, rest)


def default_name(wanted: Wanted, title: str) -> str:
    """A file name that says what is in it: the title in letters that every file system takes, or the day."""
    from glmchat.history.formats.formats import EXPORTERS

    plain = "".join(char if char.isalnum() or char in "-_" else " " for char in title)
    name = "-".join(plain.split())
    while len(name.encode()) > _LONGEST_NAME:
        name = name[:-1]
    if wanted.scope == "all" or not name:
        name = f"glmchat-{time.strftime('%Y-%m-%d')}"
    return name + EXPORTERS[wanted.format].suffix


async def place(workspace: Workspace, wanted: Wanted) -> Path:
    """The file to write: the one that is named, or one with a telling name in the directory."""
    if wanted.scope != "all" and not workspace.current.conversation.nodes:
        raise Refused("Nothing was said in this session yet.")
    return await asyncio.to_thread(_place, wanted, workspace.current.title)


def _place(wanted: Wanted, title: str) -> Path:
    path = Path(wanted.path or ".").expanduser()
    return (path / default_name(wanted, title) if path.is_dir() else path).absolute()


async def write(workspace: Workspace, wanted: Wanted, path: Path, leaf_id: int | None = None) -> str:
    """Write the file; of a branch, the one that ends at `leaf_id`, or the one that is read."""
    session = workspace.current
    if wanted.scope == "all":
        pieces = workspace.sessions.export(wanted.format, None, file=path)
    else:
        leaf = (leaf_id or session.conversation.leaf_id) if wanted.scope == "branch" else None
        pieces = workspace.sessions.export(wanted.format, session, leaf, path)
    try:
        await _write(path, pieces)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}.") from None
    return f"Exported to {path}."


async def _write(path: Path, pieces: AsyncIterator[str]) -> None:
    """Write a file for its owner alone; what is there stays as it is until all is written."""
    replacement = await asyncio.to_thread(Replacement, path, "replace")
    try:
        async for piece in pieces:
            await asyncio.to_thread(replacement.file.write, piece)
        await asyncio.to_thread(replacement.commit)
    finally:
        replacement.discard()
