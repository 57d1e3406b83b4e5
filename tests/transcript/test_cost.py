"""Guards on what the transcript does, counted instead of timed."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from textual.strip import Strip
from textual.widget import Widget

from glmchat.core.conversation import Message, Role
from glmchat.tui.widgets.text_view import frames as drawing
from tests.themed import OTHER
from tests.transcript.stage import Stage, settled, streaming, talk

SECTION = "## Head {n}\n\nText with **bold** and `code`.\n\n- one\n- two\n\n```python\nx = {n}\n```\n\n"


async def test_deltas_between_two_frames_cost_one_frame() -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.show(talk(4))
        stage.transcript.messages.append(streaming(100, 4))
        await settled(pilot)
        frames = stage.transcript.clock.frames
        for number in range(1_000):
            stage.transcript.messages.feed(100, f"token {number} ")
        assert stage.transcript.clock.frames == frames
        await settled(pilot)
        assert stage.transcript.clock.frames - frames <= 3


async def test_a_frame_that_scrolls_lets_the_next_one_wait_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.show(talk(40))
        stage.transcript.messages.append(streaming(100, 40))
        stage.transcript.messages.feed(100, "text")
        await settled(pilot)
        waits: list[float] = []
        loop = asyncio.get_running_loop()
        call_later = loop.call_later

        def noted(delay: float, *call: Any, **more: Any) -> asyncio.TimerHandle:
            waits.append(delay)
            return call_later(delay, *call, **more)

        # No time goes by, so that a wait is what the frame before it asked for.
        now = time.monotonic()
        monkeypatch.setattr(drawing, "time", SimpleNamespace(monotonic=lambda: now, perf_counter=lambda: now))
        monkeypatch.setattr(loop, "call_later", noted)
        for text, wait in ((" more", drawing.FRAME_S), ("\n\n- one\n- two\n", drawing.SCROLL_S)):
            stage.transcript.messages.feed(100, text)
            await settled(pilot)
            waits.clear()
            stage.transcript.messages.feed(100, " and")
            assert waits == [pytest.approx(wait)]
            await settled(pilot)


async def test_blocks_drawn_depend_on_what_is_in_view_not_on_what_came() -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.transcript.messages.append(streaming(100))
        for number in range(1_000):
            stage.transcript.messages.feed(100, SECTION.format(n=number))
            if number % 100 == 99:
                await settled(pilot)
        document = stage.transcript.item_layout.items[-1].document
        assert document is not None and document.block_count > 4_000
        assert document.rendered < 40 * 11


async def test_nothing_is_drawn_while_idle() -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.show(talk(100))
        await settled(pilot)
        frames = stage.transcript.clock.frames
        for _ in range(10):
            await pilot.pause()
            assert stage.transcript.clock.idle
        assert stage.transcript.clock.frames == frames


async def test_a_frame_that_types_draws_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.show(talk(40))
        stage.transcript.messages.append(streaming(100, 40))
        stage.transcript.messages.feed(100, "a first line\n\nand a second")
        await settled(pilot)
        drawn: list[int] = []
        render_line = stage.transcript.render_line

        def noted(y: int) -> Strip:
            drawn.append(y)
            return render_line(y)

        monkeypatch.setattr(stage.transcript, "render_line", noted)
        stage.transcript.messages.feed(100, " with more")
        await settled(pilot)
        assert len(drawn) == 1


async def test_a_long_session_is_one_widget_and_few_live_messages() -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        widgets = len(stage.screen.query(Widget))
        stage.show(talk(10_000))
        await settled(pilot)
        assert len(stage.screen.query(Widget)) == widgets
        assert sum(item.ready for item in stage.transcript.item_layout.items) < 20
        drawn: set[str] = set()
        for number in range(0, 10_000, 20):
            stage.transcript.jump_to(number + 1)
            drawn.update(stage.rows())
        assert len(drawn) > 2_200
        await settled(pilot)
        assert sum(item.ready for item in stage.transcript.item_layout.items) < 80
        assert stage.transcript.canvas.strips_cached <= 2_000


async def test_a_theme_change_draws_what_is_in_view_and_no_more() -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.show(
            [*talk(10), Message(50, 10, Role.ASSISTANT, "".join(SECTION.format(n=n) for n in range(500)))]
        )
        await settled(pilot)
        document = stage.transcript.item_layout.items[-1].document
        assert document is not None
        rendered = document.rendered
        before = stage.transcript.render_line(5)
        stage.theme = OTHER
        stage.transcript.theme_changed()
        await settled(pilot)
        assert document.rendered == rendered
        assert stage.transcript.render_line(5) != before


async def test_a_hidden_transcript_draws_nothing() -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.show(talk(4))
        stage.transcript.messages.append(streaming(100, 4))
        await settled(pilot)
        stage.transcript.display = False
        await settled(pilot)
        document = stage.transcript.item_layout.items[-1].document
        assert document is not None
        for _ in range(100):
            stage.transcript.messages.feed(100, "text ")
        await settled(pilot)
        assert document.rendered == 0
        stage.transcript.display = True
        await settled(pilot)
        assert any("text text" in row for row in stage.rows())
