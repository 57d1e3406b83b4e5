"""Estimates how many tokens a text has, corrected by what the endpoint counted before."""

from __future__ import annotations

import re

# Four characters of English are about one token (OpenAI's help, "What are tokens and how to count them?"). That a CJK
# character is 0.7 tokens is our own average over current tokenizers.
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_CJK_TOKENS = 0.7
_CHARACTERS = 4.0
# Tokens that a chat template adds to each message (OpenAI Cookbook, "How to count tokens with tiktoken").
PER_MESSAGE = 4
# The weight of the newest reply in the exponential moving average of the ratio (Roberts 1959), and the bounds within
# which a single one counts.
_SHARE = 0.3
_LOWEST, _HIGHEST = 0.25, 4.0


def rough(text: str) -> float:
    """Estimate the tokens of a text by its characters alone."""
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
        """Learn that a text had `counted` tokens; the first count sets the ratio, later ones move it by a part."""
        guessed = rough(text)
        if guessed < 1 or counted < 1:
            return
        seen = min(_HIGHEST, max(_LOWEST, min(counted, 10**9) / guessed))
        self.ratio = self.ratio + _SHARE * (seen - self.ratio) if self._taught else seen
        self._taught = True
