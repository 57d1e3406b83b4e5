"""What has changed since a reply was asked for, kept true under it while the settings change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.conversation import Message
from glmchat.tui.presenting.decoration import SETTINGS, VALUES
from glmchat.tui.widgets.transcript import Note
from glmchat.workspace.slash import replies

if TYPE_CHECKING:
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.widgets.transcript.messages import Messages

_SAME = Note("The next request is asked in the same way.", "info", (SETTINGS,))


class SinceThen:
    """The notes that compare a reply with the next request."""

    def __init__(self, presenter: Presenter) -> None:
        self._presenter = presenter
        self._shown: dict[int, Note] = {}

    def toggle(self, message: Message) -> None:
        """Show how the next request differs from what the reply was asked with, or take that away again."""
        note = self._note(message) or _SAME
        self._put(message.id, None if self._messages.note(message.id) == note else note)

    def follow(self) -> None:
        """Say what differs now; a note goes where nothing does any more, and another in its place stays."""
        for id, shown in list(self._shown.items()):
            message = self._presenter.current.conversation.loaded.get(id)
            if message is None or self._messages.note(id) != shown:
                del self._shown[id]
            elif (note := self._note(message)) != shown and (note or shown != _SAME):
                self._put(id, note)

    def _put(self, id: int, note: Note | None) -> None:
        self._shown.pop(id, None)
        if note is not None:
            self._shown[id] = note
        self._messages.set_note(id, note)

    def _note(self, message: Message) -> Note | None:
        changed = replies.since(self._presenter.current, message)
        return Note(changed, "info", (VALUES, SETTINGS)) if changed else None

    @property
    def _messages(self) -> Messages:
        return self._presenter.chat.transcript.messages
