"""The plot under a slider: the distribution of the next token at a place of the last reply, before and after."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from glmchat.analysis.distribution import Place, Shift
from glmchat.markdown.spans import Line
from glmchat.tui.theming import look
from glmchat.tui.theming.palette import Palette
from glmchat.tui.widgets.distribution.bars import STYLES, lines_of


class DistributionPlot(Widget):
    """Draws a shift in the lines that it is given; it reckons nothing itself."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DistributionPlot { height: 8; padding: 0 1; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._shown: tuple[Place, Shift, bool] | None = None
        self._palette: Palette | None = None

    def put(self, place: Place, shift: Shift, sent: bool) -> None:
        """Show what a parameter does at a place; `sent` says whether it has a value."""
        if self._shown != (place, shift, sent):
            self._shown = (place, shift, sent)
            self._arrange()

    def _arrange(self) -> None:
        width, height = self.content_size
        if self._shown is not None and width > 0:
            self.lines = lines_of(*self._shown, width, height)
            self.refresh()

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._arrange()

    def notify_style_update(self) -> None:
        """Forget the colours of the theme before."""
        self._palette = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if self._palette is None:
            self._palette = look.palette(self.app, {**STYLES, "": "foreground on surface"})
        line = self.lines[y] if y < len(self.lines) else ()
        return self._palette.strip(line, self.content_size.width)
