"""Mouse and keys on what the transcript shows: selecting text, links, buttons, code."""

from __future__ import annotations

import time
from collections.abc import Mapping

from textual import events
from textual.timer import Timer

from glmchat.core.conversation import Message
from glmchat.markdown.code import CodeLayout
from glmchat.markdown.spans import Line
from glmchat.tui.widgets.transcript import events as announced
from glmchat.tui.widgets.transcript.item import Item, meta_at, text_place
from glmchat.tui.widgets.transcript.scrolling import ScrollingView
from glmchat.tui.widgets.transcript.selection import Point, Selection
from glmchat.tui.widgets.transcript.view import Standing

_DOUBLE_CLICK_S = 0.4
_EDGE_S = 0.05
_UNITS = ("character", "word", "line")


class MouseMixin(ScrollingView):
    """An item view whose text can be selected and whose links and code can be acted on."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.selection: Selection | None = None
        self.selected: int | None = None
        self.target: tuple[int, int, int] | None = None
        self._loaded: Mapping[int, Message] = {}
        self._pressed: tuple[int, int, int] | None = None
        self._dragging = False
        self._clicks = 0
        self._last_click = (0.0, -1, -1)
        self._edge: Timer | None = None
        self._edge_at = (0, 0)

    # -- selecting text

    def point_at(self, x: int, y: int) -> Point | None:
        """Return the place in the text at a position in the view."""
        if not self.items:
            return None
        line = max(min(self._y + y, self._total() - 1), 0)
        number, at = self._heights.find(line)
        return Point(number, self.items[number].offset_at(at, x))

    def _cell(self, event: events.MouseEvent) -> tuple[int, int]:
        """Return where a mouse event is in the text's area, which padding may surround."""
        offset = event.get_content_offset_capture(self)
        return offset.x, offset.y

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a selection, of words or lines at the second or third click; with Shift extend the one there is."""
        if event.button != 1:
            return
        now, (x, y) = time.monotonic(), self._cell(event)
        near = now - self._last_click[0] < _DOUBLE_CLICK_S and self._last_click[1:] == (x, y)
        self._clicks = self._clicks % 3 + 1 if near else 1
        self._last_click = (now, x, y)
        self._pressed = (x, y, self._y)
        point = self.point_at(x, y)
        self._dragging = bool(event.shift and self.selection is not None and point is not None)
        if point is None:
            return
        if self._dragging and self.selection is not None:
            self.selection.end = point
        else:
            self.selection = Selection(point, _UNITS[self._clicks - 1]) if self._clicks > 1 else None
        self.capture_mouse()
        self.repaint()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Extend the selection, scrolling where the mouse is above or below the view."""
        if self._pressed is None:
            return
        x, y, top = self._pressed
        to_x, to_y = self._cell(event)
        if not self._dragging and (x, y) == (to_x, to_y):
            return
        if self.selection is None:
            start = self.point_at(x, y + top - self._y)
            self.selection = Selection(start) if start else None
        self._dragging = True
        self._extend(to_x, to_y)
        self._watch_edge(to_x, to_y)

    def _extend(self, x: int, y: int) -> None:
        point = self.point_at(x, max(min(y, self.rows - 1), 0))
        if self.selection is not None and point is not None and point != self.selection.end:
            self.selection.end = point
            self.repaint()
            self.post_message(announced.SelectionChanged(self.selected, True))

    def _watch_edge(self, x: int, y: int) -> None:
        self._edge_at = (x, y)
        outside = y < 0 or y >= self.rows
        if outside and self._edge is None:
            self._edge = self.set_interval(_EDGE_S, self._scroll_edge)
        elif not outside:
            self._stop_edge()

    def _scroll_edge(self) -> None:
        x, y = self._edge_at
        self.scroll_lines(max(-4, y) if y < 0 else min(4, y - self.rows + 1))
        self._extend(x, y)

    def _stop_edge(self) -> None:
        if self._edge is not None:
            self._edge.stop()
            self._edge = None

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End a selection, or click what is under the mouse."""
        if self._pressed is None:
            return
        self._pressed = None
        self.release_mouse()
        self._stop_edge()
        if self.selection is not None and (self._dragging or self._clicks > 1):
            first, last = self.selection.span(self.items)
            has_text = last > first
            self.post_message(announced.SelectionChanged(self.selected, has_text, finished=True))
        elif not self._dragging:
            self.click_at(*self._cell(event))
        self._dragging = False

    def click_at(self, x: int, y: int) -> None:
        """Act on what stands at a position in the view; on plain text, select nothing."""
        had = self.selection is not None
        self.selection = None
        if had:
            self.repaint()
            self.post_message(announced.SelectionChanged(self.selected, False))
        if not self.items or self._y + y >= self._total():
            return
        number, at = self._heights.find(self._y + y)
        item = self.items[number]
        self.activate(item, at, meta_at(item.line(at), x))

    # -- acting

    def activate(self, item: Item, number: int, meta: str) -> None:
        """Announce what a click on `meta` asks for; folding is done here, it changes nothing but the view."""
        kind, _, value = meta.partition(":")
        id = item.node.id
        if kind == "link":
            self.post_message(announced.LinkActivated(value))
        elif kind == "sibling":
            self.post_message(announced.SiblingRequested(id, int(value)))
        elif kind == "do":
            self.post_message(announced.MessageActionRequested(id, value))
        elif kind == "action":
            self.code_action(item, number, value)

    def code_action(self, item: Item, number: int, action: str) -> None:
        """Copy, save or fold the code at a line of an item."""
        found = self.code_at(item, number)
        if found is None or item.document is None:
            return
        block, layout = found
        if action == "fold":
            item.document.fold(block, not layout.folded)
            self.mark(item)
        else:
            event = announced.CodeCopyRequested if action == "copy" else announced.CodeSaveRequested
            self.post_message(event(layout.text, layout.language))

    def code_at(self, item: Item, number: int) -> tuple[int, CodeLayout] | None:
        """Return the block of code at a line of an item and its number."""
        line = item.text_line(number)
        if line is None or item.document is None:
            return None
        block = item.document.block_at(line)[0]
        layout = item.document.layout(block)
        return (block, layout) if isinstance(layout, CodeLayout) else None

    # -- targets for keys: links, buttons and code in view

    def _targets(self) -> list[tuple[int, int, int, str]]:
        out: list[tuple[int, int, int, str]] = []
        for y in range(self._y, min(self._y + self.rows, self._total())):
            number, at = self._heights.find(y)
            item = self.items[number]
            line: Line = item.line(at)
            for place, span in enumerate(line):
                if span.meta and span.source < 0 and span.meta.startswith("link:"):
                    continue
                if span.meta and not (place and line[place - 1].meta == span.meta):
                    out.append((item.node.id, at, place, span.meta))
        return out

    def action_next_target(self) -> None:
        """Go to the next link, button or block of code in view."""
        self._step_target(1)

    def action_previous_target(self) -> None:
        """Go to the one before."""
        self._step_target(-1)

    def _step_target(self, step: int) -> None:
        targets = self._targets()
        if not targets:
            self.target = None
            self.screen.focus_next() if step > 0 else self.screen.focus_previous()
            return
        places = [each[:3] for each in targets]
        if self.target in places:
            at = places.index(self.target) + step
            if not 0 <= at < len(places):
                self.target = None
                self.repaint()
                self.screen.focus_next() if step > 0 else self.screen.focus_previous()
                return
        else:
            at = 0 if step > 0 else len(places) - 1
        self.target = places[at]
        self.repaint()

    def action_activate(self) -> None:
        """Open the link or press the button that is current."""
        for id, number, place, meta in self._targets():
            if self.target == (id, number, place):
                item = self.item(id)
                if item is not None:
                    self.activate(item, number, meta)
                return

    def action_save_code(self) -> None:
        """Save the block of code that is current."""
        self._on_current_code("save")

    def action_fold_code(self) -> None:
        """Fold or open the block of code that is current, or the first in view."""
        self._on_current_code("fold")

    def _on_current_code(self, action: str) -> None:
        found = self._current_code()
        if found is None:
            return
        item, number = found
        self.code_action(item, number, action)
        if action == "fold":
            self._show_header(item, number)

    def _show_header(self, item: Item, number: int) -> None:
        """Go to the header of code at a line of an item, where it stands above the view."""
        line = item.text_line(number)
        if line is None or item.document is None:
            return
        block = item.document.block_at(line)[0]
        top = self._heights.before(self._index[item.node.id]) + number - line + item.document.top_of(block)
        if top < self._y:
            self.go_to(Standing(item.node.id, text_place(item.document.block(block).source)))

    def _current_code(self) -> tuple[Item, int] | None:
        """Return a line of the code at the target, or else of the first code in view."""
        if self.target is not None:
            item = self.item(self.target[0])
            at_target = item is not None and self.code_at(item, self.target[1]) is not None
            return (item, self.target[1]) if item is not None and at_target else None
        for y in range(self._y, min(self._y + self.rows, self._total())):
            index, number = self._heights.find(y)
            found = self.code_at(self.items[index], number)
            if found is not None and not found[1].html:
                return self.items[index], number
        return None
