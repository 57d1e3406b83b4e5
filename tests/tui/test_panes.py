"""The panes around the conversation: sessions, header, footer, the parameters, folding, scrolling, focus."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.geometry import Size
from textual.screen import Screen

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Message, Role, new_id
from glmchat.history import Archive, Session
from glmchat.history.records import SessionRow
from glmchat.tui.widgets.lists.session_rows import HEADED, PAGE
from glmchat.workspace import Preferences
from tests.scripted import Script, delta, held, reply
from tests.sidebar.stage import focus_parameter
from tests.tui.stage import Stage, staged


async def fill(folder: Path, titles: list[str], age_s: float = 0.0, step_s: float = 1.0) -> list[int]:
    """Put sessions into the history, the first the newest."""
    archive = await Archive.open(folder / "history.db")
    ids = []
    for place, title in enumerate(titles):
        moment = time.time() - age_s - place * step_s
        session = Session(title=title, created=moment, updated=moment)
        archive.create(session)
        await archive.save(session.id, Message(new_id(), None, Role.USER, title, created_at=moment))
        await archive.update_session(session.id, updated=moment)
        ids.append(session.id)
    await archive.close()
    return ids


async def listed(stage: Stage, count: int) -> None:
    await stage.until(lambda: stage.app.chat.sessions.rows.count == count)
    await stage.pilot.pause()


async def test_sessions_stand_newest_first_below_their_days(tmp_path: Path) -> None:
    await fill(tmp_path, ["Stable sorting", "Regex for dates"])
    await fill(tmp_path, ["北京 itinerary"], age_s=3 * 86400)
    await fill(tmp_path, ["Old [bold]notes[/]"], age_s=40 * 86400)
    async with staged(tmp_path) as stage:
        await listed(stage, 4)
        lines = [line.strip() for line in stage.app.chat.sessions.shown]
        assert lines[1] == "Today"
        rows = [re.split("  +", line) for line in (*lines[2:4], lines[5], lines[7])]
        assert rows == [
            ["Stable sorting", "now"],
            ["Regex for dates", "now"],
            ["北京 itinerary", "3 d"],
            ["Old [bold]notes[/]", "5 wk"],
        ]


async def test_a_session_shows_its_tags_its_fork_its_time_and_what_runs(tmp_path: Path) -> None:
    now = time.time()
    rows = [
        SessionRow(1, "Stable sorting", now, now - 310, tags=("work",)),
        SessionRow(2, "A title that is much too long to stand here", now, now, tags=("work", "python")),
        SessionRow(
            3, "Trees", now, now, forked=True, unread=True, tags=("a", "b", "c", "d", "e", "f", "g", "h")
        ),
        SessionRow(4, "标题", now, now, running=True, tags=("一个非常长的标签一个非常长的标签",)),
        SessionRow(5, "", now, now - 7300),
    ]
    async with staged(tmp_path) as stage:
        await stage.pilot.pause()
        pane = stage.app.chat.sessions
        pane.fill(rows, len(rows))
        width = pane.scrollable_content_region.width
        assert all(cell_len(line) <= width for line in pane.shown)
        # Without the headings: five minutes ago is yesterday just after midnight.
        lines = [line for line in pane.shown if line.startswith("  ")]
        assert re.fullmatch(r"  Stable sorting +#work 5 min", lines[0])
        assert re.fullmatch(r"  A title that is m… #w\S* now", lines[1])
        assert re.fullmatch(r"  ↳ Trees +#a #b #c #d #e • now", lines[2])
        assert re.fullmatch(r"  标题 +#一\S*… ● now", lines[3])
        assert re.fullmatch(r"  Untitled +2 h", lines[4])


async def test_typing_filters_and_escape_shows_all_again(tmp_path: Path) -> None:
    await fill(tmp_path, ["Stable sorting", "Regex for dates", "北京 itinerary"])
    async with staged(tmp_path) as stage:
        await listed(stage, 3)
        stage.app.chat.sessions.focus()
        await stage.press("北", "京")
        await listed(stage, 1)
        assert "北京 itinerary" in stage.screen_text
        assert "Stable sorting" not in stage.screen_text
        await stage.press("escape")
        await listed(stage, 3)
        await stage.press("x", "y", "z")
        await stage.until(lambda: "No session matches." in stage.screen_text)
        await stage.press("ctrl+u")
        await listed(stage, 3)


async def test_a_filter_that_makes_no_sense_says_why(tmp_path: Path) -> None:
    await fill(tmp_path, ["One"])
    async with staged(tmp_path) as stage:
        await listed(stage, 1)
        stage.app.chat.sessions.focus()
        await stage.press(*"role", "colon", *"nobody")
        await stage.until(lambda: "role: takes" in stage.screen_text)


async def test_arrows_and_enter_open_a_session_and_a_click_does_too(tmp_path: Path) -> None:
    ids = await fill(tmp_path, ["First", "Second", "Third"])
    async with staged(tmp_path) as stage:
        await listed(stage, 3)
        stage.app.chat.sessions.focus()
        await stage.press("down", "enter")
        await stage.until(lambda: stage.workspace.current.id == ids[1])
        assert stage.app.chat.prompt.has_focus
        assert "▸ Second" in stage.screen_text
        await stage.pilot.click("#sessions", offset=(5, 4))
        await stage.until(lambda: stage.workspace.current.id == ids[2])


async def test_rename_pin_delete_and_bring_back(tmp_path: Path) -> None:
    ids = await fill(tmp_path, ["First", "Second"])
    async with staged(tmp_path) as stage:
        await listed(stage, 2)
        stage.app.chat.sessions.focus()
        await stage.press("down", "ctrl+k")
        await stage.until(lambda: "Pinned" in stage.screen_text)
        await stage.press("home", "ctrl+e")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.press("end", "exclamation_mark", "enter")
        await stage.until(lambda: "Second!" in stage.screen_text)
        stage.app.chat.sessions.focus()
        await stage.press("delete")
        await listed(stage, 1)
        assert "/restore brings it back" in stage.notices
        stage.app.chat.prompt.focus()
        await stage.command("/restore")
        await listed(stage, 2)
        await stage.until(lambda: stage.workspace.current.id == ids[1])


async def test_slash_commands_rename_and_delete_the_open_session(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/delete")
        assert "Nothing was said in this session yet." in stage.notices
        await stage.send("Hello")
        await stage.command("/rename A better title")
        await stage.until(lambda: stage.screen_text.count("A better title") == 2)
        await stage.command("/delete")
        await stage.until(lambda: "No sessions yet." in stage.screen_text)


async def test_a_running_session_is_marked_and_a_reply_nobody_saw_too(tmp_path: Path) -> None:
    script = Script()
    gate = asyncio.Event()
    script.scripts = [[delta(content="One."), gate, *reply("Done.")]]
    async with staged(tmp_path, script=script) as stage:
        stage.app.chat.prompt.put("Work")
        await stage.press("enter")
        await stage.until(lambda: any("●" in line for line in stage.app.chat.sessions.shown))
        await stage.press("ctrl+n")
        assert stage.workspace.current.runs == {}
        gate.set()
        await stage.until(lambda: any("•" in line for line in stage.app.chat.sessions.shown))
        await stage.pilot.click("#sessions", offset=(5, 2))
        await stage.until(lambda: "One.Done." in stage.screen_text)
        await stage.until(lambda: not any("•" in line for line in stage.app.chat.sessions.shown))


async def test_a_long_list_is_read_only_where_one_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = 100_000
    asked: list[tuple[int, int]] = []

    def row(place: int) -> SessionRow:
        return SessionRow(place + 1, f"Session {place}", 1.7e9, 1.7e9 - place * 60)

    async def count(query: str = "") -> int:
        return total

    async def sessions(query: str = "", offset: int = 0, limit: int = 50) -> list[SessionRow]:
        asked.append((offset, limit))
        return [row(place) for place in range(offset, min(total, offset + limit))]

    async with staged(tmp_path) as stage:
        archive = stage.workspace.archive
        monkeypatch.setattr(archive, "count", count)
        monkeypatch.setattr(archive, "sessions", sessions)
        pane = stage.app.chat.sessions
        stage.presenter.sessions.changed()
        await listed(stage, total)
        pane.focus()
        await stage.press("end")
        await stage.until(lambda: any("Session 99999" in line for line in pane.shown))
        pane.scroll_to(y=50_000, animate=False, force=True)
        await stage.until(lambda: any("Session 49" in line for line in pane.shown))
        assert sum(limit for _, limit in asked) <= HEADED * 2 + PAGE * 6


async def test_f2_and_f3_fold_the_sides(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        wide = stage.app.chat.middle.size.width
        await stage.press("f2", "f2")
        assert "Sessions" not in stage.screen_text
        await stage.press("f3", "f3")
        assert "top_p" not in stage.screen_text
        assert stage.app.chat.middle.size.width == wide + 32 + 36
        await stage.press("f2", "f3")
        assert "Sessions" in stage.screen_text
        assert "top_p" in stage.screen_text


async def test_below_a_hundred_columns_the_sides_open_over_the_conversation(tmp_path: Path) -> None:
    async with staged(tmp_path, size=(80, 24)) as stage:
        assert "top_p" not in stage.screen_text
        width = stage.app.chat.transcript.size.width
        await stage.press("f3")
        assert "top_p" in stage.screen_text
        assert stage.app.chat.transcript.size.width == width
        await stage.press("f2")
        assert "type to filter" in stage.screen_text
        assert "top_p" not in stage.screen_text
        await stage.press("escape")
        assert "type to filter" not in stage.screen_text
        assert stage.app.chat.prompt.has_focus


async def test_folding_follows_the_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[Size] = []
    lay_out = Screen._screen_resized

    def noted(screen: Screen[object], size: Size) -> None:
        laid_out.append(size)
        lay_out(screen, size)

    monkeypatch.setattr(Screen, "_screen_resized", noted)
    async with staged(tmp_path) as stage:
        laid_out.clear()
        await stage.pilot.resize_terminal(90, 30)
        await stage.pilot.pause()
        assert "top_p" not in stage.screen_text
        await stage.pilot.resize_terminal(120, 40)
        await stage.pilot.pause()
        assert "top_p" in stage.screen_text
        assert laid_out == [(90, 30), (120, 40)]  # once for each size, however often it is announced


async def test_sixty_by_sixteen_is_usable(tmp_path: Path) -> None:
    async with staged(tmp_path, size=(60, 16)) as stage:
        await stage.send("A question in a small window")
        assert "Yes." in stage.screen_text
        assert "DEMO" in stage.screen_text
        await stage.type("/")
        assert len(stage.app.chat.slash.offers) > 10
        await stage.press("escape", "ctrl+u", "f1")
        await stage.until(lambda: "Help" in stage.screen_text)


async def test_the_panes_open_as_the_preferences_say(tmp_path: Path) -> None:
    async with staged(tmp_path, preferences=Preferences(sessions_open=False, parameters_open=False)) as stage:
        assert "Sessions" not in stage.screen_text
        assert "top_p" not in stage.screen_text


async def test_tab_goes_round_the_panes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        chat = stage.app.chat
        seen = []
        for _ in range(4):
            await stage.press("tab")
            focused = chat.focused
            assert focused is not None
            seen.append(next(p.id for p in chat.panes() if p in focused.ancestors_with_self))
        assert seen == ["first-page", "sidebar", "sessions", "prompt"]
        await stage.press("shift+tab")
        assert chat.sessions.has_focus


LONG = "\n\n".join(f"Paragraph {number}." for number in range(200))


async def test_the_conversation_scrolls_while_the_prompt_has_the_focus(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [reply(LONG)]
    async with staged(tmp_path, script=script) as stage:
        await stage.send("Go")
        await stage.until(lambda: "Paragraph 199." in stage.screen_text)
        await stage.press("pageup")
        assert "Paragraph 199." not in stage.screen_text
        await stage.press("ctrl+home")
        await stage.until(lambda: "Paragraph 0." in stage.screen_text)
        await stage.press("pagedown")
        assert "Paragraph 0." not in stage.screen_text
        await stage.press("ctrl+end")
        await stage.until(lambda: "Paragraph 199." in stage.screen_text)
        assert stage.app.chat.prompt.has_focus


async def test_the_header_says_what_is_open_and_its_parts_can_be_clicked(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        head = stage.screen_text.split("\n", 1)[0]
        assert "New session" in head
        assert "DEMO" in head
        assert "0 / 128k" in head
        await stage.send("What is it?")
        await stage.until(lambda: "What is it?" in stage.screen_text.split("\n", 1)[0])
        head = stage.screen_text.split("\n", 1)[0]
        assert "120 / 128k" in head
        assert "¥0.0009" in head or "¥0.0010" in head
        await stage.pilot.click("#header", offset=(head.index("thinking") - 1 + 2, 0))
        await stage.until(lambda: "thinking off" in stage.screen_text)


async def test_price_and_cost_stand_together_at_the_top(tmp_path: Path) -> None:
    real = Endpoint("wcode", "https://wcode.net/api/gpt/v1")  # nothing is sent to it
    async with staged(tmp_path, endpoints={"wcode": real}, size=(150, 40)) as stage:
        stage.workspace.current.costs["CNY"] = 0.0213
        stage.presenter.facts_changed()
        await stage.until(lambda: "per 1k   ¥0.0213" in stage.screen_text.split("\n", 1)[0])
        head = stage.screen_text.split("\n", 1)[0]
        await stage.pilot.click("#header", offset=(head.index("per 1k"), 0))
        await stage.until(lambda: "This session" in stage.screen_text)


async def test_the_window_fills_with_what_is_typed_and_what_streams(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.chat.prompt.put("word " * 400)
        await stage.until(lambda: re.search(r" ▮▯▯▯▯ ~[345]\d\d / 128k", stage.screen_text))
        pieces, go = held(delta(content="word " * 4000), delta(content="end"))
        stage.script.scripts = [pieces]
        await stage.press("enter")
        await stage.until(lambda: re.search(r"~[4-6]\.\dk / 128k", stage.screen_text))
        go.set()


async def test_tab_reaches_the_sliders_in_two_steps(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("One")
        await stage.press("tab", "tab", "right")
        assert stage.app.chat.sidebar.focused_parameter == "temperature"
        assert "temperature" in stage.workspace.current.values.plain()


async def test_the_sidebar_says_what_changed_since_the_last_reply(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("One")
        assert "Nothing has changed since the last reply." in " ".join(stage.screen_text.split())
        stage.workspace.tuning.set_value("temperature", 1.2)
        await stage.until(lambda: "temperature not sent → 1.20" in stage.screen_text)
        assert "Since the last reply:" in stage.screen_text


@pytest.mark.parametrize("size", [(140, 40), (98, 24)])
async def test_a_click_on_a_key_of_the_footer_does_what_the_key_does(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with staged(tmp_path, size=size, preferences=Preferences(sessions_open=False)) as stage:
        chat = stage.app.chat

        async def click(name: str) -> None:
            await stage.until(lambda: name in stage.screen_text)
            foot = stage.screen_text.rstrip("\n").rsplit("\n", 1)[1]
            await stage.pilot.click("#footer", offset=(foot.index(name) + 1, 0))
            await stage.pilot.pause()

        for key, pane in (("F3", "sidebar"), ("F2", "sessions")):
            await click(key)
            assert chat.shown(pane)
            assert not chat.prompt.has_focus
            await click(f"{key} fold")
            assert not chat.shown(pane)
            assert chat.prompt.has_focus


async def test_the_footer_can_be_clicked(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        foot = stage.screen_text.rstrip("\n").rsplit("\n", 1)[1]
        await stage.pilot.click("#footer", offset=(foot.index("F3") + 1, 0))
        await stage.until(
            lambda: stage.app.chat.side in (stage.app.focused or stage.app.chat.prompt).ancestors
        )


async def test_a_slider_changes_what_the_next_request_sends(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        focus_parameter(stage.app.chat.sidebar, "temperature")
        await stage.press("right", "right")
        value = stage.workspace.current.values.get("temperature")
        assert value == pytest.approx(1.1)
        stage.app.chat.prompt.focus()
        await stage.send("Hi")
        assert stage.script.bodies[-1]["temperature"] == value
        focus_parameter(stage.app.chat.sidebar, "temperature")
        await stage.press("delete")
        stage.app.chat.prompt.focus()
        await stage.send("Hi")
        assert "temperature" not in stage.script.bodies[-1]


async def test_slash_set_unset_undo_and_reset(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        values = stage.workspace.current.values
        await stage.command("/set temperature 0.4")
        assert values.get("temperature") == 0.4
        await stage.command("/set temperature 4")
        assert "temperature cannot be '4.0': it takes a number from 0 to 2." in stage.notices
        await stage.command("/set tempratur 1")
        assert "Did you mean temperature?" in stage.notices
        await stage.command("/set")
        assert "Sent with the next request: temperature 0.40." in stage.notices
        await stage.command("/unset temperature")
        assert values.plain() == {}
        await stage.command("/undo")
        assert values.get("temperature") == 0.4
        await stage.command("/redo")
        assert values.plain() == {}
        await stage.command("/preset precise")
        assert values.get("temperature") == 0.2
        await stage.command("/reset")
        assert values.plain() == {}


async def test_the_system_prompt_is_set_and_edited(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/system Be brief.")
        await stage.send("Hi")
        assert stage.script.bodies[-1]["messages"][0] == {"role": "system", "content": "Be brief."}
        await stage.command("/system")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.press("X", "ctrl+s")
        await stage.until(lambda: stage.workspace.current.system == "Be brief.X")


async def test_a_notice_is_never_read_as_markup_and_goes_on_a_click(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.say("A [bold]sentence[/] with \x1b[31m in it.", "warning")
        await stage.pilot.pause()
        assert "A [bold]sentence[/] with ␛[31m in it." in stage.screen_text
        await stage.pilot.click("#notice")
        await stage.pilot.pause()
        assert "sentence" not in stage.screen_text


async def test_no_color_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged(tmp_path) as stage:
        await stage.send("Hi")
        colours = {
            segment.style.color.triplet
            for strip in stage.app.screen._compositor.render_strips()
            for segment in strip.apply_filter(stage.app._filters[-1], stage.app.screen.background_colors[1])
            if segment.style and segment.style.color and segment.style.color.triplet
        }
        assert stage.app.no_color
        assert all(red == green == blue for red, green, blue in colours)


async def test_the_window_fills_with_what_is_typed_and_with_what_comes(tmp_path: Path) -> None:
    script = Script()
    pieces, gate = held(delta(content="word " * 3000))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:

        def head() -> str:
            return stage.screen_text.split("\n", 1)[0]

        assert "▯▯▯▯▯ 0 / 128k" in head()
        stage.app.chat.prompt.put("word " * 2000)
        await stage.until(lambda: "▮▯▯▯▯ ~2" in head())
        stage.app.chat.prompt.put("")
        await stage.until(lambda: "▯▯▯▯▯ 0 / 128k" in head())
        await stage.begin("Go")
        await stage.until(lambda: "k / 128k" in head())
        gate.set()
        await stage.until(lambda: not stage.workspace.current.runs)


async def test_the_footer_says_what_keys_do_where_the_keyboard_is(tmp_path: Path) -> None:
    script = Script()
    pieces, gate = held(delta(content="Part."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script, size=(200, 40)) as stage:

        def foot() -> str:
            return stage.screen_text.rstrip("\n").rsplit("\n", 1)[1]

        for words in ("Enter send", "^J line", "^R thinking", "^P commands", "F4 request", "F6 lens"):
            assert words in foot()
        assert "Esc stop" not in foot()
        await stage.press("down")
        assert "Enter opens" in foot()
        await stage.begin("Go")
        await stage.until(lambda: foot().lstrip().startswith("Esc stop"))
        gate.set()
        await stage.until(lambda: "Esc stop" not in foot())
        await stage.press("tab")
        assert "Shift+↑ select a message" in foot()
        await stage.press("shift+up")
        assert "C copy" in foot()
        await stage.press("ctrl+f")
        await stage.until(lambda: "Enter next" in foot())
        assert "Enter send" not in foot()


async def test_folding_a_thought_that_is_not_there_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("ctrl+t")
        assert "There is no thought here" in stage.notices


async def test_the_list_of_sessions_shows_tags(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hello")
        await stage.command("/tag work")
        await stage.until(lambda: "#work" in stage.screen_text)
