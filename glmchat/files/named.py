"""Paths that stand in a text behind an @, as in ``look at @src/main.py``."""

from __future__ import annotations

import re

from glmchat.files.refused import FileRefused
from glmchat.support import paths

# What stands before an @ that begins a word: in an address something else does.
_BEGINS = r"(?<![^\s(\[（，。：、])"
# A word that begins with an @, up to the end.
AT_THE_END = re.compile(rf"{_BEGINS}@\S*$")
_WORD = re.compile(rf"{_BEGINS}@([^\s@]+)")
_CLOSING = ".,;:!?)]}>'\"`。，；：！？）】、”’"
# More is no message that a person typed.
_LONGEST = 4096
_MOST = 20


def named(text: str) -> list[str]:
    """What may be a path behind an @, without the sign and without what closes a sentence."""
    if len(text) > _LONGEST or "@" not in text:
        return []
    found = (match[1].rstrip(_CLOSING) for match in _WORD.finditer(text))
    return list(dict.fromkeys(name for name in found if name))[:_MOST]


def there(names: list[str]) -> dict[str, str]:
    """Those of the names that are a file or a directory, with lines or without, each with its whole path."""
    from glmchat.files.attaching import split_range  # which knows all kinds of files: not for the first frame

    found = {}
    for name in names:
        try:
            place = paths.expanded(split_range(name)[0])
            if place.exists():
                found[name] = str(place.resolve())
        except (FileRefused, OSError, ValueError, RuntimeError):
            continue
    return found
