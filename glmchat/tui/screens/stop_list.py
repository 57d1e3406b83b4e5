"""The list of texts that a reply ends at; in it a new line is a backslash and an n."""

from __future__ import annotations

import re
from collections.abc import Mapping

from glmchat.core.parameters import Parameter
from glmchat.support.text import safe_line
from glmchat.tui.screens.entries import EntriesScreen, EntryForm

_ESCAPES: Mapping[str, str] = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MEANINGS = {escape: character for character, escape in _ESCAPES.items()}


def stop_list(row: Parameter, value: list[str] | None) -> EntriesScreen:
    """Return the dialog that edits stop texts."""
    return EntriesScreen(row, list(value or ()), _FORM)


def read(text: str) -> str:
    """Return the text that escapes stand for."""
    return re.sub(r"\\[\\ntr]", lambda found: _MEANINGS[found[0]], text)


def write(entry: str) -> str:
    """Return a text with escapes."""
    return "".join(_ESCAPES.get(character, character) for character in entry)


def _draw(entry: str) -> str:
    """In quotes, so that spaces at the ends are seen."""
    return f'"{safe_line(write(entry))}"'


_FORM = EntryForm(
    "stop: the reply ends where one of these texts would come",
    r"A text; \n is a new line, \t a tab, \\ a backslash",
    read,
    write,
    _draw,
)
