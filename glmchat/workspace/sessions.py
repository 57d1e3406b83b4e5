"""Sessions of the workspace: they begin, are opened, named, exported, and thrown away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.api.endpoint import Endpoint
from glmchat.core import titles
from glmchat.core.catalogue import DEMO_MODEL_ID
from glmchat.core.conversation import Conversation
from glmchat.history import Archive, SessionRow
from glmchat.history.problems import ArchiveProblem
from glmchat.history.records import LESSON
from glmchat.workspace.attaching import Attaching
from glmchat.workspace.changes import Noticed, SessionOpened, SessionsChanged, ValuesChanged
from glmchat.workspace.journal import Journal
from glmchat.workspace.models import Models
from glmchat.workspace.replies import Replies
from glmchat.workspace.resuming import own_of, own_values, place_of, values_of
from glmchat.workspace.session import Chosen, OpenSession
from glmchat.workspace.shared import Shared
from glmchat.workspace.tuning import Tuning
from glmchat.workspace.values import Values, with_defaults

if TYPE_CHECKING:
    from glmchat.history.formats.values import ImportReport


class Sessions:
    """Sessions that begin, are opened, named, exported and thrown away."""

    def __init__(
        self,
        shared: Shared,
        journal: Journal,
        models: Models,
        replies: Replies,
        tuning: Tuning,
        attaching: Attaching,
    ) -> None:
        self._shared = shared
        self._journal = journal
        self._models = models
        self._replies = replies
        self._tuning = tuning
        self._attaching = attaching
        self._present: int | None = None

    def begin(self) -> OpenSession:
        """Have an empty session as the current one; needs neither disk nor network."""
        return self._blank(
            self._shared.endpoints[self._shared.dependencies.provider], self._shared.dependencies.model
        )

    async def start(self, resume: int | None = None, newest: bool = False, incognito: bool = False) -> None:
        """Open what was asked for on the command line; raises KeyError for a session that is not there."""
        if resume is None and newest:
            resume = await self._shared.archive.newest()
        if resume is not None:
            await self.open(resume)
        else:
            session = self.begin()
            if incognito:
                await self._open_memory()
                session.incognito = True
            else:
                drafts = self._shared.archive.drafts
                session.draft = await drafts.get(None)
                await self._attaching.bring_back(session, await drafts.attached(None))
            self.entered(session)
        await self._models.load_learned(self._shared.current)
        self._shared.spawn(self._models.recall(self._shared.current))
        if (problem := self._shared.archive.problem) is not None:
            self.tell_problem(problem)

    def new_session(self) -> OpenSession:
        """Begin an empty session with the current model; it comes into the history with its first message."""
        return self._next_session(*self._take_unbegun())

    async def new_incognito(self) -> OpenSession:
        """Begin a session of which nothing reaches the disk."""
        await self._open_memory()
        return self._next_session(incognito=True)

    def new_lesson(self, name: str, title: str) -> OpenSession | None:
        """Begin a session with the built-in model in which nothing is set; None where there is no such model.

        It is kept like any other; begun out of an incognito session it is one, too.
        """
        endpoint = self._built_in()
        if endpoint is None:
            return None
        incognito = self._shared.current.incognito
        session = self._blank(endpoint, DEMO_MODEL_ID)
        session.incognito, session.values, session.system, session.preset = incognito, Values(), "", None
        session.lesson, session.conversation.title, session.title_source = name, title, "user"
        self.entered(session)
        return session

    def _built_in(self) -> Endpoint | None:
        return next((each for each in self._shared.endpoints.values() if each.demo), None)

    async def learn(
        self, name: str, title: str, unfinished: Callable[[OpenSession], bool]
    ) -> OpenSession | None:
        """Go on with the session in which a lesson was left, all of its messages read, else begin a new one.

        One that was finished goes to the bin. None where there is no built-in model.
        """
        id = await self._shared.archive.of_lesson(name)
        if id is None or self._built_in() is None or self._shared.current.incognito:
            return self.new_lesson(name, title)
        session = await self.open(id)
        await self._journal.need(list(session.conversation.nodes), session)
        if unfinished(session):
            return session
        new = self.new_lesson(name, title)
        await self.delete(id)
        return new

    async def open(self, id: int) -> OpenSession:
        """Make a session the current one; raises KeyError for one that is not there."""
        if id not in self._shared.open_sessions:
            self._shared.open_sessions[id] = await self._read(id)
        session = self._shared.current = self._shared.open_sessions[id]
        self.entered(session)
        if session.held:
            self._replies.may_ask()
        if not session.incognito:
            await self._shared.archive.update_session(id, unread=False)
        self._shared.spawn(self._models.recall(session))
        return session

    async def private(self, query: str = "") -> list[SessionRow]:
        """The lines of the list for the incognito sessions, which are there until the program ends."""
        return [] if self._shared.memory is None else await self._shared.memory.sessions(query)

    def _archive_at(self, id: int) -> Archive:
        """Where a session is kept that may be open or not."""
        session = self._shared.open_sessions.get(id)
        return self._shared.archive if session is None else self._shared.archive_of(session)

    async def rename(self, id: int, title: str) -> None:
        """Give a session a title of the user's own."""
        title = titles.given(title)
        if id in self._shared.open_sessions:
            self._shared.open_sessions[id].conversation.title = title
            self._shared.open_sessions[id].title_source = "user"
        await self._archive_at(id).rename(id, title)
        self._shared.announce(SessionsChanged())

    async def delete(self, id: int) -> None:
        """Move a session to the bin; when it is the current one, another takes its place."""
        archive = self._archive_at(id)
        session = self._shared.open_sessions.pop(id, None)
        if session is not None:
            session.waiting.clear()
            for message_id in list(session.runs):
                self._replies.stop_reply(message_id, session)
        await archive.delete(id)
        if session is self._shared.current:
            newest = await self._shared.archive.newest()
            if newest is None:
                self.new_session()
            else:
                await self.open(newest)
        self._shared.announce(SessionsChanged())

    async def undelete(self, id: int) -> None:
        """Bring a session back from the bin."""
        await self._shared.archive.undelete(id)
        self._shared.announce(SessionsChanged())

    async def purge(self, id: int | None = None) -> int:
        """Remove a session of the bin for good, or all that are in it; returns how many are gone."""
        return await self._shared.archive.purge(None if id is None else [id])

    def export(
        self, format: str, session: OpenSession | None, leaf_id: int | None = None, file: Path | None = None
    ) -> AsyncIterator[str]:
        """A session, the branch of it that ends at `leaf_id`, or for None all sessions, as the pieces of a file."""
        if session is None:
            return self._shared.archive.transfer.export(format, file=file)
        return self._shared.archive_of(session).transfer.export(format, [session.id], leaf_id, file)

    async def import_file(
        self, path: Path, on_progress: Callable[[ImportReport], None] | None = None
    ) -> ImportReport:
        """Take in the sessions of a file; raises as `Transfer.import_file` does."""
        report = await self._shared.archive.transfer.import_file(path, on_progress)
        self._shared.announce(SessionsChanged())
        return report

    async def set_pinned(self, id: int, pinned: bool) -> None:
        """Keep a session at the top of the list, or not."""
        await self._archive_at(id).update_session(id, pinned=pinned)
        self._shared.announce(SessionsChanged())

    async def set_tags(self, id: int, tags: list[str]) -> None:
        """Give a session these tags."""
        session = self._shared.open_sessions.get(id)
        if session is not None:
            session.tags = tuple(tags)
        archive = self._shared.archive if session is None else self._shared.archive_of(session)
        await archive.update_session(id, tags=tuple(tags))
        self._shared.announce(SessionsChanged())

    async def load_recents(self) -> list[str]:
        """Prompts sent before, newest first."""
        return await self._shared.archive.prompts.recent()

    def tell_problem(self, problem: ArchiveProblem) -> None:
        """Announce a problem of the disk."""
        severity = "information" if problem.kind == "saved_again" else "error"
        self._shared.announce(Noticed(problem.message(), severity))
        self._shared.announce(ValuesChanged(self._shared.current.id))

    def _take_unbegun(self) -> tuple[str, list[Chosen]]:
        """Let go of the session that nothing was said in yet; its draft and files are for the next one."""
        unbegun = [
            each
            for each in self._shared.open_sessions.values()
            if not (each.stored or each.incognito or each.lesson)
        ]
        for each in unbegun:
            del self._shared.open_sessions[each.id]
        draft = "\n\n".join(each.draft for each in unbegun if each.draft)
        return draft, [chosen for each in unbegun for chosen in each.attached]

    def _next_session(
        self, draft: str = "", attached: Sequence[Chosen] = (), incognito: bool = False
    ) -> OpenSession:
        old = self._shared.current
        session = self._blank(old.endpoint, old.model.id or self._shared.dependencies.model)
        session.draft, session.attached, session.incognito = draft, list(attached), incognito
        self.entered(session)
        self._shared.spawn(self._models.recall(session))
        return session

    def _blank(self, endpoint: Endpoint, model_id: str) -> OpenSession:
        session = OpenSession(
            Conversation(),
            self._tuning.starting_values(model_id),
            endpoint,
            self._models.find_model(endpoint, model_id),
            self._shared.dependencies.defaults.system or "",
        )
        self._shared.open_sessions[session.id] = self._shared.current = session
        return session

    async def _read(self, id: int) -> OpenSession:
        record, conversation = await self._shared.archive.load(id)
        place = place_of(record, self._shared.dependencies)
        self._shared.endpoints.setdefault(place.endpoint.name, place.endpoint)
        drafts = self._shared.archive.drafts
        session = OpenSession(
            conversation,
            with_defaults(
                values_of(record, self._tuning.starting_values(place.model_id)),
                self._shared.dependencies.defaults,
                place.model_id,
            ),
            place.endpoint,
            self._models.find_model(place.endpoint, place.model_id),
            record.system or "",
            await drafts.get(id),
            title_source=record.title_source,
            stored=True,
            scroll=tuple(record.scroll) if record.scroll else None,
            tags=record.tags,
            forked=record.forked,
            costs=dict(record.costs),
            held=place.held,
            own=own_of(record, self._shared.dependencies.defaults.flags),
        )
        built_in = self._built_in()
        if built_in is not None and record.origin is not None and record.origin.startswith(LESSON):
            # Whatever the configuration and this run's flags say holds elsewhere.
            session.lesson, session.endpoint = record.origin.removeprefix(LESSON), built_in
            session.model = self._models.find_model(built_in, DEMO_MODEL_ID)
            session.values, session.held, session.own = own_values(record), "", None
        await self._attaching.bring_back(session, await drafts.attached(id))
        return session

    async def _open_memory(self) -> None:
        if self._shared.memory is None:
            self._shared.memory = await Archive.open(None)

    def entered(self, session: OpenSession) -> None:
        """Announce that another session is the current one."""
        self._shared.announce(SessionOpened(session.id))
        self._shared.announce(SessionsChanged())
        self._shared.spawn(self._be_present(session))

    async def _be_present(self, session: OpenSession) -> None:
        """Let other processes know which session is shown here, and say so where one of them shows it as well."""
        before, self._present = self._present, session.id
        if before is not None and before != session.id:
            await self._shared.archive.presence.exit(before)
        if not session.incognito and await self._shared.archive.presence.enter(session.id):
            self._shared.notice(
                "This session is open in another glmchat too. Both are saved; each sees what the other says.",
                "warning",
            )
