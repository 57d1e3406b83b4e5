"""Which values a refusal may be about that does not name any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.core.parameters import REASONING, TABLE, Parameter

_KEYS = frozenset(row.keys[0] for row in TABLE)


def suspects(conversation: Conversation, reply: Message) -> list[str]:
    """The values of a refused reply that differ from the last ones that the same model took, in the table's order.

    All that were sent where no reply was taken before, or none differs from it.
    """
    settings = reply.settings or {}
    names = [row.name for row in TABLE if row.name in settings and _left(row, settings[row.name], reply.sent)]
    before = _taken_before(conversation, reply)
    known = (before.settings or {}) if before is not None else {}
    return [name for name in names if known.get(name) != settings[name]] or names


def _left(row: Parameter, value: Any, sent: Mapping[str, Any] | None) -> bool:
    """Whether a value that was set was in the request, which may have it under another name."""
    if sent is None or row.name in REASONING or row.keys[0] in sent:
        return True
    return any(each == value for key, each in sent.items() if key not in _KEYS)


def _taken_before(conversation: Conversation, reply: Message) -> Message | None:
    """The newest reply before this one, in whatever branch, that the same model at the same provider gave whole."""
    taken = (
        each
        for each in conversation.loaded.values()
        if each.role is Role.ASSISTANT
        and each.state is State.COMPLETE
        and (each.model, each.provider) == (reply.model, reply.provider)
        and each.id < reply.id
    )
    return max(taken, key=lambda each: each.id, default=None)
