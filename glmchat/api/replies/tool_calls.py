"""Tool calls from their pieces, as servers really send them."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

from glmchat.core.conversation import ToolCall
from glmchat.support import bounded_json

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"\s*")
# The members of a call and of its function that the API names; all others are kept as they are.
_CALL = frozenset({"index", "id", "type", "function"})
_FUNCTION = frozenset({"name", "arguments"})


class _Draft:
    """One call in the making."""

    def __init__(self, place: int, index: int | None) -> None:
        self.place = place  # among the calls, in the order in which they began
        self.index = index
        self.id = ""
        self.name = ""
        self.pieces: list[str] = []  # of the arguments
        self.extra: dict[str, Any] = {}

    @property
    def arguments(self) -> str:
        """The arguments as they came."""
        return "".join(self.pieces).strip()

    def value(self, arguments: str) -> ToolCall:
        arguments = "{}" if arguments in ("", "null") else arguments
        return ToolCall(self.id or f"call_{self.place}", self.name, arguments, self.extra or None)


def _complete(text: str) -> bool:
    try:
        bounded_json.loads(text)
    except ValueError:
        return False
    return True


def _documents(text: str) -> list[tuple[Any, int]]:
    """The JSON values of which a text is the sequence, and where each ends; none where it is not that."""
    found: list[tuple[Any, int]] = []
    at = 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        found.append((value, at))
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches anywhere
    return found


def _whole_arguments(pieces: list[str]) -> str:
    """The arguments that the pieces mean: their sum, unless some of them repeat or replace what was before."""
    text = "".join(pieces).strip()
    if not text or _complete(text):
        return text
    start, kept = 0, ""
    documents = _documents(text)
    for at, (value, end) in enumerate(documents):
        # An empty object stood in for what was to come; the same arguments twice are one call's.
        if value and at and documents[at - 1][0] and documents[at - 1][0] != value:
            return text
        if value:
            kept = text[start:end].strip()
        start = end
    if kept:
        return kept
    repeats = all(later.startswith(earlier) for earlier, later in pairwise(filter(None, pieces)))
    return pieces[-1].strip() if repeats and _complete(pieces[-1]) else text


def _index_of(value: Any) -> int | None:
    """An index as a number, also where it came as digits in a string; None where there is none."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    return value if type(value) is int else None


def _id_of(value: Any) -> str:
    """An id as text, empty where there is none."""
    return str(value) if type(value) is int else value if isinstance(value, str) else ""


def _merge(known: dict[str, Any], more: dict[str, Any], named: frozenset[str]) -> None:
    """Add the members that the API does not name; an object grows, any other value is replaced."""
    for key, value in more.items():
        if key in named or value is None:
            continue
        if isinstance(value, dict) and isinstance(known.get(key), dict):
            _merge(known[key], value, frozenset())
        else:
            known[key] = dict(value) if isinstance(value, dict) else value


class ToolCallAssembler:
    """Assembles tool-call deltas by index, else by id, else by name.

    Accepts blank or repeated ids, a missing index, a name that comes twice, late or growing, arguments as an object,
    empty at first or twice, members that nobody knows, and the older ``function_call``. A whole message after the
    deltas repeats the calls: only the first `source` counts.
    """

    def __init__(self) -> None:
        self._drafts: list[_Draft] = []
        self._by_index: dict[int, _Draft] = {}
        self._by_id: dict[str, _Draft] = {}
        self._source = ""
        self._changed: dict[int, _Draft] = {}  # by place

    def feed(self, deltas: Any, source: str = "delta") -> None:
        """Take the ``tool_calls`` of one delta."""
        if self._source not in ("", source):
            return
        self._source = source
        for delta in deltas if isinstance(deltas, list) else [deltas]:
            if not isinstance(delta, dict):
                continue
            function = delta.get("function")
            if not isinstance(function, dict):
                function = delta if _FUNCTION & delta.keys() else {}
            draft = self._find(delta, function)
            self._add(draft, delta, function)
            self._changed.setdefault(draft.place, draft)

    def changed(self) -> list[tuple[int, ToolCall]]:
        """The calls that changed since the last time, each with its place, as far as they are known."""
        changed, self._changed = self._changed, {}
        return [(place, draft.value(draft.arguments)) for place, draft in changed.items()]

    def calls(self) -> tuple[ToolCall, ...]:
        """All calls, by their index, else in the order in which they began; one without a name is no call."""
        named = [draft for draft in self._drafts if draft.name]
        named.sort(key=lambda draft: draft.place if draft.index is None else draft.index)
        return tuple(draft.value(_whole_arguments(draft.pieces)) for draft in named)

    @staticmethod
    def is_readable(call: ToolCall) -> bool:
        """Whether the arguments of a call are JSON, as they must be once the reply is complete."""
        return _complete(call.arguments)

    def _find(self, delta: dict[str, Any], function: dict[str, Any]) -> _Draft:
        index, id = _index_of(delta.get("index")), _id_of(delta.get("id"))
        known = self._by_id.get(id)
        if index is not None:
            draft = self._by_index.get(index)
            fragment = draft is not None and not draft.arguments and not id
            repeated = draft is not None and not id and _is_repeated(draft, function)
            if draft is None or (not fragment and not repeated and self._is_another(draft, id, function)):
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
        again = bool(function.get("arguments")) and bool(draft.pieces) and _complete(draft.arguments)
        return name != draft.name or again

    def _begin(self, index: int | None = None) -> _Draft:
        draft = _Draft(len(self._drafts), index)
        self._drafts.append(draft)
        return draft

    def _add(self, draft: _Draft, delta: dict[str, Any], function: dict[str, Any]) -> None:
        id, name, arguments = _id_of(delta.get("id")), function.get("name"), function.get("arguments")
        if id and not draft.id:
            draft.id = id
            self._by_id.setdefault(id, draft)
        if isinstance(name, str) and name and name != draft.name:
            # A name comes in pieces, or each time as far as it is known.
            draft.name = name if name.startswith(draft.name) else draft.name + name
        if isinstance(arguments, str):
            draft.pieces.append(arguments)
        elif isinstance(arguments, dict | list):
            draft.pieces.append(json.dumps(arguments, ensure_ascii=False))
        if delta is function:
            _merge(draft.extra, delta, _CALL | _FUNCTION)
            return
        _merge(draft.extra, delta, _CALL)
        more: dict[str, Any] = {}
        _merge(more, function, _FUNCTION)
        if more:
            _merge(draft.extra, {"function": more}, frozenset())


def _is_repeated(draft: _Draft, function: dict[str, Any]) -> bool:
    """Whether a delta is the very call that `draft` is already, whole."""
    arguments = function.get("arguments")
    text = json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, dict) else arguments
    return function.get("name") == draft.name and bool(text) and draft.arguments == text
