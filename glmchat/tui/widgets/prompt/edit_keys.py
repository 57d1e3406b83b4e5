"""The keys that edit the prompt: Textual's own, less those that mean something else here, and the usual shell's."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.widgets import TextArea

# What goes to the list of offers while it is open.
POPUP = frozenset(("up", "down", "tab", "enter", "escape"))
# The registry's commands that the prompt carries out itself.
OWN = {
    "send": "submit",
    "newline": "break_line",
    "recall-earlier": "recall_earlier",
    "recall-later": "recall_later",
}
_OURS = frozenset(
    ("ctrl+c", "ctrl+d", "ctrl+f", "ctrl+v", "ctrl+y", "ctrl+z", "pageup", "pagedown", "up", "down", "f6", "f7")
)  # fmt: skip


def bindings() -> list[BindingType]:
    """All of them."""
    out: list[BindingType] = []
    for binding in TextArea.BINDINGS:
        keys = (
            ",".join(key for key in binding.key.split(",") if key not in _OURS)
            if isinstance(binding, Binding)
            else ""
        )
        if isinstance(binding, Binding) and keys:
            out.append(Binding(keys, binding.action, binding.description, show=False))
    return [
        *out,
        Binding("ctrl+b", "cursor_left", "Cursor left", show=False),
        Binding("alt+b,alt+left", "cursor_word_left", "Cursor word left", show=False),
        Binding("alt+f,alt+right", "cursor_word_right", "Cursor word right", show=False),
        Binding("alt+d", "delete_word_right", "Delete right to start of word", show=False),
        Binding("ctrl+d", "delete_right", "Delete character right", show=False),
        Binding("ctrl+underscore,super+z", "undo", "Undo", show=False),
        Binding("alt+z,alt+underscore,ctrl+shift+z", "redo", "Redo", show=False),
    ]
