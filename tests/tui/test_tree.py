"""The tree of a conversation: versions, edits, forks, deleted branches, by keyboard, mouse and slash."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.widgets import TextArea

from glmchat.core.conversation import Conversation, Message, Role, State, new_id
from glmchat.history import Archive, Session
from glmchat.tui.commands.actions import sessions
from glmchat.tui.presenting.graph import graph, strokes
from glmchat.tui.screens.tree import TreeScreen
from glmchat.tui.widgets.lists.tree_list import as_read
from tests.scripted import Script, reply
from tests.tui.stage import Stage, staged


def test_the_branch_that_is_read_goes_straight_down() -> None:
    tree = Conversation()
    for id, parent in [(1, None), (2, 1), (3, 2), (4, 1), (5, 4), (6, 4), (7, None)]:
        tree.append(Message(id, parent, Role.USER, str(id)))
    tree.select(3)
    rows = graph(tree)
    drawn = [strokes(row, place == 0, 8) + str(row.id) for place, row in enumerate(rows)]
    assert drawn == ["╭─7", "1", "├─4", "│ ├─5", "│ 6", "2", "3"]


def test_a_chain_of_any_length_stays_at_the_left() -> None:
    tree = Conversation()
    parent = None
    for id in range(1, 5001):
        tree.append(Message(id, parent, Role.USER, "x"))
        parent = id
    assert [row.level for row in graph(tree)] == [0] * 5000


def test_many_lanes_are_counted_instead_of_drawn() -> None:
    tree = Conversation()
    parent = None
    for id in range(1, 100, 2):
        tree.append(Message(id, parent, Role.USER, "x"))
        tree.append(Message(id + 1, parent, Role.USER, "y"))
        parent = id
    widest = max(graph(tree), key=lambda row: row.level)
    assert len(strokes(widest, False, 4)) <= 12


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("## When *it*\n\n**matters** most", "When it matters most"),
        ("```py\na = 1\n```", "a = 1"),
        ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
        ("稳定\x1b**排序**", "稳定␛排序"),
        ("---", "---"),
    ],
)
def test_the_words_of_a_message_stand_without_the_marks_of_markdown(text: str, read: str) -> None:
    assert as_read(text) == read


async def branched(stage: Stage) -> list[int]:
    """Two versions of a reply, the second one read; their identifiers."""
    stage.script.scripts = [reply("First answer."), reply("Second answer.")]
    await stage.send("Question")
    await stage.command("/retry")
    await stage.until(lambda: not stage.workspace.current.runs and "Second answer." in stage.screen_text)
    return stage.workspace.current.conversation.siblings(stage.messages()[-1].id)


async def opened(stage: Stage) -> TreeScreen:
    await stage.press("f7")
    await stage.until(lambda: isinstance(stage.app.screen, TreeScreen))
    screen = stage.app.screen
    assert isinstance(screen, TreeScreen)
    await stage.until(lambda: screen.tree_list.count)
    await stage.pilot.pause()
    return screen


async def agreed(stage: Stage, question: str) -> None:
    """Say yes to what is asked before a letter sends, writes or ends something."""
    await stage.until(lambda: question in stage.screen_text)
    await stage.press("enter")


async def test_the_tree_shows_all_and_enter_goes_to_a_branch(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        first, second = await branched(stage)
        screen = await opened(stage)
        assert screen.tree_list.id_at_cursor == second
        assert "├─○ glm-4.5  1/2  First answer." in stage.screen_text
        assert "● glm-4.5  2/2  Second answer." in stage.screen_text
        assert "you are here" in stage.screen_text
        assert "3 messages, 2 branches" in stage.screen_text
        await stage.press("left", "enter")
        await stage.until(lambda: stage.messages()[-1].id == first)
        await stage.until(lambda: "First answer." in stage.screen_text)
        assert stage.app.chat.transcript.selected == first


async def test_a_click_moves_and_a_second_one_goes_there(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        first, _ = await branched(stage)
        screen = await opened(stage)
        await stage.pilot.click(screen.tree_list, offset=(8, 1))
        assert screen.tree_list.id_at_cursor == first
        assert stage.app.screen is screen
        await stage.pilot.click(screen.tree_list, offset=(8, 1))
        await stage.until(lambda: stage.messages()[-1].id == first)


async def test_a_branch_is_deleted_after_asking_and_comes_back(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        _, second = await branched(stage)
        screen = await opened(stage)
        await stage.press("d")
        await stage.until(lambda: "Delete this branch?" in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is screen)
        assert screen.tree_list.count == 3
        await stage.press("d")
        await stage.until(lambda: "Delete this branch?" in stage.screen_text)
        await stage.press("enter")
        await stage.until(lambda: screen.tree_list.count == 2)
        assert "Second answer." not in stage.screen_text
        await stage.press("u")
        await stage.until(lambda: screen.tree_list.count == 3)
        assert stage.messages()[-1].id == second


async def test_the_tree_forks_into_a_new_session(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await branched(stage)
        old = stage.workspace.current.id
        await opened(stage)
        await stage.press("left", "f")
        await agreed(stage, "Branch off here?")
        await stage.until(lambda: stage.workspace.current.id != old)
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        assert [message.content for message in stage.messages()] == ["Question", "First answer."]


async def test_texts_that_are_on_disk_are_read_as_they_come_into_view(tmp_path: Path) -> None:
    archive = await Archive.open(tmp_path / "history.db")
    session = Session(title="Long")
    archive.create(session)
    parent = None
    for number in range(300):
        message = Message(new_id(), parent, Role(("user", "assistant")[number % 2]), f"words {number}")
        await archive.save(session.id, message, synced=False)
        parent = message.id
    await archive.close()
    async with staged(tmp_path) as stage:
        await stage.workspace.sessions.open(session.id)
        await opened(stage)
        assert "words 299" in stage.screen_text
        await stage.press("home")
        await stage.until(lambda: "words 0" in stage.screen_text)
        assert len(stage.workspace.current.conversation.loaded) < 200


async def test_versions_switch_by_mouse_and_by_arrows_on_the_selected_message(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        first, second = await branched(stage)
        lines = stage.screen_text.split("\n")
        y = next(place for place, line in enumerate(lines) if "2/2" in line)
        await stage.pilot.click(offset=(lines[y].index("‹"), y))
        await stage.until(lambda: stage.messages()[-1].id == first)
        stage.app.chat.transcript.focus()
        await stage.press("shift+up", "right")
        await stage.until(lambda: stage.messages()[-1].id == second)
        await stage.press("left")
        await stage.until(lambda: stage.messages()[-1].id == first)


async def slash(stage: Stage, line: str) -> None:
    """Run a slash command, wherever the keyboard is."""
    stage.app.chat.prompt.focus()
    await stage.command(line)


async def pressed(stage: Stage, label: str) -> None:
    """Click a button of the conversation."""
    await stage.until(lambda: label in stage.screen_text)
    lines = stage.screen_text.split("\n")
    y = max(place for place, line in enumerate(lines) if label in line)
    await stage.pilot.click(offset=(lines[y].index(label) + 1, y))


async def edited(stage: Stage, text: str) -> None:
    """Write another text into the editor that has opened."""
    await stage.until(lambda: len(stage.app.screen_stack) == 2)
    stage.app.screen.query_one(TextArea).text = text
    await stage.press("ctrl+s")
    await stage.until(lambda: len(stage.app.screen_stack) == 1)


async def test_ones_own_message_is_edited_by_key_and_sent_again(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("One")
        await stage.send("Two")
        stage.app.chat.transcript.focus()
        await stage.press("shift+up", "k", "k", "k", "e")
        await edited(stage, "One, but better")
        await stage.until(lambda: len(stage.script.bodies) == 3 and not stage.workspace.current.runs)
        assert [message.content for message in stage.messages()] == ["One, but better", "Yes."]
        assert "1/2" not in stage.screen_text
        assert "2/2" in stage.screen_text


async def test_a_reply_is_edited_by_mouse_and_nothing_is_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("One")
        await pressed(stage, "Edit")
        await edited(stage, "Yes, and more.")
        await stage.until(lambda: "Yes, and more." in stage.screen_text)
        assert len(stage.script.bodies) == 1
        assert "This reply was edited by the user." in stage.screen_text


async def test_a_selected_reply_is_asked_for_again_by_key_slash_and_mouse(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("One")
        for count, ask in enumerate(("a", "/retry", "Ask again"), 2):
            if ask == "a":
                stage.app.chat.transcript.focus()
                await stage.press("shift+up", "a")
                await agreed(stage, "Ask again?")
            elif ask.startswith("/"):
                await slash(stage, ask)
            else:
                await pressed(stage, ask)
            await stage.until(partial(shows, stage, f"{count}/{count}"))
            await stage.until(lambda: not stage.workspace.current.runs)


def shows(stage: Stage, text: str) -> bool:
    return text in stage.screen_text


async def cut_session(folder: Path) -> int:
    """A session whose last reply was being written when the program died."""
    archive = await Archive.open(folder / "history.db")
    session = Session(title="Cut", provider="wcode", model="z-ai/glm-4.5")
    archive.create(session)
    question = Message(new_id(), None, Role.USER, "Question")
    await archive.save(session.id, question)
    await archive.save(
        session.id, Message(new_id(), question.id, Role.ASSISTANT, "Half an ans", state=State.CUT)
    )
    await archive.close()
    return session.id


async def test_after_a_crash_the_part_can_be_kept_continued_and_asked_for_again(tmp_path: Path) -> None:
    id = await cut_session(tmp_path)
    async with staged(tmp_path) as stage:
        await stage.workspace.sessions.open(id)
        await stage.until(lambda: "This reply was cut off." in stage.screen_text)
        part = stage.messages()[-1].id
        assert "Continue  Ask again  Keep " in stage.screen_text.replace("\xa0", " ")
        stage.script.scripts = [reply("wer.")]
        await pressed(stage, "Continue")
        await stage.until(lambda: stage.messages()[-1].content == "Half an answer.")
        await stage.until(lambda: not stage.workspace.current.runs)
        stage.workspace.tree.select(part)
        await stage.until(lambda: "This reply was cut off." in stage.screen_text)
        await slash(stage, "/keep")
        await stage.until(lambda: "This reply was cut off." not in stage.screen_text)
        assert stage.messages()[-1].state is State.COMPLETE
        await slash(stage, "/keep")
        assert "was not cut off" in stage.notices
    archive = await Archive.open(tmp_path / "history.db")
    assert [message.state for message in await archive.messages([part])] == [State.COMPLETE]
    await archive.close()


async def test_the_keys_continue_and_keep_a_cut_reply(tmp_path: Path) -> None:
    id = await cut_session(tmp_path)
    async with staged(tmp_path) as stage:
        await stage.workspace.sessions.open(id)
        await stage.until(lambda: "This reply was cut off." in stage.screen_text)
        part = stage.messages()[-1].id
        stage.app.chat.transcript.focus()
        stage.script.scripts = [reply("wer.")]
        await stage.press("shift+up", "g")
        await agreed(stage, "Go on with the reply?")
        await stage.until(lambda: stage.messages()[-1].content == "Half an answer.")
        await stage.until(lambda: not stage.workspace.current.runs)
        stage.workspace.tree.select(part)
        await stage.press("shift+up", "o")
        await agreed(stage, "Keep the reply as it is?")
        await stage.until(lambda: stage.messages()[-1].state is State.COMPLETE)


async def test_a_branch_goes_by_key_mouse_and_slash_and_comes_back(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("One")
        for way in ("key", "mouse", "slash"):
            if way == "key":
                stage.app.chat.transcript.focus()
                await stage.press("shift+up", "delete")
            elif way == "mouse":
                await pressed(stage, "Delete")
            else:
                await slash(stage, "/delete-branch")
            await stage.until(lambda: "Delete this branch?" in stage.screen_text)
            await stage.press("enter")
            await stage.until(lambda: len(stage.messages()) < 2)
            await slash(stage, "/undelete")
            await stage.until(lambda: len(stage.messages()) == 2)


async def test_a_session_is_forked_by_key_and_mouse(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("One")
        await stage.send("Two")
        stage.app.chat.transcript.focus()
        await stage.press("shift+up", "k", "k", "b")
        await agreed(stage, "Branch off here?")
        await stage.until(lambda: len(stage.messages()) == 2)
        await pressed(stage, "Fork")
        await stage.until(lambda: len(stage.workspace.open_sessions) == 3)


async def test_where_one_reads_is_kept_across_sessions_and_starts(tmp_path: Path) -> None:
    script = Script()
    long = "\n\n".join(f"paragraph {number}" for number in range(200))
    script.scripts = [reply(long)]
    async with staged(tmp_path, script=script) as stage:
        await stage.send("Long")
        id = stage.workspace.current.id
        stage.app.chat.transcript.move_to(150)
        await stage.pilot.pause()
        top = stage.app.chat.transcript.item_layout.reading_place()
        assert top is not None
        await stage.press("ctrl+n")
        await stage.send("Other")
        stage.app.perform(sessions.open_session, id)
        await stage.until(lambda: stage.workspace.current.id == id)
        await stage.pilot.pause()
        assert stage.app.chat.transcript.item_layout.reading_place() == top
        await stage.press("ctrl+q")
    async with staged(tmp_path, size=(90, 30)) as stage:
        await stage.workspace.sessions.open(id)
        await stage.until(lambda: stage.app.chat.transcript.item_layout.reading_place() == top)
