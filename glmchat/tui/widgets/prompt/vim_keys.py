"""The keys of vim in the prompt: what the modes make of a key becomes edits of the text area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.widgets.text_area import Selection

from glmchat.support.vim.vim import Mode, Outcome, Vim
from glmchat.tui.widgets.prompt.places import index, location

if TYPE_CHECKING:
    from textual.widgets import TextArea

_NAMED = {"left": "h", "right": "l", "home": "0", "end": "$", "backspace": "h", "delete": "x", "space": " "}
# While a line is typed, such as what is looked for.
_ON_A_LINE = {"enter": "\r", "backspace": "backspace", "space": " "}
# In normal mode, these recall earlier prompts first.
_VERTICAL = {"up": "k", "down": "j"}
# What begins a command or names a file needs no key to insert it.
_BEGINS = frozenset("/@")


class Recalling(Protocol):
    """Shows the prompts of earlier."""

    def recall_earlier(self) -> bool:
        """Go one back."""

    def recall_later(self) -> bool:
        """Come one forth."""


class VimKeys:
    """Takes the keys that mean something in the modes of vim; what is typed in insert mode goes its usual way."""

    def __init__(self, area: TextArea, recalling: Recalling) -> None:
        self._area, self._recalling = area, recalling
        self._vim = Vim()

    @property
    def shown(self) -> str:
        """The mode, and the keys of a command that is not whole."""
        return f"{self._vim.mode.value} {self._vim.keys}".strip()

    @property
    def inserts(self) -> bool:
        """Whether what is typed goes into the text."""
        return self._vim.mode is Mode.INSERT

    def insert(self) -> None:
        """Let what is typed go into the text."""
        self._vim.insert()

    def forget(self) -> None:
        """Another text is there."""
        self._vim.forget()

    def take(self, event: events.Key) -> bool:
        """Carry out what a key means; False where it means nothing in this mode."""
        key = self._key(event)
        if not key:
            return False
        text = self._area.text
        if key in _BEGINS and not text and not self._vim.keys:
            self.insert()
        before, typed_so_far = index(text, self._area.selection.end), self._vim.keys
        out = self._vim.press(key, text, before)
        if out is None:
            return False
        self._show(text, out)
        self._vim.saw(self._area.text, index(self._area.text, self._area.selection.end))
        if out.leaves and not typed_so_far:
            (self._recalling.recall_earlier if out.leaves < 0 else self._recalling.recall_later)()
        return True

    def _key(self, event: events.Key) -> str:
        vim = self._vim
        if vim.mode is Mode.INSERT or event.key == "escape":
            return event.key if event.key == "escape" else ""
        if vim.on_a_line and event.key in _ON_A_LINE:
            return _ON_A_LINE[event.key]
        busy = bool(vim.keys) or vim.mode is not Mode.NORMAL
        if busy and event.key in _VERTICAL:
            return _VERTICAL[event.key]
        if busy and event.key == "enter":  # not the time to send
            return "escape"
        if event.key in _NAMED:
            return _NAMED[event.key]
        return event.character or "" if event.is_printable else ""

    def _show(self, text: str, out: Outcome) -> None:
        """Make the edits, and put cursor and selection where they belong."""
        area = self._area
        for edit in out.edits:
            area.history.checkpoint()
            area.replace(
                edit.text,
                location(text, edit.start),
                location(text, edit.end),
                maintain_selection_offset=False,
            )
            text = text[: edit.start] + edit.text + text[edit.end :]
            if area.text != text:  # more was taken with it: the whole mark of a paste
                return
        start, end = out.selected or (out.at, out.at)
        area.selection = Selection(location(text, start), location(text, end))
