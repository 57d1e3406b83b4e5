"""What the end of a reply means: a note where it ended in an unusual way, and whether it kept to its format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from glmchat.api.finish_reasons import Meaning, meaning_of
from glmchat.core import attachments
from glmchat.core.conversation import Message, State
from glmchat.support.text import blank

_NOTES = {
    Meaning.WINDOW: "Stopped at the end of the context window.",
    Meaning.FILTERED: "Stopped by the endpoint's content filter.",
    Meaning.PAUSED: "Paused by the endpoint; it goes on when asked.",
}
# A call in the form of GLM, of Hermes and Qwen, of Mistral, Kimi, DeepSeek (cline#14156, GenericAgent#804), gpt-oss
# (TensorRT-LLM#9256, vllm#32633) or MiniMax, that the endpoint left in the text.
_WRITTEN_CALL = re.compile(
    r"(?:</tool_call>|<\|tool_calls_section_end\|>|<\|close\|>\w+<\|sep\|>|</[|｜‖]{1,2}DSML[|｜‖]{1,2}\w+>"
    r"|<｜tool▁calls▁end｜>|<\|call\|>|</minimax:tool_call>|<\|channel\|>commentary\b[^|]*<\|message\|>[^|]*<\|end\|>)\s*$"
    r"|\[TOOL_CALLS\]\s*[\[\w]"
)
_CALL_AS_TEXT = (
    "The model wrote a tool call as text, which the endpoint did not read as one. A server of your own needs the tool "
    "parser of its model, such as --tool-call-parser glm45 in vLLM and SGLang, or --jinja in llama.cpp."
)
_LAST = 2_000
_LIMITS = ("max_tokens", "max_completion_tokens")


def note(message: Message) -> str:
    """Say in a sentence why a complete reply ended in an unusual way, or holds nothing; empty for the usual way."""
    if message.state is not State.COMPLETE or message.failure is not None:
        return ""
    meaning = meaning_of(message.finish_reason)
    thought = not blank(message.reasoning) and not _answered(message)
    if ran_out_thinking(message):
        return (
            f"The thought used up all {_limit(message)}tokens, so no answer came. Raise max_tokens, or limit the "
            "thought with reasoning_effort or reasoning_max_tokens, or turn it off."
        )
    if meaning is Meaning.LENGTH:
        return (
            "Stopped at max_tokens."
            if limit_of(message) is not None
            else "Stopped at the endpoint's token limit."
        )
    if meaning in _NOTES:
        return _NOTES[meaning]
    if thought:
        return "The answer came as thought: the reply ended without an answer beside it."
    if wrote_call(message):
        return _CALL_AS_TEXT
    return "" if _answered(message) else "The endpoint ended the reply without any text."


def wrote_call(message: Message) -> bool:
    """Whether a reply that was offered tools ends with a call in its text, as where a server has no parser for it."""
    offered = bool((message.sent or {}).get("tools")) and not message.tool_calls
    return offered and _WRITTEN_CALL.search(message.content[-_LAST:]) is not None


def ran_out_thinking(message: Message) -> bool:
    """Whether a complete reply reached its limit of tokens in the thought, so that no answer came."""
    whole = message.state is State.COMPLETE and message.failure is None
    at_limit = meaning_of(message.finish_reason) is Meaning.LENGTH
    return whole and at_limit and not blank(message.reasoning) and not _answered(message)


def is_all_thought(message: Message) -> bool:
    """Whether a complete reply holds its whole answer in the thought."""
    whole = message.state is State.COMPLETE and message.failure is None
    usual = meaning_of(message.finish_reason) is Meaning.WHOLE
    return whole and usual and not blank(message.reasoning) and not _answered(message)


def is_unfinished(message: Message) -> bool:
    """Whether a reply ended at a limit, or where the endpoint wants to be asked to go on: it can be continued."""
    return meaning_of(message.finish_reason) in (Meaning.LENGTH, Meaning.PAUSED)


def _answered(message: Message) -> bool:
    return bool(not blank(message.content) or message.refusal or message.tool_calls or message.images)


def remarks(message: Message) -> list[str]:
    """Notes for a reader of the bare answer, a sentence each: an answer in the thought, pictures, sources."""
    out = []
    if is_all_thought(message):
        out.append(f"{note(message)} Print it with --show-reasoning.")
    if wrote_call(message):
        out.append(_CALL_AS_TEXT)
    out += [f"The reply holds a picture. {attachments.picture_line(each)}." for each in message.images]
    sources = attachments.cited(message.annotations)
    if sources:
        named = ", ".join(" ".join(filter(None, source)) for source in sources)
        out.append(
            f"The reply names {'a source' if len(sources) == 1 else f'{len(sources)} sources'}: {named}"
        )
    return out


def limit_of(message: Message) -> int | None:
    """The limit of tokens that was sent for a reply, None where none was."""
    sent = message.sent or {}
    return next((sent[name] for name in _LIMITS if type(sent.get(name)) is int), None)


def _limit(message: Message) -> str:
    """The same with a space after it, empty where nobody said one."""
    limit = limit_of(message)
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
    from glmchat.core.parameters.schemas import reply_error

    wrong = reply_error(schema, message.content)
    return None if wrong is None else f"This reply is not what response_format asked for: {wrong}."
