"""The settings: every key of config.toml that the program itself has, and the keyboard's keys, in one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from glmchat.core.config_keys import Keys
from glmchat.support.text import safe_line
from glmchat.tui.commands.keys import display, normal
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.lists.choices import Choices, Row
from glmchat.tui.widgets.text_line import Line


class SettingsScreen(Dialog[None]):
    """A list of settings; `change` is called with the one that was chosen, `restore` with one to be the default again.

    `about` gives what there is to say of one in full.
    """

    DEFAULT_CSS = """
    SettingsScreen > #box { width: 110; }
    SettingsScreen Choices { max-height: 70%; }
    SettingsScreen #about { height: 3; margin-top: 1; color: $text-muted; }
    """
    KEYS = "Type to filter, Enter changes it, Delete resets it, Esc closes."

    def __init__(
        self,
        section: Keys,
        path: str,
        rows: Sequence[Row[Keys]],
        about: Callable[[Keys], str],
        change: Callable[[Keys], None],
        restore: Callable[[Keys], None],
    ) -> None:
        what = ".".join(section) or "Settings"
        super().__init__(f"{what}, kept in {path}" if path else what)
        self.section = section
        self.choices = Choices(rows)
        self._about, self._change, self._restore = about, change, restore
        self._line = Static(id="about", markup=False)

    def compose(self) -> ComposeResult:
        """The list, and what there is to say of the row that the cursor is on."""
        yield self.box(self.choices, self._line)

    def on_mount(self) -> None:
        """Choose at once."""
        self.choices.focus()
        self._tell(self.choices.row)

    def show(self, rows: Sequence[Row[Keys]], about: Callable[[Keys], str]) -> None:
        """Show what holds now; the cursor stays where it is."""
        self._about = about
        self.choices.put(rows)

    def on_choices_moved(self, event: Choices.Moved) -> None:
        """Say what the row is."""
        event.stop()
        self._tell(event.row)

    def _tell(self, row: Row[Keys] | None) -> None:
        self._line.update(safe_line(self._about(row.value)) if row is not None else "")

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Change it."""
        event.stop()
        if event.row is not None:
            self._change(event.row.value)

    def on_key(self, event: events.Key) -> None:
        """Make the row the default again."""
        if event.key == "delete" and self.choices.row is not None:
            event.stop()
            self._restore(self.choices.row.value)


class PressKeyScreen(Dialog[str]):
    """Waits for a key that is to run a command; gives its name, empty for none at all."""

    KEYS = "Press the new key. Backspace removes all keys, Esc cancels."

    def __init__(self, title: str, now: Sequence[str]) -> None:
        super().__init__(title)
        self._line = Line("Now: " + (", ".join(map(display, now)) if now else "no key"))

    def compose(self) -> ComposeResult:
        """What holds now."""
        yield self.box(self._line)

    def on_key(self, event: events.Key) -> None:
        """Take the key."""
        if event.key == "escape":
            return
        event.stop()
        if event.key == "backspace":
            self.dismiss("")
        elif (key := normal(event.key)) is None:
            self._line.put(
                f"{safe_line(event.key)} belongs to the prompt. Press one with Ctrl or Alt, or F1 to F24.",
                True,
            )
        else:
            self.dismiss(key)
