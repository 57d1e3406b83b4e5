"""What is painted when little has changed: the same as Textual would paint, by fewer widgets."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from glmchat.tui.platform.compositor import show_now
from glmchat.tui.widgets.text_view import TextView, view
from glmchat.tui.widgets.transcript import Transcript
from tests.scripted import Script, delta, held
from tests.tui.stage import Stage, staged

# Textual goes to the end of some regions and writes nothing there.
_IDLE_MOVE = re.compile(r"\x1b\[\d+;\d+H(?=\x1b\[\d+;\d+H|\n|$)")


def painted(stage: Stage, compositor: Compositor, regions: set[Region], plainly: bool) -> str:
    """What goes to the terminal for regions; `plainly` by Textual's own way."""
    compositor._dirty_regions = set(regions)
    update = Compositor.render_partial_update(compositor) if plainly else compositor.render_partial_update()
    assert isinstance(update, ChopsUpdate)
    # Of all that is painted only what is different is written; here it is about what is painted.
    return _IDLE_MOVE.sub("", ChopsUpdate.render_segments(update, stage.app.console))


async def test_any_regions_are_painted_as_textual_paints_them(tmp_path: Path) -> None:
    chance = random.Random(4)
    async with staged(tmp_path) as stage:
        await stage.send("Go")
        stage.app.chat.prompt.put("/")  # the list of commands lies over the conversation
        await stage.pilot.pause()
        compositor = stage.app.chat._compositor
        width, height = compositor.size
        for _ in range(60):
            regions = set()
            for _ in range(chance.randint(1, 5)):
                x, y = chance.randrange(width), chance.randrange(height)
                regions.add(Region(x, y, chance.randint(1, width - x), chance.randint(1, height - y)))
            assert painted(stage, compositor, regions, False) == painted(stage, compositor, regions, True)


async def test_a_growing_line_is_painted_by_the_transcript_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script()
    pieces, gate = held(delta(content="The first part."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.until(lambda: "The first part." in stage.screen_text)
        drawn: list[tuple[Widget, int]] = []
        transcript = stage.app.chat.transcript

        def note(kind: type[Widget]) -> None:
            render_lines = kind.render_lines

            def noted(widget: Widget, crop: Region) -> list[Strip]:
                drawn.append((widget, crop.height))
                return render_lines(widget, crop)

            monkeypatch.setattr(kind, "render_lines", noted)

        note(Widget)
        note(TextView)
        transcript.messages.feed(stage.messages()[-1].id, " More")
        frames = transcript.clock.frames
        await stage.until(
            lambda: transcript.clock.frames > frames and any(widget is transcript for widget, _ in drawn)
        )
        rows = [height for widget, height in drawn if widget is transcript]
        assert rows and max(rows) == 1
        assert not {stage.app.chat, stage.app.chat.middle} & {widget for widget, _ in drawn}
        monkeypatch.undo()
        gate.set()
        await stage.until(lambda: not stage.workspace.current.runs)


async def test_the_first_piece_and_the_end_are_written_with_their_frame_and_the_pieces_between_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script()
    pieces, gate = held(delta(content="Here it begins."))
    script.scripts = [pieces]
    shown: list[str] = []

    def noted(widget: Widget) -> None:
        assert isinstance(widget, TextView)
        if widget.item_layout.items and isinstance(widget, Transcript):
            shown.append(widget.item_layout.items[-1].text)
        show_now(widget)

    monkeypatch.setattr(view, "show_now", noted)
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.until(lambda: "Here it begins." in stage.screen_text)
        assert shown[-1] == "Here it begins."
        frames = stage.app.chat.transcript.clock.frames
        count = len(shown)
        stage.app.chat.transcript.messages.feed(stage.messages()[-1].id, " And more.")
        await stage.until(lambda: stage.app.chat.transcript.clock.frames > frames)
        assert len(shown) == count
        gate.set()
        await stage.until(lambda: not stage.workspace.current.runs and len(shown) > count)
