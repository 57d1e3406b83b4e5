"""Reads the log-probabilities of a reply: its tokens, their alternatives, and what other values would do to them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from glmchat.analysis import sampling
from glmchat.support.numbers import is_number

# The value of a token too unlikely to be among those returned (OpenAI API reference, `logprob`).
UNKNOWN = -9999.0
_ESCAPED = re.compile(r"bytes:(?:\\x[0-9a-fA-F]{2})+")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A token that the endpoint returned for a place: its text, its log-probability (natural logarithm), its bytes.

    Texts do not tell tokens apart that are parts of a character; bytes do.
    """

    text: str
    logprob: float
    data: bytes

    @property
    def probability(self) -> float:
        """From 0 to 1."""
        return math.exp(min(0.0, self.logprob))


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the reply, with the alternatives that came back for its place, the likeliest first.

    `data` are its bytes, which may be a part of a character only.
    """

    text: str
    data: bytes
    logprob: float
    alternatives: tuple[Alternative, ...]

    @property
    def probability(self) -> float:
        """From 0 to 1."""
        return math.exp(min(0.0, self.logprob))


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that can be shown, made of one token, or of several that are parts of one character.

    `first` and `last` are indexes into the tokens, both inclusive.
    """

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an alternative under the current values: `dropped_by` names the parameter that drops it."""

    alternative: Alternative
    probability: float
    dropped_by: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a reply as far as they could be read; `unreadable` counts the entries that make no sense."""

    tokens: list[Token]
    unreadable: int


def tokens_of(logprobs: Mapping[str, Any] | None) -> list[Token]:
    """Read `logprobs` as a reply carried it; entries that make no sense are left out."""
    return read(logprobs).tokens


def read(logprobs: Any) -> Reading:
    """Read `logprobs` in the shape of chat completions, or of the older completions; raises nothing."""
    entries = _entries(logprobs) if isinstance(logprobs, Mapping) else []
    tokens = [token for each in entries if isinstance(each, Mapping) and (token := _token(each)) is not None]
    return Reading(tokens, len(entries) - len(tokens))


def _entries(logprobs: Mapping[str, Any]) -> list[Any]:
    for name in ("content", "refusal"):
        if isinstance(found := logprobs.get(name), list) and found:
            return found
    texts = logprobs.get("tokens")
    if not isinstance(texts, list):
        return []
    # The older shape: three lists beside each other (OpenAI API reference, "Completions", `logprobs`).
    columns = (logprobs.get("token_logprobs"), logprobs.get("top_logprobs"))
    values, others = (column if isinstance(column, list) else [] for column in columns)
    return [
        {"token": text, "logprob": value, "bytes": _escaped(text), "top_logprobs": tops}
        for text, value, tops in zip_longest(texts, values[: len(texts)], others[: len(texts)])
    ]


def _token(entry: Mapping[str, Any]) -> Token | None:
    text, logprob = entry.get("token"), _logprob(entry.get("logprob"))
    if not isinstance(text, str) or logprob is None:
        return None
    data = _bytes(entry, text)
    alternatives = _alternatives(entry.get("top_logprobs"))
    if all(each.data != data for each in alternatives):
        alternatives.append(Alternative(text, logprob, data))
    alternatives.sort(key=lambda each: -each.logprob)
    return Token(text, data, logprob, tuple(alternatives))


def _alternatives(given: Any) -> list[Alternative]:
    """The other tokens of a place: a list of entries, or in the older shape a table of log-probabilities by text."""
    if isinstance(given, Mapping):
        given = [{"token": text, "logprob": value, "bytes": _escaped(text)} for text, value in given.items()]
    found: list[Alternative] = []
    for each in given if isinstance(given, list) else ():
        if isinstance(each, Mapping) and isinstance(text := each.get("token"), str):
            logprob = _logprob(each.get("logprob"))
            if logprob is not None:
                found.append(Alternative(text, logprob, _bytes(each, text)))
    return found


def _logprob(value: Any) -> float | None:
    """A log-probability as a number from `UNKNOWN` to 0; None for what is none."""
    if not is_number(value) or not value < math.inf:
        return None
    return float(max(UNKNOWN, min(value, 0)))


def _bytes(entry: Mapping[str, Any], text: str) -> bytes:
    given = entry.get("bytes")
    if isinstance(given, list) and all(isinstance(each, int) and 0 <= each < 256 for each in given):
        return bytes(given)
    return text.encode("utf-8", "replace")


def _escaped(text: Any) -> list[int] | None:
    """The bytes of a part of a character, which the older shape writes as ``bytes:\\xe5\\x8c``."""
    if not isinstance(text, str) or not _ESCAPED.fullmatch(text):
        return None
    return list(bytes.fromhex(text.removeprefix("bytes:").replace("\\x", "")))


def pieces_of(tokens: Sequence[Token]) -> list[Piece]:
    """Join tokens that are parts of one character, by their bytes; a part that never becomes one is shown as U+FFFD."""
    pieces: list[Piece] = []
    held, first = b"", 0
    for index, token in enumerate(tokens):
        if not held:
            first = index
        held += token.data
        complete = not _unfinished(held)
        if complete or index == len(tokens) - 1:
            pieces.append(Piece(held.decode("utf-8", "replace"), first, index))
            held = b""
    return pieces


def _unfinished(data: bytes) -> bool:
    """Whether bytes end in the middle of a UTF-8 character that more bytes could complete."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def perplexity(tokens: Sequence[Token]) -> float | None:
    """The exponential of the mean negative log-probability: how many choices the model wavered between.

    Tokens of unknown probability are left out; None where there are no others, infinite where the mean is
    beyond every number (Jelinek and others, 1977).
    """
    known = [token.logprob for token in tokens if token.logprob > UNKNOWN]
    if not known:
        return None
    try:
        return math.exp(-math.fsum(known) / len(known))
    except OverflowError:
        return math.inf


def unknown(tokens: Sequence[Token]) -> int:
    """How many tokens are so unlikely that the endpoint gave no probability."""
    return sum(token.logprob <= UNKNOWN for token in tokens)


def most_uncertain(tokens: Sequence[Token], count: int = 10) -> list[int]:
    """Indexes of the least likely tokens, the least likely first."""
    return sorted(range(len(tokens)), key=lambda index: tokens[index].logprob)[:count]


def known_share(token: Token) -> float:
    """How much of the probability the returned alternatives hold, from 0 to 1."""
    return min(1.0, math.fsum(each.probability for each in token.alternatives))


def outcomes(
    tokens: Sequence[Token], index: int, values: Mapping[str, Any], biases: Mapping[str, float] | None = None
) -> tuple[list[Outcome], float]:
    """What becomes of each alternative at a place under `values`, and the probability that is left for all others.

    The penalties count the tokens of the reply before the place. `biases` maps token texts to a bias, since
    replies name tokens by text and `logit_bias` by number. Raises ValueError for values out of range.
    """
    token = tokens[index]
    counts = Counter(each.data for each in tokens[:index])
    candidates = [
        sampling.Candidate(
            each.logprob, counts[each.data], counts[each.data] > 0, (biases or {}).get(each.text, 0.0)
        )
        for each in token.alternatives
    ]
    result = sampling.survivors(candidates, values)
    rows = [
        Outcome(each, fate.probability, fate.dropped_by, each.data == token.data)
        for each, fate in zip(token.alternatives, result.fates, strict=True)
    ]
    return rows, result.rest
