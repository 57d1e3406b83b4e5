"""What the finish reasons of all kinds of servers mean: the reply is whole, limited, filtered, or broke down.

Sources: OpenAI; Z.ai (sensitive, network_error, model_context_window_exceeded); DeepSeek
(insufficient_system_resource); OpenRouter (error); vLLM and SGLang (abort, error, repetition); Anthropic (end_turn,
max_tokens, refusal, pause_turn); Gemini (the words in capitals); Mistral (model_length); Cohere (COMPLETE,
ERROR_TOXIC, ERROR_LIMIT); Bedrock (guardrail_intervened, malformed_model_output); TGI (eos_token). A reason that
nobody knows passes as it is, and the reply counts as whole.
"""

from __future__ import annotations

from enum import Enum
from typing import Any


class Meaning(Enum):
    """What a finish reason says of a reply."""

    WHOLE = "whole"
    LENGTH = "length"  # it reached the most tokens that it may have
    WINDOW = "window"  # it reached the end of the context window
    FILTERED = "filtered"
    PAUSED = "paused"  # the server wants to be asked to go on
    BROKEN = "broken"  # no whole reply; asking again can help
    REFUSED = "refused"  # no whole reply; asking the same again cannot help


_MEANINGS = {
    Meaning.WHOLE: (
        "stop", "end_turn", "stop_sequence", "eos", "eos_token", "end", "complete", "completed",
        "tool_calls", "tool_call", "tool_use", "function_call",
    ),
    Meaning.LENGTH: ("length", "max_tokens", "max_output_tokens", "token_limit", "error_limit", "max_length"),
    Meaning.WINDOW: (
        "model_context_window_exceeded", "model_length", "context_length_exceeded", "context_length",
        "context_window_exceeded",
    ),
    Meaning.FILTERED: (
        "content_filter", "content_filtered", "sensitive", "safety", "recitation", "blocklist", "prohibited_content",
        "spii", "error_toxic", "guardrail_intervened", "refusal", "image_safety", "image_prohibited_content",
        "image_recitation", "language", "moderation",
    ),
    Meaning.PAUSED: ("pause_turn",),
    Meaning.BROKEN: (
        "error", "network_error", "abort", "aborted", "insufficient_system_resource", "insufficient_system_resources",
        "internal_error", "internal_server_error", "server_error", "engine_error", "upstream_error", "api_error",
        "timeout", "timed_out", "cancelled", "canceled", "user_cancel", "interrupted", "disconnected", "overloaded",
        "failed", "failure", "other", "malformed_function_call", "unexpected_tool_call", "malformed_response",
        "malformed_model_output", "malformed_tool_use", "no_image", "image_other",
    ),
    Meaning.REFUSED: ("missing_thought_signature", "too_many_tool_calls"),
}  # fmt: skip
_BY_WORD = {word: meaning for meaning, words in _MEANINGS.items() for word in words}
_LONGEST = 200


def meaning_of(reason: str | None) -> Meaning:
    """What a finish reason means, however it is written; WHOLE where nobody knows."""
    word = (reason or "").strip().lower().replace("-", "_").replace(" ", "_").removeprefix("finish_reason_")
    return _BY_WORD.get(word, Meaning.WHOLE)


def reason_of(value: Any) -> str | None:
    """A finish reason as text: as it was sent, or the word in an object (SGLang); None where there is none."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("type", "reason", "finish_reason") if value.get(key)), None)
    if not value or isinstance(value, bool):
        return None
    return value if isinstance(value, str) else str(value)[:_LONGEST]
