"""The chunk that nearly all of a reply are: one more piece of a text, and around it what was around the one before.

A burst is read as fast as its chunks are. Those that differ from the one before in one string alone need no more than
that string: what is around it was read once, and would say the same again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from glmchat.api.replies.reasoning import FIELDS
from glmchat.support import bounded_json

# What a chunk may hold that says more each time, though it looks the same.
_COUNTED = ("error", "usage", "usageMetadata", "usage_metadata", "x_groq")
_TEXTS = frozenset({"content", *FIELDS})


class Envelope:
    """Knows what was around the last piece, as it stood on the wire; `field` is the key of the pieces in a delta."""

    def __init__(self) -> None:
        self.field = ""
        self._before = self._after = ""

    def learn(self, data: str, chunk: Mapping[str, Any]) -> None:
        """Look at the data of an event that was read in full."""
        field = _growing(chunk) if data.startswith("{") else ""
        # Quotes inside strings are escaped, so what is found is a key and its value.
        parts = re.split(rf'("{field}"\s*:\s*)"(?:[^"\\]|\\.)*+"', data) if field else []
        self.field = field if len(parts) == 3 else ""
        if self.field:
            self._before, self._after = parts[0] + parts[1], parts[2]

    def pieces(self, datas: Sequence[str]) -> list[str]:
        """The pieces of text that the data of some events are; empty where one has to be read in full."""
        before, after = self._before, self._after
        if not self.field:
            return []
        start, end = len(before), -len(after)
        written = [data[start:end] for data in datas if data.startswith(before) and data.endswith(after)]
        if len(written) != len(datas):
            return []
        try:
            # A string of strict JSON holds no newline, so none goes on behind its own event.
            pieces = bounded_json.loads("[" + ",\n".join(written) + "]")
        except ValueError:
            return []
        return pieces if len(pieces) == len(datas) and set(map(type, pieces)) == {str} else []


def _growing(chunk: Mapping[str, Any]) -> str:
    """The key of the text in a chunk that holds nothing else of a reply; empty where it may."""
    choices = chunk.get("choices")
    if "data" in chunk or any(map(chunk.get, _COUNTED)) or not isinstance(choices, list) or len(choices) != 1:
        return ""
    choice = choices[0]
    delta = choice.get("delta") if isinstance(choice, dict) else None
    if not isinstance(delta, dict) or any(value for key, value in choice.items() if key != "delta"):
        return ""
    telling = [key for key, value in delta.items() if value and key != "role"]
    field = telling[0] if len(telling) == 1 else ""
    return field if field in _TEXTS and isinstance(delta[field], str) else ""
