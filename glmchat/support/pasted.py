"""Takes off what stands around a value by mistake where it was copied or quoted, and says what it was."""

from __future__ import annotations

import re

_QUOTES = "\"'“”„‟‘’‚‛«»´「」"
_PAIRS = {"`": "`", "<": ">"}
_NO_BREAK = "\u00a0\u2007\u202f"
_BREAKS = "\n\r\v\f\u0085\u2028\u2029"
# Characters without width that web pages and chat programs put beside a word.
_UNSEEN = (
    "\ufeff\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e"
)
_NAMED = (
    (_QUOTES, "quotation marks"),
    (_BREAKS, "a line break"),
    (_NO_BREAK, "a no-break space"),
    (_UNSEEN, "an invisible character"),
)
_HEADER = re.compile(r"(?:authorization:\s*)?bearer\s+", re.IGNORECASE)


def unwrap(text: str) -> tuple[str, str]:
    """A value without what stands around it, and what that was, in words; spaces are taken off silently."""
    found: list[str] = []
    left = ""
    while left != text:
        left = text
        text = text.strip(" \t")
        for chars, name in _NAMED:
            if text.strip(chars) != text:
                text = text.strip(chars)
                found.append(name)
        if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
            text = text[1:-1]
            found.append("quotation marks")
        if header := _HEADER.match(text):
            text = text[header.end() :]
            found.append("the word Bearer")
    return text, " and ".join(dict.fromkeys(found))
