"""Sessions to a file and from a file, without holding up the chat."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from glmchat.core.attached import Contents
from glmchat.core.conversation import Conversation, Message
from glmchat.history import contents, messages, sessions
from glmchat.history.formats import import_writer
from glmchat.history.formats.folder import Folder
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.values import Entry, Exported, ImportReport
from glmchat.history.problems import Mode
from glmchat.history.records import LIST, Session
from glmchat.history.store import Store

# A batch ends with so many sessions or messages; it holds the write lock for some tens of milliseconds.
_SESSIONS, _MESSAGES = 100, 1000
# What is attached is held in memory until its batch is written.
_BYTES = 32 << 20


class Unwritten(NamedTuple):
    """What is in memory only: new messages of a session, what is attached, and the session where it is new as well."""

    session: Session | None
    messages: list[Message]
    contents: Contents


class Transfer:
    """Export and import as a part of the archive; `unwritten` tells what is in memory only, by session."""

    def __init__(self, store: Store, unwritten: Callable[[], Mapping[int, Unwritten]]) -> None:
        self._store, self._unwritten = store, unwritten

    def export(
        self,
        format: str,
        session_ids: Sequence[int] | None = None,
        leaf_id: int | None = None,
        file: Path | None = None,
    ) -> AsyncIterator[str]:
        """Sessions as the pieces of a file, in a format of `formats.EXPORTERS`.

        What the disk did not take is there as well. None takes all that are not in the bin, the newest first;
        `leaf_id` chooses a branch of the one session asked for. With the `file` that the pieces go to, Markdown has its
        pictures in a folder beside it, which is written on the way (OSError). Raises KeyError for a format or a
        session that is not there.
        """
        return export(self._store, format, session_ids, leaf_id, self._unwritten, file)

    async def import_file(
        self, path: Path, on_progress: Callable[[ImportReport], None] | None = None
    ) -> ImportReport:
        """Take the sessions of a file in, of any kind in `formats.SOURCES`; those that are here already stay.

        They appear all at once at the end; a cancelled import leaves nothing. Broken entries are named in the
        report. Raises ImportRefused when the file is of no known kind, OSError when it cannot be read, and
        ArchiveError when the history cannot be written.
        """
        return await import_file(self._store, path, on_progress)


def _ids(connection: sqlite3.Connection) -> list[int]:
    rows = connection.execute(
        "SELECT id FROM sessions WHERE shelf = ? ORDER BY updated DESC, id DESC", (LIST,)
    )
    return [row[0] for row in rows.fetchall()]


def _exported(
    connection: sqlite3.Connection,
    id: int,
    leaf_id: int | None,
    unwritten: Unwritten | None,
    pictures: Path | None,
    folder: Folder | None,
) -> Exported:
    try:
        session, conversation = sessions.load(connection, id, 0)
    except KeyError:
        if unwritten is None or unwritten.session is None:
            raise
        session = unwritten.session
        conversation = Conversation(id, session.title)
    for message in messages.read(connection, conversation.nodes, logprobs=True):
        conversation.put(message)
    for message in unwritten.messages if unwritten is not None else ():
        new = message.id not in conversation.nodes
        conversation.put(message)
        if new and message.parent_id == conversation.leaf_id:
            conversation.leaf_id = message.id
    if leaf_id is not None:
        # The branch alone, also in a format that writes the whole tree.
        branch = Conversation(id, conversation.title)
        for node in conversation.path(leaf_id):
            branch.put(conversation.loaded[node.id])
        branch.leaf_id = leaf_id
        conversation = branch
    digests = [each.digest for message in conversation.loaded.values() for each in message.attachments]
    held = unwritten.contents if unwritten is not None else {}
    data = {**contents.read(connection, digests, pictures), **held}
    return Exported(replace(session, leaf_id=conversation.leaf_id), conversation, data, folder)


async def export(
    store: Store,
    format: str,
    session_ids: Sequence[int] | None,
    leaf_id: int | None,
    unwritten: Callable[[], Mapping[int, Unwritten]],
    file: Path | None,
) -> AsyncIterator[str]:
    """The pieces of a file; see `Transfer.export`."""
    from glmchat.history.formats.formats import EXPORTERS

    exporter = EXPORTERS[format]
    # What waits for its turn is written first; what is still there then, the disk did not take.
    await asyncio.wrap_future(store.write(lambda connection: None))
    left = unwritten()
    pictures = None if store.mode is Mode.MEMORY else contents.directory_of(store.path)

    folder = Folder(file) if file is not None else None

    def one(id: int, number: int, connection: sqlite3.Connection) -> str:
        exported = _exported(connection, id, leaf_id, left.get(id), pictures, folder)
        return exporter.one(exported, number)

    yield exporter.begin()
    if session_ids is None:
        on_disk = await asyncio.wrap_future(store.read(_ids))
        session_ids = [*(id for id in left if id not in set(on_disk)), *on_disk]
    number = 0
    for id in session_ids:
        piece = await asyncio.wrap_future(store.read(partial(one, id, number)))
        if folder is not None:
            await asyncio.to_thread(folder.write)
        if piece:
            number += 1
            yield piece
    yield exporter.end()


def _batches(source: Source, path: Path) -> Iterator[list[Entry]]:
    """The entries of a file, some at a time."""
    batch: list[Entry] = []
    size = held = 0
    for entry in source.read(path):
        batch.append(entry)
        size += len(entry.messages)
        held += sum(map(len, entry.contents.values()))
        if len(batch) >= _SESSIONS or size >= _MESSAGES or held >= _BYTES:
            yield batch
            batch, size, held = [], 0, 0
    if batch:
        yield batch


async def import_file(
    store: Store, path: Path, on_progress: Callable[[ImportReport], None] | None
) -> ImportReport:
    """Take a file in; see `Transfer.import_file`."""
    from glmchat.history.formats.formats import recognise

    source = await asyncio.to_thread(recognise, path)
    report = ImportReport(source=source.name)
    await _discard(store, None)
    batches = _batches(source, path)
    import_id, taken = store.process_id, import_writer.Taken()
    pictures = None if store.mode is Mode.MEMORY else contents.directory_of(store.path)
    with store.without_idle_work():
        try:
            while batch := await asyncio.to_thread(next, batches, None):
                put = partial(
                    import_writer.put,
                    entries=batch,
                    import_id=import_id,
                    report=report,
                    taken=taken,
                    pictures=pictures,
                )
                await asyncio.wrap_future(store.write(put, keep=False))
                if on_progress is not None:
                    on_progress(report)
            await asyncio.wrap_future(
                store.write(partial(import_writer.publish, import_id=import_id), keep=False)
            )
            report.fraction = 1.0
            if on_progress is not None:
                on_progress(report)
        except BaseException:
            await asyncio.shield(_discard(store, import_id))
            raise
    return report


async def _discard(store: Store, import_id: int | None) -> None:
    more = True
    while more:
        job = store.write(partial(import_writer.discard, import_id=import_id), keep=False)
        more = await asyncio.wrap_future(job)
