"""The language model: n-grams of the manual, interpolated, that prefer the sections a question is about.

Jelinek and Mercer 1980: the estimates of the longest context that was seen and of the shorter ones below it
are mixed. Which continuations were seen is looked up in the text itself, so that each counts by its section.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from glmchat.demo.sections import Library
from glmchat.demo.tokens import BEGIN, END, FIRST_PIECE, Vocabulary

# Context lengths in tokens, longest first, and the share of what is left that each takes where it was seen.
_ORDERS = (8, 5, 3, 2, 1)
_SHARE = 0.7
# Whatever the context: the share of the words of the sections that the question is about, and the probability
# kept for all tokens of the vocabulary together, for none is impossible.
_TOPIC, _FLOOR = 3e-4, 1e-8
# How much a section counts that the question is not about, and the place that the text has come from.
_ELSEWHERE, _HERE = 1e-4, 8.0
# How much of its weight a place keeps whose text was told already, for an answer does not go back to its beginning.
_TOLD = 1e-3


@dataclass(frozen=True, slots=True)
class Distribution:
    """What comes next: probabilities of the tokens that were seen here; any other of `pool` has `floor`."""

    seen: Mapping[int, float]
    floor: float
    pool: Sequence[int]

    def logprob(self, token: int) -> float:
        """The natural logarithm of a token's probability."""
        return math.log(self.seen.get(token, self.floor))


@dataclass(slots=True)
class Text:
    """The manual in one language as one row of tokens: BEGIN, the section's tokens, END, and so on."""

    library: Library
    tokens: list[int] = field(default_factory=list)
    section_of: list[int] = field(default_factory=list)
    places: dict[int, list[int]] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)

    @classmethod
    def encode(cls, library: Library, vocabulary: Vocabulary) -> Text:
        """Encode a library's sections, and note where each token stands."""
        text = cls(library)
        for number, section in enumerate(library.sections):
            ids = [BEGIN, *vocabulary.learn(section.text), END]
            text.starts.append(len(text.tokens))
            text.tokens.extend(ids)
            text.section_of.extend([number] * len(ids))
        for place, token in enumerate(text.tokens):
            text.places.setdefault(token, []).append(place)
        return text

    def words(self, section: int) -> list[int]:
        """The tokens of a section, without those that begin and end it."""
        start = self.starts[section] + 1
        return self.tokens[start : self.tokens.index(END, start)]


class Writer:
    """Continues a text token by token; keeps the places of the manual that agree with what was written."""

    def __init__(self, text: Text, vocabulary_size: int, weights: Mapping[int, float]) -> None:
        """Begin a text; `weights` say how much each section counts, those not named hardly."""
        self._text = text
        self._size = vocabulary_size
        self._weights = [_ELSEWHERE] * len(text.library.sections)
        for section, weight in weights.items():
            self._weights[section] = max(weight, _ELSEWHERE)
        self._topic: dict[int, float] = {}
        for section in weights:
            for token in text.words(section):
                self._topic[token] = self._topic.get(token, 0.0) + self._weights[section]
        self._here: int | None = None  # the place whose text is being followed
        self._told: set[int] = set()  # the places that were
        self._lengths: dict[int, int] = {}  # place of the last token -> how many tokens before it agree
        self.write(BEGIN)

    def distribution(self) -> Distribution:
        """What comes next."""
        tokens = self._text.tokens
        mass: list[dict[int, float]] = [{} for _ in _ORDERS]
        for place, length in self._lengths.items():
            if place + 1 >= len(tokens):
                continue
            token = tokens[place + 1]
            weight = self._weight(place) * (_TOLD if place + 1 in self._told else 1.0)
            for level, order in enumerate(_ORDERS):
                if length >= order:
                    mass[level][token] = mass[level].get(token, 0.0) + weight
        return self._mix([level for level in mass if level])

    def _mix(self, levels: Sequence[Mapping[int, float]]) -> Distribution:
        floor = _FLOOR / self._size
        topic = _TOPIC if levels else 1 - _FLOOR
        shares: list[tuple[Mapping[int, float], float]] = [(self._topic, topic)]
        left = 1 - _FLOOR - topic
        for rank, level in enumerate(levels):
            share = left if rank == len(levels) - 1 else left * _SHARE
            left -= share
            shares.append((level, share))
        seen: dict[int, float] = {}
        for level, share in shares:
            scale = share / sum(level.values())
            for token, weight in level.items():
                seen[token] = seen.get(token, floor) + weight * scale
        return Distribution(seen, floor, range(FIRST_PIECE, self._size))

    def _weight(self, place: int) -> float:
        weight = self._weights[self._text.section_of[place]]
        return weight * _HERE if place == self._here else weight

    def write(self, token: int) -> None:
        """Take a token as written."""
        tokens, before = self._text.tokens, self._lengths
        here = None if self._here is None or self._here + 1 >= len(tokens) else self._here + 1
        self._lengths = {place: before.get(place - 1, 0) + 1 for place in self._text.places.get(token, ())}
        untold = [place for place in self._lengths if place not in self._told]
        if here is not None and tokens[here] == token:
            self._here = here
        elif untold:
            self._here = max(untold, key=lambda place: (self._lengths[place], self._weight(place)))
        elif here is not None:
            # A token that the manual lacks, or has where all was told: go on where the text would have gone on.
            self._here, self._lengths = here, {here: 1}
        if self._here is not None:
            self._told.add(self._here)
