"""``glmchat sessions``: show, export and import."""

from __future__ import annotations

import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.commands import history_access
from glmchat.commands.backups import named
from glmchat.commands.errors import CommandError, Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import is_terminal, put, say, write
from glmchat.core.attachments import cut_addresses
from glmchat.core.conversation import format_id, parse_id
from glmchat.support import paths
from glmchat.support.suggestions import nearest
from glmchat.support.text import safe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from glmchat.history import Archive
    from glmchat.history.formats.values import ImportReport


async def show_session(call: Call) -> int:
    """Print a session's branch as Markdown, or all of it as JSON."""
    if len(call.words) != 1:
        raise UsageError("Write the id of one session: glmchat sessions show ID.")
    async with history_access.opened() as archive:
        row = await history_access.find(archive, call.words[0])
        if call.has("json"):
            await _print(archive.transfer.export("json", [row.id]))
        else:
            await _print(archive.transfer.export("markdown", [row.id]), to_read=True)
    return Exit.OK


async def export_sessions(call: Call) -> int:
    """Write some sessions, or all, to standard output, a file, or a directory with a file for each."""
    given = call.given("output")
    target = named(given) if given else None
    format = _format(call, target)
    async with history_access.opened() as archive:
        ids = [(await history_access.find(archive, word)).id for word in call.words] or None
        leaf_id = await _leaf(archive, call, ids)
        try:
            if target is None:
                await _print(archive.transfer.export(format, ids, leaf_id))
            elif target.is_dir() or (given and given.endswith("/")):
                await _fill_directory(archive, call, target, format, ids, leaf_id)
            else:
                _refuse_existing(call, [target])
                await _fill(target, archive.transfer.export(format, ids, leaf_id, target))
        except OSError as error:
            if target is None:
                raise
            raise CommandError(f"{target} cannot be written: {error.strerror}.") from None
    return Exit.OK


def _format(call: Call, target: Path | None) -> str:
    """The format that was asked for, else that of the file's name, else Markdown; raises UsageError."""
    from glmchat.history.formats.formats import EXPORTERS, format_named

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
            shown = cut_addresses(piece) if to_read else piece
            put(safe(shown) if to_terminal else shown)


def _refuse_existing(call: Call, targets: Iterable[Path]) -> None:
    """Raise UsageError for a file that is there, unless it was said that it may be replaced."""
    for target in targets:
        if target.is_file() and not call.has("force"):
            raise UsageError(f"{target} is there already; --force replaces it.")


async def _fill(target: Path, pieces: AsyncIterator[str]) -> None:
    """Write pieces to a private file; one that is there stays as it is until all is written."""
    paths.private_dir(target.parent)
    with paths.Replacement(target, "replace") as file:
        async for piece in pieces:
            file.write(piece)
    say(f"Wrote {target}.")


async def _fill_directory(
    archive: Archive, call: Call, target: Path, format: str, ids: list[int] | None, leaf_id: int | None
) -> None:
    from glmchat.history.formats.formats import EXPORTERS

    wanted = ids if ids is not None else [row.id async for row in history_access.rows(archive)]
    files = {id: target / (format_id(id) + EXPORTERS[format].suffix) for id in wanted}
    _refuse_existing(call, files.values())
    for id, file in files.items():
        await _fill(file, archive.transfer.export(format, [id], leaf_id, file))


async def import_files(call: Call) -> int:
    """Take in the sessions of files, one after the other; those that are there already are left as they are."""
    if not call.words:
        raise UsageError("Write the name of a file: glmchat sessions import FILE.")
    async with history_access.opened(create=True) as archive:
        ends = [await _import(archive, named(word)) for word in call.words]
    return max(ends)


async def _import(archive: Archive, path: Path) -> int:
    from glmchat.history.formats.values import ImportRefused

    progress = _progress if is_terminal(sys.stderr) else None
    try:
        report = await archive.transfer.import_file(path, progress)
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
    new = "1 new session" if report.sessions == 1 else f"{report.sessions} new sessions"
    messages = "1 message" if report.messages == 1 else f"{report.messages} messages"
    known = "1 that was" if report.known == 1 else f"{report.known} that were"
    skipped = "1 entry" if report.skipped == 1 else f"{report.skipped} entries"
    say(
        f"Read {path} ({report.source}): {new} with {messages}, {known} here already, {skipped} skipped"
        + (f", {report.empty} in which nothing was said." if report.empty else ".")
    )
    if report.in_vain:
        say("Nothing of the file was imported.")
        return Exit.FAILED
    return Exit.OK


def _progress(report: ImportReport) -> None:
    done = round(report.fraction * 30)
    bar = "#" * done + "." * (30 - done)
    write(sys.stderr, f"\r[{bar}] {report.fraction:4.0%}  {report.sessions} sessions")
