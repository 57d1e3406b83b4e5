"""The chunk that nearly all of a reply are: a piece of the answer and nothing new beside it.

A burst is read as fast as its chunks are; those that look like the one before need no more than their text.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

# What a choice may hold beside its delta where it tells nothing as long as that is null or zero.
_SILENT = frozenset({"index", "delta", "finish_reason", "logprobs", "native_finish_reason", "stop_reason"})
_TEXT = ({"content"}, {"role", "content"})


class Pattern:
    """Knows the keys of the last chunk that held a piece of the answer alone."""

    def __init__(self) -> None:
        self._keys: Set[str] = frozenset()
        self._choice_keys: frozenset[str] = frozenset()

    def learn(self, chunk: Mapping[str, Any], may_tell: bool) -> None:
        """Look at a chunk that was read in full; `may_tell` where it may hold more than its choice."""
        self._keys = frozenset()
        if may_tell or not chunk.keys().isdisjoint(("data", "error", "type", "candidates")):
            return
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and len(choices) == 1 else None
        if isinstance(choice, dict) and "delta" in choice and choice.keys() <= _SILENT:
            self._keys, self._choice_keys = frozenset(chunk), frozenset(choice)

    def text(self, chunk: Mapping[str, Any]) -> str | None:
        """The piece of the answer that a chunk is; None where it has to be read in full."""
        if not self._keys or chunk.keys() != self._keys:
            return None
        choices = chunk["choices"]
        if type(choices) is not list or len(choices) != 1 or type(choice := choices[0]) is not dict:
            return None
        delta = choice.get("delta")
        if choice.keys() != self._choice_keys or type(delta) is not dict or delta.keys() not in _TEXT:
            return None
        for key, value in choice.items():
            if value and key != "delta":
                return None
        text = delta["content"]
        return text if type(text) is str else None
