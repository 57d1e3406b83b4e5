"""A dialog that edits a list of entries, one a line: add, change, remove, accept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, OptionList

from glmchat.core.parameters import Parameter
from glmchat.core.parameters.kind import ValueRefused
from glmchat.tui.screens.value_dialog import ValueDialog


@dataclass(frozen=True, slots=True)
class EntryForm:
    """How entries are typed and shown.

    `read` makes an entry of what was typed and raises ValueError with a sentence; `write` gives an entry as it is
    typed, `draw` as it stands in the list; `collect` makes the parameter's value of all entries.
    """

    headline: str
    placeholder: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    draw: Callable[[Any], str]
    collect: Callable[[list[Any]], Any] = list


class EntriesScreen(ValueDialog["tuple[Any] | None"]):
    """Answers with ``(value,)``, ``(None,)`` for an empty list, which unsets; None where the person left."""

    KEYS = "Enter adds or changes, Delete removes, ↑ ↓ move, Ctrl+S accepts, Esc cancels."
    DEFAULT_CSS = """
    EntriesScreen {
        OptionList, OptionList:focus { max-height: 14; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
    ]

    def __init__(self, row: Parameter, entries: list[Any], form: EntryForm) -> None:
        super().__init__(form.headline)
        self.row = row
        self.form = form
        self.entries = entries
        self._changing: int | None = None

    def body(self) -> list[Widget]:
        """The list, and the line that is typed on."""
        return [OptionList(*map(self._option, self.entries)), Input(placeholder=self.form.placeholder)]

    def on_mount(self) -> None:
        """Type at once."""
        self._input.focus()

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _option(self, entry: Any) -> Text:
        return Text(self.form.draw(entry), no_wrap=True, overflow="ellipsis")

    def action_move(self, step: int) -> None:
        """Choose the entry above or below; below the last one, the line for a new entry."""
        if not self.entries:
            return
        place = len(self.entries) if self._changing is None else self._changing
        self._change(min(max(place + step, 0), len(self.entries)))

    def _change(self, place: int) -> None:
        self._changing = place if place < len(self.entries) else None
        self._list.highlighted = self._changing
        self._input.value = "" if self._changing is None else self.form.write(self.entries[place])
        self._input.cursor_position = len(self._input.value)
        self._input.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Change the entry that was clicked."""
        event.stop()
        self._change(event.option_index)

    def on_key(self, event: events.Key) -> None:
        """Remove the chosen entry by Delete, at the end of the line where it removes no character."""
        at_end = self._input.cursor_position == len(self._input.value)
        if event.key == "delete" and self._changing is not None and (at_end or not self._input.has_focus):
            event.stop()
            event.prevent_default()
            place = self._changing
            del self.entries[place]
            self._show()
            self._change(min(place, len(self.entries)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the entry in; Enter on an empty line accepts the list."""
        event.stop()
        if not event.value and self._changing is None:
            self.action_accept()
        else:
            self._take_in()

    def _take_in(self) -> bool:
        text = self._input.value
        if not text:
            return True
        try:
            entry = self.form.read(text)
        except ValueError as error:
            self.complain(str(error))
            return False
        if self._changing is None:
            self.entries.append(entry)
        else:
            self.entries[self._changing] = entry
        self.complain("")
        self._show()
        self._change(len(self.entries))
        return True

    def _show(self) -> None:
        self._list.clear_options()
        self._list.add_options(map(self._option, self.entries))

    def action_accept(self) -> None:
        """Answer with the list, and with what stands on the line."""
        if not self._take_in():
            return
        if not self.entries:
            self.dismiss((None,))
            return
        try:
            self.dismiss((self.row.validate(self.form.collect(self.entries)),))
        except ValueRefused as refusal:
            self.complain(str(refusal))
