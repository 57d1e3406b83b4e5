"""The archive: the asynchronous interface of the history; nothing in it blocks the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from glmchat.core import titles
from glmchat.core.attached import Contents
from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.history import contents, messages, sessions
from glmchat.history.access import Access
from glmchat.history.drafts import Commands, Drafts, Prompts
from glmchat.history.endpoints import Endpoints
from glmchat.history.formats.transfer import Transfer, Unwritten
from glmchat.history.maintenance.upkeep import Maintenance
from glmchat.history.presence import Presence
from glmchat.history.problems import ArchiveProblem, Mode
from glmchat.history.records import BIN, LIST, Session, SessionRow
from glmchat.history.search import index
from glmchat.history.search.search import Search
from glmchat.history.spending import Spending
from glmchat.history.store import Store
from glmchat.history.writer import SOON_S


class Recorder:
    """Where a turn writes its messages: the archive, for one session."""

    def __init__(self, archive: Archive, session_id: int) -> None:
        self._archive, self._session_id = archive, session_id

    def save_soon(self, message: Message) -> None:
        """Write a message within half a second; never blocks."""
        self._archive.save_soon(self._session_id, message)

    async def save(self, message: Message) -> None:
        """Write a message; returns when it is committed."""
        await self._archive.save(self._session_id, message)


class Archive:
    """One history, on disk or in memory: its sessions and messages, and its parts for everything else.

    Open it with `await Archive.open(path)`. Opening and saving never fail: a problem of the disk is reported as
    `problem` and to `on_problem` (on the event loop), and what cannot be written is kept and tried again;
    saving then answers False. Reading raises ArchiveError where the file is damaged.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._access = access = Access(store)
        self.drafts = Drafts(access)
        self.prompts = Prompts(access)
        self.commands = Commands(access)
        self.endpoints = Endpoints(access)
        self.presence = Presence(access)
        self.search = Search(access)
        self.spending = Spending(access)
        self.transfer = Transfer(store, self._unwritten)
        self.maintenance = Maintenance(store, lambda age_s: self.purge(older_than_s=age_s, thorough=False))
        self._created: dict[int, Session] = {}
        self._unsaved_ids: set[int] = set()
        # What is attached and not on disk yet.
        self._held: dict[str, bytes] = {}

    @classmethod
    async def open(
        cls, path: Path | None, on_problem: Callable[[ArchiveProblem], None] | None = None
    ) -> Archive:
        """Open the history at `path`, made where there is none; None keeps everything in memory."""
        loop = asyncio.get_running_loop()

        def report(problem: ArchiveProblem) -> None:
            # The loop may be gone before the threads are.
            if on_problem is not None:
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(on_problem, problem)

        store = Store(path, report)
        await asyncio.to_thread(store.open)
        return cls(store)

    async def close(self) -> None:
        """Write what waits and close the file."""
        await asyncio.to_thread(self._store.close)

    @property
    def path(self) -> Path | None:
        """The database file."""
        return self._store.path

    @property
    def mode(self) -> Mode:
        """What the archive can do at present."""
        return self._store.mode

    @property
    def problem(self) -> ArchiveProblem | None:
        """The problem that there is at present, None when all is well."""
        return self._store.problem

    @property
    def unsaved(self) -> int:
        """How many messages are in memory only because the disk does not take them."""
        left = self._store.subjects() if self.problem is not None else self._store.refused()
        return len({message.id for _, message in left})

    async def flush(self) -> bool:
        """Write all that waits; False when the disk does not take it."""
        return bool(await self._access.write(lambda connection: True))

    # Writing messages

    def create(self, session: Session) -> None:
        """Announce a session; it comes into the database with its first message, and never without one."""
        self._created[session.id] = session
        self._unsaved_ids.add(session.id)

    def recorder(self, session_id: int) -> Recorder:
        """What a turn of this session writes through."""
        return Recorder(self, session_id)

    def save_soon(self, session_id: int, message: Message) -> None:
        """Write a message within half a second; never blocks, and the last of several saves is written once."""
        self._put(session_id, message, wait_s=SOON_S)

    async def save(
        self, session_id: int, message: Message, synced: bool = True, attached: Contents | None = None
    ) -> bool:
        """Write a message with what is attached to it; returns when it is committed, and when `synced`, on the disk.

        False means that it is kept in memory for now. A new message becomes the end of the branch that is read.
        """
        self._held |= attached or {}
        saved = bool(await asyncio.wrap_future(self._put(session_id, message, synced=synced)))
        if saved:
            for digest in attached or ():
                self._held.pop(digest, None)
        return saved

    def _put(self, session_id: int, message: Message, wait_s: float = 0.0, synced: bool = False) -> Any:
        self._unsaved_ids.discard(session_id)

        def run(connection: sqlite3.Connection) -> bool:
            self._write_message(connection, session_id, message)
            return True

        return self._store.write(run, message.id, wait_s, synced=synced, subject=(session_id, message))

    def _write_message(self, connection: sqlite3.Connection, session_id: int, message: Message) -> None:
        streams = self._store.streams
        if message.state is State.STREAMING:
            message = messages.lean(message)
            stream = streams.get(message.id)
            if stream is not None and stream.grow(connection, message):
                return
        known = connection.execute("SELECT 1 FROM messages WHERE id = ?", (message.id,)).fetchone()
        if not known:
            self._insert_session(connection, session_id, message)
        for each in message.attachments:
            data = self._held.get(each.digest)
            if data is not None:
                contents.put(connection, each, data, self._pictures)
        seq = messages.write(connection, session_id, message, self._store.process_id)
        sessions.touch(connection, session_id, None if known or message.attempt else message.id)
        if message.state is State.STREAMING:
            streams[message.id] = messages.Stream(seq, message)
        else:
            streams.pop(message.id, None)

    def _insert_session(self, connection: sqlite3.Connection, session_id: int, message: Message) -> None:
        if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session_id,)).fetchone():
            return
        session = self._created.get(session_id) or Session(id=session_id)
        if not session.title and message.role is Role.USER:
            session = replace(session, title=titles.of_question(message))
        sessions.insert(connection, session)

    # Reading

    async def sessions(
        self, query: str = "", offset: int = 0, limit: int = 50, in_bin: bool = False
    ) -> list[SessionRow]:
        """Some lines of the list of sessions, pinned first, then newest first; raises QueryRefused."""
        shelf = BIN if in_bin else LIST
        return await self._access.read(
            lambda connection: sessions.page(connection, query, offset, limit, shelf)
        )

    async def count(self, query: str = "", in_bin: bool = False) -> int:
        """How many lines that list has; raises QueryRefused."""
        shelf = BIN if in_bin else LIST
        return await self._access.read(lambda connection: sessions.count(connection, query, shelf))

    async def newest(self) -> int | None:
        """The session in which something was said last."""
        return await self._access.read(sessions.newest)

    async def of_lesson(self, name: str) -> int | None:
        """The session in which a lesson was begun last."""
        return await self._access.read(lambda connection: sessions.of_lesson(connection, name))

    async def load(self, session_id: int, recent: int = 50) -> tuple[Session, Conversation]:
        """A session with its whole tree and the texts of its last messages; raises KeyError when there is none.

        The messages come without `logprobs`; `messages` brings them.
        """
        if self._store.subjects():
            await self.flush()
        try:
            session, conversation = await self._access.read(
                lambda connection: sessions.load(connection, session_id, recent)
            )
        except KeyError:
            if session_id not in self._created:
                raise
            session = self._created[session_id]
            conversation = Conversation(session_id, session.title)
        # Only what the disk did not take is still waiting here.
        for owner, message in self._store.subjects():
            if owner == session_id:
                new = message.id not in conversation.nodes
                conversation.put(message)
                if new and message.parent_id == conversation.leaf_id:
                    conversation.leaf_id = message.id
        return session, conversation

    async def messages(self, ids: Sequence[int], logprobs: bool = False) -> list[Message]:
        """The messages asked for, in that order; those that are not there are left out."""
        return await self._access.read(lambda connection: messages.read(connection, ids, logprobs))

    async def contents(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The bytes of attachments by digest; those that are gone are left out."""
        wanted = set(digests)
        held = {digest: self._held[digest] for digest in wanted & self._held.keys()}
        left = wanted - held.keys()
        if not left:
            return held
        return held | await self._access.read(
            lambda connection: contents.read(connection, left, self._pictures)
        )

    @property
    def _pictures(self) -> Path | None:
        return None if self._store.mode is Mode.MEMORY else contents.directory_of(self._store.path)

    # Changing

    async def update_session(self, session_id: int, **fields: Any) -> bool:
        """Change fields of a session by their names in `Session`."""
        if session_id in self._unsaved_ids:
            self._created[session_id] = replace(self._created[session_id], **fields)
            return True
        return await self._access.change(lambda connection: sessions.update(connection, session_id, fields))

    async def rename(self, session_id: int, title: str, source: str = "user") -> bool:
        """Give a session another title."""
        return await self.update_session(session_id, title=title, title_source=source)

    async def delete(self, *session_ids: int) -> bool:
        """Move sessions to the bin, where they stay for `BIN_DAYS`."""
        return await self._access.change(lambda connection: sessions.to_bin(connection, session_ids))

    async def undelete(self, *session_ids: int) -> bool:
        """Bring sessions back from the bin."""
        return await self._access.change(lambda connection: sessions.from_bin(connection, session_ids))

    async def purge(
        self, session_ids: Iterable[int] | None = None, older_than_s: float = 0.0, thorough: bool = True
    ) -> int:
        """Remove sessions for good; None takes what is in the bin for that long. Returns how many.

        The file is overwritten where they stood. The search index is written anew in idle time, which for a
        large one takes minutes; when not `thorough` its traces go as it grows. Backups keep them until they
        are replaced.
        """
        if session_ids is None:
            before = time.time() - older_than_s
            session_ids = await self._access.read(
                lambda connection: sessions.in_bin_since(connection, before)
            )
        ids = list(session_ids)
        for id in ids:
            self._created.pop(id, None)
            await asyncio.wrap_future(self._store.write(partial(self._purge_one, id=id), keep=False))
        if self._store.mode is Mode.DISK:
            sweep = partial(contents.sweep, directory=self._pictures)
            await asyncio.wrap_future(self._store.write(sweep, keep=False, alone=True))
        if ids and thorough:
            await asyncio.wrap_future(self._store.write(index.begin_compacting, keep=False))
        if ids:
            # The log still holds what was overwritten in the file.
            await asyncio.wrap_future(self._store.write(sessions.give_back, keep=False, alone=True))
        return len(ids)

    def _purge_one(self, connection: sqlite3.Connection, id: int) -> None:
        pictures = contents.kept_in_files(connection, id)
        sessions.purge(connection, id)
        contents.purge_files(connection, self._pictures, pictures)

    async def delete_messages(self, message_ids: Sequence[int]) -> bool:
        """Take messages (a branch) out of their tree; `undelete_messages` brings them back."""
        return await self._access.change(
            lambda connection: sessions.delete_messages(connection, message_ids, True)
        )

    async def undelete_messages(self, message_ids: Sequence[int]) -> bool:
        """Bring messages back into their tree."""
        return await self._access.change(
            lambda connection: sessions.delete_messages(connection, message_ids, False)
        )

    def _unwritten(self) -> dict[int, Unwritten]:
        """What is in memory only, by session."""
        found: dict[int, Unwritten] = {}
        for id, message in self._store.subjects():
            session = self._created.get(id)
            found.setdefault(id, Unwritten(session, [], self._held)).messages.append(message)
        return found
