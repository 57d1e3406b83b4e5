"""What a reply was asked with: shown under it, compared with now, used again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glmchat.core.conversation import Message
from glmchat.tui.commands.actions.chosen import chosen_reply
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.tui.presenting import provenance
from glmchat.tui.presenting.decoration import DIFFERS, SETTINGS, VALUES
from glmchat.tui.widgets.transcript import Note

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


def _settings(message: Message) -> dict[str, Any]:
    if message.settings is None:
        raise Refused("It is not known what this message was asked with.")
    return message.settings


async def _message(app: ChatApp, id: int | None) -> Message:
    presenter = presenter_of(app)
    wanted = chosen_reply(app) if id is None else id
    await presenter.workspace.journal.need([wanted])
    return presenter.current.conversation.loaded[wanted]


async def show(app: ChatApp, id: int | None = None) -> None:
    """Show what a reply was asked with under it, or take that away again."""
    message = await _message(app, id)
    note = Note(f"Asked with {provenance.chip_line(_settings(message))}", "info", (VALUES, DIFFERS))
    _put(app, message.id, note)


async def differs(app: ChatApp, id: int | None = None) -> None:
    """Show how the settings of a reply differ from those of the next request."""
    message = await _message(app, id)
    session = presenter_of(app).current
    changed = provenance.changed_words(_settings(message), session.values.plain())
    if message.model and message.model != session.model.id:
        changed.append(f"model {message.model} → {session.model.wire_id}")
    if (message.system or "") != session.system:
        changed.append("another system prompt" if session.system else "no system prompt")
    text = f"Since then: {' · '.join(changed)}" if changed else "The next request is asked in the same way."
    _put(app, message.id, Note(text, "info", (VALUES, SETTINGS) if changed else (SETTINGS,)))


def _put(app: ChatApp, id: int, note: Note) -> None:
    transcript = app.chat.transcript
    transcript.messages.set_note(id, None if transcript.messages.note(id) == note else note)


async def use(app: ChatApp, id: int | None = None) -> None:
    """Ask with the settings of a reply from now on."""
    message = await _message(app, id)
    changed = provenance.changed_words(presenter_of(app).current.values.plain(), _settings(message))
    if not changed:
        app.say("These are the settings already.")
        return
    presenter_of(app).workspace.tuning.use_values_of(message.id)
    app.say(f"From the next request on: {' · '.join(changed)}. /undo takes it back.")
