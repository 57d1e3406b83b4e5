"""An n-gram model with interpolated Kneser-Ney smoothing, counted in the texts themselves as it is asked.

Kneser and Ney 1995, "Improved backing-off for m-gram language modeling", in the interpolated form with one discount an
order of Chen and Goodman 1998, "An empirical study of smoothing techniques for language modeling", section 2.7; the
discount is that of Ney, Essen and Kneser 1994: n1 / (n1 + 2 n2), n1 and n2 saying how many n-grams came once and twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest

# What stands before a text.
_START = -1
# Words of an n-gram: the one that comes, and those before it that count.
ORDER = 3
# What no context has seen comes from the lowest order. It holds the commonest words alike, and of all others so little
# that heat has to work for them: by counts alone thousands of rare words would hold most of a flattened distribution,
# and top_p, which cuts a tenth of it, would cut nothing that can be seen. The discount of pairs is smaller for the
# same reason. All three are chosen on the prompts that the benchmark of this voice holds out, not on those it reports.
_COMMON, _UNCOMMON, _PAIRS = 45, 0.05, 0.6


def _discount(counts: Mapping[tuple[int, ...], int]) -> float:
    once, twice = (sum(count == times for count in counts.values()) for times in (1, 2))
    return once / (once + 2 * twice) if once else 0.5


class KneserNey:
    """Says what comes after the last words, in texts that are given as words' numbers."""

    def __init__(self, texts: Iterable[Sequence[int]]) -> None:
        """Count; a text's end is no word, so that whoever writes decides where to end."""
        words = [_START]
        for text in texts:
            words += [*text, _START]
        self._words = words
        self._places: dict[int, list[int]] = {}
        for place, word in enumerate(words):
            self._places.setdefault(word, []).append(place)
        # Each lower order counts in how many contexts an n-gram stands, not how often; at a text's beginning there is
        # nothing before it, so there it counts as often as it stands.
        rows = [words[shift:] for shift in range(ORDER)]
        counts = Counter(gram for gram in zip(*rows, strict=False) if _START not in gram[1:])
        self._discounts = [_discount(counts)]
        for size in range(ORDER - 1, 0, -1):
            shorter = Counter(gram[1:] for gram in counts)
            if size > 1:
                shorter.update(
                    gram for gram in zip(*rows[:size], strict=False) if gram[0] == _START not in gram[1:]
                )
            counts = shorter
            self._discounts.insert(0, _discount(counts))
        total = sum(counts.values())
        spread = self._discounts[0] / total  # what is taken from all words together, for each of them alike
        single = {gram[0]: (n - self._discounts[0]) / total + spread for gram, n in counts.items()}
        common = set(nlargest(_COMMON, single, key=single.__getitem__))
        alike = (1 - _UNCOMMON) / len(common) if common else 0.0
        self._single = {word: _UNCOMMON * p + alike * (word in common) for word, p in single.items()}
        self._discounts[1] *= _PAIRS
        self._followers: dict[tuple[int, ...], Mapping[int, int]] = {}

    def next(self, before: Sequence[int] = ()) -> dict[int, float]:
        """The probability of each word that the texts have, after the words before it; they sum to 1."""
        history = (_START, *before)[-ORDER + 1 :]
        shares = dict(self._single)
        for size in range(1, len(history) + 1):
            followers = self._after(history[-size:])
            if not followers:
                break
            discount, total = self._discounts[size], sum(followers.values())
            left = discount * len(followers) / total
            shares = {word: share * left for word, share in shares.items()}
            for word, count in followers.items():
                shares[word] += (count - discount) / total
        return shares

    def often(self, before: Sequence[int]) -> dict[int, float]:
        """How often each word came after the longest end of `before` that the texts have, unsmoothed."""
        history = (_START, *before)[-ORDER + 1 :]
        for size in range(len(history), 0, -1):
            if followers := self._after(history[-size:]):
                total = sum(followers.values())
                return {word: count / total for word, count in followers.items()}
        return {}

    def knows(self, pair: tuple[int, int]) -> bool:
        """Whether two words stand together in the texts."""
        return pair[1] in self._after((pair[0],))

    def _after(self, context: tuple[int, ...]) -> Mapping[int, int]:
        found = self._followers.get(context)
        if found is None:
            found = self._followers[context] = self._count(context)
        return found

    def _count(self, context: tuple[int, ...]) -> Mapping[int, int]:
        """What follows a context: in how many different places before it, or how often where it is of full length."""
        words, size = self._words, len(context)
        places = [
            place
            for place in self._places.get(context[-1], ())[: None if context[-1] != _START else -1]
            if words[place + 1] != _START and tuple(words[place - size + 1 : place + 1]) == context
        ]
        if size == ORDER - 1 or context[0] == _START:
            return Counter(words[place + 1] for place in places)
        return Counter(word for _, word in {(words[place - size], words[place + 1]) for place in places})
