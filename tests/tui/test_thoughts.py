"""A thought stands with its message, above the answer: live and later, folded and open, with a scroll of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.tui.widgets.text_view.layout import ItemLayout
from glmchat.tui.widgets.thought_head import ThoughtFacts
from glmchat.tui.widgets.transcript import plain_decoration
from glmchat.tui.widgets.transcript.item import MessageItem
from glmchat.tui.widgets.transcript.messages import Messages, MessageTexts
from glmchat.tui.widgets.transcript.thought import MOST_ROWS, Thought
from glmchat.workspace import Preferences
from tests.scripted import Piece, Script, delta, reply
from tests.tui.stage import Stage, staged

LINES = [f"Line {number} of it.\n\n" for number in range(12)]
IN_PANEL = Preferences(thought_place="panel")


def script(gates: int = 2) -> tuple[Script, list[asyncio.Event]]:
    """A thought of twelve lines, an answer, and events that are waited for before and in the answer."""
    held = [asyncio.Event() for _ in range(gates)]
    pieces: list[Piece] = [delta(reasoning=line) for line in LINES]
    pieces += [held[0], delta(content="Part of it."), held[1], *reply(" The rest.")]
    answers = Script()
    answers.scripts = [pieces]
    return answers, held


def shown(stage: Stage) -> list[str]:
    """What is on the screen beside the gutter of the reply."""
    return [line.split("▌", 1)[1].strip() for line in stage.screen_text.split("\n") if "▌" in line]


def answer_below_thought(stage: Stage) -> list[str]:
    """The row of air below the folded thought, and the row that follows."""
    rows = [" ".join(line.split("  ")[0].split()) for line in shown(stage)]
    place = next(number for number, line in enumerate(rows) if line.startswith("▸ thought"))
    return rows[place + 1 : place + 3]


async def test_a_thought_is_live_above_the_answer_and_folds_when_that_begins(tmp_path: Path) -> None:
    answers, (thought, answer) = script()
    async with staged(tmp_path, size=(90, 40), script=answers) as stage:
        await stage.begin()
        await stage.until(lambda: "│ Line 11 of it." in stage.screen_text)
        head = next(line for line in shown(stage) if line.startswith("▾ thinking"))
        assert "tokens" in head and "answer now" in head
        assert "Line 0 of it." not in stage.screen_text  # the window follows the end
        thought.set()
        await stage.until(lambda: "Part of it." in stage.screen_text and "▸ thought" in stage.screen_text)
        assert answer_below_thought(stage) == ["", "Part of it."]
        assert "Line 11" not in stage.screen_text
        answer.set()
        await stage.until(lambda: not stage.workspace.current.runs)
        await stage.until(lambda: answer_below_thought(stage) == ["", "Part of it. The rest."])
        assert not stage.app.chat.thinking.display


async def test_ctrl_t_opens_and_folds_it_later_and_the_wheel_scrolls_it(tmp_path: Path) -> None:
    answers, held = script()
    for each in held:
        each.set()
    async with staged(tmp_path, script=answers) as stage:
        await stage.send("Go")
        await stage.press("ctrl+t")
        await stage.until(lambda: "│ Line 0 of it." in stage.screen_text)
        assert "Line 11" not in stage.screen_text
        transcript = stage.app.chat.transcript
        row = next(y for y, line in enumerate(stage.screen_text.split("\n")) if "│ Line 0" in line)
        for _ in range(10):
            transcript.turn(row - transcript.region.y, 3)
        await stage.until(lambda: "│ Line 11 of it." in stage.screen_text)
        await stage.press("tab", "shift+up", *["ctrl+up"] * 5)
        await stage.until(lambda: "│ Line 0 of it." in stage.screen_text)
        await stage.press("ctrl+t")
        await stage.until(lambda: "│ Line" not in stage.screen_text)


async def test_ctrl_t_says_where_there_is_no_thought(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Go")
        await stage.press("ctrl+t")
        await stage.until(lambda: "There is no thought here" in stage.notices)


async def test_a_click_folds_it_and_copies_it(tmp_path: Path) -> None:
    answers, held = script()
    for each in held:
        each.set()
    async with staged(tmp_path, script=answers) as stage:
        await stage.send("Go")
        await stage.until(lambda: "▸ thought" in stage.screen_text)

        async def click(words: str) -> None:
            lines = stage.screen_text.split("\n")
            y = next(y for y, line in enumerate(lines) if "thought  " in line)
            await stage.pilot.click(offset=(lines[y].index(words), y))
            await stage.pilot.pause()

        await click("thought")
        await stage.until(lambda: "│ Line 0 of it." in stage.screen_text)
        await click("copy")
        await stage.until(lambda: "The thought" in stage.notices)
        await click("thought")
        await stage.until(lambda: "│ Line 0" not in stage.screen_text)


@pytest.mark.parametrize("place", ["message", "panel"])
async def test_what_the_config_says_of_folding_holds_in_either_place(place: str, tmp_path: Path) -> None:
    answers, held = script()
    stays = Preferences(thought_place=place, fold_thinking=False)
    async with staged(tmp_path, script=answers, preferences=stays) as stage:
        await stage.begin()
        held[0].set()
        await stage.until(lambda: "Part of it." in stage.screen_text)
        assert "of it." in stage.screen_text.replace("Part of it.", "")
        held[1].set()
        await stage.until(lambda: not stage.workspace.current.runs)
    answers, held = script()
    closed = Preferences(thought_place=place, thinking_open=False)
    async with staged(tmp_path, script=answers, preferences=closed) as stage:
        await stage.begin()
        await stage.until(lambda: "hinking  " in stage.screen_text)
        assert "Line 11 of it." not in stage.screen_text
        for each in held:
            each.set()
        await stage.until(lambda: not stage.workspace.current.runs)


async def test_the_panel_is_there_where_it_is_chosen(tmp_path: Path) -> None:
    answers, held = script()
    async with staged(tmp_path, script=answers, preferences=IN_PANEL) as stage:
        await stage.begin()
        await stage.until(lambda: "▾ Thinking" in stage.screen_text and "Line 11 of it." in stage.screen_text)
        assert stage.app.chat.thinking.display
        assert "│ Line" not in stage.screen_text
        for each in held:
            each.set()
        await stage.until(lambda: not stage.workspace.current.runs)


async def test_a_thought_is_there_after_a_restart_and_costs_nothing_folded(tmp_path: Path) -> None:
    answers, held = script()
    for each in held:
        each.set()
    async with staged(tmp_path, script=answers) as stage:
        await stage.send("Go")
        id = stage.workspace.current.id
    async with staged(tmp_path) as stage:
        await stage.workspace.sessions.open(id)
        await stage.until(lambda: "▸ thought" in stage.screen_text)
        await stage.press("ctrl+t")
        await stage.until(lambda: "│ Line 0 of it." in stage.screen_text)


async def test_a_thought_that_was_opened_by_hand_stays_open(tmp_path: Path) -> None:
    answers, held = script()
    for each in held:
        each.set()
    async with staged(tmp_path, script=answers) as stage:
        await stage.send("Go")
        await stage.press("ctrl+t")
        await stage.until(lambda: "│ Line 0 of it." in stage.screen_text)
        item = stage.app.chat.transcript.item_layout.items[-1]
        item.drop()  # as what is long out of view is
        await stage.press("pageup", "ctrl+end")
        await stage.until(lambda: item.ready and "│ Line 0 of it." in stage.screen_text)
        stage.presenter.show_path()
        await stage.until(lambda: "│ Line 0 of it." in stage.screen_text)
        await stage.press("ctrl+t")
        stage.presenter.show_path()
        await stage.until(lambda: "▸ thought" in stage.screen_text)


def test_a_thought_is_drawn_at_once_when_it_begins() -> None:
    node = Message(new_id(), None, Role.ASSISTANT, state=State.STREAMING).node()
    texts = MessageTexts(plain_decoration, lambda ids: None)
    layout = ItemLayout(texts, lambda: None)
    layout.set_items([MessageItem(node, 40)])
    edges: list[bool] = []
    messages = Messages(layout, texts, lambda item, edge: edges.append(edge))
    messages.begin_thought(node.id, "First", ThoughtFacts(running=True), False)
    messages.redraw_thought(node.id)
    assert edges == [True, False]


def test_a_folded_thought_is_not_read() -> None:
    thought = Thought("Hello", 40, ThoughtFacts(), folded=True, growing=True)
    for _ in range(1000):
        thought.feed("more ")
    assert thought.advance(0.0) == (True, False)
    assert thought._document is None


def test_reading_a_long_thought_stops_at_its_time_and_goes_on() -> None:
    thought = Thought(
        "\n\n".join(f"Paragraph {n} with *some* words." for n in range(20_000)),
        40,
        ThoughtFacts(),
        folded=False,
    )
    steps = 1
    while not thought.advance(0.0)[0]:
        steps += 1
        assert steps < 100_000
    assert steps > 1
    assert thought.rows == MOST_ROWS


def test_it_never_gets_lower_while_it_grows() -> None:
    thought = Thought("", 40, ThoughtFacts(), folded=False, growing=True)
    rows = [0]
    for piece in (
        "- a\n- b\n- c",
        "\n\n| a | b |\n",
        "|---|---|\n",
        "| c | d |\n",
        "\n# Then\n",
        "more " * 200,
    ):
        thought.feed(piece)
        thought.advance(float("inf"))
        rows.append(thought.rows)
    assert rows == sorted(rows)
    assert rows[-1] == MOST_ROWS
