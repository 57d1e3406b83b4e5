"""What goes with the next prompt of a session: files and pictures that the person chose, read again when it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from glmchat.api import dialects
from glmchat.core.attached import Attached, Attachment, Kind
from glmchat.core.conversation import Message
from glmchat.core.model import SEE, Model
from glmchat.files.attaching import (
    attach_again,
    attach_any,
    attach_page,
    lines_that_fit,
    name_of,
    split_range,
)
from glmchat.files.gathering import MOST_S, Gathered, gather, is_several, meant
from glmchat.files.patience import Patience
from glmchat.files.pictures import Form
from glmchat.files.reading import shown
from glmchat.files.refused import FileRefused
from glmchat.turn.parts import form_for
from glmchat.workspace.changes import AttachmentsChanged, MessageChanged
from glmchat.workspace.journal import Journal
from glmchat.workspace.session import Chosen, OpenSession
from glmchat.workspace.shared import Shared

# A session that opens waits no longer for the documents of its draft.
_AT_OPENING_S = 10.0


class Attaching:
    """Chooses, takes off and reorders what is attached to the next prompt."""

    def __init__(self, shared: Shared, journal: Journal) -> None:
        self._shared = shared
        self._journal = journal
        self._stops: list[Callable[[], object]] = []

    @property
    def form(self) -> Form:
        """How what is attached is sent to the model of the current session."""
        return self._form_of(self._shared.current)

    def _form_of(self, session: OpenSession) -> Form:
        preferences = self._shared.preferences
        pixels, detail = preferences.picture_pixels, preferences.picture_detail
        return form_for(dialects.of(session.endpoint), session.model, pixels, detail)

    async def choose(self, given: str, session: OpenSession | None = None) -> Chosen:
        """Attach a file by the name that a person wrote, one that is attached already anew; raises FileRefused."""
        session = session or self._shared.current
        given = await asyncio.to_thread(meant, given)
        with self._patience() as patience:
            attached = await asyncio.to_thread(attach_any, given, self._form_of(session), patience)
        return self.add(Chosen(given, attached), session)

    def stop(self) -> bool:
        """Stop what is being read or fetched; False where nothing is."""
        for stop in (stops := list(self._stops)):
            stop()
        return bool(stops)

    @contextmanager
    def _patience(self) -> Iterator[Patience]:
        """How long something may be read, and no longer than it is waited for."""
        patience = Patience(MOST_S)
        with self._stoppable(patience.stop):
            try:
                yield patience
            except asyncio.CancelledError:
                patience.stop()
                raise

    @contextmanager
    def _stoppable(self, stop: Callable[[], object]) -> Iterator[None]:
        self._stops.append(stop)
        try:
            yield
        finally:
            self._stops.remove(stop)

    async def fetch(self, address: str) -> Chosen:
        """Attach the text of a page of the web; raises FileRefused."""
        from glmchat.api import pages

        session = self._shared.current
        asking = asyncio.ensure_future(pages.fetch(address))
        try:
            with self._stoppable(asking.cancel):
                await asyncio.wait({asking})
        finally:
            asking.cancel()
        if asking.cancelled():
            raise FileRefused("Fetching the page was stopped.")
        try:
            page = asking.result()
        except pages.PageRefused as refused:
            raise FileRefused(str(refused)) from None
        attached = await asyncio.to_thread(attach_page, page.url, page.type, page.charset, page.data)
        return self.add(Chosen(page.url, attached), session)

    async def gather(self, given: str) -> Gathered | None:
        """What a directory or a pattern would take in; None for the name of one file. Raises FileRefused."""
        given = await asyncio.to_thread(meant, given)
        if not await asyncio.to_thread(is_several, given):
            return None
        with self._patience() as patience:
            return await asyncio.to_thread(gather, given, self.form, patience)

    def add_all(self, gathered: Iterable[Attached], session: OpenSession) -> None:
        """Attach what was gathered."""
        for each in gathered:
            self._put(Chosen(str(each.attachment.path), each), session)
        self._changed(session)

    def add(self, chosen: Chosen, session: OpenSession | None = None) -> Chosen:
        """Attach what was read already, such as a picture of the clipboard."""
        session = session or self._shared.current
        put = self._put(chosen, session)
        self._changed(session)
        return put

    def _put(self, chosen: Chosen, session: OpenSession) -> Chosen:
        twin = next((each for each in session.attached if _same(each, chosen)), None)
        if twin is None:
            session.attached.append(chosen)
        else:
            twin.attached = chosen.attached
        for note in chosen.attached.notes:
            self._shared.notice(note, "warning")
        return twin or chosen

    def take_off(self, id: int) -> None:
        """Attach something no more."""
        session = self._shared.current
        session.attached = [each for each in session.attached if each.id != id]
        self._changed(session)

    def move(self, id: int, step: int) -> None:
        """Move something towards the beginning or the end."""
        session = self._shared.current
        place = next((at for at, each in enumerate(session.attached) if each.id == id), None)
        if place is not None and 0 <= place + step < len(session.attached):
            chosen = session.attached.pop(place)
            session.attached.insert(place + step, chosen)
            self._changed(session)

    async def choose_again(self, attachment: Attachment) -> tuple[bool, str]:
        """Attach a file of an earlier message as it is on disk now; tells whether it changed, and what it is in a line.

        Raises FileRefused where it is gone.
        """
        chosen = await self.choose(name_of(attachment))
        now = chosen.attached.attachment
        return now.source != attachment.source, now.line

    async def contents(self, attachments: Iterable[Attachment]) -> dict[str, bytes]:
        """The bytes of what is attached to messages of the current session, by digest."""
        archive = self._shared.archive_of(self._shared.current)
        return await archive.contents([each.digest for each in attachments])

    def leave_out(self, message: Message, place: int) -> None:
        """Leave what is attached to a message out of later requests, or send it again."""
        session = self._shared.current
        files = list(message.attachments)
        files[place] = replace(files[place], left_out=not files[place].left_out)
        changed = replace(message, attachments=tuple(files))
        session.conversation.put(changed)
        self._journal.keep(session, changed)
        self._shared.announce(MessageChanged(session.id, changed))

    async def narrow(self, id: int, lines: str) -> None:
        """Send only some lines of a file, such as ``10-40``; raises FileRefused."""
        for chosen in self._shared.current.attached:
            if chosen.id == id:
                given = f"{split_range(chosen.given)[0]}:{lines}"
                chosen.attached = await asyncio.to_thread(attach_any, given, self.form)
                chosen.given = given
        self._changed(self._shared.current)

    async def narrow_to(self, id: int, tokens: int, *, end: bool) -> None:
        """Send only as many lines of a file as have so many tokens, from its beginning or before its end."""
        for chosen in self._shared.current.attached:
            if chosen.id == id:
                text = chosen.attached.content.decode("utf-8", "replace")
                await self.narrow(id, lines_that_fit(text, tokens, end=end))

    async def read_again(self, session: OpenSession) -> list[Attached]:
        """Everything that is attached, as it is on disk now; raises FileRefused where something is gone meanwhile."""
        form = self._form_of(session)
        with self._patience() as patience:
            for chosen in session.attached:
                before = chosen.attached
                if before.attachment.path is not None:
                    chosen.attached = await asyncio.to_thread(
                        attach_again, chosen.given, before, form, patience
                    )
        return [chosen.attached for chosen in session.attached]

    def clear(self, session: OpenSession) -> None:
        """Everything was sent; who sends it keeps what is left of the draft."""
        if session.attached:
            session.attached = []
            self._shared.announce(AttachmentsChanged(session.id))

    async def bring_back(self, session: OpenSession, attached: Iterable[str | Attachment]) -> None:
        """Attach again what was attached to the draft of a session, and say what is gone meanwhile."""
        patience = Patience(_AT_OPENING_S)
        for each in attached:
            try:
                session.attached.append(await self._brought_back(session, each, patience))
            except FileRefused as refused:
                self._shared.notice(f"{refused} It is attached to the prompt no more.", "warning")

    async def _brought_back(self, session: OpenSession, each: str | Attachment, patience: Patience) -> Chosen:
        if isinstance(each, str):
            return Chosen(each, await asyncio.to_thread(attach_any, each, self._form_of(session), patience))
        data = (await self._shared.archive_of(session).contents([each.digest])).get(each.digest)
        if data is None:
            raise FileRefused(f"{shown(each.name)} is not there any more.")
        return Chosen(each.name, Attached(each, data))

    def give_back(self, session: OpenSession, attached: tuple[Chosen, ...]) -> None:
        """What was to be sent is attached to the next prompt again."""
        if attached:
            session.attached = [*attached, *session.attached]
            self._changed(session)

    def tokens(self) -> int:
        """An estimate of the tokens of all that is attached."""
        return sum(each.attached.attachment.tokens for each in self._shared.current.attached)

    def largest(self) -> Chosen | None:
        """The text that has the most tokens, None where only pictures are attached, or nothing."""
        texts = [each for each in self._shared.current.attached if each.attached.attachment.kind is Kind.TEXT]
        return max(texts, key=lambda each: each.attached.attachment.tokens, default=None)

    def unseen(self, model: Model | None = None) -> bool:
        """Whether a picture is attached that the session's model, or another, is known not to see."""
        session = self._shared.current
        pictures = any(each.attached.attachment.kind is Kind.PICTURE for each in session.attached)
        abilities = (model or session.model).abilities
        return pictures and bool(abilities) and SEE not in abilities

    def seeing(self, offered: list[Model]) -> list[Model]:
        """Those of the models that are offered which see pictures."""
        return [each for each in offered if each.id is not None and SEE in each.abilities]

    def _changed(self, session: OpenSession) -> None:
        self._journal.keep_unsent(session)
        self._shared.announce(AttachmentsChanged(session.id))


def _same(one: Chosen, other: Chosen) -> bool:
    first, second = one.attached.attachment, other.attached.attachment
    if first.path is None or second.path is None:
        return first.digest == second.digest and first.name == second.name
    return (first.path, first.part) == (second.path, second.part)
