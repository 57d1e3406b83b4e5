"""How the terminal draws pictures: as the setting says, by its name, or as it answers when it is asked what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from glmchat.tui.platform.graphics import Graphics, told_cell_size
from glmchat.tui.platform.kitty import Kitty
from glmchat.tui.platform.sixel import Sixels

# What a terminal that draws pictures by kitty's protocol calls itself; tmux and screen do not pass them on.
_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
# The primary device attributes (DA1), and how many colours there are for sixels (XTSMGRAPHICS).
ASK_ATTRIBUTES = "\x1b[c"
_ASK_COLOURS = "\x1b[?1;1;0S"
_SIXEL = 4


class Pictures:
    """What draws pictures by now; `changed` is called in another thread when that, or the size of a cell, is new."""

    def __init__(self, wanted: str, environ: Mapping[str, str]) -> None:
        self.graphics: Graphics[Any] | None = _by_name(wanted, environ)
        self.off = wanted == "off"
        self.changed: Callable[[], object] = _nobody
        self._asks = wanted == "auto" and self.graphics is None
        self._cell = told_cell_size()

    @property
    def question(self) -> str:
        """What is to be asked of the terminal."""
        return ASK_ATTRIBUTES if self._asks else ""

    def told_attributes(self, attributes: Sequence[int]) -> str:
        """The terminal says what it can do, the first of which is its kind; what is to be asked next."""
        if not self._asks or _SIXEL not in attributes[1:] or told_cell_size() is None:
            return ""
        self._asks = False
        self.graphics = Sixels()
        self.changed()
        return _ASK_COLOURS

    def told_colours(self, count: int) -> None:
        """The terminal says how many colours it has."""
        if isinstance(self.graphics, Sixels) and count < self.graphics.colours:
            self.graphics = Sixels(count)
            self.changed()

    def sized(self) -> None:
        """The terminal has another size: sixels are made anew where its cells have."""
        before, self._cell = self._cell, told_cell_size()
        if isinstance(self.graphics, Sixels) and before != self._cell:
            self.graphics = Sixels(self.graphics.colours)
            self.changed()


def _by_name(wanted: str, environ: Mapping[str, str]) -> Graphics[Any] | None:
    """What is known without a question."""
    between = environ.get("TMUX") or environ.get("STY")
    if wanted == "kitty" or (wanted == "auto" and not between and environ.get("TERM", "") in _KITTY_TERMS):
        return Kitty()
    return Sixels() if wanted == "sixel" else None


def _nobody() -> None:
    """Nothing draws pictures yet."""
