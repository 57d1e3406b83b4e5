"""What keys can reach in a text: the links, buttons and blocks of code in view."""

from __future__ import annotations

from typing import NamedTuple

from glmchat.markdown.spans import Line
from glmchat.tui.widgets.text_view.code import code_at
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.layout import ItemLayout


class Target(NamedTuple):
    """A span of a line of an item."""

    id: int
    line: int
    span: int


class Targets:
    """Goes through what can be acted on in view; `current` is what a key acts on."""

    def __init__(self, layout: ItemLayout) -> None:
        self.current: Target | None = None
        self._layout = layout

    def in_view(self) -> dict[Target, tuple[Item, int, str]]:
        """Return what can be acted on, in the order of reading: item, line and meaning of each."""
        out: dict[Target, tuple[Item, int, str]] = {}
        for item, number in self._layout.in_view():
            line = item.line(number)
            for place, span in enumerate(line):
                if span.meta and span.source < 0 and span.meta.startswith("link:"):
                    continue
                if span.meta and not (place and line[place - 1].meta == span.meta):
                    out[Target(item.node.id, number, place)] = item, number, span.meta
        return out

    def step(self, step: int) -> bool:
        """Go to the next target or the one before; returns whether there is one."""
        places = list(self.in_view())
        before = places.index(self.current) if self.current in places else -1 if step > 0 else len(places)
        at = before + step
        self.current = places[at] if 0 <= at < len(places) else None
        return self.current is not None

    def code(self) -> tuple[Item, int] | None:
        """Return a line of the code at the target, or else of the first code in view."""
        if self.current is not None:
            item = self._layout.item(self.current.id)
            if item is None or code_at(item, self.current.line) is None:
                return None
            return item, self.current.line
        for item, number in self._layout.in_view():
            code = code_at(item, number)
            if code is not None and not code.html:
                return item, number
        return None

    def dress(self, item: Item, number: int, line: Line) -> Line:
        """Mark the target in a line of an item."""
        if self.current is None or self.current[:2] != (item.node.id, number):
            return line
        return tuple(
            span._replace(style=f"{span.style} target.current") if place == self.current.span else span
            for place, span in enumerate(line)
        )
