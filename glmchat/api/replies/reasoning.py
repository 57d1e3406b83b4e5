"""Reasoning from whichever fields carry it, once; and its details, put together again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glmchat.api.replies.growth import Growth

# Where servers put a thought, beside the details: OpenRouter, vLLM and Groq; Z.ai, DeepSeek, Moonshot and SGLang;
# Copilot; Ollama-like.
FIELDS = ("reasoning", "reasoning_content", "reasoning_text", "thinking")
# Where they put a thought in parts that are to come back: OpenRouter; LiteLLM in front of Claude.
DETAILS = ("reasoning_details", "thinking_blocks")
_GROWING = ("text", "thinking", "summary", "data")
_READABLE = ("text", "thinking")


class MirroredText:
    """Text that may come through several fields at once and is taken once.

    Each source has a place in the text. One that repeats what another brought only moves on; what goes beyond
    it is new. A source that says something else is taken as an addition.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._size = 0
        self._leader = ""
        self._places: dict[str, int] = {}

    def add(self, source: str, text: str) -> str:
        """Take text from a source; returns the part of it that is new."""
        if source != self._leader:
            text = self._new_part(source, text)
            if not text:
                return ""
            self._leader = source
        self.parts.append(text)
        self._size += len(text)
        return text

    def extend(self, source: str, texts: Sequence[str]) -> bool:
        """Take texts of the source that is ahead, which are all new; returns whether it is, else none is taken."""
        if source != self._leader:
            return False
        text = "".join(texts)
        self.parts.append(text)
        self._size += len(text)
        return True

    def _new_part(self, source: str, text: str) -> str:
        if self._leader:
            self._places[self._leader] = self._size
        place = self._places.get(source, 0)
        if place < self._size:
            known = self._since(place)
            if known.startswith(text):
                self._places[source] = place + len(text)
                return ""
            if text.startswith(known):
                return text[len(known) :]
        return text

    def _since(self, place: int) -> str:
        last = self.parts[-1]
        if self._size - place == len(last):
            return last
        self.parts[:] = ["".join(self.parts)]
        return self.parts[0][place:]


class _Text:
    """A text of one entry."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._growth = Growth()

    def add(self, piece: str) -> str:
        self.pieces.append(self._growth.add(piece))
        return self.pieces[-1]

    def settle(self, *, final: bool) -> str:
        self.pieces.append(self._growth.settle(final=final))
        return self.pieces[-1]


class DetailsAssembler:
    """Puts the pieces of a thought's details together, so that they can be sent back as they were meant.

    Pieces with the same index and type are one entry: text, summary and data grow, other values are replaced.
    https://openrouter.ai/docs/use-cases/reasoning-tokens
    """

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._texts: list[dict[str, _Text]] = []

    def feed(self, details: list[Any]) -> str:
        """Take the details of one delta; returns what is new of their readable text."""
        out: list[str] = []
        for detail in details:
            if not isinstance(detail, dict):
                continue
            place = self._place(detail)
            if place is None:
                place = len(self._entries)
                self._entries.append({})
                self._texts.append({})
            for key, value in detail.items():
                if key in _GROWING and isinstance(value, str):
                    new = self._texts[place].setdefault(key, _Text()).add(value)
                    if key in _READABLE or (key == "summary" and not detail.get("text")):
                        out.append(new)
                elif value is not None or key not in self._entries[place]:
                    self._entries[place][key] = value
        return "".join(out)

    def settle(self, *, final: bool) -> str:
        """Decide what is undecided about repetitions; returns what that adds to the readable text."""
        out: list[str] = []
        for texts in self._texts:
            for key, text in texts.items():
                new = text.settle(final=final)
                if key in _READABLE or (key == "summary" and "text" not in texts):
                    out.append(new)
        return "".join(out)

    def value(self) -> tuple[dict[str, Any], ...]:
        """The entries so far."""
        return tuple(
            {**entry, **{key: "".join(text.pieces) for key, text in texts.items()}}
            for entry, texts in zip(self._entries, self._texts, strict=True)
        )

    def _place(self, detail: dict[str, Any]) -> int | None:
        index, type, id = detail.get("index"), detail.get("type"), detail.get("id")
        for place in range(len(self._entries) - 1, -1, -1):
            entry = self._entries[place]
            same_id = not id or not entry.get("id") or entry["id"] == id
            if entry.get("type") == type and entry.get("index") == index and same_id:
                return place
            if index is None:
                return None
        return None
