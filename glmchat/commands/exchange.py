"""``glmchat sessions``: show, export, import, backup, restore and verify."""

from __future__ import annotations

import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat import paths
from glmchat.commands import shelf
from glmchat.commands.errors import CommandError, Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import is_terminal, put, say, show, table, write
from glmchat.conversation import format_id, parse_id
from glmchat.history import backups
from glmchat.nearest import nearest
from glmchat.text import safe
from glmchat.times import when

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from glmchat.history import Archive
    from glmchat.history.exchange.values import ImportReport


async def show_session(call: Call) -> int:
    """Print a session's branch as Markdown, or all of it as JSON."""
    if len(call.words) != 1:
        raise UsageError("Write the id of one session: glmchat sessions show ID.")
    async with shelf.opened() as archive:
        row = await shelf.find(archive, call.words[0])
        if call.has("json"):
            await _print(archive.export("json", [row.id]))
        else:
            await _print(archive.export("markdown", [row.id]), to_read=True)
    return Exit.OK


async def export_sessions(call: Call) -> int:
    """Write some sessions, or all, to standard output, a file, or a directory with a file for each."""
    target = _file(given) if (given := call.given("output")) else None
    format = _format(call, target)
    async with shelf.opened() as archive:
        ids = [(await shelf.find(archive, word)).id for word in call.words] or None
        leaf_id = await _leaf(archive, call, ids)
        try:
            if target is None:
                await _print(archive.export(format, ids, leaf_id))
            elif _is_directory(target):
                await _fill_directory(archive, target, format, ids, leaf_id)
            else:
                await _fill(target, archive.export(format, ids, leaf_id))
        except OSError as error:
            if target is None:
                raise
            raise CommandError(f"{target} cannot be written: {error.strerror}.") from None
    return Exit.OK


def _file(name: str) -> Path:
    return paths.expanded(name)


def _is_directory(path: Path) -> bool:
    return path.is_dir()


def _format(call: Call, target: Path | None) -> str:
    """The format that was asked for, else that of the file's name, else Markdown; raises UsageError."""
    from glmchat.history.exchange.formats import EXPORTERS, format_named

    given = call.given("format")
    if given is None:
        name = format_named(target.suffix) if target is not None else ""
        return name if name in EXPORTERS else "markdown"
    name = format_named(given)
    if name not in EXPORTERS:
        raise UsageError(
            f"There is no format {given!r}.{nearest(name, EXPORTERS)} There are {', '.join(EXPORTERS)}."
        )
    return name


async def _leaf(archive: Archive, call: Call, ids: list[int] | None) -> int | None:
    """The message that ``--branch`` names, in the one session that is exported; raises UsageError."""
    given = call.given("branch")
    if given is None:
        return None
    if ids is None or len(ids) != 1:
        raise UsageError("--branch needs the id of the one session that the branch belongs to.")
    try:
        id = parse_id(given)
    except ValueError:
        id = 0
    _, conversation = await archive.load(ids[0], recent=0)
    if id not in conversation.nodes:
        raise UsageError(f"The session has no message {given!r}.")
    return id


async def _print(pieces: AsyncIterator[str], to_read: bool = False) -> None:
    """Print pieces, made safe where they go to a terminal or are there to be read: a pager passes on what it gets."""
    to_terminal = to_read or is_terminal(sys.stdout)
    async with aclosing(pieces) as all_pieces:  # type: ignore[type-var]
        async for piece in all_pieces:
            put(safe(piece) if to_terminal else piece)


async def _fill(target: Path, pieces: AsyncIterator[str]) -> None:
    """Write pieces to a private file, in the place of one that is there."""
    with paths.private_file(target).open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        async for piece in pieces:
            file.write(piece)
    say(f"Wrote {target}.")


async def _fill_directory(
    archive: Archive, target: Path, format: str, ids: list[int] | None, leaf_id: int | None
) -> None:
    from glmchat.history.exchange.formats import EXPORTERS

    for id in ids if ids is not None else [row.id async for row in shelf.rows(archive)]:
        await _fill(
            target / (format_id(id) + EXPORTERS[format].suffix), archive.export(format, [id], leaf_id)
        )


async def import_file(call: Call) -> int:
    """Take in the sessions of a file; those that are there already are left as they are."""
    from glmchat.history.exchange.values import ImportRefused

    if len(call.words) != 1:
        raise UsageError("Write the name of one file: glmchat sessions import FILE.")
    path = _file(call.words[0])
    progress = _progress if is_terminal(sys.stderr) else None
    async with shelf.opened(create=True) as archive:
        try:
            report = await archive.import_file(path, progress)
        except ImportRefused as error:
            raise UsageError(str(error)) from None
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
        finally:
            if progress is not None:
                write(sys.stderr, "\r\033[K")
    for problem in report.problems:
        say(problem)
    if report.skipped > len(report.problems):
        say(f"And {report.skipped - len(report.problems)} more.")
    if left_out := report.left_out():
        say(left_out)
    say(
        f"Read {path} ({report.source}): {report.sessions} new sessions with {report.messages} messages, "
        f"{report.known} that were here already, {report.skipped} entries skipped"
        + (f", {report.empty} in which nothing was said." if report.empty else ".")
    )
    if report.in_vain:
        say("Nothing of the file was taken in.")
        return Exit.FAILED
    return Exit.OK


def _progress(report: ImportReport) -> None:
    done = round(report.fraction * 30)
    bar = "#" * done + "." * (30 - done)
    write(sys.stderr, f"\r[{bar}] {report.fraction:4.0%}  {report.sessions} sessions")


def back_up(call: Call) -> int:
    """Copy the whole history to a file, or to the directory of backups."""
    path = _history()
    target = _file(call.words[0]) if call.words else None
    if target is not None and target.is_dir():
        target = target / backups.name_for(path).name
    say(f"Wrote {backups.backup(path, target)}.")
    return Exit.OK


def restore(call: Call) -> int:
    """Put a backup in the place of the history; without a file, list the backups."""
    path = paths.database_file()
    found = backups.found(path)
    if not call.words:
        if not found:
            say(f"There are no backups in {backups.directory(path)}.")
        else:
            show(table([(when(each.stat().st_mtime), str(each)) for each in found], ("made", "file")))
        return Exit.OK
    source = _file(call.words[0])
    if not source.exists():
        raise UsageError(f"There is no file {source}. `glmchat sessions restore` alone lists the backups.")
    try:
        aside = backups.restore(path, source)
    except backups.RestoreRefused as error:
        raise CommandError(str(error)) from None
    say(f"The history is that of {source} now." + (f" The one before is kept as {aside}." if aside else ""))
    return Exit.OK


def verify(call: Call) -> int:
    """Check a history for damage: the user's own, or the file that is named."""
    path = _file(call.words[0]) if call.words else _history()
    try:
        problems = backups.verify(path)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.") from None
    for problem in problems:
        say(problem)
    if problems:
        say(
            "`glmchat sessions restore` lists the backups; restoring keeps the damaged file beside the new one."
        )
        return Exit.FAILED
    show(f"{path} is in order.")
    return Exit.OK


def _history() -> Path:
    path = paths.database_file()
    if not path.exists():
        raise UsageError(f"There is no history yet; it will be {path}.")
    return path
