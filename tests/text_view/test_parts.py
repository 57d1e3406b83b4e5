"""What lies over a text, each part by itself: the mouse, the selection, what was found, targets, and the drawing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from math import inf
from types import SimpleNamespace

import pytest
from textual.geometry import Region
from textual.timer import Timer

from glmchat.core.conversation import Message, Role
from glmchat.markdown.spans import Line, Span
from glmchat.tui.theming.palette import VARIABLES, Palette
from glmchat.tui.widgets.text_view import pointer as mouse
from glmchat.tui.widgets.text_view.canvas import Canvas
from glmchat.tui.widgets.text_view.code import code_at, fold_code, header_above
from glmchat.tui.widgets.text_view.hits import Hits
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.pointer import Pointer
from glmchat.tui.widgets.text_view.selection import Point, SelectedText
from glmchat.tui.widgets.text_view.targets import Targets
from tests.text_view.bench import ROWS, WIDTH, Bench, story

CODE = "A [link](https://example.com/a) here.\n\n```python\n" + "x = 1\n" * 40 + "```\n\nThe end."


def one(text: str) -> Bench:
    return Bench([Message(1, None, Role.ASSISTANT, text)])


class Surface:
    """What the mouse is on: notes clicks, and moves the layout under it when its timer is made to tick."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bench = bench
        self.clicked: list[str] = []
        self.told: list[tuple[bool, bool]] = []
        self.ticks: list[Callable[[], None]] = []
        self.selected = SelectedText(
            bench.layout, bench.texts.text_of, lambda text, done: self.told.append((text, done))
        )
        self.pointer = Pointer(self, bench.layout, self.selected)
        self.seconds = 100.0
        monkeypatch.setattr(mouse, "time", SimpleNamespace(monotonic=lambda: self.seconds))

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Note what is to be called until it is stopped."""
        self.ticks.append(callback)
        timer: Timer = SimpleNamespace(stop=self.ticks.clear)  # type: ignore[assignment]
        return timer

    def move_to(self, line: int) -> None:
        """Move the view."""
        self.bench.layout.move_to(line)
        self.bench.frame()

    def activate(self, item: Item, number: int, meta: str) -> None:
        """Note a click."""
        self.clicked.append(meta)

    def click(self, x: int, y: int, shift: bool = False) -> None:
        """Press and release."""
        self.pointer.press(x, y, shift)
        self.pointer.release(x, y)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press, move and release."""
        self.pointer.press(*start, False)
        self.pointer.move(*end)
        self.pointer.release(*end)


def test_a_drag_selects_and_a_click_selects_nothing_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    surface = Surface(Bench([story(1, 4)]), monkeypatch)
    x, y = surface.bench.find("line 1")
    surface.drag((x, y), (x + 6, y + 2))
    assert surface.selected.text() == "line 1 of 1\n\nline 2"
    assert surface.told[-1] == (True, True) and not surface.pointer.pressed
    surface.seconds += 1
    surface.click(x, y)
    assert surface.selected.text() == "" and surface.told[-1] == (False, False)
    assert surface.clicked == [""]


def test_clicks_that_follow_each_other_take_a_word_and_then_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    surface = Surface(Bench([story(1, 4)]), monkeypatch)
    x, y = surface.bench.find("line 2")
    found = []
    for _ in range(4):
        surface.click(x + 1, y)
        found.append(surface.selected.text())
    assert found == ["", "line", "line 2 of 1", ""]
    surface.seconds += 1
    surface.click(x + 1, y)
    assert surface.selected.text() == ""


def test_a_click_with_shift_extends_what_is_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    surface = Surface(Bench([story(1, 4)]), monkeypatch)
    x, y = surface.bench.find("line 1")
    surface.click(x, y, shift=True)
    assert surface.selected.range is None
    surface.drag((x, y), (x + 2, y))
    surface.click(x + 3, y, shift=True)
    assert surface.selected.text() == "line"


def test_the_mouse_below_the_view_scrolls_it_until_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    surface = Surface(Bench([story(1, 100)]), monkeypatch)
    surface.move_to(0)
    surface.pointer.press(0, 0, False)
    surface.pointer.move(5, ROWS + 2)
    for _ in range(10):
        (tick,) = surface.ticks
        tick()
    assert surface.bench.layout.top == 30
    assert surface.selected.text().endswith("line 24 of 1")
    surface.pointer.move(5, 3)
    assert not surface.ticks
    surface.pointer.move(5, -9)
    surface.pointer.release(5, -9)
    assert not surface.ticks


def test_the_mouse_over_nothing_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    surface = Surface(Bench([]), monkeypatch)
    assert not surface.pointer.press(3, 3, False)
    surface.pointer.move(5, 5)
    surface.pointer.release(5, 5)
    assert not surface.clicked and surface.selected.range is None


def test_a_selection_tells_which_texts_it_lacks() -> None:
    bench = Bench([story(number, 30) for number in range(1, 11)], here=False)
    selected = SelectedText(bench.layout, bench.texts.text_of, lambda *_: None)
    assert selected.missing() == [] and selected.text() == ""
    selected.begin(Point(1, 0))
    selected.extend(Point(3, 6))
    assert selected.missing() == [2, 3, 4]
    bench.texts.loaded = {number: story(number, 2) for number in (2, 3, 4)}
    assert selected.missing() == []
    assert selected.text() == "line 0 of 2\n\nline 1 of 2\n\nline 0 of 3\n\nline 1 of 3\n\nline 0"


def test_what_is_selected_is_marked_in_each_item() -> None:
    bench = Bench([story(1, 1), story(2, 1), story(3, 1)])
    selected = SelectedText(bench.layout, bench.texts.text_of, lambda *_: None)
    selected.begin(Point(0, 5))
    selected.extend(Point(1, 4))
    marked = [
        "".join(span.text for span in selected.dress(item, at, item.line(at)) if "selection" in span.style)
        for item, at in bench.layout.in_view()
    ]
    assert marked == ["0 of 1", "line", ""]


def test_hits_are_marked_and_one_of_them_is_current() -> None:
    bench = one("needle and needle")
    changes = count()

    def count_change() -> None:
        next(changes)

    hits = Hits(count_change)
    hits.put({1: [(11, 17), (0, 6)]}, (1, 11))
    item = bench.layout.items[0]
    styles = [span.style for span in hits.dress(item, 0, item.line(0)) if span.text == "needle"]
    assert ["match" in style for style in styles] == [True, True]
    assert ["match.current" in style for style in styles] == [False, True]
    hits.put({})
    assert hits.dress(item, 0, item.line(0)) == item.line(0) and next(changes) == 2


def test_targets_are_stepped_through_and_left_at_either_end() -> None:
    bench = one(CODE)
    bench.layout.move_to_start()
    bench.frame()
    targets = Targets(bench.layout)
    seen = []
    while targets.step(1):
        assert targets.current is not None
        seen.append(targets.in_view()[targets.current][2])
    assert seen[0] == "link:https://example.com/a" and "action:fold" in seen
    assert targets.current is None and len(seen) == len(set(seen)) == len(targets.in_view())
    back: list[str] = []
    while targets.step(-1):
        assert targets.current is not None
        back.append(targets.in_view()[targets.current][2])
    assert back == seen[::-1]


def test_the_target_is_marked() -> None:
    bench = one("A [link](https://example.com/a) here.")
    targets = Targets(bench.layout)
    assert targets.step(1)
    item = bench.layout.items[0]
    (marked,) = [span for span in targets.dress(item, 0, item.line(0)) if "target.current" in span.style]
    assert marked.text == "link"


def test_code_is_what_the_target_is_on_or_the_first_in_view() -> None:
    bench = one(CODE)
    bench.layout.move_to_start()
    bench.frame()
    targets = Targets(bench.layout)
    found = targets.code()
    assert found is not None
    code = code_at(*found)
    assert code is not None and code.text == "\n".join(["x = 1"] * 40) and code.language == "python"
    targets.step(1)
    assert targets.code() is None


def test_code_is_folded_and_its_header_is_found_above_the_view() -> None:
    bench = one(CODE)
    bench.layout.move_to(10)
    bench.frame()
    item, number = next(bench.layout.in_view())
    place = header_above(bench.layout, item, number)
    assert place is not None and item.position(place) < bench.layout.top
    height = item.height
    fold_code(item, number)
    bench.layout.mark(item)
    bench.frame()
    assert item.height < height - 30
    bench.layout.move_to_start()
    bench.frame()
    assert header_above(bench.layout, item, bench.find("python")[1]) is None


def test_only_rows_that_changed_are_drawn() -> None:
    bench = Bench([story(1, 100)])
    shade: list[int] = []

    def shaded(item: Item, number: int, line: Line) -> Line:
        return (*line, Span("!")) if number in shade else line

    canvas = Canvas(bench.layout, [shaded], lambda: Palette(dict.fromkeys(VARIABLES, "#808080")))
    assert canvas.draw() is None
    assert canvas.draw() == []
    shade.append(bench.layout.top + 4)
    assert canvas.draw() == [Region(0, 4, WIDTH, 1)]
    assert canvas.strip(4).text.rstrip().endswith("!") and canvas.strip(4).cell_length == WIDTH
    shade.extend(range(bench.layout.top, bench.layout.top + ROWS))
    assert canvas.draw() == [Region(0, 0, WIDTH, ROWS)]
    canvas.clear()
    assert canvas.draw() is None


def test_a_row_below_the_text_is_empty() -> None:
    bench = one("short")
    canvas = Canvas(bench.layout, [], lambda: Palette(dict.fromkeys(VARIABLES, "#808080")))
    assert bench.layout.advance(inf)
    canvas.draw()
    assert [canvas.strip(row).text.strip() for row in range(ROWS + 2)] == ["short", *[""] * (ROWS + 1)]
