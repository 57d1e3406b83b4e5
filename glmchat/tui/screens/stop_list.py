"""The list of texts that a reply ends at."""

from __future__ import annotations

import re
from collections.abc import Mapping

from glmchat.core.parameters import Parameter
from glmchat.support.text import safe_line
from glmchat.tui.screens.entries import EntriesScreen

_ESCAPES: Mapping[str, str] = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MEANINGS = {escape: character for character, escape in _ESCAPES.items()}


class StopListScreen(EntriesScreen):
    """Edits stop texts; a new line is typed as a backslash and an n."""

    HEADLINE = "stop: the reply ends where one of these texts would come"
    PLACEHOLDER = r"A text; \n is a new line, \t a tab, \\ a backslash"

    def __init__(self, row: Parameter, value: list[str] | None) -> None:
        super().__init__(row, list(value or ()))

    def read(self, text: str) -> str:
        """The text that the escapes stand for."""
        return re.sub(r"\\[\\ntr]", lambda found: _MEANINGS[found[0]], text)

    def write(self, entry: str) -> str:
        """The text with escapes."""
        return "".join(_ESCAPES.get(character, character) for character in entry)

    def draw(self, entry: str) -> str:
        """The text in quotes, so that spaces at its ends are seen."""
        return f'"{safe_line(self.write(entry))}"'
