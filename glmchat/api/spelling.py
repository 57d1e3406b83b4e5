"""How thinking is asked for: one spelling each, used by the rows of the dialects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from glmchat.core import begun, parameters
from glmchat.core.thinking import NONE, Thinking


def reasoning_is_off(body: Mapping[str, Any]) -> bool:
    """Whether a request body, in whatever dialect, asks the model not to think."""
    messages = body.get("messages") or [{}]
    if str(messages[-1].get("content")).startswith(begun.MARK) and messages[-1].get("role") == "assistant":
        return False  # a thought that is begun goes on
    asked = body.get("reasoning")
    if isinstance(asked, Mapping) and (asked.get("enabled") is False or asked.get("effort") == "none"):
        return True
    thinking, template = body.get("thinking"), body.get("chat_template_kwargs")
    return (
        (isinstance(thinking, Mapping) and thinking.get("type") == "disabled")
        or (
            isinstance(template, Mapping)
            and False in (template.get("enable_thinking"), template.get("thinking"))
        )
        or body.get("reasoning_effort") == NONE
        or body.get("enable_thinking") is False
        or body.get("think") is False
    )


def _as_object(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    return parameters.body_of(values)


def _as_thinking(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    """``thinking.type``, and an effort beside it.

    Where the model knows an effort for no thought, off is that effort: GLM-5.2 is reported to refuse ``disabled``.
    """
    off = _is_off(values)
    if off:
        told = NONE in thinking.aliases
        return {"reasoning_effort": NONE} if told else {"thinking": {"type": "disabled"}}
    body: dict[str, Any] = {"thinking": {"type": "enabled"}} if values.get("reasoning") else {}
    return {**body, **_effort(values)}


def _as_adaptive(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    if _is_off(values):
        return {"thinking": {"type": "disabled"}}
    return {"thinking": {"type": "adaptive"}} if values.get("reasoning") else {}


def _as_template(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    """What the templates of GLM and Qwen read; a provider's extra_body adds what others want.

    A template of a model with levels reads the effort, one of a model that always thinks knows no switch: there
    ``enable_thinking`` would only turn off the parser that tells thought and answer apart.
    """
    kwargs: dict[str, Any] = {}
    if thinking.optional is not False and (_is_off(values) or values.get("reasoning")):
        kwargs["enable_thinking"] = not _is_off(values)
    effort = {} if _is_off(values) else _effort(values)
    if thinking.rungs:
        kwargs, effort = {**kwargs, **effort}, {}
    return {**({"chat_template_kwargs": kwargs} if kwargs else {}), **effort}


def _as_kwargs(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    """llama.cpp's: all of it is for the template, and the thought is wanted in a field of its own."""
    told = _as_template(values, thinking)
    effort = {key: told.pop(key) for key in ("reasoning_effort",) if key in told}
    if effort:
        told["chat_template_kwargs"] = {**told.get("chat_template_kwargs", {}), **effort}
    return {**told, "reasoning_format": "auto"}


def _as_effort(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    if _is_off(values):
        return {"reasoning_effort": NONE}
    if "reasoning_effort" in values or not values.get("reasoning"):
        return _effort(values)
    rungs = thinking.rungs or (_MIDDLE,)
    return {"reasoning_effort": thinking.default or (_MIDDLE if _MIDDLE in rungs else rungs[-1])}


def _as_enable(values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if _is_off(values) or "reasoning" in values:
        body["enable_thinking"] = not _is_off(values)
    if "reasoning_max_tokens" in values and not _is_off(values):
        body["thinking_budget"] = values["reasoning_max_tokens"]
    return {**body, **({} if _is_off(values) else _effort(values))}


# How an endpoint is told to keep the thought of earlier turns, or not to: objects of the body.
_PRESERVE: Mapping[str, Callable[[bool], dict[str, Any]]] = {
    "thinking": lambda keep: {"thinking": {"type": "enabled", "clear_thinking": not keep}},
    "template": lambda keep: {"chat_template_kwargs": {"clear_thinking": not keep}},
    "context": lambda keep: {"reasoning": {"context": "all_turns" if keep else "current_turn"}},
}
PRESERVING = tuple(_PRESERVE)


def preserving(name: str, keep: bool) -> dict[str, Any]:
    """The wish that earlier thought is kept or forgotten, as keys of the body; empty for no name."""
    return _PRESERVE[name](keep) if name else {}


# How a reply is begun for the model: what its message has beside its text, and what the body has.
_PREFILL: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({}, {}),
    "prefix": ({"prefix": True}, {}),
    "partial": ({"partial": True}, {}),
    "continue": ({}, {"continue_final_message": True, "add_generation_prompt": False}),
    # llama.cpp refuses a beginning beside a template that opens a thought.
    "unthinking": ({}, {"chat_template_kwargs": {"enable_thinking": False}}),
}
PREFILLS = tuple(_PREFILL)
# How the thought of a reply is begun: in a field of its own, or between marks in the text.
THOUGHT_PREFILLS = ("field", "marks")


def prefilled(
    name: str, thought: str, messages: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The messages with the mark of a reply that is begun for the model, and what the body needs with it.

    `thought` says how a thought is begun. Nothing changes where the last message is not one of the assistant.
    """
    out = list(messages)
    if not out or out[-1].get("role") != "assistant" or "tool_calls" in out[-1]:
        return out, {}
    beside, body = _PREFILL.get(name, ({}, {}))
    if thought == "field" and isinstance(content := out[-1].get("content"), str):
        written = begun.read(content)
        own = {"reasoning_content": written.thought} if written.thought else {}
        beside = {"content": written.answer, **own, **beside}
    out[-1] = {**out[-1], **beside}
    return out, dict(body)


# What a switch asks for where only an effort can be given.
_MIDDLE = "medium"


def _is_off(values: Mapping[str, Any]) -> bool:
    return values.get("reasoning") is False or values.get("reasoning_effort") == NONE


def _effort(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"reasoning_effort": values["reasoning_effort"]} if "reasoning_effort" in values else {}


_SPELL: Mapping[str, Callable[[Mapping[str, Any], Thinking], dict[str, Any]]] = {
    "object": _as_object,
    "thinking": _as_thinking,
    "adaptive": _as_adaptive,
    "template": _as_template,
    "kwargs": _as_kwargs,
    "effort": _as_effort,
    "enable": _as_enable,
}
SPELLINGS = tuple(_SPELL)


def spelled(name: str, values: Mapping[str, Any], thinking: Thinking) -> dict[str, Any]:
    """What of the values says how to think, as keys of the body in the spelling of that name."""
    return _SPELL[name](values, thinking)
