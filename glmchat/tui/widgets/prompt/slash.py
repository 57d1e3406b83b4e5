"""The list over the prompt that offers slash commands and their arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import shortened

ROWS = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """A completion: what the prompt will hold when it is taken, what is shown for it, and a sentence about it.

    `complete` says that nothing needs to follow, so that Enter may run it at once. A `file` takes the place of the
    word that it completes, and is attached.
    """

    text: str
    shown: str
    about: str = ""
    complete: bool = True
    file: bool = False


class SlashList(Widget):
    """Offers, one a row; the prompt keeps the focus and passes its keys on."""

    DEFAULT_CSS = """
    SlashList { layer: popup; dock: bottom; height: auto; max-height: 8; background: $surface; color: $foreground;
                display: none; padding: 0 1; }
    """
    can_focus = False
    ALLOW_SELECT = False

    class Taken(Message):
        """An offer was clicked."""

        def __init__(self, offer: Offer) -> None:
            super().__init__()
            self.offer = offer

    def __init__(self, offers_for: Callable[[str], list[Offer]]) -> None:
        super().__init__(id="slash")
        self._offers_for = offers_for
        self._text = ""
        self._offers: list[Offer] = []
        self._at: int | None = None
        self._dismissed = False  # by hand, over this text

    @property
    def is_open(self) -> bool:
        """Whether it shows anything."""
        return bool(self.display and self._offers)

    @property
    def offers(self) -> list[Offer]:
        """What is offered."""
        return list(self._offers)

    def follow(self, text: str) -> None:
        """Offer what may follow this text; a list that was closed over the same text stays closed.

        Of commands the first is chosen from the beginning, of arguments none: they may be left out, or be others.
        """
        if text != self._text:
            self._text = text
            self._dismissed = False
            # Of files none is chosen before a person does so: @dataclass is a word.
            self.offer(self._offers_for(text), None if " " in text or text.startswith("@") else 0)

    def renew(self) -> None:
        """Offer files anew, for more of them are known."""
        if self._text.startswith("@") and not self._dismissed:
            at = self._at
            self.offer(self._offers_for(self._text), at)

    def chosen(self) -> Offer | None:
        """The offer that Enter would take; None where it takes what was typed."""
        return None if self._at is None else self._offers[self._at]

    def offer(self, offers: list[Offer], at: int | None = None) -> None:
        """Show other offers, none to close."""
        if offers != self._offers:
            self._offers, self._at = offers, at
            self.styles.height = min(ROWS, max(1, len(offers)))
        self.display = bool(offers)
        self.refresh()

    def press(self, key: str) -> bool:
        """Take a key: arrows move, Esc closes."""
        if key in ("up", "down"):
            step = 1 if key == "down" else -1
            self._at = (self._at + step if self._at is not None else min(step, 0)) % len(self._offers)
            self.refresh()
        elif key == "escape":
            self._dismissed = True
            self.offer([])
        else:
            return False
        return True

    def _first(self) -> int:
        return max(0, min((self._at or 0) - ROWS // 2, len(self._offers) - ROWS))

    def render(self) -> Content:
        """The rows around the chosen one."""
        width = self.content_size.width
        shown = self._offers[self._first() : self._first() + ROWS]
        column = min(max((cell_len(each.shown) for each in shown), default=0) + 3, max(12, width // 2))
        lines = []
        for index, each in enumerate(shown, self._first()):
            name = shortened(safe_line(each.shown), column - 3)
            about = shortened(safe_line(each.about), max(0, width - column - 2))
            chosen = index == self._at
            text = ("▸ " if chosen else "  ") + name + " " * (column - 2 - cell_len(name))
            line = Content.assemble((text, "bold" if chosen else ""), (about, "$text-muted"))
            lines.append(
                line.pad_right(max(0, width - line.cell_length)).stylize("on $selected") if chosen else line
            )
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was clicked."""
        event.stop()
        index = self._first() + event.get_content_offset_capture(self).y
        if 0 <= index < len(self._offers):
            self.post_message(self.Taken(self._offers[index]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down."""
        event.stop()
        self.press("down")

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up."""
        event.stop()
        self.press("up")
