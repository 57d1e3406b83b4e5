"""The line over the prompt that shows that something is under way, and that there is more text below."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

from glmchat.tui.widgets.bars.line import Part, PartLine

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TICK_S = 0.2
# A click on it goes to the end.
_BELOW = Part("↓ new text below", "bold $text-accent", "bottom")

Told = Callable[[], list[Part]]


class StatusLine(PartLine):
    """Shows what a running reply does, renewed while it runs; hidden where there is nothing to tell."""

    def __init__(self, on_display: Callable[[bool], None]) -> None:
        """`on_display` is told whether the line is there; the row beside it gives way."""
        super().__init__("status")
        self._on_display = on_display
        self.display = False
        self._told: Told = list
        self._unseen = False
        self._frame = 0
        self._timer: Timer | None = None

    def follow(self, told: Told) -> None:
        """Show what `told` says from now on, for as long as that is anything."""
        self._told = told
        self.renew()

    def mark_unseen(self, unseen: bool) -> None:
        """Say that there is text below what is seen, or no longer."""
        self._unseen = unseen
        self.renew()

    def renew(self) -> None:
        """Ask anew what is to be told."""
        parts = self._told()
        if parts:
            self._frame = (self._frame + 1) % len(_FRAMES)
            parts = [Part(_FRAMES[self._frame], "bold $text-accent"), *parts]
            self._timer = self._timer or self.set_interval(_TICK_S, self.renew)
        elif self._timer is not None:
            self._timer.stop()
            self._timer = None
        below = [_BELOW] if self._unseen else []
        self.display = bool(parts or below)
        self._on_display(self.display)
        self.put(parts, below)
