"""What a reply was asked with: shown under it, compared with now, used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.conversation import Message
from glmchat.tui.commands.actions.chosen import chosen_reply
from glmchat.tui.commands.dispatch import presenter_of
from glmchat.tui.presenting.decoration import DIFFERS, VALUES
from glmchat.tui.widgets.transcript import Note
from glmchat.workspace.slash import replies

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


async def _message(app: ChatApp, id: int | None) -> Message:
    presenter = presenter_of(app)
    wanted = chosen_reply(app) if id is None else id
    await presenter.workspace.journal.need([wanted])
    return presenter.current.conversation.loaded[wanted]


async def show(app: ChatApp, id: int | None = None) -> None:
    """Show what a reply was asked with under it, or take that away again."""
    message = await _message(app, id)
    note = Note(replies.asked_with(message), "info", (VALUES, DIFFERS))
    messages = app.chat.transcript.messages
    messages.set_note(message.id, None if messages.note(message.id) == note else note)


async def differs(app: ChatApp, id: int | None = None) -> None:
    """Show how the settings of a reply differ from those of the next request."""
    presenter_of(app).since.toggle(await _message(app, id))


async def use(app: ChatApp, id: int | None = None) -> None:
    """Ask with the settings of a reply from now on."""
    message = await _message(app, id)
    app.say(replies.use(presenter_of(app).workspace, message))
