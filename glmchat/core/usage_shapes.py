"""A `usage` in one shape: snake case, Gemini's counts under OpenAI's names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Gemini's counts beside the two sums: in which details they belong, and under which name.
_OF_GEMINI = {
    "cached_content_token_count": ("prompt_tokens_details", "cached_tokens"),
    "thoughts_token_count": ("completion_tokens_details", "reasoning_tokens"),
}
# Its lists of counts by modality.
_MODALITIES = {
    "prompt_tokens_details": "prompt_tokens_details",
    "candidates_tokens_details": "completion_tokens_details",
    "response_tokens_details": "completion_tokens_details",
}
_SUMS = {
    "prompt_tokens": ("prompt_token_count", "tool_use_prompt_token_count"),
    "completion_tokens": ("candidates_token_count", "response_token_count", "thoughts_token_count"),
}


def plain(usage: Mapping[str, Any]) -> Mapping[str, Any]:
    """A usage with the names that OpenAI has for its parts, whoever sent it; most already have them."""
    snake = usage if all(map(str.islower, usage)) else {_snake(key): each for key, each in usage.items()}
    return _of_gemini(snake) if "prompt_token_count" in snake else snake


def _snake(key: str) -> str:
    return _HUMP.sub("_", key).lower()


def _of_gemini(usage: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"total_tokens": usage.get("total_token_count")}
    for name, keys in _SUMS.items():
        counts = [count for key in keys if isinstance(count := usage.get(key), int)]
        out[name] = sum(counts) if counts else None
    details: dict[str, dict[str, Any]] = {place: {} for place in _MODALITIES.values()}
    for key, (place, name) in _OF_GEMINI.items():
        details[place][name] = usage.get(key)
    for key, place in _MODALITIES.items():
        details[place] |= _by_modality(usage.get(key))
    return {**out, **details}


def _by_modality(listed: Any) -> dict[str, Any]:
    """Counts of a list with one entry for each kind of input or output, such as ``{"modality": "AUDIO"}``."""
    out: dict[str, Any] = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping) and isinstance(kind := each.get("modality"), str):
            out[f"{kind.lower()}_tokens"] = each.get("tokenCount", each.get("token_count"))
    return out
