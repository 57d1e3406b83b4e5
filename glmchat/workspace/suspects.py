"""Which values a refusal may be about that does not name any."""

from __future__ import annotations

from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.core.parameters import TABLE


def suspects(conversation: Conversation, reply: Message) -> list[str]:
    """The values of a refused reply that differ from the last one that the same model took, in the table's order.

    All of them where no reply was taken before, or none differs from it.
    """
    settings = reply.settings or {}
    before = _taken_before(conversation, reply)
    names = [row.name for row in TABLE if row.name in settings]
    if before is None:
        return names
    known = before.settings or {}
    return [name for name in names if known.get(name) != settings[name]] or names


def _taken_before(conversation: Conversation, reply: Message) -> Message | None:
    """The last reply above this one in the branch that the same model at the same provider gave whole."""
    path = conversation.path(reply.parent_id) if reply.parent_id is not None else []
    for node in reversed(path):
        message = conversation.loaded.get(node.id)
        same = message is not None and (message.model, message.provider) == (reply.model, reply.provider)
        if (
            message is not None
            and same
            and message.role is Role.ASSISTANT
            and message.state is State.COMPLETE
        ):
            return message
    return None
