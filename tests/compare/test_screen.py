"""Comparing, in the whole app on a scripted endpoint: every key, every click."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from glmchat.core.conversation import State
from glmchat.tui.screens.compare import CompareScreen
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.tui.widgets.column import ColumnHead, ColumnText
from tests.scripted import Piece, Script, delta, held, reply
from tests.transcript.frames import drawn
from tests.tui.stage import Stage, staged

WIDE = (160, 50)


class ByTemperature(Script):
    """Answers each request by its temperature, whichever comes first."""

    def __init__(self, **replies: Sequence[Piece]) -> None:
        super().__init__()
        self.replies = replies

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            value = json.loads(request.content).get("temperature")
            name = "unset" if value is None else f"t{value:g}".replace(".", "_")
            self.scripts.append(list(self.replies.get(name, reply(f"This is {name}."))))
        return await super().handle_async_request(request)


@asynccontextmanager
async def comparing(
    folder: Path,
    size: tuple[int, int] = WIDE,
    line: str = "/sweep temperature 0 0.7 1.4 -- How is it?",
    faulty: bool = False,
    **replies: Sequence[Piece],
) -> AsyncIterator[tuple[Stage, CompareScreen]]:
    """The app with a comparison on the screen, as far as its replies come."""
    async with staged(folder, size, faulty, script=ByTemperature(**replies)) as stage:
        await stage.command(line)
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        screen = stage.app.screen
        assert isinstance(screen, CompareScreen)
        yield stage, screen


async def finished(stage: Stage) -> None:
    """Wait until every reply has ended, and all that is shown of it is drawn."""
    await stage.until(lambda: not stage.workspace.current.runs)
    heads = stage.app.screen.query(ColumnHead)
    await stage.until(lambda: not any(head.facts.running for head in heads))
    await drawn(stage.pilot, *stage.app.screen.query(ColumnText))


async def test_the_variants_and_the_cost_are_shown_before_anything_is_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/sweep temperature 0 0.7 -- Hello there")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        assert "temperature 0.00, temperature 0.70" in stage.screen_text
        await stage.press("escape")
        assert stage.script.bodies == []
        assert stage.prompt == "/sweep temperature 0 0.7 -- Hello there"


async def test_a_sweep_shows_a_column_for_each_value_with_its_own_figures(tmp_path: Path) -> None:
    async with comparing(tmp_path, t0_7=reply("**Bold** answer", tokens=77)) as (stage, _screen):
        await finished(stage)
        text = stage.screen_text
        for words in (
            "1 temperature 0.00",
            "2 temperature 0.70",
            "3 temperature 1.40",
            "This is t0.",
            "77 tokens",
        ):
            assert words in text
        assert "Bold answer" in text  # drawn as Markdown
        assert text.count("finish stop") == 3
        assert text.count("✓ done") == 3
        assert sorted(body["temperature"] for body in stage.script.bodies) == [0.0, 0.7, 1.4]


async def test_figures_that_have_no_room_say_that_more_follows(tmp_path: Path) -> None:
    async with comparing(tmp_path, size=(120, 30)) as (stage, _screen):
        await finished(stage)
        assert "finish stop" not in stage.screen_text
        assert re.search(r"¥0.0\d+ +…", stage.screen_text)


async def test_narrow_screens_have_tabs(tmp_path: Path) -> None:
    async with comparing(tmp_path, (80, 24)) as (stage, _screen):
        await finished(stage)
        assert "This is t0." in stage.screen_text
        assert "This is t0_7." not in stage.screen_text
        await stage.until(lambda: "3 temperature 1.40 ✓" in stage.screen_text)
        await stage.press("right")
        await stage.until(lambda: "This is t0_7." in stage.screen_text)
        await stage.press("3")
        await stage.until(lambda: "This is t1_4." in stage.screen_text)
        await stage.pilot.click("#tabs", offset=(6, 0))
        await stage.until(lambda: "This is t0." in stage.screen_text)
        await stage.pilot.resize_terminal(160, 40)
        await stage.until(
            lambda: "This is t1_4." in stage.screen_text and "This is t0_7." in stage.screen_text
        )


async def test_what_streams_while_a_tab_is_hidden_is_there_when_it_is_shown(tmp_path: Path) -> None:
    script, event = held(delta(content="Begun"))
    async with comparing(tmp_path, (80, 24), t1_4=script) as (stage, _screen):
        await stage.until(lambda: len(stage.workspace.current.runs) == 1)
        event.set()
        await finished(stage)
        await stage.press("3")
        await stage.until(lambda: "Begun And the rest." in stage.screen_text)


async def test_arrows_tab_digits_and_clicks_choose_a_column(tmp_path: Path) -> None:
    async with comparing(tmp_path) as (stage, screen):
        await finished(stage)
        for key, number in (
            ("right", 1),
            ("tab", 2),
            ("right", 0),
            ("left", 2),
            ("shift+tab", 1),
            ("1", 0),
            ("6", 0),
        ):
            await stage.press(key)
            assert screen.chosen == number, key
        await stage.pilot.click(screen.columns[2].text, offset=(3, 3))
        assert screen.chosen == 2
        await stage.pilot.click(screen.columns[1].head, offset=(1, 1))
        assert screen.chosen == 1
        assert "▸ 2 temperature 0.70" in stage.screen_text
        assert screen.columns[1].text.has_focus


async def test_enter_goes_on_with_the_chosen_reply_and_keeps_the_settings(tmp_path: Path) -> None:
    async with comparing(tmp_path) as (stage, _screen):
        await finished(stage)
        await stage.press("right", "enter")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert stage.messages()[-1].content == "This is t0_7."
        assert len(stage.workspace.current.conversation.siblings(stage.messages()[-1].id)) == 3
        assert stage.workspace.current.values.plain() == {}
        await stage.send("Go on")
        assert [each["content"] for each in stage.script.bodies[-1]["messages"]] == [
            "How is it?",
            "This is t0_7.",
            "Go on",
        ]


async def test_s_takes_the_settings_over_too(tmp_path: Path) -> None:
    async with comparing(tmp_path) as (stage, _screen):
        await finished(stage)
        await stage.press("3", "s")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert stage.workspace.current.values.plain() == {"temperature": 1.4}


@pytest.mark.parametrize(
    ("words", "values"), [("Use reply", {}), ("Use reply + settings", {"temperature": 0.7})]
)
async def test_the_words_in_a_columns_head_pick_it(
    tmp_path: Path, words: str, values: dict[str, float]
) -> None:
    async with comparing(tmp_path) as (stage, screen):
        await finished(stage)
        await _click_word(stage, screen.columns[1].head, words)
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert stage.messages()[-1].content == "This is t0_7."
        assert stage.workspace.current.values.plain() == values


async def _click_word(stage: Stage, head: ColumnHead, words: str) -> None:
    line = "".join(span.text for span in head.lines()[3])
    await stage.pilot.click(head, offset=(line.index(words) + 1, 3))
    await stage.pilot.pause()


async def test_a_reply_that_comes_after_the_choice_does_not_become_the_one_that_is_read(
    tmp_path: Path,
) -> None:
    late = asyncio.Event()
    async with comparing(tmp_path, t1_4=[late, *reply("Late.")]) as (stage, _screen):
        await stage.until(lambda: len(stage.workspace.current.runs) == 1)
        await stage.press("enter")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        session, archive = stage.workspace.current, stage.workspace.archive
        async with asyncio.timeout(60):
            while (await archive.load(session.id))[1].leaf_id != session.conversation.leaf_id:
                await stage.pilot.pause()
        late.set()
        await finished(stage)
        await stage.workspace.settle()
        assert (await archive.load(session.id))[1].leaf_id == session.conversation.leaf_id


async def test_x_stops_one_and_the_others_go_on(tmp_path: Path) -> None:
    first, _one = held(delta(content="First"))
    second, two = held(delta(content="Second"))
    async with comparing(tmp_path, t0=first, t0_7=second) as (stage, screen):
        await stage.until(lambda: "First" in stage.screen_text and "Second" in stage.screen_text)
        await stage.until(lambda: "● writing" in stage.screen_text)
        await stage.press("x")
        await stage.until(lambda: "■ stopped" in stage.screen_text)
        two.set()
        await finished(stage)
        assert "Second And the rest." in stage.screen_text
        assert [screen.comparison.message(each).state for each in screen.comparison.columns] == [
            State.STOPPED, State.COMPLETE, State.COMPLETE,
        ]  # fmt: skip
        await stage.press("x")
        assert "does not run" in screen.notice.render().plain


async def test_a_click_on_stop_stops_that_column(tmp_path: Path) -> None:
    second, _ = held(delta(content="Second"))
    async with comparing(tmp_path, t0_7=second) as (stage, screen):
        await stage.until(lambda: "Second" in stage.screen_text and len(stage.workspace.current.runs) == 1)
        await _click_word(stage, screen.columns[1].head, "stop")
        await stage.until(lambda: "■ stopped" in stage.screen_text)


async def test_escape_stops_all_and_then_closes(tmp_path: Path) -> None:
    first, _ = held(delta(content="First"))
    second, _ = held(delta(content="Second"))
    async with comparing(tmp_path, t0=first, t0_7=second) as (stage, _screen):
        await stage.until(lambda: "First" in stage.screen_text and "Second" in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: stage.screen_text.count("■ stopped") == 2)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.chat)


async def test_leaving_stops_nothing_and_compare_alone_comes_back(tmp_path: Path) -> None:
    first, one = held(delta(content="First"))
    async with comparing(tmp_path, t0=first) as (stage, _screen):
        await stage.until(lambda: "First" in stage.screen_text)
        await stage.press("q")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert len(stage.workspace.current.runs) == 1
        await stage.command("/compare")
        await stage.until(
            lambda: isinstance(stage.app.screen, CompareScreen) and "First" in stage.screen_text
        )
        one.set()
        await finished(stage)
        assert "First And the rest." in stage.screen_text
        assert "This is t1_4." in stage.screen_text
        last, read = stage.workspace.comparisons.last(), stage.workspace.current.conversation.leaf_id
        assert last is not None and read == last.columns[0].message_id


async def test_an_error_is_shown_in_its_own_column_only(tmp_path: Path) -> None:
    broken = [{"status": 400, "body": {"error": {"message": "the prompt is cursed"}}}]
    async with comparing(tmp_path, t0_7=broken) as (stage, screen):
        await finished(stage)
        assert "✗ failed" in stage.screen_text
        assert "the prompt is cursed" in screen.columns[1].problem.text
        assert [column.problem.display for column in screen.columns] == [False, True, False]
        assert "This is t1_4." in stage.screen_text


async def test_a_reply_that_holds_no_answer_says_why_in_its_column(tmp_path: Path) -> None:
    spent = reply(reasoning="I ponder.", reason="length")
    async with comparing(tmp_path, t0_7=spent) as (stage, screen):
        await finished(stage)
        assert "The thought used up all tokens, so no answer came." in screen.columns[1].problem.text
        assert [column.problem.display for column in screen.columns] == [False, True, False]


async def test_differences_are_marked_against_the_chosen_column_and_go_away_again(tmp_path: Path) -> None:
    cat, dog, ran = reply("The cat sat"), reply("The dog sat"), reply("The dog ran")
    async with comparing(tmp_path, t0=cat, t0_7=dog, t1_4=ran) as (stage, screen):
        await finished(stage)
        await stage.press("d")
        await stage.until(lambda: _marked(screen.columns[1].text) == ["dog"])
        assert _marked(screen.columns[0].text) == ["cat"]
        assert _marked(screen.columns[2].text) == ["dog ran"]
        await stage.press("right")
        await stage.until(
            lambda: _marked(screen.columns[0].text) == ["cat"] and _marked(screen.columns[1].text) == []
        )
        assert _marked(screen.columns[2].text) == ["ran"]
        await stage.press("d")
        assert [_marked(column.text) for column in screen.columns] == [[], [], []]


def _marked(text: ColumnText) -> list[str]:
    """What is underlined on the screen."""
    segments = [segment for y in range(text.item_layout.rows) for segment in text.render_line(y)]
    return [segment.text for segment in segments if segment.style is not None and segment.style.underline]


async def test_t_shows_the_thoughts_and_again_the_answers(tmp_path: Path) -> None:
    async with comparing(tmp_path, t0=reply("Answer.", reasoning="I ponder.")) as (stage, _screen):
        await finished(stage)
        await stage.press("t")
        await stage.until(lambda: "I ponder." in stage.screen_text and "Answer." not in stage.screen_text)
        await stage.press("t")
        await stage.until(lambda: "Answer." in stage.screen_text)


async def test_c_copies_the_chosen_reply(tmp_path: Path) -> None:
    async with comparing(tmp_path) as (stage, _screen):
        await finished(stage)
        await stage.press("2", "c")
        await stage.until(lambda: stage.app.clipboard == "This is t0_7.")


async def test_the_keys_at_the_bottom_can_be_clicked(tmp_path: Path) -> None:
    async with comparing(tmp_path) as (stage, _screen):
        await finished(stage)
        line = stage.screen_text.splitlines()[-1]
        await stage.pilot.click("#keys", offset=(line.index("Q close") + 1, 0))
        await stage.until(lambda: stage.app.screen is stage.app.chat)


async def test_a_hostile_reply_and_a_hostile_prompt_are_only_text(tmp_path: Path) -> None:
    evil = "\x1b[31mred [bold]x[/bold] \u202e"
    line = f"/sweep temperature 0 0.7 -- {evil}"
    async with comparing(tmp_path, line=line, t0=reply(evil)) as (stage, _screen):
        await finished(stage)
        assert "\x1b" not in stage.screen_text
        assert "\u202e" not in stage.screen_text
        assert "[bold]x[/bold]" in stage.screen_text


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (250, 70)])
async def test_any_size_of_the_terminal_will_do(tmp_path: Path, size: tuple[int, int]) -> None:
    async with comparing(tmp_path, size) as (stage, screen):
        await finished(stage)
        await stage.press("right", "d", "t", "t", "d")
        await stage.pilot.resize_terminal(60, 20)
        await stage.until(lambda: "This is t0_7." in stage.screen_text)
        assert screen.is_current


async def test_a_fault_in_drawing_does_not_reach_the_replies(tmp_path: Path) -> None:
    script, event = held(delta(content="First"))
    async with comparing(tmp_path, faulty=True, t0=script) as (stage, screen):
        await stage.until(lambda: "First" in stage.screen_text)
        screen.columns.clear()
        event.set()
        await stage.until(lambda: not stage.workspace.current.runs)
        assert stage.workspace.comparisons.last() is not None
        states = {each.state for each in stage.workspace.current.conversation.loaded.values()}
        assert states == {State.COMPLETE}
        assert "Something went wrong" in screen.notice.render().plain
