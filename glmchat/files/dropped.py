"""What a file that is dropped on a terminal looks like: its path, pasted with quotes, backslashes or as an address."""

from __future__ import annotations

import re
import shlex
from urllib.parse import unquote, urlsplit

# More is a text, not the names of files.
_LONGEST = 8192
_BEGINS = re.compile(r"""\s*["']?(?:/|~/|file://|[A-Za-z]:\\)""")


def names(pasted: str) -> list[list[str]]:
    """The ways in which a pasted text may name files, the plainest first; none where it is surely no path.

    Only whole paths count: terminals paste no others, and a word such as ``main.py`` is mostly a word.
    """
    text = pasted.strip()
    if not text or len(text) > _LONGEST or not _BEGINS.match(text) or text.startswith("//"):
        return []
    ways = [[_plain(line) for line in text.splitlines() if line.strip()]]
    words = [_plain(word) for word in _words(text)]
    if words and words not in ways:
        ways.append(words)
    return [way for way in ways if way and all(_BEGINS.match(each) for each in way)]


def decoded(given: str) -> list[str]:
    """The other ways to read one name that a person wrote: quoted, with backslashes, or as an address of a file."""
    words = _words(given)
    ways = [_plain(given), *(words if len(words) == 1 else ())]
    return [each for each in dict.fromkeys(ways) if each and each != given]


def _words(text: str) -> list[str]:
    """A text as a shell reads it; none where a quote is never closed."""
    try:
        return shlex.split(text)
    except ValueError:
        return []


def _plain(name: str) -> str:
    """A path without the quotes around it, or that of a ``file://`` address."""
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1]
    if name.startswith("file://"):
        try:
            return unquote(urlsplit(name).path)
        except ValueError:
            return name
    return name
