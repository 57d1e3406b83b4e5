"""Tool calls from their pieces, as servers really send them."""

from __future__ import annotations

import json
import re
from typing import Any

from glmchat.conversation import ToolCall


class _Draft:
    """One call in the making."""

    def __init__(self, index: int | None) -> None:
        self.index = index
        self.id = ""
        self.name = ""
        self.arguments: list[str] = []

    def value(self, place: int) -> ToolCall:
        text = "".join(self.arguments).strip()
        return ToolCall(self.id or f"call_{place}", self.name, "{}" if text in ("", "null") else text)


def _complete(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _index_of(value: Any) -> int | None:
    """An index as a number, also where it came as digits in a string; None where there is none."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    return value if type(value) is int else None


def _id_of(value: Any) -> str:
    """An id as text, empty where there is none."""
    return str(value) if type(value) is int else value if isinstance(value, str) else ""


class ToolCallAssembler:
    """Assembles tool-call deltas by index, else by id, else by name.

    Accepts blank or repeated ids, a missing index, a name that comes twice or late, arguments as an object,
    and the older ``function_call``.
    """

    def __init__(self) -> None:
        self._drafts: list[_Draft] = []
        self._by_index: dict[int, _Draft] = {}

    def __bool__(self) -> bool:
        return bool(self._drafts)

    def feed(self, deltas: Any) -> list[int]:
        """Take the ``tool_calls`` of one delta; returns the places of the calls that changed."""
        changed: list[int] = []
        for delta in deltas if isinstance(deltas, list) else [deltas]:
            if not isinstance(delta, dict):
                continue
            function = delta.get("function")
            if not isinstance(function, dict):
                function = delta if "name" in delta or "arguments" in delta else {}
            draft = self._find(delta, function)
            self._add(draft, delta, function)
            place = self._drafts.index(draft)
            if place not in changed:
                changed.append(place)
        return changed

    def call(self, place: int) -> ToolCall:
        """The call at a place, as far as it is known."""
        return self._drafts[place].value(place)

    def calls(self) -> tuple[ToolCall, ...]:
        """All calls, by their index, else in the order in which they began; one without a name is no call."""
        named = [(place, draft) for place, draft in enumerate(self._drafts) if draft.name]
        named.sort(key=lambda each: each[0] if each[1].index is None else each[1].index)
        return tuple(draft.value(place) for place, draft in named)

    def unreadable(self) -> list[ToolCall]:
        """Calls whose arguments are not JSON although the reply is complete."""
        return [call for call in self.calls() if not _complete(call.arguments)]

    def _find(self, delta: dict[str, Any], function: dict[str, Any]) -> _Draft:
        index, id = _index_of(delta.get("index")), _id_of(delta.get("id"))
        known = next((draft for draft in self._drafts if id and draft.id == id), None)
        if index is not None:
            draft = self._by_index.get(index)
            fragment = draft is not None and not draft.arguments and not id
            if draft is None or (not fragment and self._is_another(draft, id, function)):
                draft = known or self._begin(index)
                self._by_index[index] = draft
            return draft
        if known is not None:
            return known
        last = self._drafts[-1] if self._drafts else None
        if last is None or self._is_another(last, id, function):
            return self._begin()
        return last

    @staticmethod
    def _is_another(draft: _Draft, id: str, function: dict[str, Any]) -> bool:
        """Whether a delta opens a new call although it seems to belong to `draft`."""
        name = function.get("name") or ""
        if id and draft.id and id != draft.id:
            # Some servers make up a fresh id for every piece; only one with a name opens a call.
            return bool(name)
        if id or not name or not draft.name:
            return False
        again = (
            bool(function.get("arguments")) and bool(draft.arguments) and _complete("".join(draft.arguments))
        )
        return name != draft.name or again

    def _begin(self, index: int | None = None) -> _Draft:
        draft = _Draft(index)
        self._drafts.append(draft)
        return draft

    def _add(self, draft: _Draft, delta: dict[str, Any], function: dict[str, Any]) -> None:
        id, name, arguments = _id_of(delta.get("id")), function.get("name"), function.get("arguments")
        if id and not draft.id:
            draft.id = id
        if isinstance(name, str) and name and name != draft.name:
            draft.name += name
        if isinstance(arguments, str):
            draft.arguments.append(arguments)
        elif isinstance(arguments, dict | list):
            draft.arguments.append(json.dumps(arguments, ensure_ascii=False))
