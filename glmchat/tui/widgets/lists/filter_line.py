"""The line over a list that one filters by typing: what keys and pastes make of it, and how it is drawn."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import shortened


def typed_on(text: str, event: events.Key) -> str | None:
    """The filter after a key; None where the key means nothing to it."""
    if event.key == "backspace":
        return text[:-1]
    if event.key == "ctrl+u":
        return ""
    return text + event.character if event.is_printable and event.character else None


def pasted_on(text: str, event: events.Paste) -> str:
    """The filter after a paste."""
    return text + safe_line(event.text).strip()


def drawn(text: str, width: int) -> str:
    """The filter with its cursor, or what it is for, as wide as there is room."""
    shown = shortened(f"/ {text}▏" if text else "/ type to filter", width)
    return shown + " " * (width - cell_len(shown))
