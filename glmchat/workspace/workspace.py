"""The workspace as a whole: sessions that begin, are opened, named and thrown away; and the lists of models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.api.endpoint import Endpoint
from glmchat.api.errors import ApiError
from glmchat.catalogue import Model
from glmchat.conversation import Conversation
from glmchat.history import Archive
from glmchat.history.trouble import ArchiveTrouble
from glmchat.workspace.changes import Noticed, SessionOpened, SessionsChanged, ValuesChanged
from glmchat.workspace.compare import Comparing
from glmchat.workspace.others import Sharing
from glmchat.workspace.resuming import own_of, place_of, values_of
from glmchat.workspace.session import OpenSession

if TYPE_CHECKING:
    from glmchat.history.exchange.values import ImportReport

TIDY_S = 2.0


class Workspace(Comparing, Sharing):
    """All that is open, and all that can be done with it."""

    _present: int | None = None

    def begin(self) -> OpenSession:
        """Have an empty session as the current one; needs neither disk nor network."""
        return self._blank(self.endpoints[self.means.provider], self.means.model)

    async def start(self, resume: int | None = None, newest: bool = False, incognito: bool = False) -> None:
        """Open what was asked for on the command line; raises KeyError for a session that is not there."""
        if resume is None and newest:
            resume = await self.archive.newest()
        if resume is not None:
            await self.open(resume)
        else:
            session = self.begin()
            if incognito:
                await self._open_memory()
                session.incognito = True
            else:
                session.draft = await self.archive.draft(None)
            self._entered(session)
        await self.load_learned(self.current)
        self._care = self.spawn(self._tidy())
        if (trouble := self.archive.trouble) is not None:
            self.trouble(trouble)

    async def _tidy(self) -> None:
        await asyncio.sleep(TIDY_S)  # nobody waits for it, and whoever starts the program waits for the rest
        await self.archive.tidy()

    async def aclose(self) -> None:
        """Stop every reply, keep what came, and close connections and files; a second call waits for the first."""
        async with self._closing:
            if not self._closed:
                await self._close()
                self._closed = True

    async def _close(self) -> None:
        if self._care is not None:
            self._care.cancel()
        for session in self.open_sessions.values():
            session.queue.clear()
            for id in list(session.runs):
                self.stop_reply(id, session)
        await self.settle()
        await self.client.aclose()
        if self._memory is not None:
            await self._memory.close()
        await self.archive.close()

    # -- sessions

    def new_session(self) -> OpenSession:
        """Begin an empty session with the current model; it comes into the history with its first message."""
        return self._next_session(self._take_unbegun())

    async def new_incognito(self) -> OpenSession:
        """Begin a session of which nothing reaches the disk."""
        await self._open_memory()
        return self._next_session(incognito=True)

    async def open(self, id: int) -> OpenSession:
        """Make a session the current one; raises KeyError for one that is not there."""
        if id not in self.open_sessions:
            self.open_sessions[id] = await self._read(id)
        session = self.current = self.open_sessions[id]
        self._entered(session)
        if session.held:
            self.may_ask()
        if not session.incognito:
            await self.archive.update_session(id, unread=False)
        self.spawn(self.load_learned(session))
        return session

    async def rename(self, id: int, title: str) -> None:
        """Give a session a title of the user's own."""
        if id in self.open_sessions:
            self.open_sessions[id].conversation.title = title
            self.open_sessions[id].title_source = "user"
        await self.archive.rename(id, title)
        self.announce(SessionsChanged())

    async def delete(self, id: int) -> None:
        """Move a session to the bin; when it is the current one, another takes its place."""
        session = self.open_sessions.pop(id, None)
        if session is not None:
            for message_id in list(session.runs):
                self.stop_reply(message_id, session)
        await self.archive.delete(id)
        if session is self.current:
            newest = await self.archive.newest()
            if newest is None:
                self.new_session()
            else:
                await self.open(newest)
        self.announce(SessionsChanged())

    async def undelete(self, id: int) -> None:
        """Bring a session back from the bin."""
        await self.archive.undelete(id)
        self.announce(SessionsChanged())

    async def purge(self, id: int | None = None) -> int:
        """Remove a session of the bin for good, or all that are in it; returns how many are gone."""
        return await self.archive.purge(None if id is None else [id])

    def export(
        self, format: str, session: OpenSession | None, leaf_id: int | None = None
    ) -> AsyncIterator[str]:
        """A session, the branch of it that ends at `leaf_id`, or for None all sessions, as the pieces of a file."""
        if session is None:
            return self.archive.export(format)
        return self.archive_of(session).export(format, [session.id], leaf_id)

    async def import_file(
        self, path: Path, on_progress: Callable[[ImportReport], None] | None = None
    ) -> ImportReport:
        """Take in the sessions of a file; raises as `Archive.import_file` does."""
        report = await self.archive.import_file(path, on_progress)
        self.announce(SessionsChanged())
        return report

    async def set_pinned(self, id: int, pinned: bool) -> None:
        """Keep a session at the top of the list, or not."""
        await self.archive.update_session(id, pinned=pinned)
        self.announce(SessionsChanged())

    async def set_tags(self, id: int, tags: list[str]) -> None:
        """Give a session these tags."""
        session = self.open_sessions.get(id)
        if session is not None:
            session.tags = tuple(tags)
        archive = self.archive if session is None else self.archive_of(session)
        await archive.update_session(id, tags=tuple(tags))
        self.announce(SessionsChanged())

    async def load_recents(self) -> list[str]:
        """Prompts sent before, newest first."""
        return await self.archive.prompts()

    def trouble(self, trouble: ArchiveTrouble) -> None:
        """Tell a condition of the disk."""
        severity = "information" if trouble.kind == "saved_again" else "error"
        self.announce(Noticed(trouble.told(), severity))
        self.announce(ValuesChanged(self.current.id))

    # -- models

    async def models(self, provider: str | None = None, refresh: bool = False) -> list[Model]:
        """The models of a provider: its own list merged with what is known; raises ApiError on `refresh`."""
        from glmchat.api.models import merge, read_models

        endpoint = self.endpoint_named(provider or self.current.endpoint.name)
        stored = None if refresh else await self.archive.models(endpoint.base_url)
        if stored is not None:
            listed = stored.list
        else:
            try:
                listed = read_models(await self.client.get_json(endpoint, "/models"))
            except ApiError:
                if refresh:
                    raise
                listed = []
            if listed:
                await self.archive.save_models(endpoint.base_url, listed)
        self._models[endpoint.base_url] = merge(listed, endpoint)
        self._refresh_model()
        return self._models[endpoint.base_url]

    # -- how it is done

    def _take_unbegun(self) -> str:
        """Let go of the session that nothing was said in yet; returns its draft, which the next one takes over."""
        unbegun = [each for each in self.open_sessions.values() if not each.stored and not each.incognito]
        for each in unbegun:
            del self.open_sessions[each.id]
        return "\n\n".join(each.draft for each in unbegun if each.draft)

    def _next_session(self, draft: str = "", incognito: bool = False) -> OpenSession:
        old = self.current
        session = self._blank(old.endpoint, old.model.id or self.means.model)
        session.draft, session.incognito = draft, incognito
        self._entered(session)
        self.spawn(self.load_learned(session))
        return session

    def _blank(self, endpoint: Endpoint, model_id: str) -> OpenSession:
        session = OpenSession(
            Conversation(),
            self.starting_values(model_id),
            endpoint,
            self.find_model(endpoint, model_id),
            self.means.defaults.system or "",
        )
        self.open_sessions[session.id] = self.current = session
        return session

    async def _read(self, id: int) -> OpenSession:
        record, conversation = await self.archive.load(id)
        place = place_of(record, self.means)
        self.endpoints.setdefault(place.endpoint.name, place.endpoint)
        return OpenSession(
            conversation,
            values_of(record, self.starting_values(place.model_id)),
            place.endpoint,
            self.find_model(place.endpoint, place.model_id),
            record.system or "",
            await self.archive.draft(id),
            title_source=record.title_source,
            stored=True,
            scroll=tuple(record.scroll) if record.scroll else None,
            tags=record.tags,
            costs=dict(record.costs),
            held=place.held,
            own=own_of(record, self.means.defaults.flags),
        )

    async def _open_memory(self) -> None:
        if self._memory is None:
            self._memory = await Archive.open(None)

    def _entered(self, session: OpenSession) -> None:
        self.announce(SessionOpened(session.id))
        self.announce(SessionsChanged())
        self.spawn(self._be_present(session))

    async def _be_present(self, session: OpenSession) -> None:
        """Let other processes know which session is shown here, and tell where one of them shows it as well."""
        before, self._present = self._present, session.id
        if before is not None and before != session.id:
            await self.archive.exit(before)
        if not session.incognito and await self.archive.enter(session.id):
            self.notice(
                "This session is open in another glmchat too. Both are saved; each sees what the other says.",
                "warning",
            )

    def _refresh_model(self) -> None:
        """Let the open sessions know what a list of models just told."""
        for session in self.open_sessions.values():
            if session.model.id is not None:
                found = self.find_model(session.endpoint, session.model.id)
                session.model = replace(found, recommended=found.recommended or session.model.recommended)
