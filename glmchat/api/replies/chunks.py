"""Pieces of chunks: text on its way out, log probabilities, and values in their many shapes."""

from __future__ import annotations

from functools import partial
from typing import Any

from glmchat.support import bounded_json
from glmchat.support.numbers import is_number
from glmchat.support.text import join_pairs

# Reads JSON with raw control characters in its strings too: some servers forget to escape them.
read_json = partial(bounded_json.loads, lenient=True)


class Fold:
    """Text of one kind on its way out: pieces, and the number of events they came from."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._high = ""

    def take(self, *, final: bool) -> tuple[str, int]:
        """Return the joined text; the first half of a surrogate pair waits for the other unless `final`."""
        text, events = "".join(self.pieces), len(self.pieces)
        self.pieces.clear()
        if self._high:
            text, self._high = self._high + text, ""
        text = join_pairs(text)
        if not final and text and "\ud800" <= text[-1] <= "\udbff":
            text, self._high = text[:-1], text[-1]
        return text, events


def merge_logprobs(known: dict[str, Any] | None, more: dict[str, Any]) -> dict[str, Any]:
    """Join the log probabilities of two pieces: lists grow, other values are replaced; `known` is changed."""
    if known is None:
        return {key: list(value) if isinstance(value, list) else value for key, value in more.items()}
    for key, value in more.items():
        if isinstance(value, list) and isinstance(known.get(key), list):
            known[key].extend(value)
        elif value is not None or key not in known:
            known[key] = list(value) if isinstance(value, list) else value
    return known


def whole_number(value: Any) -> int | None:
    """A positive number of a sane size as an integer; None for all else."""
    if not is_number(value) or not 0 < value < 1 << 53:
        return None
    return int(value)


def within(value: Any, key: str) -> Any:
    """A key of a value that may be no object at all."""
    return value.get(key) if isinstance(value, dict) else None


# Where a part of a text keeps it: OpenAI's and Mistral's parts, Claude's blocks, summaries.
_TEXT_KEYS = ("text", "content", "thinking", "reasoning", "summary")


def text_of(value: Any) -> str:
    """The text in a value that is a string, a part, or a list of either."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(text_of(each) for each in value)
    if isinstance(value, dict):
        return text_of(next((value[key] for key in _TEXT_KEYS if value.get(key)), ""))
    return ""


def shortened(text: str, most: int = 200) -> str:
    """A text that may stand in a sentence: its beginning where it is long."""
    return text if len(text) <= most else text[: most - 3] + "..."


def broken_call(name: str, arguments: str) -> str:
    """The warning for a call that cannot be offered."""
    return (
        f"The model called {name} with arguments that are not JSON, so the call is not offered: "
        f"{shortened(arguments)}"
    )
