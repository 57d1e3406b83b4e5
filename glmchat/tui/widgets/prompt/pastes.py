"""Long pastes: they stand in the prompt as one short mark, and are sent whole."""

from __future__ import annotations

import re

from glmchat.support.text import safe

FOLD_CHARACTERS = 8_000
FOLD_LINES = 100

_MARK = re.compile(r"\[pasted text \d+: [^\[\]\n]*\]")


def needs_fold(text: str) -> bool:
    """Whether a text is too long to edit in the prompt, or holds characters that an editor would change."""
    if len(text) > FOLD_CHARACTERS or text.count("\n") > FOLD_LINES:
        return True
    return safe(text) != text or len(text.splitlines()) > text.count("\n") + 1


def _amount(characters: int) -> str:
    if characters < 1_000:
        return f"{characters} characters"
    return (
        f"{characters / 1_000:,.0f} k characters"
        if characters < 1_000_000
        else f"{characters / 1_000_000:.1f} M characters"
    )


class Pastes:
    """What was pasted into one prompt, and the texts behind its marks."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._heard: list[str] = []
        self._count = 0

    def fold(self, text: str) -> str:
        """Keep a text, and return the mark that stands for it."""
        self._count += 1
        lines = text.count("\n") + 1
        mark = f"[pasted text {self._count}: {lines:,} {'line' if lines == 1 else 'lines'}, {_amount(len(text))}]"
        self._texts[mark] = text
        return mark

    def unfold(self, shown: str) -> str:
        """The text with every mark replaced by what it stands for."""
        return _MARK.sub(lambda found: self._texts.get(found[0], found[0]), shown) if self._texts else shown

    def hear(self, text: str) -> None:
        """Remember what was put in at once; a single character may have been typed."""
        if len(text) > 1:
            self._heard.append(text)

    def typed(self, shown: str) -> str:
        """The text without what was pasted."""
        for pasted in (*self._texts, *self._heard):
            shown = shown.replace(pasted, " ")
        return shown

    def marks(self, line: str) -> list[tuple[int, int]]:
        """Where marks stand in a line: first column, and the one after the last."""
        if not self._texts:
            return []
        return [found.span() for found in _MARK.finditer(line) if found[0] in self._texts]

    def outside(self, line: str, column: int, after: bool) -> int:
        """A column that is in no mark: where it is, else before the mark or after it."""
        for first, last in self.marks(line):
            if first < column < last:
                return last if after else first
        return column

    def clear(self) -> None:
        """Forget everything."""
        self._texts.clear()
        self._heard.clear()
        self._count = 0
