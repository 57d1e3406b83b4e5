"""Which message a command is about, and whether it can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.conversation import Message, Role, State
from glmchat.core.refused import Refused
from glmchat.turn import ending_notes
from glmchat.workspace import provenance

if TYPE_CHECKING:
    from glmchat.workspace import OpenSession, Workspace


def last_of(session: OpenSession, role: Role, picked: int | None = None) -> Message:
    """The message that is picked, else the last one of a role; refused where there is none."""
    id = picked or session.last_of(role)
    message = session.conversation.loaded.get(id) if id is not None else None
    if message is None:
        raise Refused(
            "There is no reply yet." if role is Role.ASSISTANT else "You have not sent anything yet."
        )
    return message


def last_reply(session: OpenSession) -> Message:
    """The last reply of the branch that has ended; refused where there is none."""
    message = session.last_reply()
    if message is None:
        raise Refused("There is no reply yet.")
    return message


def to_ask_again(session: OpenSession, picked: int | None = None) -> int:
    """The reply that is picked, else what the branch ends with: the last reply, or a question that has none."""
    if picked is None and (question := session.unanswered()) is not None:
        return question
    return last_of(session, Role.ASSISTANT, picked).id


def go_on(workspace: Workspace, message: Message) -> None:
    """Ask for the rest of a reply."""
    if message.state is State.COMPLETE and not ending_notes.is_unfinished(message):
        raise Refused("This reply is complete.")
    workspace.replies.continue_reply(message.id)


def keep_part(workspace: Workspace, message: Message) -> None:
    """Take a reply that was cut off as it is."""
    if message.state in (State.COMPLETE, State.STREAMING) or not (message.content or message.reasoning):
        raise Refused("This reply was not cut off.")
    workspace.replies.keep_part(message.id)


def take_thought(workspace: Workspace, message: Message) -> None:
    """Take the thought of a reply that has no answer as its answer."""
    if message.content or not message.reasoning or message.state is State.STREAMING:
        raise Refused("Only a reply that is all thought can be answered by its thought.")
    workspace.tree.take_thought(message.id)


def asked_with(message: Message) -> str:
    """Say what a reply was asked with, and what it took."""
    if message.settings is None:
        raise Refused("It is not known what this message was asked with.")
    lines = (f"Asked with {provenance.chip_line(message.settings)}", provenance.taken_line(message))
    return "\n".join(filter(None, lines))


def changed_since(session: OpenSession, message: Message) -> list[str]:
    """What the next request changes of what a reply was asked with, in words; nothing where that is not known."""
    if message.settings is None:
        return []
    changed = provenance.changed_words(message.settings, session.values.plain())
    if message.model and message.model != session.model.id:
        changed.append(f"model {message.model} → {session.model.wire_id}")
    if (message.system or "") != session.system:
        changed.append("another system prompt" if session.system else "no system prompt")
    return changed


def since(session: OpenSession, message: Message) -> str:
    """Say how the next request differs from what a reply was asked with; empty where it does not."""
    if message.settings is None:
        raise Refused("It is not known what this message was asked with.")
    changed = changed_since(session, message)
    return f"Since then: {' · '.join(changed)}" if changed else ""


def use(workspace: Workspace, message: Message) -> str:
    """Ask with the settings of a reply from now on."""
    if message.settings is None:
        raise Refused("It is not known what this message was asked with.")
    changed = provenance.changed_words(workspace.current.values.plain(), message.settings)
    if not changed:
        return "These are the settings already."
    workspace.tuning.use_values_of(message.id)
    return f"From the next request on: {' · '.join(changed)}. /undo takes it back."
