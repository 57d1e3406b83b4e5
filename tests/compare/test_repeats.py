"""Each variant asked several times: what is sent, what the figures say, and how a person goes through them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from glmchat.core.conversation import State
from glmchat.tui.screens.compare import CompareScreen
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.tui.screens.line import LineScreen
from glmchat.tui.widgets.column_figures import whisker
from glmchat.workspace.comparison import Comparison
from tests.compare.test_screen import ByTemperature, finished
from tests.scripted import Piece, Script, delta, reply
from tests.tui.stage import Stage, staged

LINE = "/sweep temperature 0 1 x3 -- How is it?"


@asynccontextmanager
async def repeating(
    folder: Path, line: str = LINE, size: tuple[int, int] = (160, 50), script: Script | None = None
) -> AsyncIterator[tuple[Stage, CompareScreen]]:
    async with staged(folder, size, script=script or ByTemperature()) as stage:
        await stage.command(line)
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        screen = stage.app.screen
        assert isinstance(screen, CompareScreen)
        yield stage, screen


async def shown(stage: Stage, words: str) -> None:
    await stage.until(lambda: words in stage.screen_text)


def rows(stage: Stage, name: str) -> list[str]:
    return [line for line in stage.screen_text.splitlines() if re.match(rf"\W*{name}\b", line)]


class Varying(Script):
    """Says something else each time, with more words than the time before."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = [reply("Word " * number + f"end{number}.", tokens=number) for number in range(1, 40)]


async def test_each_value_is_asked_as_often_as_it_says_and_the_cost_is_of_all(tmp_path: Path) -> None:
    async with staged(tmp_path, script=ByTemperature()) as stage:
        await stage.command(LINE)
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        assert "6 requests leave, 6 at once" in stage.screen_text
        assert "3 times each" in stage.screen_text
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        await finished(stage)
        assert sorted(body["temperature"] for body in stage.script.bodies) == [0, 0, 0, 1, 1, 1]
        assert not any("seed" in body for body in stage.script.bodies)


async def test_a_seed_counts_up_and_the_reply_that_is_taken_over_brings_its_own(tmp_path: Path) -> None:
    async with staged(tmp_path, script=ByTemperature()) as stage:
        stage.workspace.tuning.set_value("seed", 7)
        await stage.command(LINE)
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        await finished(stage)
        assert sorted(body["seed"] for body in stage.script.bodies) == [7, 7, 8, 8, 9, 9]
        await stage.press("2", "n", "n", "s")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert stage.workspace.current.values.plain() == {"temperature": 1, "seed": 9}


async def test_one_value_is_enough_and_none_stands_for_the_one_that_is_sent(tmp_path: Path) -> None:
    async with repeating(tmp_path, "/sweep temperature 0.5 x4 -- Hi") as (stage, screen):
        await finished(stage)
        assert len(screen.columns) == 1
        assert [body["temperature"] for body in stage.script.bodies] == [0.5] * 4
        await stage.press("q")
        await stage.command("/sweep temperature x2 -- Hi")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("enter")
        await stage.until(lambda: len(stage.script.bodies) == 6)
        assert [body.get("temperature") for body in stage.script.bodies[4:]] == [None, None]


@pytest.mark.parametrize("times", ["x0", "x21"])
async def test_too_many_repeats_are_refused(tmp_path: Path, times: str) -> None:
    async with staged(tmp_path) as stage:
        await stage.command(f"/sweep temperature 0 1 {times} -- Hi")
        await stage.until(lambda: "1 to 20 times" in stage.notices)
        assert stage.script.bodies == []


async def test_at_most_six_are_asked_at_once_and_escape_stops_all_that_waits(tmp_path: Path) -> None:
    gate = asyncio.Event()
    held: Sequence[Piece] = [delta(content="Begun"), gate, *reply(" and done.")]
    script = ByTemperature(t0=held, t1=held)
    async with repeating(tmp_path, "/sweep temperature 0 1 x8 -- Hi", script=script) as (stage, screen):
        await stage.until(lambda: len(stage.script.bodies) == 6)
        session = stage.workspace.current
        assert (len(session.runs), len(session.waiting)) == (6, 10)
        await shown(stage, "1/8 [●]●●·····")
        await stage.press("escape")
        await stage.until(lambda: not session.runs)
        assert (session.waiting, len(stage.script.bodies)) == ([], 6)
        states = [each.state for each in session.conversation.loaded.values() if each.settings is not None]
        assert states == [State.STOPPED] * 6
        assert not screen.comparison.busy(screen.comparison.columns[0])


async def test_those_that_wait_are_asked_as_others_end_and_do_not_move_what_is_read(tmp_path: Path) -> None:
    async with repeating(tmp_path, "/sweep temperature 0 1 x8 -- Hi") as (stage, screen):
        await finished(stage)
        await stage.until(lambda: not stage.workspace.current.waiting)
        assert len(stage.script.bodies) == 16
        assert stage.workspace.current.conversation.leaf_id == screen.comparison.columns[1].message_id
        await stage.workspace.settle()
        _, kept = await stage.workspace.archive.load(stage.workspace.current.id)
        assert len(kept.siblings(screen.comparison.columns[0].message_id)) == 16


async def test_a_refused_key_is_not_tried_again_with_all_that_waits(tmp_path: Path) -> None:
    script = Script()
    script.otherwise = [{"status": 401, "body": {"error": {"message": "no"}}}]
    async with repeating(tmp_path, "/sweep temperature 0 1 x8 -- Hi", script=script) as (stage, _):
        await stage.until(lambda: not stage.workspace.current.runs)
        assert len(stage.script.bodies) == 6
        assert stage.workspace.current.waiting == []


async def test_the_strip_is_stepped_through_and_clicked(tmp_path: Path) -> None:
    async with repeating(tmp_path, "/sweep temperature 1 x3 -- Hi", script=Varying()) as (stage, screen):
        await finished(stage)
        await shown(stage, "1/3 [✓]✓✓")
        await shown(stage, "Word end1.")
        await stage.press("n")
        await shown(stage, "2/3 ✓[✓]✓")
        await shown(stage, "Word Word end2.")
        await stage.press("p", "p")
        await shown(stage, "Word Word Word end3.")
        line = "".join(span.text for span in screen.columns[0].head.lines()[4])
        await stage.pilot.click(screen.columns[0].head, offset=(line.index("✓"), 4))
        await shown(stage, "1/3 [✓]✓✓")


async def test_figures_with_intervals_stand_under_the_columns(tmp_path: Path) -> None:
    quiet, loud = reply("Yes."), reply("No, it is not at all so, since all is another.", tokens=90)
    script = ByTemperature(t0=quiet, t1=loud)
    async with repeating(tmp_path, script=script) as (stage, screen):
        await finished(stage)
        await stage.until(lambda: len(screen.columns[1].figures.figures) > 4)
        await shown(stage, "higher")
        named = {line.name: line for line in screen.columns[1].figures.figures}
        assert {"words", "distinct", "tokens", "agreement", "seconds", "ended"} <= set(named)
        assert (named["words"].mean, named["words"].word) == ("11", "higher")
        assert named["agreement"].word == "noise"
        assert named["ended"].interval == "0.439–1"  # Wilson's, for 3 of 3
        assert not any(line.word for line in screen.columns[0].figures.figures)
        await stage.press("f")
        await stage.until(lambda: "agreement" not in stage.screen_text)


async def test_votes_choose_a_winner_that_is_taken_over(tmp_path: Path) -> None:
    async with repeating(tmp_path, script=ByTemperature(t1=reply("Best."))) as (stage, screen):
        await finished(stage)
        await stage.press("w")
        await shown(stage, "No reply has a vote yet")
        await stage.press("2", "n", "v", "1", "v", "v")
        await shown(stage, "★")
        await stage.until(lambda: any(line.name == "votes" for line in screen.columns[1].figures.figures))
        await stage.press("w")
        await shown(stage, "temperature 1.00 has the most votes")
        assert (screen.chosen, screen.comparison.columns[1].shown) == (1, 1)
        await stage.press("enter")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert stage.messages()[-1].content == "Best."
        assert stage.messages()[-1].id == screen.comparison.columns[1].repeats[1].message_id


@pytest.mark.parametrize("size", [(30, 10), (80, 24), (220, 60)])
async def test_any_size_will_do_with_repeats(tmp_path: Path, size: tuple[int, int]) -> None:
    async with repeating(tmp_path, size=size) as (stage, screen):
        await finished(stage)
        await stage.press("n", "v", "f", "f", "w", "right", "p")
        assert screen.is_current


# -- several turns


async def follow_up(stage: Stage, text: str) -> None:
    await stage.press("a")
    await stage.until(lambda: isinstance(stage.app.screen, LineScreen))
    await stage.press(*text, "enter")
    await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))


async def test_a_follow_up_goes_to_all_columns_each_with_its_own_history(tmp_path: Path) -> None:
    async with repeating(tmp_path, "/sweep temperature 0 1 -- How?") as (stage, screen):
        await finished(stage)
        for text in ("why", "so"):
            await follow_up(stage, text)
            await finished(stage)
        sent = {
            body["temperature"]: [each["content"] for each in body["messages"]]
            for body in stage.script.bodies[-2:]
        }
        assert sent == {
            value: ["How?", f"This is {name}.", "why", f"This is {name}.", "so"]
            for value, name in ((0.0, "t0"), (1.0, "t1"))
        }
        assert "why" in stage.screen_text
        await stage.press("2", "enter")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert [each.content for each in stage.messages()] == [
            "How?", "This is t1.", "why", "This is t1.", "so", "This is t1.",
        ]  # fmt: skip
        assert screen.comparison.message(screen.comparison.columns[0]).content == "This is t0."


async def test_a_follow_up_is_asked_as_often_as_the_question_after_the_repeat_that_is_read(
    tmp_path: Path,
) -> None:
    async with repeating(tmp_path, "/sweep temperature 1 x3 -- How?", script=Varying()) as (stage, _):
        await finished(stage)
        await stage.press("n")
        await follow_up(stage, "go")
        await finished(stage)
        assert len(stage.script.bodies) == 6
        for body in stage.script.bodies[3:]:
            assert [each["content"] for each in body["messages"]] == ["How?", "Word Word end2.", "go"]


async def test_copy_takes_the_last_reply_alone(tmp_path: Path) -> None:
    async with repeating(tmp_path, "/sweep temperature 0 1 -- How?") as (stage, _):
        await finished(stage)
        await follow_up(stage, "x")
        await finished(stage)
        await stage.press("c")
        await stage.until(lambda: stage.app.clipboard == "This is t0.")


async def test_nothing_can_be_asked_while_replies_run(tmp_path: Path) -> None:
    script = ByTemperature(t0=[delta(content="Begun"), asyncio.Event()])
    async with repeating(tmp_path, "/sweep temperature 0 1 -- How?", script=script) as (stage, _):
        await stage.until(lambda: len(stage.workspace.current.runs) == 1)
        await follow_up(stage, "x")
        await shown(stage, "A reply is running")
        assert len(stage.script.bodies) == 2


async def test_who_goes_on_and_leaves_reads_the_branch_that_was_read_before(tmp_path: Path) -> None:
    async with staged(tmp_path, script=ByTemperature()) as stage:
        await stage.send("First")
        await stage.command("/sweep temperature 0 1")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        read = stage.workspace.current.conversation.leaf_id
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        await finished(stage)
        await follow_up(stage, "x")
        await finished(stage)
        await stage.press("q")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert stage.workspace.current.conversation.leaf_id == read
        await stage.command("/compare")
        await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
        assert isinstance(stage.workspace.comparisons.last(), Comparison)


def test_an_interval_is_drawn_on_its_scale() -> None:
    assert whisker((0.0, 0.5, 1.0), 9) == "├───●───┤"
    assert whisker((0.5, 0.5, 0.5), 9) == "    ●    "
    assert whisker((-1, 2, 3), 4) == "├──●"
    assert whisker(None, 3) == "   "


async def test_what_came_of_repeats_is_on_disk_before_the_others_have_come(tmp_path: Path) -> None:
    gate = asyncio.Event()
    script = ByTemperature(t0=reply("Came."), t1=[delta(content="Begun"), gate, *reply(" and done.")])
    async with repeating(tmp_path, "/sweep temperature 0 1 x4 -- Hi", script=script) as (stage, screen):
        session, archive = stage.workspace.current, stage.workspace.archive
        await stage.until(lambda: len(stage.script.bodies) == 8 and len(session.runs) == 4)
        async with asyncio.timeout(60):
            while True:
                _, kept = await archive.load(session.id)
                sizes = [kept.nodes[id].size for id in screen.comparison.ids if id in kept.nodes]
                if sizes == [len("Came.")] * 8:
                    break
                await stage.pilot.pause()
        gate.set()
        await finished(stage)
