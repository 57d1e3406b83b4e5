"""What the end of a reply means: a note where it ended in an unusual way, and whether it kept to its format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glmchat.conversation import Message, State

# Finish reasons by the words of the API, of Z.ai and of others.
_NOTES = {
    "length": "The reply reached the most tokens it may have.",
    "content_filter": "The endpoint's content filter ended the reply.",
    "sensitive": "The endpoint's content filter ended the reply.",
    "model_context_window_exceeded": "The reply reached the end of the model's context window.",
}
_LIMITS = ("max_tokens", "max_completion_tokens")


def note(message: Message) -> str:
    """Say in a sentence why a complete reply ended in an unusual way, or holds nothing; empty for the usual way."""
    if message.state is not State.COMPLETE or message.failure is not None:
        return ""
    reason = (message.finish_reason or "").lower()
    answered = message.content.strip() or message.refusal or message.tool_calls
    if reason == "length" and not answered and message.reasoning.strip():
        return (
            f"The thought used up all {_limit(message)}tokens, so no answer came. Raise max_tokens, or limit the "
            "thought with reasoning_effort or reasoning_max_tokens, or turn it off."
        )
    if reason in _NOTES:
        return _NOTES[reason]
    if answered:
        return ""
    if message.reasoning.strip():
        return "The model ended its reply after the thought, without an answer."
    return "The endpoint ended the reply without any text."


def _limit(message: Message) -> str:
    """The limit of tokens that held for a reply with a space after it, empty where nobody said one."""
    sent = message.sent or {}
    limit = next((sent[name] for name in _LIMITS if type(sent.get(name)) is int), None)
    return "" if limit is None else f"{limit} "


def departure(values: Mapping[str, Any], message: Message) -> str | None:
    """Say where a reply departs from the response_format among the values, None where it holds; takes its time."""
    wanted = values.get("response_format")
    if not isinstance(wanted, Mapping) or message.refusal or message.tool_calls:
        return None
    schema: Any = None
    if wanted.get("type") == "json_object":
        schema = {"type": "object"}
    elif wanted.get("type") == "json_schema" and isinstance(wanted.get("json_schema"), Mapping):
        schema = wanted["json_schema"].get("schema")
    if schema is None:
        return None
    from glmchat.schemas import reply_error

    wrong = reply_error(schema, message.content)
    return None if wrong is None else f"This reply is not what response_format asked for: {wrong}."
