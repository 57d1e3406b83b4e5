"""Moving the view: by keys, wheel, scroll bar, or to a place."""

from __future__ import annotations

from textual import events
from textual.scrollbar import ScrollTo

from glmchat.tui.widgets.transcript.view import ItemView, Standing

_WHEEL = 3


class ScrollingView(ItemView):
    """An item view that the reader moves; at its end it follows."""

    def scroll_lines(self, lines: int) -> None:
        """Move the view by lines; at the end it follows."""
        self.move_to(self._y + lines)

    def move_to(self, y: int) -> None:
        """Put line `y` at the top of the view."""
        self._goal = None
        self._y = max(y, 0)
        self.follow(self.at_end)
        self.draw_now()

    def go_to(self, standing: Standing) -> None:
        """Go to a place in a message, as soon as its text is there and whatever heights turn out to be."""
        self._goal = standing
        self.follow(False)
        self.draw_now()

    def action_scroll_up(self) -> None:
        """One line up."""
        self.scroll_lines(-1)

    def action_scroll_down(self) -> None:
        """One line down."""
        self.scroll_lines(1)

    def action_page_up(self) -> None:
        """One view up, a line kept."""
        self.scroll_lines(1 - max(self.rows, 2))

    def action_page_down(self) -> None:
        """One view down, a line kept."""
        self.scroll_lines(max(self.rows, 2) - 1)

    def action_scroll_home(self) -> None:
        """To the first line."""
        self._anchor = None
        self.move_to(0)

    def action_scroll_end(self) -> None:
        """To the last line, and follow."""
        self.move_to(self._total())

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_lines(-_WHEEL)

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_lines(_WHEEL)

    def _on_scroll_to(self, message: ScrollTo) -> None:
        """The scroll bar was dragged or clicked."""
        message.stop()
        message.prevent_default()
        if message.y is not None:
            self.move_to(round(message.y))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow a scroll that Textual itself started; where the view follows the end it only bounds an older value."""
        if round(new_value) != self._y and not self.following:
            self.move_to(round(new_value))
