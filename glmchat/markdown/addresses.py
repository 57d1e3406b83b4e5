"""Addresses that stand in the text as they are: which characters belong to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Punctuation of East Asian scripts ends an address, which may well go on in their letters.
_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w./@-])www\.(?=\w))"
    "[^\\s<>\"'`\u2018-\u201f\u2026\u3000-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+"
)
# What does not end an address, though it may stand within.
_TRAILING = ".,;:!?*_~"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Give where each address begins and ends, and what it opens."""
    if "://" not in text and "www." not in text:
        return
    for match in _ADDRESS.finditer(text):
        url = _trimmed(match[0])
        if url.startswith("www."):
            yield match.start(), match.start() + len(url), f"http://{url}"
        elif not url.endswith("//"):
            yield match.start(), match.start() + len(url), url


def _trimmed(url: str) -> str:
    """Leave out what ends the sentence around an address: full stops, and brackets that it did not open."""
    end = len(url)
    extra = {close: url.count(close) - url.count(opening) for close, opening in _PAIRS.items()}
    while end:
        last = url[end - 1]
        if last in _PAIRS and extra[last] > 0:
            extra[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]
