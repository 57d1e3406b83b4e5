"""A small form: several texts to be filled in, each under its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import TextArea

from glmchat.support.text import safe, safe_line
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.text_line import Line

_BREAKS = frozenset(("ctrl+j", "shift+enter", "alt+enter"))


class Field(TextArea):
    """One text of the form, of a line or more; Enter goes on."""

    DEFAULT_CSS = "Field { height: auto; max-height: 6; margin-bottom: 1; }"

    class Done(Message):
        """Enter was pressed."""

    def __init__(self, text: str) -> None:
        super().__init__(safe(text), soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False)
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """Take the keys that mean something else than in a longer text."""
        if event.key != "enter" and event.key not in _BREAKS:
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            self.post_message(self.Done())
        else:
            self.insert("\n")


class FormScreen(Dialog[dict[str, str]]):
    """Texts by their names; one without a default must be filled in. `given` are those that stand there already."""

    DEFAULT_CSS = """
    FormScreen #fields { height: auto; max-height: 70vh; background: $surface; }
    FormScreen #wrong { height: auto; }
    """
    KEYS = "Tab or Enter goes on, Enter at the end or Ctrl+S accepts, Ctrl+J breaks a line, Esc cancels."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "accept", "Accept", show=False, priority=True)]

    def __init__(
        self,
        title: str,
        fields: Mapping[str, str | None],
        given: Mapping[str, str] | None = None,
        note: str = "",
    ) -> None:
        super().__init__(title)
        self._defaults = fields
        self._note = note
        self.fields = {
            name: Field((given or {}).get(name, default or "")) for name, default in fields.items()
        }

    def compose(self) -> ComposeResult:
        """A name above each text."""
        rows = [
            each for name, field in self.fields.items() for each in (Line(safe_line(name), "-quiet"), field)
        ]
        note = [Line(safe_line(self._note), "-quiet")] if self._note else []
        yield self.box(VerticalScroll(*rows, id="fields", can_focus=False), *note, Line(id="wrong"))

    def on_mount(self) -> None:
        """Begin with what has no text yet."""
        empty = (field for field in self.fields.values() if not field.text)
        first = next(empty, None) or next(iter(self.fields.values()))
        first.focus()
        first.move_cursor(first.document.end)

    def on_field_done(self, event: Field.Done) -> None:
        """Go to the next text; after the last one, take them."""
        event.stop()
        order = list(self.fields.values())
        at = next((number for number, field in enumerate(order) if field.has_focus), len(order) - 1)
        if at + 1 < len(order):
            order[at + 1].focus()
        else:
            self.action_accept()

    def action_accept(self) -> None:
        """Give the texts back, where none is missing."""
        for name, field in self.fields.items():
            if self._defaults[name] is None and not field.text.strip():
                self.query_one("#wrong", Line).put(f"{safe_line(name)} needs a text.", error=True)
                field.focus()
                return
        self.dismiss({name: field.text for name, field in self.fields.items()})
