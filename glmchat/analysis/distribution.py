"""The next token at one place of a reply, and what one parameter does to its distribution: before and after.

Surprisal and entropy are Shannon's (1948, "A Mathematical Theory of Communication"), in bits.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from glmchat.analysis import sampling
from glmchat.analysis.lens import Alternative, Token
from glmchat.analysis.sampling import Candidate

# The parameters that act on the distribution of the next token, and those of them that need tokens that came before.
ACTING = frozenset(
    ["temperature", "top_k", "top_p", "min_p", "top_a", "logit_bias"]
)  # fmt: skip
REPEATING = frozenset(["frequency_penalty", "presence_penalty", "repetition_penalty"])
NAMES = ACTING | REPEATING
# Alternatives that a picture of the distribution has room for, by which a place is found worth looking at.
_LOOKED_AT = 6
# Alternatives that are reckoned with, however many an endpoint returns; the rest is estimated.
_RECKONED = 50
# Characters of the reply that are kept to say where a place is.
_CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a reply, ready to be reckoned with: what might have come, the likeliest first.

    `before` is the end of the text before it; `said` the token that came.
    """

    before: str
    said: bytes
    alternatives: tuple[Alternative, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a reply that show most: where it was least certain, and where it might have repeated itself."""

    uncertain: Place
    repeating: Place | None = None

    def of(self, name: str) -> Place:
        """The place that shows what a parameter does."""
        return self.repeating or self.uncertain if name in REPEATING else self.uncertain


@dataclass(frozen=True, slots=True)
class Bar:
    """A token with its probability before and after; `dropped_by` names the filter that cuts it.

    `count` says how often the reply has it already, where that matters to the parameter.
    """

    alternative: Alternative
    before: float
    after: float
    dropped_by: str | None
    count: int
    said: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """What a parameter does at a place: the tokens that are known, and the probability of all others."""

    bars: tuple[Bar, ...]
    others_before: float
    others_after: float

    @property
    def cut(self) -> int:
        """How many of the known tokens cannot come any more."""
        return sum(each.after <= 0 < each.before for each in self.bars)


def place_at(tokens: Sequence[Token], index: int) -> Place:
    """Make a place of a reply ready."""
    token = tokens[index]
    counts = Counter(each.data for each in tokens[:index])
    shown = token.alternatives[:_RECKONED]
    candidates = (Candidate(each.logprob, counts[each.data], counts[each.data] > 0) for each in shown)
    before = b"".join(each.data for each in tokens[max(0, index - _CONTEXT) : index])
    return Place(before.decode("utf-8", "replace")[-_CONTEXT:], token.data, shown, tuple(candidates))


def find_places(tokens: Sequence[Token]) -> Places | None:
    """The places that show most; None where no token has an alternative."""
    if not any(len(token.alternatives) > 1 for token in tokens):
        return None
    uncertain = max(range(len(tokens)), key=lambda index: _openness(tokens[index]))
    repeating, most = None, 0.0
    came: set[bytes] = set()
    for index, token in enumerate(tokens):
        worth = _openness(token) * _divided(token, came)
        if worth > most:
            repeating, most = index, worth
        came.add(token.data)
    return Places(place_at(tokens, uncertain), place_at(tokens, repeating) if repeating is not None else None)


def _openness(token: Token) -> float:
    """The part of the entropy that lies with the likeliest alternatives, which is the part that can be shown."""
    shares = [each.probability for each in token.alternatives[:_LOOKED_AT]]
    return -math.fsum(share * math.log2(share) for share in shares if share > 0)


def _divided(token: Token, came: set[bytes]) -> float:
    """How evenly the likeliest alternatives are divided into tokens that came before and others, from 0 to 1/4."""
    shown = token.alternatives[:_LOOKED_AT]
    repeated = math.fsum(each.probability for each in shown if each.data in came)
    return repeated * max(0.0, math.fsum(each.probability for each in shown) - repeated)


def shift(
    place: Place, name: str, values: Mapping[str, Any], biases: Mapping[str, float] | None = None
) -> Shift:
    """What the parameter `name` does at a place, beside the same values without it.

    `biases` maps token texts to a bias. Raises ValueError for values out of range.
    """
    plain = place.candidates
    biased = _with_biases(place, biases or {})
    rest = {key: value for key, value in values.items() if key != name}
    before = sampling.survivors(plain if name == "logit_bias" else biased, rest)
    after = sampling.survivors(biased, values)
    counts = [one.count if name in REPEATING else 0 for one in plain]
    rows = zip(place.alternatives, counts, before.fates, after.fates, strict=True)
    bars = [
        Bar(each, was.probability, now.probability, now.dropped_by, count, each.data == place.said)
        for each, count, was, now in rows
    ]
    return Shift(tuple(bars), before.rest, after.rest)


def shift_at(
    places: Places, name: str, values: Mapping[str, Any], words_bias: bool
) -> tuple[Place, Shift, bool]:
    """The place that shows most of a parameter, what its value does there, and whether it has one.

    `words_bias` says that a logit_bias may name words. Raises ValueError for values out of range.
    """
    place = places.of(name)
    biases = word_biases(place.alternatives, values.get("logit_bias", {}) if words_bias else {})
    return place, shift(place, name, values, biases), name in values


def _with_biases(place: Place, biases: Mapping[str, float]) -> tuple[Candidate, ...]:
    if not biases:
        return place.candidates
    return tuple(
        replace(candidate, bias=biases.get(alternative.text, 0.0))
        for alternative, candidate in zip(place.alternatives, place.candidates, strict=True)
    )


def word_biases(alternatives: Sequence[Alternative], logit_bias: Mapping[str, float]) -> dict[str, float]:
    """The biases of tokens where a `logit_bias` may name words, as it may for the built-in model.

    A word stands for each way to write it: as it is, in small letters, with a capital, with a space before it.
    """
    out: dict[str, float] = {}
    for word, bias in logit_bias.items():
        if not word.isdigit():
            stem = word.strip(" ")
            forms = (stem, stem.lower(), stem.capitalize())
            out.update({space + form: float(bias) for form in forms for space in ("", " ")})
    return {each.text: out[each.text] for each in alternatives if each.text in out}
