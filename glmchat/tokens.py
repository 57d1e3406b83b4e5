"""How many tokens a text has, before the endpoint says so: an estimate, corrected by what it said before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Averages over current tokenizers: a CJK character is about 0.7 tokens, other text about 4 characters a token.
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_CJK_TOKENS = 0.7
_CHARACTERS = 4.0
_PER_MESSAGE = 4
_SHARE = 0.3


def estimate(text: str) -> int:
    """Estimate the tokens of a text; 0 only for an empty one."""
    if not text:
        return 0
    wide = 0 if text.isascii() else len(_CJK.findall(text))
    return max(1, round(wide * _CJK_TOKENS + (len(text) - wide) / _CHARACTERS))


def estimate_messages(texts: Iterable[str]) -> int:
    """Estimate the tokens of a prompt made of these messages, what wraps each included."""
    return sum(estimate(text) + _PER_MESSAGE for text in texts)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How far estimates were off: true tokens per estimated one, as a running average; 1 until known."""

    value: float = 1.0
    samples: int = 0

    def learn(self, estimated: int, usage: Mapping[str, Any] | None, key: str = "prompt_tokens") -> Ratio:
        """Take in one true count; an unknown or senseless one changes nothing."""
        true = (usage or {}).get(key)
        if not isinstance(true, int) or isinstance(true, bool) or true <= 0 or estimated <= 0:
            return self
        seen = min(4.0, max(0.25, true / estimated))
        value = seen if not self.samples else self.value + _SHARE * (seen - self.value)
        return Ratio(value, self.samples + 1)

    def correct(self, estimated: int) -> int:
        """An estimate, corrected."""
        return round(estimated * self.value)
