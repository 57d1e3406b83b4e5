"""The thinking panel: live while it is open, nothing while it is folded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from glmchat.tui.widgets.thinking import AnswerNowRequested, ThinkingFolded, ThinkingHeader, ThinkingPanel
from tests.themed import ThemedApp
from tests.transcript.frames import drawn


class Stage(ThemedApp):
    """An app that holds a panel."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = ThinkingPanel()
        self.announced: list[Any] = []

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self.panel

    def on_answer_now_requested(self, event: AnswerNowRequested) -> None:
        """Note it."""
        self.announced.append(event)

    def on_thinking_folded(self, event: ThinkingFolded) -> None:
        """Note it."""
        self.announced.append(event)

    def rows(self) -> list[str]:
        """The text in view."""
        return [self.panel.body.render_line(y).text.rstrip() for y in range(self.panel.body.item_layout.rows)]

    def head(self) -> str:
        """The header's text."""
        return self.panel.header.render_line(0).text.rstrip()


async def until(pilot: Pilot[None], found: Callable[[], bool]) -> None:
    """Wait for a condition."""
    for _ in range(1_000):
        if found():
            return
        await pilot.pause(0.01)
    raise AssertionError("What was waited for did not come.")


async def test_the_thought_streams_and_follows_its_end() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.panel.show(7, running=True)
        for number in range(100):
            stage.panel.feed(7, f"thought {number}\n\n")
        await drawn(pilot, stage.panel.body)
        assert "thought 99" in stage.rows()
        assert stage.head().startswith("▾ Thinking") and "answer now" in stage.head()
        stage.panel.finish(7, seconds=8.0, tokens=1312)
        await pilot.pause()
        assert stage.head() == "▾ Thinking  8 s  1,312 tokens"
        stage.panel.finish(7, tokens=1400, estimated=True)
        await pilot.pause()
        assert stage.head() == "▾ Thinking  8 s  ≈1,400 tokens"


@pytest.mark.parametrize("folded", [False, True])
async def test_a_thought_that_was_under_way_keeps_its_beginning(folded: bool) -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.panel.fold(folded)
        stage.panel.show(7, "The beginning, ", running=True)
        stage.panel.feed(7, "and what follows.")
        stage.panel.fold(False)
        await until(pilot, lambda: any("The beginning, and what follows." in row for row in stage.rows()))


async def test_a_long_thought_that_ends_folded_is_read_when_it_is_opened() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.panel.show(7, running=True)
        stage.panel.fold(True)
        for number in range(5_000):
            stage.panel.feed(7, f"Step {number} of a long thought.\n\n")
        stage.panel.finish(7, seconds=8.0)
        await pilot.pause()
        item = stage.panel.body.item_layout.item(7)
        assert item is not None and item.document is not None and item.document.block_count == 0
        stage.panel.fold(False)
        await until(pilot, lambda: any("Step 4999" in row for row in stage.rows()))


async def test_the_panel_is_as_high_as_the_thought_up_to_a_bound() -> None:
    async with (stage := Stage()).run_test(size=(80, 30)) as pilot:
        stage.panel.show(7, "One line.")
        await until(pilot, lambda: stage.panel.size.height == 2)
        stage.panel.show(8, running=True)
        stage.panel.feed(8, "one\n\ntwo\n\nthree")
        await until(pilot, lambda: stage.panel.size.height == 6)
        stage.panel.feed(8, "\n\nmore" * 50)
        await until(pilot, lambda: stage.panel.size.height == 11)
        stage.panel.show(9, "Short again.")
        await until(pilot, lambda: stage.panel.size.height == 2)


async def test_folded_it_draws_nothing_and_opens_with_all_that_came() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.panel.show(7, running=True)
        await drawn(pilot, stage.panel.body)
        await pilot.click(ThinkingHeader, offset=(3, 0))
        assert stage.panel.folded and stage.panel.touched and stage.panel.size.height == 1
        frames = stage.panel.body.clock.frames
        for _ in range(500):
            stage.panel.feed(7, "a thought ")
        await drawn(pilot, stage.panel.body)
        assert stage.panel.body.clock.frames == frames
        await pilot.click(ThinkingHeader, offset=(3, 0))
        await drawn(pilot, stage.panel.body)
        assert any("a thought" in row for row in stage.rows())
        assert [event.folded for event in stage.announced] == [True, False]


async def test_answer_now_is_asked_for_while_the_model_thinks() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.panel.show(7, "so far", running=True)
        await drawn(pilot, stage.panel.body)
        await pilot.click(ThinkingHeader, offset=(stage.head().index("answer"), 0))
        assert [event.id for event in stage.announced] == [7]
        assert not stage.panel.folded


async def test_an_earlier_thought_can_be_shown() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.panel.show(3, "an **earlier** thought", seconds=75.0, tokens=40)
        await drawn(pilot, stage.panel.body)
        assert "an earlier thought" in stage.rows() and stage.head() == "▾ Thinking  1 min 15 s  40 tokens"
        stage.panel.feed(4, "not for this one")
        stage.panel.show(None)
        await drawn(pilot, stage.panel.body)
        assert not any(stage.rows())
