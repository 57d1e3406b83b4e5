"""Writes a text of the second voice word by word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from glmchat.demo.ngram import Distribution
from glmchat.demo.terms import terms_and_words
from glmchat.demo.voice.kneser_ney import ORDER
from glmchat.demo.voice.texts import KINDS, Words
from glmchat.demo.voice.wishes import Wish

# The share of those texts that are about what was asked for, where there are some.
_ABOUT = 0.25
# How much likelier what was asked for is than it would be, until it was said (as in Kuhn and De Mori 1990, "A
# cache-based natural language model for speech recognition", for words that were said).
_ASKED = 6.0
# The probability kept for all words of the language together, for none is impossible.
_FLOOR = 1e-9
# Words that are asked for and say nothing of what the text is about.
_PLAIN = frozenset(
    ["story", "tale", "poem", "recipe", "weather", "little", "small", "short", "old", "good", "time"]
)


class VoiceWriter:
    """Continues a text as those of a kind continue, most of all those that are about what was asked."""

    def __init__(self, words: Words, wish: Wish, question: str) -> None:
        self._written = words.encode(wish.begun)
        self._pool = list(words.ids.values())
        kind = wish.kind or likeliest_kind(words, self._written)
        self._model = words.model(kind)
        about = frozenset() if wish.begun else _about(words, question)
        self._narrow = words.model_about(kind, about) if about else None
        self._asked = {words.ids[word] for word in about}

    def distribution(self) -> Distribution:
        """What comes next."""
        before = self._written[-ORDER:]
        often = self._narrow.often(before) if self._narrow else {}
        part = _ABOUT if often else 0.0
        whole = (1 - _FLOOR) * (1 - part)
        seen = {word: whole * share for word, share in self._model.next(before).items()}
        for word, share in often.items():
            seen[word] += (1 - _FLOOR) * part * share
        return Distribution(self._asked_first(seen), _FLOOR / len(self._pool), self._pool)

    def _asked_first(self, seen: dict[int, float]) -> dict[int, float]:
        """The same with more for what was asked for; they sum to as much."""
        asked = {word: seen[word] * (_ASKED - 1) for word in self._asked if word in seen}
        whole = sum(seen.values())
        if not asked:
            return seen
        scale = whole / (whole + sum(asked.values()))
        return {word: (share + asked.get(word, 0.0)) * scale for word, share in seen.items()}

    def write(self, token: int) -> None:
        """Take a token as written."""
        self._written.append(token)
        self._asked.discard(token)


def likeliest_kind(words: Words, text: Sequence[int]) -> str:
    """The kind whose texts know most of a text's pairs of words."""
    pairs = list(pairwise(text))

    def known(kind: str) -> int:
        model = words.model(kind)
        return sum(model.knows(pair) for pair in pairs)

    return max(KINDS, key=known)


def _about(words: Words, question: str) -> frozenset[str]:
    """The words of the question that some text may be about, as the texts write them."""
    if words.language == "en":
        asked = {word for _, word in terms_and_words(question)} - _PLAIN
        return frozenset(f" {word}" for word in asked if f" {word}" in words.ids)
    return frozenset(piece for piece in words.segmented(question) if len(piece) > 1 and piece in words.ids)
