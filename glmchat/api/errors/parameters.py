"""Which request parameter an error is about, by the key that it gives or by its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from glmchat.core import parameters

_STREAM_KEYS = ("stream", "stream_options")
# Other names on the wire for a row of the table, or for a key that asks for a stream.
_ALIASES = {
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "maxoutputtokens": "max_tokens",
    "max_new_tokens": "max_tokens",
    "stop_sequences": "stop",
    "stopsequences": "stop",
    "budget_tokens": "reasoning_max_tokens",
    "thinking.budget_tokens": "reasoning_max_tokens",
    "thinking.enabled.budget_tokens": "reasoning_max_tokens",
    # In words: Bedrock; Gemini; Ollama (server/routes.go, openai/openai.go); Anthropic; Ark.
    "maximum tokens": "max_tokens",
    "max output tokens": "max_tokens",
    "thinking budget": "reasoning_max_tokens",
    "works in thinking mode": "reasoning",
    "reasoning effort": "reasoning_effort",
    "reasoning value": "reasoning_effort",
    "think value": "reasoning_effort",
    "effort parameter": "reasoning_effort",
    "thinking.type": "reasoning",
    "thinking": "reasoning",
    "chat_template_kwargs": "reasoning",
    "enable_thinking": "reasoning",
    "thinking_budget": "reasoning_max_tokens",
    "reasoning.effort": "reasoning_effort",
    "reasoning.max_tokens": "reasoning_max_tokens",
    "reasoning.exclude": "reasoning_exclude",
    "reasoning.enabled": "reasoning",
    "reasoning.mode": "reasoning_mode",
    "reasoning.context": "reasoning_context",
    "prompt_cache_key": "session_id",
    "user_id": "user",
    "safety_identifier": "user",
    "include_usage": "stream_options",
    # Gemini's and other ways of writing in one word.
    **{name.replace("_", ""): name for name in parameters.BY_NAME if "_" in name},
}
_NAMES = sorted(
    {*parameters.BY_NAME, *_STREAM_KEYS, *_ALIASES} - {parameters.EXTRA, "extrabody"}, key=len, reverse=True
)
# Letters of other scripts may follow at once: Chinese has no spaces.
_BARE = re.compile(
    r"(?<![A-Za-z0-9_.])(" + "|".join(map(re.escape, _NAMES)) + r")(?![A-Za-z0-9_])", re.IGNORECASE
)
_QUOTED = re.compile(r"[`'\"]([A-Za-z_.]+)[`'\"]")
# Words of everyday language: they name a parameter only where the words around them say so.
_ORDINARY = frozenset({"stop", "seed", "tools", "stream", "reasoning", "verbosity", "thinking", "metadata"})
# Words of messages themselves, also in quotes: a parameter only where it is called one.
_ROLES = frozenset({"user"})
_BEFORE = re.compile(
    r"(parameters?|arguments?|fields?|keys?|inputs?|property|supports?|accepts?|allows?|unsupported|unknown|"
    r"(?:parameter|argument) not supported on this model:)\W*$",  # the last is xAI's
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(:|(is|are) (not|mandatory|required|invalid|unsupported)|must|cannot|should|不支持|参数|不能)",
    re.IGNORECASE,
)
_STREAMING = re.compile(
    r"(not support|unsupported|cannot).{0,20}streaming|streaming.{0,30}(not |un)(supported|available|allowed|enabled)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter in an error: its `name` in the table (or a key that asks for a stream), its `key` as written."""

    name: str
    key: str


def _named(text: str) -> Named | None:
    """The parameter that a key is, in whatever case; None for none."""
    key = text.lower()
    for each in (key, re.split(r"[.\[]", key, maxsplit=1)[0], key.rpartition(".")[2]):
        if each in _NAMES:
            return Named(_ALIASES.get(each, each), text)
    return None


def _called(match: re.Match[str], message: str) -> bool:
    """Whether a word is called a parameter by what stands before it."""
    return _BEFORE.search(message[: match.start()].rstrip()) is not None


def named(given: str | None, message: str) -> list[Named]:
    """The parameters that an error names, the one that it is about first.

    `given` is the key that the error itself points at, such as OpenAI's ``param``.
    """
    message = message.replace("parameter.", "parameter ")
    quoted = [
        match for match in _QUOTED.finditer(message) if match[1] not in _ROLES or _called(match, message)
    ]
    keys = [(given or "").removeprefix("body."), *(match[1] for match in quoted)]
    found = [each for each in map(_named, keys) if each is not None]
    for match in _BARE.finditer(message):
        word, called = match[1].lower(), _called(match, message)
        meant = called or (word not in _ROLES and _AFTER.match(message[match.end() :]))
        each = _named(word)
        if each is not None and (word not in _ORDINARY | _ROLES or meant):
            found.append(replace(each, key=match[1]))
    if not found and _STREAMING.search(message):
        found = [Named("stream", "stream")]
    first: dict[str, Named] = {}
    for each in found:
        first.setdefault(each.name, each)
    return list(first.values())
