"""A text to read, drawn by lines: it scrolls, text can be selected, and links and code be acted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollTo
from textual.strip import Strip

from glmchat.tui.platform import hangup
from glmchat.tui.platform.compositor import show_now
from glmchat.tui.theming import look
from glmchat.tui.widgets.text_view import events as announced
from glmchat.tui.widgets.text_view.canvas import Canvas
from glmchat.tui.widgets.text_view.code import code_at, fold_code, header_above
from glmchat.tui.widgets.text_view.frames import FrameClock
from glmchat.tui.widgets.text_view.hits import Hits
from glmchat.tui.widgets.text_view.item import Item, text_place
from glmchat.tui.widgets.text_view.keys import READING
from glmchat.tui.widgets.text_view.layout import ItemLayout, Standing
from glmchat.tui.widgets.text_view.pointer import Pointer
from glmchat.tui.widgets.text_view.scroll_bar import ScrollPosition
from glmchat.tui.widgets.text_view.selection import SelectedText
from glmchat.tui.widgets.text_view.targets import Targets
from glmchat.tui.widgets.text_view.texts import TextSource

_WHEEL = 3


class TextView(ScrollView, inherit_bindings=False):
    """Shows items, whatever their length: heights and place are a layout's, and only lines in view are drawn.

    The parts do the work and can be used directly: `item_layout` has the items and knows what stands where, `clock`
    says when a frame is drawn, `canvas` draws it; `selection`, `hits` and `targets` lie over the text. What the reader
    asks for is announced (see `events`). No method waits for anything.

    `looks` are styles of this view alone; for `beat` see `FrameClock`.
    """

    DEFAULT_CSS = """
    TextView { overflow-y: scroll; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*READING]
    can_focus = True

    def __init__(
        self,
        source: TextSource,
        *,
        looks: Mapping[str, str] | None = None,
        beat: float = 0.0,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.item_layout = layout = ItemLayout(
            source, lambda: self.post_message(announced.FollowChanged(self, layout.following, layout.unseen))
        )
        self.clock = FrameClock(layout, self, beat, lambda: hangup.behind(self.app))
        self.hits = Hits(self.repaint)
        self.selection = SelectedText(layout, source.text_of, self._selection_changed)
        self.targets = Targets(layout)
        overlays = (self.selection.dress, self.hits.dress, self.targets.dress)
        self.canvas = Canvas(layout, overlays, lambda: look.palette(self.app, looks))
        self._pointer = Pointer(self, layout, self.selection)
        self._position = ScrollPosition(self, layout)

    def show_items(self, items: Sequence[Item]) -> None:
        """Show other items, from the end."""
        self.item_layout.set_items(items)
        self.targets.current = None
        self.selection.clear()
        self.hits.put({})

    def mark(self, item: Item, edge: bool = False) -> None:
        """An item has changed: draw it with the next frame, at once where that begins or ends its text."""
        self.item_layout.mark(item)
        self.clock.schedule(edge)

    def repaint(self) -> None:
        """Draw everything that is in view anew, with the next frame."""
        self.canvas.clear()
        self.clock.schedule()

    def theme_changed(self) -> None:
        """Draw with the colours of the theme that is in use now."""
        self.canvas.forget_looks()
        self.repaint()
        self.refresh()

    # -- frames

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw on."""
        layout = self.item_layout
        return bool(layout.width and layout.rows > 0 and self.is_attached and self.display)

    def paint(self, at_once: bool) -> None:
        """Paint the rows that differ from what is on the screen, and work on colours."""
        layout = self.item_layout
        layout.stand()
        self._position.show()
        regions = self.canvas.draw()
        if regions is None:
            self.refresh()
        elif regions:
            self.refresh(*regions)
        if at_once:
            show_now(self)
        if self.selection.range is None:
            layout.trim()
        if layout.colour():
            self.clock.schedule()

    def render_line(self, y: int) -> Strip:
        """Give Textual a row of the view."""
        return self.canvas.strip(y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Take lines as they are, which have their colours; what has a border or padding is Textual's to draw."""
        if any(self.styles.gutter):
            return super().render_lines(crop)
        strips = [self.render_line(y) for y in crop.line_range]
        background = self.background_colors[1]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        first, end = crop.column_span
        return (
            strips if (first, end) == (0, self.region.width) else [strip.crop(first, end) for strip in strips]
        )

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave out the filter that looks for ANSI colours: the palette has none."""
        return [each for each in super().get_line_filters() if not isinstance(each, ANSIToTruecolor)]

    def on_mount(self) -> None:
        """Look after each layout whether the size is another one: an event for that may get lost (see `on_resize`)."""
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self._laid_out(), immediate=True)

    def _laid_out(self) -> None:
        rows = self.outer_size.height - self.styles.gutter.height
        if self.drawable and rows > 0 and rows != self.item_layout.rows:
            self.on_resize()

    def on_resize(self) -> None:
        """Draw at another size, or again after having been hidden."""
        width = self.scrollable_content_region.width
        # To ask for the region of a widget that is about to be shown, or to refresh it, makes Textual believe that it
        # was shown before: it gets no event, and what is around it keeps its size.
        self.item_layout.rows = self.outer_size.height - self.styles.gutter.height
        if width != self.item_layout.width and width > 0:
            self.item_layout.resize(width)
        self._position.forget()
        self.canvas.forget_looks()
        self.canvas.clear()
        self.clock.draw_now()

    def on_hide(self) -> None:
        """Draw nothing until the layout that shows it again."""
        self.item_layout.rows = 0

    def on_unmount(self) -> None:
        """Let no frame come any more."""
        self.clock.stop()

    # -- going places

    def move_to(self, line: int) -> None:
        """Put a line at the top of the view; at the end it follows."""
        self.item_layout.move_to(line)
        self.clock.draw_now()

    def go_to(self, standing: Standing) -> None:
        """Go to a place in an item, as soon as its text is there and whatever heights turn out to be."""
        self.item_layout.go_to(standing)
        self.clock.draw_now()

    def jump_to(self, id: int, offset: int = 0, above: int | None = None) -> None:
        """Bring a place in an item's text into the upper third of the view, or `above` lines under its top.

        A text that is not here is asked for, and the view goes there once it came.
        """
        if self.item_layout.item(id) is not None:
            wanted = self.item_layout.rows // 3 if offset else 0
            self.go_to(Standing(id, text_place(offset), wanted if above is None else above))

    def action_scroll_lines(self, lines: int) -> None:
        """Move by lines."""
        self.move_to(self.item_layout.top + lines)

    def action_scroll_pages(self, pages: int) -> None:
        """Move by whole views, of each a line kept."""
        self.action_scroll_lines(pages * (max(self.item_layout.rows, 2) - 1))

    def action_scroll_home(self) -> None:
        """To the first line."""
        self.item_layout.move_to_start()
        self.clock.draw_now()

    def action_scroll_end(self) -> None:
        """To the last line, and follow."""
        self.move_to(self.item_layout.total)

    @on(events.MouseScrollUp)
    @on(events.MouseScrollDown)
    def _turn_wheel(self, event: events.MouseScrollUp | events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        lines = _WHEEL if isinstance(event, events.MouseScrollDown) else -_WHEEL
        self.turn(event.get_content_offset_capture(self).y, lines)

    def turn(self, row: int, lines: int) -> None:
        """Scroll by the wheel, which was turned over a row of the view."""
        self.action_scroll_lines(lines)

    @on(ScrollTo)
    def _drag_bar(self, message: ScrollTo) -> None:
        """The scroll bar was dragged or clicked."""
        message.stop()
        message.prevent_default()
        if message.y is not None:
            self.move_to(round(message.y))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow a scroll that Textual itself started; where the view follows the end it only bounds an older value."""
        if round(new_value) != self.item_layout.top and not self.item_layout.following:
            self.move_to(round(new_value))

    # -- selecting and acting

    @on(events.MouseDown)
    @on(events.MouseMove)
    @on(events.MouseUp)
    def _follow_mouse(self, event: events.MouseEvent) -> None:
        # Padding may surround the text's area.
        x, y = event.get_content_offset_capture(self)
        if isinstance(event, events.MouseMove):
            self._pointer.move(x, y)
        elif isinstance(event, events.MouseUp):
            if self._pointer.pressed:
                self.release_mouse()
            self._pointer.release(x, y)
        elif event.button == 1 and self._pointer.press(x, y, event.shift):
            self.capture_mouse()

    def _selection_changed(self, has_text: bool, finished: bool) -> None:
        if not finished:
            self.repaint()
        self.post_message(announced.SelectionChanged(has_text, finished))

    def activate(self, item: Item, number: int, meta: str) -> None:
        """Announce what a click on `meta` asks for; folding is done here, it changes nothing but the view."""
        kind, _, value = meta.partition(":")
        if kind == "link":
            self.post_message(announced.LinkActivated(value))
        elif kind == "action" and (code := code_at(item, number)) is not None:
            if value == "fold":
                fold_code(item, number)
                self.mark(item)
            elif value == "copy":
                self.post_message(announced.CodeCopyRequested(code.text, code.language))
            else:
                self.post_message(announced.CodeSaveRequested(code.text, code.language))

    def action_step_target(self, step: int, around: bool = False) -> None:
        """Go to the next link, button or block of code in view or the one before; then to what stands beside.

        `around` goes from the last to the first instead, for letters, which would do other things elsewhere.
        """
        found = self.targets.step(step) or (around and self.targets.step(step))
        self.repaint()
        if not found and not around:
            self.screen.focus_next() if step > 0 else self.screen.focus_previous()

    def action_activate_target(self) -> None:
        """Open the link or press the button that is current."""
        if self.targets.current is not None:
            found = self.targets.in_view().get(self.targets.current)
            if found is not None:
                self.activate(*found)

    def action_act_on_text(self, what: str) -> None:
        """Copy, save or fold the block of code that is current or the first in view, or write all formulas out."""
        if what == "formulas":
            self.item_layout.write_formulas(not self.item_layout.as_written)
            self.canvas.clear()
            self.clock.draw_now()
            return
        found = self.targets.code()
        if found is None:
            return
        item, number = found
        self.activate(item, number, f"action:{what}")
        if what == "fold" and (place := header_above(self.item_layout, item, number)) is not None:
            self.go_to(Standing(item.node.id, place))
