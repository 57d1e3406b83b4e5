"""Ways to begin an answer: some words before the section, or none, each as likely as its weight says."""

from __future__ import annotations

from collections.abc import Sequence

from glmchat.demo.ngram import Distribution, Writer

# The share of answers that begin with the section itself; what is left is for the other ways, alike.
_PLAIN = 0.4
_ALIKE = 0.01


class OpenedWriter:
    """Writes one of several openings, or none, and then what a writer writes."""

    def __init__(self, writer: Writer, openings: Sequence[Sequence[int]]) -> None:
        """`openings` are tokens each, of which no two begin alike; one that begins as the section may is left out."""
        self._writer = writer
        first = writer.distribution().seen
        self._left = [tuple(opening) for opening in openings if first.get(opening[0], 0.0) < _ALIKE]
        self._at = 0

    def distribution(self) -> Distribution:
        """What comes next."""
        inner = self._writer.distribution()
        if not self._left:
            return inner
        if self._at:
            (opening,) = self._left
            return Distribution(
                {opening[self._at]: 1 - inner.floor * len(inner.pool)}, inner.floor, inner.pool
            )
        seen = {token: share * _PLAIN for token, share in inner.seen.items()}
        for opening in self._left:
            seen[opening[0]] = seen.get(opening[0], 0.0) + (1 - _PLAIN) / len(self._left)
        return Distribution(seen, inner.floor, inner.pool)

    def write(self, token: int) -> None:
        """Take a token as written; whatever is no part of an opening is the writer's."""
        self._left = [opening for opening in self._left if opening[self._at] == token]
        if not self._left:
            self._writer.write(token)
            return
        self._at += 1
        self._left = [opening for opening in self._left if self._at < len(opening)]
