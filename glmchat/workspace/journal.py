"""The journal: what of a session reaches the disk, and what is read from there when it is needed."""

from __future__ import annotations

import asyncio

from glmchat.core.attached import Contents
from glmchat.core.conversation import Message
from glmchat.files.attaching import name_of
from glmchat.history import Session
from glmchat.history.archive import Recorder
from glmchat.history.records import LESSON
from glmchat.workspace.changes import MessageChanged, SessionsChanged
from glmchat.workspace.session import OpenSession
from glmchat.workspace.shared import Shared
from glmchat.workspace.values import Source

# The fields of a session that may change after it was stored.
_CHANGING = (
    "title", "title_source", "model", "provider", "base_url", "system", "values", "unset", "leaf_id",
)  # fmt: skip


class Recording:
    """A recorder that also remembers what it kept last, so that a stopped reply is known here too."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.last: Message | None = None

    def save_soon(self, message: Message) -> None:
        """Pass it on."""
        self._recorder.save_soon(message)

    async def save(self, message: Message) -> None:
        """Remember it, then pass it on."""
        self.last = message
        await self._recorder.save(message)


class Journal:
    """Keeps messages, drafts and sessions as they change, and brings messages back."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def keep(self, session: OpenSession, message: Message, attached: Contents | None = None) -> None:
        """Put a message on disk with what is attached, in the order of the calls; its session comes with the first."""
        archive = self._shared.archive_of(session)
        first = not session.stored
        if first:
            if not session.lesson:
                archive.drafts.save(None, "")  # from here on it is kept under the session's own id
            session.stored = True
            archive.create(self.record(session))
            self.keep_unsent(session)
        self._shared.spawn(self._save(session, message, attached, first))

    async def _save(
        self, session: OpenSession, message: Message, attached: Contents | None, first: bool
    ) -> None:
        await self._shared.archive_of(session).save(session.id, message, attached=attached)
        if first:  # from now on the session is in the list
            self._shared.announce(SessionsChanged())

    def set_draft(self, text: str, session: OpenSession | None = None) -> None:
        """Remember what stands in the prompt of a session, the current one if none is given."""
        session = session or self._shared.current
        if text != session.draft:
            session.draft = text
            self.keep_unsent(session)

    def keep_unsent(self, session: OpenSession) -> None:
        """Put what was not sent on disk: what stands in the prompt and is attached, after the prompts that wait.

        It goes there together with the message that is saved next, so that a crash leaves the one or the other.
        """
        if session.lesson and not session.stored:
            return  # what it asks is no draft of the person's
        parts = [*(queued.text for queued in session.queue), session.draft]
        text = "\n\n".join(part for part in parts if part.strip()) if session.queue else session.draft
        files = [*(each for queued in session.queue for each in queued.attached), *session.attached]
        attached = [name_of(each.attached.attachment) or each.attached for each in files]
        self._shared.archive_of(session).drafts.save(session.id if session.stored else None, text, attached)

    def set_scroll(self, place: tuple[int, int] | None) -> None:
        """Remember where the current session is being read: a message and a character in it; None at its end."""
        session = self._shared.current
        if session.scroll != place:
            session.scroll = place
            if session.stored:
                self._shared.spawn(self._shared.archive_of(session).update_session(session.id, scroll=place))

    def record(self, session: OpenSession) -> Session:
        """What the archive keeps of a session beside its messages."""
        values, own = session.values.own(), session.own
        if own is not None:
            flags = [name for name in values if session.values.source(name) is Source.FLAG]
            values = {name: value for name, value in values.items() if name not in flags}
            values |= {name: own.values[name] for name in flags if name in own.values}
        return Session(
            session.id,
            session.title,
            session.title_source,
            model=session.model.id if own is None else own.model,
            provider=session.endpoint.name if own is None else own.provider,
            base_url=session.endpoint.base_url if own is None else own.base_url,
            system=session.system,
            values=values,
            unset=tuple(sorted(session.values.withheld)),
            leaf_id=session.conversation.leaf_id,
            tags=session.tags,
            origin=LESSON + session.lesson if session.lesson else None,
            origin_id=str(session.id) if session.lesson else None,
            forked=session.forked,
        )

    def save_session(self, session: OpenSession) -> None:
        """Keep what belongs to a session beside its messages, once it has any; never blocks."""
        if session.stored and not session.saving:
            session.saving = True
            self._shared.spawn(self._save_session(session))

    async def _save_session(self, session: OpenSession) -> None:
        await asyncio.sleep(0.2)  # a drag of a slider is one write
        await self.write_session(session)

    async def write_session(self, session: OpenSession) -> None:
        """Write what belongs to a session beside its messages, without waiting for more changes."""
        session.saving = False
        record = self.record(session)
        fields = {name: getattr(record, name) for name in _CHANGING}
        await self._shared.archive_of(session).update_session(session.id, **fields)

    async def need(self, ids: list[int], session: OpenSession | None = None) -> None:
        """Read messages from disk that are not in memory yet, and announce each."""
        session = session or self._shared.current
        missing = [
            id for id in ids if id in session.conversation.nodes and id not in session.conversation.loaded
        ]
        for start in range(0, len(missing), 100):
            for message in await self._shared.archive_of(session).messages(missing[start : start + 100]):
                if message.id not in session.conversation.loaded:
                    session.conversation.put(message)
                    self._shared.announce(MessageChanged(session.id, message))
