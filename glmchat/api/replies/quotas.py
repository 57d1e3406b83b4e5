"""Reads what is left of an endpoint's limits from the headers of an answer.

The spellings are those of OpenAI, Azure, Groq, Cerebras and Fireworks (``x-ratelimit-remaining-tokens``), Mistral
(``x-ratelimit-remaining-req-minute``, ``x-ratelimitbysize-remaining-month``), Anthropic
(``anthropic-ratelimit-input-tokens-remaining``), OpenRouter (``x-ratelimit-remaining``, the reset in milliseconds since
1970), Together (``x-tokenlimit-remaining``), and the IETF's drafts (``ratelimit-remaining``, ``ratelimit: limit=9,
remaining=3``, ``ratelimit: "name";r=3;t=5``).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from glmchat.core.quotas import Quota

_NAME = re.compile(r"(?:[a-z]+-)*?(rate|token)-?limit(bysize)?-([a-z-]+)", re.IGNORECASE)
_ROLES = ("limit", "remaining", "reset")
_UNITS = {
    "requests": "requests",
    "request": "requests",
    "req": "requests",
    "tokens": "tokens",
    "token": "tokens",
}
_SPANS = ("second", "minute", "hour", "day", "month")
_OTHERS = {"input", "output", "prompt", "generated", "cached", "images", "audio"}
_NUMBER = re.compile(r"\d{1,15}(?:\.\d+)?")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|d|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_MOST_S = 400 * 86400.0
_KEYS = {
    "limit": "limit",
    "q": "limit",
    "remaining": "remaining",
    "r": "remaining",
    "reset": "reset",
    "t": "reset",
}


def quotas_of(headers: Mapping[str, str], now: float | None = None) -> tuple[Quota, ...]:
    """What the headers of an answer tell of limits, each once; what cannot be read is left out."""
    now = time.time() if now is None else now
    told: dict[str, dict[str, str]] = {}
    for name, value in headers.items():
        found = _NAME.fullmatch(name)
        if found is not None:
            _take(told, found, value)
    _take_fields(told, headers)
    quotas = [quota for what, parts in told.items() if (quota := _quota(what, parts, now)) is not None]
    return tuple(quotas)


def _take(told: dict[str, dict[str, str]], found: re.Match[str], value: str) -> None:
    """Take one header whose name says which part of which limit it is."""
    words = found[3].lower().split("-")
    roles = [word for word in words if word in _ROLES]
    if len(roles) != 1:
        return
    bulk = "tokens" if found[1].lower() == "token" or found[2] else "requests"
    what = _what([word for word in words if word not in _ROLES], bulk)
    if what:
        told.setdefault(what, {}).setdefault(roles[0], value)


def _what(words: Iterable[str], otherwise: str) -> str:
    """What a limit counts, in words; empty where some of the words are unknown."""
    unit, kind, span = "", "", ""
    for word in words:
        if word in _UNITS:
            unit = _UNITS[word]
        elif word in _SPANS:
            span = f" {'an' if word == 'hour' else 'a'} {word}"
        elif word in _OTHERS:
            kind = f"{word} "
        else:
            return ""
    return f"{kind}{unit or otherwise}{span}"


def _take_fields(told: dict[str, dict[str, str]], headers: Mapping[str, str]) -> None:
    """Take the headers of the IETF's drafts that hold all parts in one."""
    for header in ("ratelimit-policy", "ratelimit"):
        value = next((each for name, each in headers.items() if name.lower() == header), "")[:1000]
        for key, number in re.findall(r"\b([a-z]+)=(\d{1,15})", value):
            if key in _KEYS:
                told.setdefault("requests", {}).setdefault(_KEYS[key], number)


def _quota(what: str, parts: Mapping[str, str], now: float) -> Quota | None:
    left, limit = _count(parts.get("remaining")), _count(parts.get("limit"))
    return None if left is None else Quota(what, left, limit, _resets(parts.get("reset"), now))


def _count(value: str | None) -> int | None:
    found = _NUMBER.match((value or "").strip())
    return int(float(found[0])) if found is not None else None


def _resets(value: str | None, now: float) -> float | None:
    """Seconds until a limit is full again, of seconds, a length such as ``6m0s``, a moment or a date."""
    text = (value or "").strip().lower()
    if not text:
        return None
    seconds: float | None = None
    if _NUMBER.fullmatch(text):
        number = float(text)
        seconds = number / 1000 - now if number > 1e12 else number - now if number > 1e9 else number
    elif re.fullmatch(f"(?:{_PART.pattern})+", text):
        seconds = sum(float(amount) * _SECONDS[unit] for amount, unit in _PART.findall(text))
    else:
        with suppress(ValueError):
            at = datetime.fromisoformat(text.upper())
            seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now
    return None if seconds is None or seconds > _MOST_S else max(0.0, seconds)
