"""Short queries in Chinese, Japanese and Korean: single characters and pairs, written out as words.

The trigram tokenizer sees nothing shorter than three characters, and a Chinese word has two.
"""

from __future__ import annotations

import re

# Radicals to compatibility forms, Hangul, and the planes of rarer ideographs.
_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u30ff\u3100-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_CJK}]+")
_ONLY = re.compile(f"[{_CJK}]{{1,2}}")


def is_short(term: str) -> bool:
    """Whether the index of single characters and pairs answers this term."""
    return _ONLY.fullmatch(term) is not None


def words(text: str) -> str:
    """Every character and pair of a text once, separated by spaces, in no order."""
    if text.isascii():
        return ""
    found: set[str] = set()
    for run in _RUNS.findall(text):
        found.update(run)
        found.update(map("".join, zip(run, run[1:], strict=False)))
    return " ".join(found)
