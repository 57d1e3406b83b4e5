"""The line at the bottom: the keys that matter where the keyboard is, from the registry."""

from __future__ import annotations

from collections.abc import Mapping

from glmchat.support.text import safe_line
from glmchat.tui.commands.keys import Keymap, short
from glmchat.tui.widgets.bars.line import Part, PartLine

# In this order; what stands later goes first where the line is too narrow.
_SHOWN = (
    "send", "newline", "toggle-reasoning", "palette", "sessions", "parameters", "thinking", "find", "lens", "tree",
    "request", "search", "model", "new",
)  # fmt: skip
_STOP, _LAST = "stop", "help"


def hints(keymap: Keymap) -> tuple[list[Part], list[Part]]:
    """The keys of the commands that have a hint, at the left; help at the right."""
    found = _parts(keymap)
    left = [found[name] for name in _SHOWN if name in found]
    return left, [found[_LAST]] if _LAST in found else [Part("/help", "$text-muted", _LAST)]


def _parts(keymap: Keymap) -> dict[str, Part]:
    return {
        row.name: Part(
            f"{short(keys[0])} {row.hint}", "$text-muted", row.name if row.run is not None else "", rank
        )
        for row in keymap.table
        if row.hint and (keys := keymap.keys.get(row.name))
        for rank in [_SHOWN.index(row.name) + 1 if row.name in _SHOWN else 0]
    }


# Elsewhere than in the prompt, the line says what keys do there.
MODES: Mapping[str, tuple[str, ...]] = {
    "message": (
        "Letters act on the message:", "C copy", "A ask again", "E edit", "B fork", "X delete", "Q quote", "L lens",
        "R request", "T tree", "Esc back",
    ),
    "conversation": (
        "↑ ↓ scroll", "Shift+↑ select a message", "← → links and buttons", "Enter opens", "Tab next pane", "Esc back",
    ),
    "find": ("Enter next", "↑ previous", "Esc close"),
    "entry": ("Enter accepts", "Esc cancels"),
    "page": ("↑ ↓ choose", "Enter opens", "Type to ask", "Esc back"),
    "parameters": (
        "← → change", "0-9 type a value", "Delete unset", "u undo", "U redo", "X reset all", "/ filter", "Esc back",
    ),
    "sessions": ("Type to filter the sessions", "Enter opens", "Delete moves to the bin", "Esc back"),
}  # fmt: skip
# The commands that fold the pane that has the keyboard.
_FOLDS = ("parameters", "sessions")


class Footer(PartLine):
    """The line at the bottom; the key that stops a reply stands there while one runs."""

    def __init__(self, keymap: Keymap, id: str = "footer") -> None:
        super().__init__(id)
        self._hints = hints(keymap)
        self._stop = [part for name, part in _parts(keymap).items() if name == _STOP]
        self._folds = {
            name: Part(f"{short(keys[0])} fold", "$text-muted", name, 1)
            for name in _FOLDS
            if (keys := keymap.keys.get(name))
        }
        self._mode = ""
        self._editing: list[Part] = []
        self._stoppable = False
        self.follow("")

    def run(self, running: bool) -> None:
        """Say how to stop a reply, as long as one runs."""
        if running != self._stoppable:
            self._stoppable = running
            self.follow(self._mode)

    def show_mode(self, mode: str) -> None:
        """Say in which of vim's modes the prompt is; nothing where it has none."""
        self._editing = [Part(safe_line(mode), "bold $text-accent")] if mode else []
        self.follow(self._mode)

    def follow(self, mode: str) -> None:
        """Say what keys do where the keyboard is now; as ever where characters are written."""
        self._mode = mode
        left, right = self._hints
        if words := MODES.get(mode, ()):  # of which the last, the way back, always has room
            left = [Part(each, "$text-muted", rank=rank % len(words)) for rank, each in enumerate(words, 1)]
            left[-1:-1] = [self._folds[mode]] if mode in self._folds else []
        editing = [] if words else self._editing
        self.put([*editing, *(self._stop if self._stoppable else ()), *left], right)
