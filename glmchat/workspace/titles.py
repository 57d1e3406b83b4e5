"""A session's title by a small request to the model, where the user turned that on."""

from __future__ import annotations

from glmchat.api import dialects, events
from glmchat.api.client import ChatClient
from glmchat.api.errors.tree import ApiError
from glmchat.api.learning.learned import Learned
from glmchat.core import titles
from glmchat.core.depth import OFF, least, unthinking
from glmchat.core.thinking import Thinking
from glmchat.workspace.session import Variant

_ASK = (
    "Name this conversation in at most six words, in its own language. Answer with the name alone: "
    "no quotation marks, no full stop."
)
_EXCERPT = 1000
# For a model that thinks before it names anything.
_ROOM_TO_THINK = 2048
_VALUES = {"temperature": 0.0, "max_tokens": 64}


async def ask_for_title(
    client: ChatClient, variant: Variant, learned: Learned, thinking: Thinking, prompt: str, reply: str
) -> str | None:
    """Ask the model for a title; None where it gave none, or failed: a title is not worth an error.

    `thinking` is what is known of how the model thinks there: as little as it can is asked for.
    """
    messages = [
        {"role": "user", "content": prompt[:_EXCERPT]},
        {"role": "assistant", "content": reply[:_EXCERPT]},
        {"role": "user", "content": _ASK},
    ]
    values = unthinking(_VALUES, thinking)
    if least(thinking) != OFF:
        values["max_tokens"] = _ROOM_TO_THINK
    told = variant.model.thinking
    built = dialects.build(variant.endpoint, variant.model.wire_id, messages, values, learned, told)
    text = ""
    try:
        async for event in client.stream(variant.endpoint, built.body):
            if isinstance(event, events.ContentDelta):
                text += event.text
            elif isinstance(event, events.Resorted):
                text = event.content
    except ApiError:
        return None
    return titles.given(text.strip().strip('"“”「」『』《》').rstrip(".。"), titles.LONGEST_TAKEN) or None
