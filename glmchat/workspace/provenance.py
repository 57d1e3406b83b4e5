"""What a reply was asked with, in words: its settings, and how they differ from others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glmchat.core.conversation import Conversation, Message, Role
from glmchat.core.parameters import BY_NAME, TABLE
from glmchat.support.text import safe_line
from glmchat.workspace.values import differences

NOT_SENT = "not sent"
# These are told also where they were not sent.
_ALWAYS = ("temperature", "top_p", "reasoning")
_LONGEST = 40
# Replies are at most a few messages apart, unless tools were called many times over.
_FARTHEST = 64


def value_of(name: str, settings: Mapping[str, Any]) -> str:
    """A parameter's value as people read it, and that it was not sent where it was not."""
    if name not in settings:
        return NOT_SENT
    text = safe_line(BY_NAME[name].format(settings[name]))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def chip_line(settings: Mapping[str, Any]) -> str:
    """What a reply was asked with, in one line: all that was sent, and of the most telling that they were not."""
    rows = [row for row in TABLE if row.name in settings or row.name in _ALWAYS]
    return " · ".join(f"{row.title} {value_of(row.name, settings)}" for row in rows)


def taken_line(message: Message) -> str:
    """What a reply took and how it ended, as the endpoint told it; empty where it told nothing."""
    counts, about = message.counts, "about " if message.estimated else ""
    kinds = (
        ("prompt", counts.prompt, (("from the cache", counts.cached), ("to the cache", counts.cache_write))),
        ("reply", counts.completion, (("thought", counts.reasoning),)),
    )
    pieces = []
    for name, count, parts in kinds:
        if count is not None:
            within = ", ".join(f"{part:,} {what}" for what, part in parts if part)
            pieces.append(f"{name} {about}{count:,} tokens{f' ({within})' if within else ''}")
    if message.finish_reason:
        native = message.native_finish_reason
        told = f" (the provider says {native})" if native and native != message.finish_reason else ""
        pieces.append(f"finish reason {message.finish_reason}{told}")
    if message.failure is not None and message.failure.status is not None:
        pieces.append(f"HTTP status {message.failure.status}")
    if message.served_by:
        pieces.append(f"served by {message.served_by}")
    return safe_line(" · ".join(pieces))


def changed_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Each parameter that differs, with both its values."""
    rows = [each.parameter for each in differences(before, after)]
    return [f"{row.title} {value_of(row.name, before)} → {value_of(row.name, after)}" for row in rows]


def change_line(before: Message, after: Message) -> str:
    """What changed between two replies: parameters, model, provider, system prompt; empty for nothing."""
    if before.settings is None or after.settings is None:
        return ""
    changed = changed_words(before.settings, after.settings)
    for what, old, new in (
        ("model", before.model, after.model),
        ("provider", before.provider, after.provider),
    ):
        if old and new and old != new:
            changed.append(f"{what} {safe_line(old)} → {safe_line(new)}")
    if (before.system or "") != (after.system or ""):
        changed.append("another system prompt" if after.system else "no system prompt any more")
    return " · ".join(changed)


def reply_before(conversation: Conversation, message: Message) -> Message | None:
    """The reply that came before a reply on its branch; None where there is none, or its text is not in memory."""
    id = message.parent_id
    for _ in range(_FARTHEST):
        if id is None or id not in conversation.nodes:
            return None
        node = conversation.nodes[id]
        if node.role is Role.ASSISTANT:
            return conversation.loaded.get(id)
        id = node.parent_id
    return None


def change_above(conversation: Conversation, message: Message) -> str:
    """What stands on the line above a reply: what changed since the one before it."""
    if message.role is not Role.ASSISTANT or message.settings is None:
        return ""
    before = reply_before(conversation, message)
    return change_line(before, message) if before is not None else ""
