"""Messages as JSON, complete: the form of our export, and of what the database keeps beside the columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any

from glmchat.core import attached
from glmchat.core.conversation import Cost, Failure, Message, Role, State, Timing, ToolCall

_NAMES = tuple(field.name for field in fields(Message))
_DEFAULTS: dict[str, Any] = {
    field.name: field.default for field in fields(Message) if field.default is not MISSING
}
_NESTED = {"failure": Failure, "cost": Cost, "timing": Timing}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, ToolCall | Failure | Cost | Timing | attached.Attachment):
        return asdict(value)
    return value


def to_json(message: Message, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A message as plain JSON values by field name; what has its default is left out."""
    out: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(message, name)
        if name not in without and not (name in _DEFAULTS and value == _DEFAULTS[name]):
            out[name] = _plain(value)
    return out


def _known(kind: Any, given: Any) -> Any:
    if not isinstance(given, Mapping):
        return None
    names = {field.name for field in fields(kind)}
    return kind(**{key: value for key, value in given.items() if key in names})


def _call(given: Any) -> Any:
    if isinstance(given, Mapping) and not isinstance(given.get("extra"), dict):
        given = {key: value for key, value in given.items() if key != "extra"}
    return _known(ToolCall, given)


def from_json(data: Mapping[str, Any]) -> Message:
    """Read what `to_json` wrote; names nobody knows are skipped, raises ValueError, KeyError or TypeError."""
    values = {name: data[name] for name in _NAMES if name in data}
    values["role"] = Role(values["role"])
    values["parent_id"] = values.get("parent_id")
    if "state" in values:
        values["state"] = State(values["state"])
    for name, kind in _NESTED.items():
        if name in values:
            values[name] = _known(kind, values[name])
    if "tool_calls" in values:
        values["tool_calls"] = tuple(map(_call, values["tool_calls"]))
    for name in ("reasoning_details", "warnings"):
        if name in values:
            values[name] = tuple(values[name])
    for name in ("images", "annotations"):
        if name in values:
            values[name] = tuple(each for each in values[name] if isinstance(each, dict))
    if "attachments" in values:
        read = map(attached.from_json, values["attachments"])
        values["attachments"] = tuple(each for each in read if each is not None)
    return Message(**values)


def dump(value: Any) -> str:
    """JSON for a column: compact, and pure ASCII so that a lone surrogate survives."""
    return json.dumps(value, separators=(",", ":"), default=str)


def storable(text: str) -> str:
    """Text that SQLite can hold: surrogate pairs joined, lone ones replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
