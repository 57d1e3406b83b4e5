"""Choose a theme: each is shown at once, and the old one comes back on Esc."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.theming import themes
from glmchat.tui.widgets.lists.choices import Choices, Row
from glmchat.tui.widgets.text_line import Line


class ThemeScreen(Dialog[str]):
    """The themes with a live preview; gives the chosen one's name. `show` puts one on the whole screen."""

    DEFAULT_CSS = """
    ThemeScreen { background: transparent; align: right middle; }
    ThemeScreen > #box { width: 52; margin: 0 4; }
    """
    KEYS = "Enter keeps it, Esc goes back to the old one."

    def __init__(self, show: Callable[[themes.ThemeFile], None]) -> None:
        super().__init__("Theme")
        self._show_theme = show
        good, bad = themes.read_all(themes.directories())
        self._themes = {each.name: each for each in good}
        self._bad = bad

    def compose(self) -> ComposeResult:
        """The list, and what is wrong with files that cannot be used."""
        self._old = self.app.theme
        rows = [
            Row(each.name, each.title, "dark" if each.theme.dark else "light")
            for each in self._themes.values()
        ]
        self.choices = Choices(rows, at=self._old)
        yield self.box(self.choices, *(Line(str(error), "-error") for error in self._bad))

    def on_mount(self) -> None:
        """Be ready for the arrows."""
        self.choices.focus()

    def on_choices_moved(self, event: Choices.Moved) -> None:
        """Show the theme under the cursor."""
        event.stop()
        if event.row is not None:
            self._show(event.row.value)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Keep the theme."""
        event.stop()
        if event.row is not None:
            self._show(event.row.value)
            self.dismiss(event.row.value)

    def action_close(self) -> None:
        """Go back to the theme that was."""
        self._show(self._old)
        self.dismiss(None)

    def _show(self, name: str) -> None:
        if name in self._themes and name != self.app.theme:
            self._show_theme(self._themes[name])
