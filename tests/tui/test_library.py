"""Search, tags and the bin, by keyboard, mouse and slash."""

from __future__ import annotations

from pathlib import Path

from glmchat.core.conversation import Message, Role, new_id
from glmchat.history import Archive, Session
from glmchat.tui.screens.bin import BinScreen
from glmchat.tui.screens.search import SearchScreen
from tests.tui.stage import Stage, staged


async def talk(folder: Path, title: str, *texts: str, thought: str = "") -> tuple[int, list[int]]:
    """Put a session into the history: what the user and the model said in turn."""
    archive = await Archive.open(folder / "history.db")
    session = Session(title=title, provider="wcode", model="z-ai/glm-4.5")
    archive.create(session)
    ids: list[int] = []
    for number, text in enumerate(texts):
        role = Role.ASSISTANT if number % 2 else Role.USER
        parent = ids[-1] if ids else None
        reasoning = thought if role is Role.ASSISTANT else ""
        message = Message(new_id(), parent, role, text, reasoning=reasoning, model="z-ai/glm-4.5")
        await archive.save(session.id, message)
        ids.append(message.id)
    await archive.close()
    return session.id, ids


def search_of(stage: Stage) -> SearchScreen:
    assert isinstance(stage.app.screen, SearchScreen)
    return stage.app.screen


async def searching(stage: Stage, words: str) -> SearchScreen:
    """Open the search by its key and type."""
    await stage.press("f5")
    await stage.until(lambda: isinstance(stage.app.screen, SearchScreen))
    search_of(stage).input.value = words
    await stage.until(lambda: search_of(stage).searched == words)
    return search_of(stage)


async def test_hits_come_while_one_types_and_enter_opens_the_message(tmp_path: Path) -> None:
    long = "\n\n".join(f"paragraph {number}" for number in range(200))
    id, ids = await talk(tmp_path, "Sorting", "What is stable?", f"{long}\n\nThe needle is here.\n\n{long}")
    await talk(tmp_path, "Other", "Nothing of it", "No.")
    async with staged(tmp_path) as stage:
        screen = await searching(stage, "needle")
        await stage.until(lambda: len(screen.list.hits) == 1)
        assert "Sorting" in stage.screen_text
        assert "The needle is here." in stage.screen_text
        assert "1 found, best first" in stage.screen_text
        await stage.press("enter")
        await stage.until(lambda: stage.workspace.current.id == id)
        await stage.until(lambda: "The needle is here." in stage.screen_text)
        assert stage.app.chat.transcript.selected == ids[1]


async def test_a_hit_in_a_title_shows_the_title_once(tmp_path: Path) -> None:
    await talk(tmp_path, "A needle in a haystack", "Nothing of it")
    async with staged(tmp_path) as stage:
        screen = await searching(stage, "in:title needle")
        await stage.until(lambda: len(screen.list.hits) == 1)
        assert stage.screen_text.count("A needle in a haystack") == 1


async def test_a_hit_in_a_thought_opens_it(tmp_path: Path) -> None:
    long = "\n\n".join(f"idea {number}" for number in range(100))
    await talk(tmp_path, "Thinking", "Why?", "Because.", thought=f"{long}\n\nsecret reason\n\n{long}")
    async with staged(tmp_path) as stage:
        screen = await searching(stage, "in:thinking secret")
        await stage.until(lambda: len(screen.list.hits) == 1)
        assert "Thought" in stage.screen_text
        await stage.press("enter")
        await stage.until(lambda: "secret reason" in stage.screen_text)
        assert "▾ thought" in stage.screen_text


async def test_a_thought_opens_at_a_place_before_its_message_was_drawn(tmp_path: Path) -> None:
    id, ids = await talk(tmp_path, "Thinking", "Why?", "Because.", thought=f"{'a word ' * 400}secret reason")
    async with staged(tmp_path) as stage:
        await stage.workspace.sessions.open(id)
        stage.presenter.thinking.panel.show_place(ids[1], [(2800, 2806)])
        await stage.until(lambda: "secret reason" in stage.screen_text)


async def test_a_hit_on_another_branch_switches_to_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("zebra question")
        await stage.command("/retry")
        await stage.until(lambda: not stage.workspace.current.runs and "2/2" in stage.screen_text)
        first = stage.workspace.current.conversation.siblings(stage.messages()[-1].id)[0]
        stage.workspace.tree.edit(first, "giraffe answer")
        stage.workspace.tree.select(first)
        await stage.workspace.archive.flush()
        screen = await searching(stage, "giraffe")
        await stage.until(lambda: len(screen.list.hits) == 1)
        await stage.press("enter")
        await stage.until(lambda: stage.messages()[-1].content == "giraffe answer")
        assert "3/3" in stage.screen_text


async def test_arrows_clicks_and_the_wheel_work_on_many_hits(tmp_path: Path) -> None:
    texts = [f"apple {number}" for number in range(260)]
    id, ids = await talk(tmp_path, "Many", *texts)
    async with staged(tmp_path) as stage:
        screen = await searching(stage, "apple")
        await stage.until(lambda: len(screen.list.hits) == 201)
        assert "201+ found, newest first" in stage.screen_text
        await stage.press("down", "down", "pagedown", "up")
        assert screen.list.cursor > 3
        screen.list.action_move(10_000)
        await stage.until(lambda: len(screen.list.hits) == 260)
        screen.list.action_move(-10_000)
        await stage.pilot.pause()
        await stage.pilot.click(screen.list, offset=(6, 3))
        await stage.until(lambda: stage.workspace.current.id == id)
        await stage.until(lambda: stage.app.chat.transcript.selected == ids[-2])


async def test_a_query_that_makes_no_sense_says_why_and_escape_closes(tmp_path: Path) -> None:
    await talk(tmp_path, "Sorting", "What is stable?")
    async with staged(tmp_path) as stage:
        await stage.command("/search role:nobody")
        await stage.until(lambda: "role: takes" in stage.screen_text)
        search_of(stage).input.value = "北"
        await stage.until(lambda: "Nothing was found." in stage.screen_text)
        assert "role: takes" not in stage.screen_text
        await stage.press("escape")
        assert stage.app.chat.prompt.has_focus


async def test_markup_and_control_characters_in_hits_are_only_text(tmp_path: Path) -> None:
    await talk(tmp_path, "[bold]Title[/]\x1b[31m", "\x1b]0;owned\x07 [red]needle[/] 很长的中文文本" * 5)
    async with staged(tmp_path, size=(80, 24)) as stage:
        screen = await searching(stage, "needle")
        await stage.until(lambda: len(screen.list.hits) == 1)
        assert "\x1b" not in stage.screen_text
        assert "[red]needle[/]" in stage.screen_text
        hit = next(line for line in stage.screen_text.split("\n") if "[red]needle" in line)
        assert hit.rstrip(" ▎▍│▐█").endswith("…")


async def test_tags_are_given_shown_filtered_by_and_taken_off(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/tag 工作, #home")
        assert "工作, home" in stage.notices
        await stage.send("Tagged one")
        await stage.press("ctrl+n")
        await stage.send("Other one")
        stage.app.chat.sessions.focus()
        await stage.press(*"tag", "colon", *"home")
        await stage.until(lambda: stage.app.chat.sessions.rows.count == 1)
        assert "Tagged one" in stage.screen_text
        await stage.press("enter")
        await stage.until(lambda: stage.workspace.current.title == "Tagged one")
        await stage.command("/untag home")
        assert stage.workspace.current.tags == ("工作",)
        await stage.command("/untag nothing")
        assert "no tag 'nothing'" in stage.notices
        await stage.command("/untag")
        assert not stage.workspace.current.tags


async def test_the_bin_lists_brings_back_and_removes(tmp_path: Path) -> None:
    for title in ("First", "Second", "北京 [b]third[/]"):
        await talk(tmp_path, title, title)
    async with staged(tmp_path) as stage:
        for row in await stage.workspace.archive.sessions():
            await stage.workspace.sessions.delete(row.id)
        await stage.command("/bin")
        await stage.until(lambda: "3 sessions" in stage.screen_text)
        screen = stage.app.screen
        assert isinstance(screen, BinScreen)
        assert "30 days left" in stage.screen_text
        first = screen.list.session
        await stage.press("down")
        chosen = screen.list.session
        assert first is not None and chosen is not None and first.id != chosen.id
        await stage.press("enter")
        await stage.until(lambda: screen.list.count == 2)
        assert [row.id for row in await stage.workspace.archive.sessions()] == [chosen.id]
        await stage.press("d")
        await stage.until(lambda: "Remove it for good?" in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is screen)
        assert screen.list.count == 2
        await stage.press("d")
        await stage.until(lambda: "Remove it for good?" in stage.screen_text)
        await stage.press("down", "enter")
        await stage.until(lambda: screen.list.count == 1)
        await stage.pilot.click(screen.list, offset=(4, 0))
        await stage.until(lambda: screen.list.count == 0)
        assert "The bin is empty." in stage.screen_text
        assert await stage.workspace.archive.count() == 2
        await stage.press("escape")
        assert stage.app.screen is stage.app.chat


async def test_what_is_said_of_a_filter_is_shown_whole_in_wide_characters_too(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        pane = stage.app.chat.sessions
        said = "".join(chr(0x4E00 + each) for each in range(60))
        pane.refuse(said)
        assert "".join(pane.shown[1:]) == said
