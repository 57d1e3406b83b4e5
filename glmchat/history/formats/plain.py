"""What stands in foreign files, read without trust: a value of another type than it should have is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from glmchat.core.conversation import Role
from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import ValueRefused
from glmchat.core.titles import LONGEST
from glmchat.history.formats.values import Entry
from glmchat.support.numbers import is_number

# The identifier of a message holds its time up to the year 2248.
LATEST = 8.0e9

ROLES: Mapping[str, Role] = {
    "user": Role.USER,
    "human": Role.USER,
    "me": Role.USER,
    "assistant": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
    "ollama": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "tool": Role.TOOL,
    "function": Role.TOOL,
}


def moment(value: Any, otherwise: float) -> float:
    """A time in seconds since 1970, or another where there is none that can be meant.

    Programs write seconds, milliseconds or less, as a number or as text, and dates of ISO 8601; without a zone UTC.
    """
    if isinstance(value, str):
        value = _date(value.strip())
    if not is_number(value) or not 0 < value < 1e20:
        return otherwise
    seconds = float(value)
    while seconds > 1e11:
        seconds /= 1000
    return seconds if seconds <= LATEST else otherwise


def _date(word: str) -> float | None:
    if len(word) > 64:
        return None
    try:
        return float(word)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(word)
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
        return seconds if seconds <= LATEST else None
    except (ValueError, OverflowError):
        return None


def text(value: Any) -> str:
    """A text, or an empty one where something else stands."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """An object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of an array; empty where something else stands."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def count(value: Any) -> int | None:
    """A number of tokens; None where something else stands."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < 1 << 53 else None


def usage(prompt: Any, completion: Any) -> dict[str, Any] | None:
    """Tokens of a request and its reply, the way a server counts them."""
    counts = {"prompt_tokens": count(prompt), "completion_tokens": count(completion)}
    known = {name: number for name, number in counts.items() if number is not None}
    return known or None


def settings(value: Any) -> dict[str, Any]:
    """The parameters of a reply that glmchat has too, where their values can be meant."""
    out: dict[str, Any] = {}
    for name, given in mapping(value).items():
        if name in BY_NAME:
            try:
                out[name] = BY_NAME[name].validate(given)
            except ValueRefused:
                continue
    return out


def from_json(source: Any) -> Any:
    """What a text says as JSON; None where it says nothing."""
    try:
        return json.loads(source)
    except (ValueError, TypeError, RecursionError):
        return None


def skipped(place: int, data: Any, fraction: float, reason: str = "") -> Entry:
    """An entry that is not in the form its program writes; `place` is its place in the file, from 1."""
    title = titled(data)
    named = f"Entry {place} (“{title}”)" if title else f"Entry {place}"
    why = reason or "it is not in the form that this kind of file has"
    return Entry(None, (), fraction, f"{named} was skipped, because {why}.")


def titled(data: Any) -> str:
    """What an entry calls itself, in one line; empty where it does not."""
    about = mapping(data[0] if isinstance(data, tuple) and data else data)
    name = text(about.get("title")) or text(about.get("name"))
    return " ".join(name.split())[:LONGEST]
