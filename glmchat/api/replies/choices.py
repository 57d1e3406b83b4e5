"""Which choice of a chunk is the reply, and how many others a server sends beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# What says nothing of its own in a delta or message.
_SILENT = frozenset({"role", "index", "type"})


class Choices:
    """Tells the reply, which has the index 0, from other replies to the same question.

    Where none has that index, for some servers count otherwise, the first that came is the reply.
    """

    def __init__(self) -> None:
        self._others: set[str] = set()
        self._held: list[dict[str, Any]] = []
        self._held_index = ""
        self._found = False

    @property
    def others(self) -> int:
        """How many replies came beside the one that counts."""
        return len(self._others)

    def of_reply(self, choices: Any) -> Iterator[dict[str, Any]]:
        """The choices of a chunk that belong to the reply; one without an index counts by its place."""
        if isinstance(choices, dict):
            choices = [choices]
        for place, choice in enumerate(choices if isinstance(choices, list) else ()):
            if not isinstance(choice, dict):
                continue
            index = choice.get("index")
            if index in (0, "0") or (index is None and (place == 0 or _completes(choice, choices[0]))):
                self._found, self._held = True, []
                yield choice
            else:
                self._set_aside(str(place if index is None else index), choice)

    def fall_back(self) -> list[dict[str, Any]]:
        """The choices that are the reply where none had the index 0."""
        held, self._held = self._held, []
        if held:
            self._others.discard(self._held_index)
            self._found = True
        return held

    def _set_aside(self, index: str, choice: dict[str, Any]) -> None:
        if not self._found and self._held_index in ("", index):
            self._held_index = index
            self._held.append(choice)
        if _says(choice):
            self._others.add(index)


def _body(choice: Any) -> Mapping[str, Any]:
    body = (choice.get("delta") or choice.get("message")) if isinstance(choice, dict) else None
    return body if isinstance(body, dict) else {}


def _completes(choice: Mapping[str, Any], first: Any) -> bool:
    """Whether a choice brings the calls of the first one, which some gateways send apart from its text."""
    body = _body(choice)
    return bool(body.get("tool_calls")) and not body.get("content") and not _body(first).get("tool_calls")


def _says(choice: Mapping[str, Any]) -> bool:
    body = _body(choice)
    return bool(choice.get("text")) or any(value and key not in _SILENT for key, value in body.items())
