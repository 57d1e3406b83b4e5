"""What endpoints refuse, a function for each: what is wrong with a request's body, empty where it is taken.

Facts: docs.z.ai; openrouter.ai/docs; platform.openai.com; docs.mistral.ai and its 422s; api-docs.deepseek.com;
platform.moonshot.ai; platform.minimax.io; llama.cpp's server (`oaicompat_chat_params_parse`); Ollama's `openai.go`;
SGLang's and vLLM's `protocol.py`; help.aliyun.com (deep thinking).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from glmchat.core.thinking import RUNGS, Thinking

Body = Mapping[str, Any]
Strict = Callable[[Body, Thinking], str]

_COMMON = {
    "model", "messages", "stream", "stream_options", "max_tokens", "temperature", "top_p", "stop", "tools",
    "tool_choice", "response_format",
}  # fmt: skip
_OPENAI = _COMMON - {"max_tokens"} | {
    "max_completion_tokens", "frequency_penalty", "presence_penalty", "seed", "logit_bias", "logprobs", "top_logprobs",
    "verbosity", "parallel_tool_calls", "reasoning_effort", "prompt_cache_key", "safety_identifier", "metadata",
    "store", "service_tier",
}  # fmt: skip
_MISTRAL = _COMMON - {"stream_options"} | {
    "random_seed", "frequency_penalty", "presence_penalty", "parallel_tool_calls", "reasoning_effort", "prompt_mode",
    "metadata", "prompt_cache_key", "safe_prompt", "n", "prediction",
}  # fmt: skip
_OF_MESSAGE = {"role", "content", "tool_calls", "tool_call_id", "prefix"}


def _foreign(body: Body, *names: str) -> str:
    found = set(names) & body.keys()
    return f"unknown {sorted(found)}" if found else ""


def _first(faults: Iterator[str]) -> str:
    return next(filter(None, faults), "")


def _begun(body: Body) -> Mapping[str, Any] | None:
    last = body["messages"][-1] if body["messages"] else {}
    return last if last.get("role") == "assistant" else None


def _range(body: Body, name: str, low: float, high: float) -> str:
    return "" if low <= body.get(name, low) <= high else f"{name} out of range"


def _calls_without_thought(body: Body) -> str:
    """A tool turn without its thought, where thinking is not off."""
    if (body.get("thinking") or {}).get("type") == "disabled":
        return ""
    lacking = any(
        each.get("tool_calls") and not each.get("reasoning_content")
        for each in body["messages"]
        if each["role"] == "assistant"
    )
    return "Missing reasoning_content in the assistant message with tool calls" if lacking else ""


def zai(body: Body, model: Thinking, more: tuple[str, ...] = (), lax_off: bool = False) -> str:
    """The standard address: an always-thinking model takes its rungs alone, one without levels no effort."""

    def faults() -> Iterator[str]:
        yield _foreign(
            body, "reasoning", "chat_template_kwargs", "enable_thinking", "think", "session_id", "metadata"
        )
        yield _range(body, "max_tokens", 1, 131_072)
        yield _range(body, "temperature", 0, 1)
        yield _range(body, "top_p", 0.01, 1)
        kind, effort = body.get("thinking", {}).get("type"), body.get("reasoning_effort")
        yield "" if kind in (None, "enabled", "disabled") else "type"
        if model.rungs == ():
            yield "effort" if effort is not None else ""
        elif model.optional is False:
            off = kind == "disabled" and not lax_off
            yield "off" if off or effort not in (None, *(model.rungs or ()), *more) else ""
        else:
            yield "off" if kind == "disabled" or effort not in (None, *RUNGS) else ""

    return _first(faults())


def plan(body: Body, model: Thinking) -> str:
    """The plan's address takes medium too, and passes over off."""
    return zai(body, model, ("medium",), lax_off=True)


def openrouter(body: Body, model: Thinking) -> str:
    """Only `reasoning`, with an effort that the list states; what is mandatory cannot be switched off."""
    asked = body.get("reasoning", {})
    off = asked.get("enabled") is False or asked.get("effort") == "none"

    def faults() -> Iterator[str]:
        yield _foreign(body, "thinking", "reasoning_effort", "chat_template_kwargs", "enable_thinking")
        yield "mandatory" if off and model.optional is False else ""
        yield "effort" if asked.get("effort") not in (None, "none", *(model.rungs or ())) else ""
        yield "both" if "effort" in asked and "max_tokens" in asked else ""

    return _first(faults())


def vllm(body: Body, model: Thinking) -> str:
    """A template of an always-thinking model knows no switch, and an effort belongs into the template's arguments."""
    kwargs = body.get("chat_template_kwargs", {})

    def faults() -> Iterator[str]:
        yield _foreign(body, "thinking", "reasoning", "enable_thinking", "think")
        if model.optional is False and ("enable_thinking" in kwargs or "reasoning_effort" in body):
            yield "raw thought lands in the answer"
        yield "effort" if kwargs.get("reasoning_effort") not in (None, *RUNGS) else ""
        both = body.get("continue_final_message") and body.get("add_generation_prompt", True)
        yield "continue_final_message and add_generation_prompt" if both else ""
        yield "continue_final_message" if body.get("continue_final_message") and _begun(body) is None else ""

    return _first(faults())


_SGLANG = {
    "temperature": (0, float("inf")), "top_p": (1e-9, 1), "min_p": (0, 1), "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2), "repetition_penalty": (1e-9, 2),
}  # fmt: skip
_SGLANG_PARTS = ("text", "thinking", "reasoning", "image_url", "video_url", "audio_url", "tool_reference")


def sglang(body: Body, model: Thinking) -> str:
    """The ranges of its sampler, tools that are named, and thought in the one member that it reads.

    What its schema does not know it passes over, which helps nobody; a session_id is for a cache that was opened.
    """
    kwargs = body.get("chat_template_kwargs", {})
    names = [each["function"]["name"] for each in body.get("tools") or ()]
    choice = body.get("tool_choice")

    def faults() -> Iterator[str]:
        yield _foreign(
            body, "thinking", "reasoning", "enable_thinking", "think", "session_id", "metadata", "verbosity"
        )
        yield from (_range(body, name, *limits) for name, limits in _SGLANG.items())
        yield (
            "top_k must be -1 (disable) or at least 1" if body.get("top_k", 1) in (0, *range(-9, -1)) else ""
        )
        yield "literal_error" if body.get("reasoning_effort") not in (None, *RUNGS) else ""
        if model.optional is False and ("enable_thinking" in kwargs or "reasoning_effort" in body):
            yield "raw thought lands in the answer"
        yield (
            "Tools cannot be empty if tool choice is set to required."
            if choice == "required" and not names
            else ""
        )
        named = choice["function"]["name"] if isinstance(choice, Mapping) else None
        yield f"Tool {named!r} not found in tools list." if named is not None and named not in names else ""
        for each in body["messages"]:
            yield f"{each['role']} has reasoning, which is not read" if "reasoning" in each else ""
            parts = each["content"] if isinstance(each["content"], list) else []
            yield "union_tag_invalid" if any(part["type"] not in _SGLANG_PARTS for part in parts) else ""
        yield "continue_final_message" if body.get("continue_final_message") and _begun(body) is None else ""

    return _first(faults())


def dashscope(body: Body, model: Thinking) -> str:
    """A switch and a budget, no effort; a reply that is begun only without thinking."""
    partial = _begun(body) is not None and body.get("enable_thinking") is True
    wrong = _foreign(
        body, "thinking", "reasoning", "reasoning_effort", "chat_template_kwargs", "user", "metadata"
    )
    return wrong or ("partial beside thinking" if partial else "")


def deepseek(body: Body, model: Thinking) -> str:
    """A switch by type; a thought that called a tool must come back; a beginning is marked."""

    def faults() -> Iterator[str]:
        yield _foreign(
            body, "reasoning", "chat_template_kwargs", "enable_thinking", "top_k", "seed", "user", "metadata"
        )
        yield "type" if body.get("thinking", {}).get("type") not in (None, "enabled", "disabled") else ""
        yield "effort" if body.get("reasoning_effort") not in (None, *RUNGS[1:]) else ""
        yield _range(body, "temperature", 0, 2)
        begun = _begun(body)
        yield "prefix" if begun is not None and begun.get("prefix") is not True else ""
        yield _calls_without_thought(body)

    return _first(faults())


def moonshot(body: Body, model: Thinking) -> str:
    """A switch by type and no effort; a thought that called a tool must come back."""

    def faults() -> Iterator[str]:
        yield _foreign(
            body, "reasoning", "reasoning_effort", "chat_template_kwargs", "enable_thinking", "user", "seed"
        )
        yield "type" if body.get("thinking", {}).get("type") not in (None, "enabled", "disabled") else ""
        yield _range(body, "temperature", 0, 1)
        begun = _begun(body)
        yield "partial" if begun is not None and begun.get("partial") is not True else ""
        yield _calls_without_thought(body)

    return _first(faults())


def minimax(body: Body, model: Thinking) -> str:
    """Thought apart, adaptive or disabled, and a temperature above zero."""

    def faults() -> Iterator[str]:
        yield _foreign(
            body, "reasoning", "reasoning_effort", "chat_template_kwargs", "enable_thinking", "max_tokens"
        )
        yield "" if body.get("reasoning_split") is True else "the thought lands in the answer"
        yield "type" if body.get("thinking", {}).get("type") not in (None, "adaptive", "disabled") else ""
        yield _range(body, "temperature", 0.01, 1) if "temperature" in body else ""

    return _first(faults())


def mistral(body: Body, model: Thinking) -> str:
    """422 for every key that it does not know, and for a last message of the assistant that is no prefix."""
    if foreign := body.keys() - _MISTRAL:
        return f"extra_forbidden {sorted(foreign)}"
    begun = _begun(body)
    if begun is not None and begun.get("prefix") is not True:
        return "Expected last role User or Tool (or Assistant with prefix True)"
    extra = {key for each in body["messages"] for key in each} - _OF_MESSAGE
    return f"extra_forbidden in a message {sorted(extra)}" if extra else _range(body, "temperature", 0, 1.5)


def openai(body: Body, model: Thinking) -> str:
    """400 for every key that it does not know, and for labels of what is not stored."""
    if foreign := body.keys() - _OPENAI:
        return f"Unknown parameter {sorted(foreign)}"
    if "metadata" in body and body.get("store") is not True:
        return "The 'metadata' parameter is only allowed when 'store' is enabled."
    return "effort" if body.get("reasoning_effort") not in (None, *RUNGS) else ""


def ollama(body: Body, model: Thinking) -> str:
    """An effort of its own words; keys that it does not know are passed over, which helps nobody."""
    wrong = body.get("reasoning_effort") not in (None, "none", "low", "medium", "high", "max")
    return (
        "invalid reasoning value"
        if wrong
        else _foreign(body, "reasoning", "thinking", "chat_template_kwargs", "user")
    )


def llamacpp(body: Body, model: Thinking) -> str:
    """A beginning only where the template opens no thought, a format that it knows, and switches that are booleans."""
    kwargs = body.get("chat_template_kwargs", {})

    def faults() -> Iterator[str]:
        yield _foreign(
            body, "reasoning", "thinking", "enable_thinking", "reasoning_effort", "repetition_penalty"
        )
        known = (None, "none", "auto", "deepseek", "deepseek-legacy")
        yield "Unknown reasoning format" if body.get("reasoning_format") not in known else ""
        yield (
            ""
            if isinstance(kwargs.get("enable_thinking", True), bool)
            else "invalid type for enable_thinking"
        )
        if _begun(body) is not None:
            yield (
                ""
                if kwargs.get("enable_thinking") is False
                else "prefill is incompatible with enable_thinking"
            )
        roles = [each["role"] for each in body["messages"][-2:]]
        yield "two assistant messages at the end" if roles == ["assistant", "assistant"] else ""

    return _first(faults())


ENDPOINTS: dict[str, Strict] = {
    "zai": zai, "zai-plan": plan, "wcode": openrouter, "vllm": vllm, "sglang": sglang, "dashscope": dashscope,
    "deepseek": deepseek, "moonshot": moonshot, "minimax": minimax, "mistral": mistral, "openai": openai,
    "ollama": ollama, "llamacpp": llamacpp,
}  # fmt: skip
