"""Notices when a text that is being written goes round in circles, such as a thought that finds no end.

Two signs: the text ends with the same stretch over and over, or its last sentences have nearly all been said
before, more than once. Only letters count, so that rules, indentation and the brackets of code do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque

# How much of the end is looked at for a stretch that repeats, in characters, and how often.
TAIL = 3_000
EVERY = 160
# A stretch counts as repeated when it fills this many letters, this often; the shorter it is, the oftener.
_LETTERS = 240
_TIMES = ((120, 3), (40, 4), (12, 6), (2, 24))
# A text that goes round stands at its end as it stood one round before, for so many characters at least: two thirds of
# what the fewest letters take.
_END = 50
# Of the last sentences, how many must have been said how often before.
_SENTENCES, _SAID, _BEFORE = 12, 10, 2
_SHORTEST = 16
_REMEMBERED = 600
_ENDS = re.compile(r"[.!?。！？；;\n]+")
_SPACE = re.compile(r"\s+")


def _letters(text: str) -> int:
    """Letters of a text; one of a script that writes words with one or two of them counts for three."""
    return sum(3 if char > "\u2e7f" else 1 for char in text if char.isalpha())


def _may_go_round(tail: str) -> bool:
    """Whether the end of a text stood in it before; costs next to nothing."""
    return tail[-_END:] in tail[:-1]


def stretch_of(tail: str) -> tuple[str, int]:
    """The shortest stretch that fills most of the end of a text, and how often it stands there in a row.

    One run of the prefix function over the reversed text (Knuth, Morris, Pratt 1977) finds for every length
    the shortest period, so the cost grows with the length only.
    """
    back = tail[::-1]
    borders = [0] * len(back)
    best = ("", 0)
    longest = 0
    length = 0
    for at in range(1, len(back)):
        while length and back[at] != back[length]:
            length = borders[length - 1]
        if back[at] == back[length]:
            length += 1
        borders[at] = length
        period = at + 1 - length
        times = (at + 1) // period
        if times >= 3 and at + 1 > longest:
            longest, best = at + 1, (tail[len(tail) - period :], times)
    return best


class Repetition:
    """Takes a text piece by piece; a piece costs no more than its own length and one look at the end."""

    def __init__(self) -> None:
        self._tail = ""
        self._unseen = 0
        self._sentence = ""
        self._counts: Counter[str] = Counter()
        self._remembered: deque[str] = deque()
        self._last: deque[int] = deque(maxlen=_SENTENCES)
        self.found = False

    def feed(self, text: str) -> bool:
        """Take a piece; returns whether the text goes round in circles, which it does from then on."""
        if self.found or not text:
            return self.found
        self._sentences(text)
        self._tail = (self._tail + text)[-TAIL:]
        self._unseen += len(text)
        if not self.found and self._unseen >= EVERY:
            self._unseen = 0
            self.found = self._ends_in_a_loop()
        return self.found

    def _ends_in_a_loop(self) -> bool:
        tail = _SPACE.sub(" ", self._tail).casefold()
        if not _may_go_round(tail):
            return False
        stretch, times = stretch_of(tail)
        letters = _letters(stretch)
        if letters * times < _LETTERS:
            return False
        return any(letters >= least and times >= often for least, often in _TIMES)

    def _sentences(self, text: str) -> None:
        *whole, rest = _ENDS.split(self._sentence + text)
        self._sentence = rest[-TAIL:]
        for sentence in whole:
            self._take(unicodedata.normalize("NFC", _SPACE.sub(" ", sentence).strip().casefold()))

    def _take(self, sentence: str) -> None:
        if _letters(sentence) < _SHORTEST:
            return
        self._last.append(self._counts[sentence])
        self._counts[sentence] += 1
        self._remembered.append(sentence)
        if len(self._remembered) > _REMEMBERED:
            old = self._remembered.popleft()
            self._counts[old] -= 1
            if not self._counts[old]:
                del self._counts[old]
        if len(self._last) == _SENTENCES and sum(before >= _BEFORE for before in self._last) >= _SAID:
            self.found = True
