"""The texts that the second voice learned from: one file for each kind and language, written for it here.

A line with a percent sign alone parts two texts. In Chinese texts spaces part the words, as in segmented corpora; they
are no part of the text. `words.txt` lists every word of a language, so that each has its number before a text is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from glmchat.demo.tokens import Vocabulary, split
from glmchat.demo.voice.kneser_ney import KneserNey

KINDS = ("tale", "poem", "recipe", "weather", "dialogue", "place")
_SEGMENT = re.compile(r"\n+|[^\s]+")
_ASCII = re.compile(r"[\x00-\x7f]+")
# Models that are kept; another one takes a tenth of a second.
_KEPT = 4


def _read(language: str, name: str) -> str:
    return (
        files(__name__.rpartition(".")[0])
        .joinpath("texts", language, f"{name}.txt")
        .read_text(encoding="utf-8")
    )


def texts(language: str, kind: str) -> list[list[str]]:
    """The texts of a kind, each as its words."""
    cut = split if language == "en" else _SEGMENT.findall
    return [cut(text) for text in _read(language, kind).rstrip("\n").split("\n%\n")]


class Words:
    """The words of the second voice in one language, with their numbers in the model's vocabulary."""

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        self.language = language
        self._vocabulary = vocabulary
        pieces = [*_read(language, "words").split("\n")[:-1], "\n", "\n\n"]
        self.ids = {piece: vocabulary.add(piece) for piece in pieces}
        self._longest = max(map(len, pieces))

    def encode(self, text: str) -> list[int]:
        """A text in tokens; of Chinese the longest word that is known at each place (forward maximum matching)."""
        if self.language == "en":
            return self._vocabulary.encode(text)
        return [id for piece in self.segmented(text) for id in self._vocabulary.encode_piece(piece)]

    def segmented(self, text: str) -> Iterator[str]:
        """Cut a Chinese text into words."""
        at = 0
        while at < len(text):
            sizes = range(min(self._longest, len(text) - at), 0, -1)
            size = next((each for each in sizes if text[at : at + each] in self.ids), 0)
            if not size:
                plain = _ASCII.match(text, at)
                yield from split(plain[0]) if plain else text[at]
                size = len(plain[0]) if plain else 1
            else:
                yield text[at : at + size]
            at += size

    def model(self, kind: str) -> KneserNey:
        """The model of a kind's texts."""
        return _model(self, kind, frozenset())

    def model_about(self, kind: str, pieces: frozenset[str]) -> KneserNey | None:
        """The model of those texts of a kind that have one of the words; None where none has."""
        known = any(not pieces.isdisjoint(text) for text in _texts(self.language, kind))
        return _model(self, kind, pieces) if known else None


@lru_cache(maxsize=_KEPT)
def _model(words: Words, kind: str, about: frozenset[str]) -> KneserNey:
    numbers = words.ids
    chosen = [text for text in _texts(words.language, kind) if not about or not about.isdisjoint(text)]
    return KneserNey([numbers[word] for word in text] for text in chosen)


@cache
def _texts(language: str, kind: str) -> list[list[str]]:
    return texts(language, kind)
