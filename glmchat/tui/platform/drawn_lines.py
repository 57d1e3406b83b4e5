"""Drawn lines that go when their widget goes.

Textual remembers the two backgrounds of a widget by the very object that holds its drawn lines, in a cache of a
thousand entries, so the lines of hundreds of closed lists and screens stay in memory. Here they are remembered by
the colors alone.
"""

from __future__ import annotations

from functools import lru_cache

from textual.color import Color
from textual.style import Style
from textual.widget import Widget

from glmchat.tui.platform import private


@lru_cache(1024)
def _backgrounds(base: Color, own: Color) -> tuple[Style, Style]:
    return Style(background=base + own), Style(background=base)


def let_go(widget: Widget) -> None:
    """Keep the lines of a widget no longer than the widget."""
    if private.has("drawn lines"):
        widget._styles_cache.get_inner_outer = _backgrounds
