"""Which request parameter an error is about, by the key that it gives or by its words."""

from __future__ import annotations

import re

from glmchat import parameters

_STREAM_KEYS = ("stream", "stream_options")
# Other names on the wire for a row of the table, or for a key that asks for a stream.
_ALIASES = {
    "max_completion_tokens": "max_tokens",
    "thinking": "reasoning",
    "chat_template_kwargs": "reasoning",
    "enable_thinking": "reasoning",
    "thinking_budget": "reasoning_max_tokens",
    "reasoning.effort": "reasoning_effort",
    "reasoning.max_tokens": "reasoning_max_tokens",
    "reasoning.exclude": "reasoning_exclude",
    "reasoning.enabled": "reasoning",
    "include_usage": "stream_options",
}
_NAMES = sorted({*parameters.BY_NAME, *_STREAM_KEYS, *_ALIASES}, key=len, reverse=True)
_BARE = re.compile(r"(?<![\w.])(" + "|".join(map(re.escape, _NAMES)) + r")(?!\w)", re.IGNORECASE)
_QUOTED = re.compile(r"[`'\"]([a-z_.]+)[`'\"]")
# Words of everyday language: they name a parameter only where the words around them say so.
_ORDINARY = frozenset({"stop", "seed", "tools", "stream", "reasoning", "verbosity", "thinking"})
_BEFORE = re.compile(
    r"(parameters?|arguments?|fields?|keys?|inputs?|property|supports?|accepts?|allows?|unsupported|unknown)\W*$",
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


def parameter_named(given: str | None, message: str) -> str | None:
    """Say which parameter an error names: a row of the table, ``stream`` or ``stream_options``; None for none.

    `given` is the key that the error itself points at, such as OpenAI's ``param``.
    """
    place = (given or "").removeprefix("body.")
    quoted = [match[1] for match in _QUOTED.finditer(message)]
    for name in (place, *quoted):
        for each in (name, re.split(r"[.\[]", name, maxsplit=1)[0]):
            if each in _NAMES:
                return _ALIASES.get(each, each)
    for match in _BARE.finditer(message):
        name = match[1].lower()
        meant = _BEFORE.search(message[: match.start()].rstrip()) or _AFTER.match(message[match.end() :])
        if name not in _ORDINARY or meant:
            return _ALIASES.get(name, name)
    return "stream" if _STREAMING.search(message) else None
