"""How many tokens a text has, before the endpoint says so: an estimate, corrected by what it said before."""

from __future__ import annotations

import re

# Averages over current tokenizers: a CJK character is about 0.7 tokens, 4 other characters are one.
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_CJK_TOKENS = 0.7
_CHARACTERS = 4.0
# How much one reply moves the running ratio, and how far off a single one is believed to be.
_SHARE = 0.3
_LOWEST, _HIGHEST = 0.25, 4.0


def rough(text: str) -> float:
    """Estimate the tokens of a text without any experience."""
    wide = 0 if text.isascii() else len(_CJK.findall(text))
    return wide * _CJK_TOKENS + (len(text) - wide) / _CHARACTERS


class Estimator:
    """Estimates token counts and learns from true ones; `ratio` is true tokens per roughly estimated one."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.ratio = ratio
        self._taught = False

    def estimate(self, text: str) -> int:
        """Estimate the tokens of a text; 0 only for an empty one."""
        return max(1, round(rough(text) * self.ratio)) if text else 0

    def correct(self, text: str, counted: int) -> None:
        """Learn that a text had `counted` tokens; the first lesson counts in full, later ones in part."""
        guessed = rough(text)
        if guessed < 1 or counted < 1:
            return
        seen = min(_HIGHEST, max(_LOWEST, min(counted, 10**9) / guessed))
        self.ratio = self.ratio + _SHARE * (seen - self.ratio) if self._taught else seen
        self._taught = True
