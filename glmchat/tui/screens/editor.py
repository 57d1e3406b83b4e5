"""Edit a longer text: a message, one that waits, the system prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from glmchat.support.text import safe
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.text_line import Line

if TYPE_CHECKING:
    from glmchat.tui.port import Host


class EditorScreen(Dialog[str]):
    """A text to edit; gives it back.

    Control characters are edited as the symbols that stand for them; a text that was not edited keeps them.
    """

    DEFAULT_CSS = "EditorScreen TextArea { height: 16; max-height: 60vh; }"
    KEYS = "Ctrl+S accepts, Ctrl+O opens your own editor, Esc cancels."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "take", "Take it", show=False, priority=True),
        Binding("ctrl+o", "external", "Your editor", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, may_be_empty: bool = False, note: str = "") -> None:
        super().__init__(title)
        self._text = text
        self.area = TextArea(safe(text), soft_wrap=True, tab_behavior="focus")
        self.area.cursor_blink = False
        self._may_be_empty = may_be_empty
        self._note = note

    def compose(self) -> ComposeResult:
        """The text."""
        yield self.box(*([Line(self._note, "-quiet")] if self._note else []), self.area)

    def on_mount(self) -> None:
        """Write at once, from the end."""
        self.area.focus()
        self.area.move_cursor(self.area.document.end)

    def action_take(self) -> None:
        """Give the text back."""
        if self.area.text.strip() or self._may_be_empty:
            self.dismiss(self._text if self.area.text == safe(self._text) else self.area.text)

    def action_external(self) -> None:
        """Go on in the person's own editor."""
        app = cast("Host", self.app)
        app.spawn(self._edit_outside(app))

    async def _edit_outside(self, app: Host) -> None:
        from glmchat.tui.commands.dispatch import Refused
        from glmchat.tui.platform.external_editor import edit

        try:
            self.area.text = safe(await edit(app, self.area.text))
        except Refused as error:
            self.query_one("#keys", Line).put(str(error), error=True)
