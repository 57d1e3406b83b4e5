"""What it costs where a change or a pause makes an endpoint read again what it had in its cache."""

from __future__ import annotations

from glmchat.core import pricing
from glmchat.core.conversation import Conversation, Cost, Message, Role
from glmchat.core.model import Price
from glmchat.core.parameters import REASONING

# A loss below this part of the currency's unit is not worth a word.
WORTH = 0.1
# Endpoints keep a cache for some minutes.
_PAUSE_S = 300


def told(conversation: Conversation, message: Message, price: Price | None) -> str:
    """A sentence on a cache that was lost with this reply, why, and what that cost; else empty."""
    before = _before(conversation, message)
    if before is None:
        return ""
    cost, why = loss(before, message, price), _why(conversation, before, message)
    if cost is None or not why:
        return ""
    return f"The endpoint's cache was lost to {why}: about {pricing.short(cost)} more for this reply."


def loss(before: Message, after: Message, price: Price | None) -> Cost | None:
    """What was paid for input that the request before had brought already; None where it is little or not known."""
    had, now = before.counts, after.counts
    if price is None or had.prompt is None or now.prompt is None or now.cached is None:
        return None
    rates = price.at(now.prompt)
    if rates.input is None or rates.cached is None:
        return None
    lost = min(had.prompt, now.prompt) - now.cached
    amount = lost * (rates.input - rates.cached) / 1000
    return Cost(amount, price.currency) if amount >= WORTH else None


def _before(conversation: Conversation, message: Message) -> Message | None:
    """The newest reply before this one, in whatever branch, whose request was counted."""
    counted = (
        each
        for each in conversation.loaded.values()
        if each.role is Role.ASSISTANT and each.id < message.id and each.prompt_tokens is not None
    )
    return max(counted, key=lambda each: each.id, default=None)


def _why(conversation: Conversation, before: Message, after: Message) -> str:
    old, new = before.settings or {}, after.settings or {}
    path = {node.id for node in conversation.path(after.id)}
    pause = after.created_at - before.created_at
    causes = (
        (_model(before) != _model(after), "another model"),
        ((before.system or "") != (after.system or ""), "another system prompt"),
        (old.get("tools") != new.get("tools"), "other tools"),
        (any(old.get(name) != new.get(name) for name in REASONING), "another depth of thought"),
        (before.id not in path and before.parent_id not in path, "an edit further up"),
        (pause > _PAUSE_S, f"a pause of {pause / 60:.0f} minutes"),
    )
    return next((words for holds, words in causes if holds), "")


def _model(message: Message) -> tuple[str | None, object]:
    return message.provider, (message.sent or {}).get("model", message.model)
