"""How the rest of a cut reply is asked for: from its own text where the endpoint goes on from it, else in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glmchat.api import dialects
from glmchat.api.learning.learned import Learned
from glmchat.core import begun
from glmchat.core.conversation import Message
from glmchat.core.depth import OFF, UNSENT, depth_of, least, unthinking
from glmchat.core.thinking import Thinking
from glmchat.workspace.session import Variant

IN_WORDS = "Your last message was cut off. Go on exactly where it stopped, and repeat nothing of it."


def beginning(
    part: Message, variant: Variant, learned: Learned, thinking: Thinking
) -> tuple[str, Mapping[str, Any]] | None:
    """The text from which the endpoint is to go on, and the values that go with it; None where words must do.

    An answer is gone on with without thinking, since its thought is over: beside thinking many endpoints refuse a
    beginning, or take what follows for thought.
    """
    row = dialects.of(variant.endpoint)
    if not row.prefill or learned.no_prefill or part.tool_calls or part.refusal:
        return None
    depth = depth_of(variant.values)
    if part.content:
        if not part.reasoning and depth in (OFF, UNSENT):
            return part.content, variant.values
        return (part.content, unthinking(variant.values, thinking)) if least(thinking) == OFF else None
    if part.reasoning and row.prefill_thought and depth != OFF:
        return begun.MARK + part.reasoning, variant.values
    return None
