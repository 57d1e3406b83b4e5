"""The line at the bottom: the keys that matter most, from the registry."""

from __future__ import annotations

from collections.abc import Mapping

from glmchat.tui.commands.keys import Keymap, short
from glmchat.tui.widgets.bars.line import Part, PartLine

# In this order; what stands later goes first where the line is too narrow.
_SHOWN = ("toggle-reasoning", "thinking", "sessions", "parameters", "stop", "model", "new")
_LAST = "help"


def hints(keymap: Keymap) -> tuple[list[Part], list[Part]]:
    """The keys of the commands that have a hint, at the left; help at the right."""
    found = {
        row.name: Part(f"{short(keys[0])} {row.hint}", "$text-muted", row.name, rank)
        for row in keymap.table
        if row.hint and (keys := keymap.keys.get(row.name))
        for rank in [_SHOWN.index(row.name) + 1 if row.name in _SHOWN else 0]
    }
    left = [found[name] for name in _SHOWN if name in found]
    return left, [found[_LAST]] if _LAST in found else [Part("/help", "$text-muted", _LAST)]


# Where characters that are typed do not go into the prompt, the line says what they do instead.
MODES: Mapping[str, tuple[str, ...]] = {
    "message": ("Letters act on the message:", "C copy", "A ask again", "E edit", "X delete", "Q quote", "Esc back"),
    "parameters": ("← → change", "0-9 type a value", "Delete unset", "U undo", "X reset all", "/ filter", "Esc back"),
    "sessions": ("What is typed filters the sessions", "Enter opens", "Delete to the bin", "Esc back"),
}  # fmt: skip


class Footer(PartLine):
    """The line at the bottom."""

    def __init__(self, keymap: Keymap, id: str = "footer") -> None:
        super().__init__(id)
        self._hints = hints(keymap)
        self.follow("")

    def follow(self, mode: str) -> None:
        """Say what characters do where the keyboard is now; as ever where they are written."""
        left, right = self._hints
        if words := MODES.get(mode, ()):  # of which the last, the way back, always has room
            left = [Part(each, "$text-muted", rank=rank % len(words)) for rank, each in enumerate(words, 1)]
        self.put(left, right)
