"""When frames are drawn, told from what is asked of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from glmchat.tui.widgets.text_view import frames
from glmchat.tui.widgets.text_view.frames import FRAME_S, SCROLL_S, FrameClock


class Loop:
    """Notes what is to be called, and when; calls it when told."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, delay: float, call: Callable[[], None]) -> SimpleNamespace:
        """Note a call; it can be taken back."""
        entry = (delay, call)
        self.due.append(entry)
        return SimpleNamespace(cancel=lambda: self.due.remove(entry))

    def run(self) -> float:
        """Make the only call that is due, and return how long it was to wait."""
        ((delay, call),) = self.due
        self.due.clear()
        call()
        return delay


class View:
    """A layout and a view that do nothing but note."""

    def __init__(self) -> None:
        self.drawable = True
        self.top = 0
        self.ready = True
        self.painted = 0
        self.at_once = False

    def advance(self, until: float) -> bool:
        """Say whether all is ready."""
        return self.ready

    def paint(self, at_once: bool) -> None:
        """Note it."""
        self.painted += 1
        self.at_once = at_once


@pytest.fixture
def now() -> SimpleNamespace:
    """The time, which goes by only where a test sets it."""
    return SimpleNamespace(seconds=100.0)


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch, now: SimpleNamespace) -> Loop:
    """The loop that the clock asks."""
    loop = Loop()
    clock = SimpleNamespace(monotonic=lambda: now.seconds, perf_counter=lambda: now.seconds)
    monkeypatch.setattr(frames, "time", clock)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    return loop


def clock_of(view: Any, beat: float = 0.0) -> FrameClock:
    return FrameClock(view, view, beat)


def test_all_that_changes_before_a_frame_is_drawn_by_it(loop: Loop) -> None:
    clock = clock_of(view := View())
    for _ in range(100):
        clock.schedule()
    assert loop.run() == 0.0 and view.painted == clock.frames == 1
    assert clock.idle and not loop.due


@pytest.mark.parametrize(("lines", "wait"), [(0, FRAME_S), (3, SCROLL_S)])
def test_a_frame_waits_for_the_one_before_and_longer_where_it_scrolled(
    lines: int, wait: float, loop: Loop
) -> None:
    clock = clock_of(view := View())

    def scroll(at_once: bool) -> None:
        view.top += lines

    view.paint = scroll  # type: ignore[method-assign]
    clock.schedule()
    loop.run()
    clock.schedule()
    assert loop.run() == pytest.approx(wait)


def test_what_begins_or_ends_a_text_waits_for_nothing_and_once_only(loop: Loop) -> None:
    clock = clock_of(view := View())
    clock.schedule()
    loop.run()
    assert not view.at_once
    clock.schedule()  # waits for its time
    clock.schedule(edge=True)
    clock.schedule(edge=True)
    assert loop.run() == 0.0 and view.at_once and view.painted == 2
    clock.schedule()
    assert loop.run() == pytest.approx(FRAME_S) and not view.at_once


def test_what_begins_while_there_is_nothing_to_draw_on_is_shown_at_once_with_the_first_frame(
    loop: Loop,
) -> None:
    clock = clock_of(view := View())
    view.drawable = False
    clock.schedule(edge=True)
    assert clock.idle
    view.drawable = True
    clock.draw_now()
    assert view.at_once and view.painted == 1


def test_what_the_reader_does_is_drawn_at_once(loop: Loop) -> None:
    clock = clock_of(view := View())
    clock.schedule()
    loop.run()
    clock.draw_now()
    assert view.painted == 2


def test_work_that_is_not_done_goes_on_at_once_and_is_painted_when_it_took_too_long(
    loop: Loop, now: SimpleNamespace
) -> None:
    clock = clock_of(view := View())
    view.ready = False
    clock.schedule()
    for _ in range(5):
        assert loop.run() == 0.0
    assert view.painted == 0
    now.seconds += 1.0
    loop.run()
    assert view.painted == 1
    view.ready = True
    loop.run()
    assert view.painted == 2 and clock.idle


def test_views_on_one_beat_are_drawn_at_the_same_moment(loop: Loop, now: SimpleNamespace) -> None:
    for seconds in (100.01, 100.03, 100.07):
        now.seconds = seconds
        clock_of(View(), beat=0.08).schedule()
    moments = [seconds + wait for seconds, (wait, _) in zip((100.01, 100.03, 100.07), loop.due, strict=True)]
    assert moments == pytest.approx([100.08] * 3)


def test_nothing_is_drawn_where_there_is_nothing_to_draw_on_and_after_the_end(loop: Loop) -> None:
    clock = clock_of(view := View())
    view.drawable = False
    clock.schedule()
    clock.draw_now()
    assert clock.idle and not loop.due
    view.drawable = True
    clock.schedule()
    view.drawable = False
    loop.run()
    view.drawable = True
    clock.schedule()
    clock.stop()
    assert clock.idle and not loop.due and view.painted == 0


def test_a_terminal_that_is_behind_gets_a_frame_when_it_has_caught_up(loop: Loop) -> None:
    behind = [True]
    view = View()
    clock = FrameClock(cast(Any, view), view, behind=lambda: behind[0])
    clock.schedule()
    for _ in range(3):
        loop.run()
        clock.schedule()
    assert view.painted == 0 and len(loop.due) == 1
    clock.schedule(edge=True)  # an end waits for nothing
    loop.run()
    assert view.painted == 1
    behind[0] = False
    clock.schedule()
    loop.run()
    assert view.painted == 2
