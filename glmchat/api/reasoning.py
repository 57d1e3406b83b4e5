"""Reasoning from whichever fields carry it, once; and its details, put together again."""

from __future__ import annotations

from typing import Any

# Where servers put a thought, beside `reasoning_details` (OpenRouter; Z.ai, DeepSeek, vLLM; Ollama-like).
FIELDS = ("reasoning", "reasoning_content", "thinking")
_GROWING = ("text", "summary", "data")


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


def detail_text(detail: Any) -> str:
    """The readable text of one entry of ``reasoning_details``."""
    if not isinstance(detail, dict):
        return ""
    text = detail.get("text") or detail.get("summary") or ""
    return text if isinstance(text, str) else ""


class DetailsAssembler:
    """Puts the pieces of ``reasoning_details`` together, so that they can be sent back as they were meant.

    Pieces with the same index and type are one entry: text, summary and data grow, other values are replaced.
    https://openrouter.ai/docs/use-cases/reasoning-tokens
    """

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._texts: list[dict[str, list[str]]] = []

    def feed(self, details: list[Any]) -> None:
        """Take the details of one delta."""
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
                    self._texts[place].setdefault(key, []).append(value)
                elif value is not None or key not in self._entries[place]:
                    self._entries[place][key] = value

    def value(self) -> tuple[dict[str, Any], ...]:
        """The entries so far."""
        return tuple(
            {**entry, **{key: "".join(parts) for key, parts in texts.items()}}
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
