"""Guesses what a mistyped word was meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that begins with `word` or is most like it, as a question that follows a sentence.

    Empty where none is like it.
    """
    import difflib

    words = list(known)
    begun = [each for each in words if len(word.strip("-")) > 2 and each.startswith(word)]
    found = begun[:1] or difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return question(found[0] if found else None)


def question(word: str | None) -> str:
    """Whether a word was meant, as a question that follows a sentence; empty for none."""
    return f" Did you mean {word}?" if word else ""
