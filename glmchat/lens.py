"""Reading the log-probabilities of a reply: its tokens, their alternatives, and what the sliders would do to them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glmchat import sampling


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


def tokens_of(logprobs: Mapping[str, Any] | None) -> list[Token]:
    """Read `logprobs` as a reply carried it; entries that make no sense are left out."""
    entries = (logprobs or {}).get("content") or (logprobs or {}).get("refusal") or ()
    found = (_token(entry) for entry in entries if isinstance(entry, Mapping))
    return [token for token in found if token is not None]


def _token(entry: Mapping[str, Any]) -> Token | None:
    text, logprob = entry.get("token"), entry.get("logprob")
    if not isinstance(text, str) or isinstance(logprob, bool) or not isinstance(logprob, int | float):
        return None
    others = (
        _token({**other, "top_logprobs": ()}) for other in entry.get("top_logprobs") or () if _is_map(other)
    )
    data = _bytes(entry, text)
    alternatives = [
        Alternative(other.text, other.logprob, other.data) for other in others if other is not None
    ]
    if all(each.data != data for each in alternatives):
        alternatives.append(Alternative(text, float(logprob), data))
    alternatives.sort(key=lambda each: -each.logprob)
    return Token(text, data, float(logprob), tuple(alternatives))


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def _bytes(entry: Mapping[str, Any], text: str) -> bytes:
    given = entry.get("bytes")
    if isinstance(given, list) and all(isinstance(each, int) and 0 <= each < 256 for each in given):
        return bytes(given)
    return text.encode("utf-8", "replace")


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

    None for a reply without tokens (Jelinek and others, 1977).
    """
    if not tokens:
        return None
    return math.exp(-math.fsum(token.logprob for token in tokens) / len(tokens))


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
