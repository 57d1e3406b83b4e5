"""Where the view stands: it follows the end only while the reader is there, and nothing he reads moves."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown

from glmchat.core.conversation import Message, Role
from glmchat.tui.widgets.text_view import FollowChanged
from glmchat.tui.widgets.transcript import TextNeeded
from tests.transcript.stage import Stage, settled, streaming, talk


async def test_opens_at_the_end() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(talk(40))
        await settled(pilot)
        assert any("Answer 39" in row for row in stage.rows())
        assert stage.transcript.item_layout.at_end


async def test_follows_a_stream_at_the_end() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(talk(10))
        stage.transcript.messages.append(streaming(100, 10))
        for number in range(300):
            stage.transcript.messages.feed(100, f"line {number}\n\n")
            if number % 50 == 0:
                await settled(pilot)
        await settled(pilot)
        assert any("line 299" in row for row in stage.rows())


@pytest.mark.parametrize("keys", [["pageup"], ["up"] * 4, ["home"], ["pageup", "pageup", "down"]])
async def test_what_the_reader_looks_at_does_not_move_while_text_streams(keys: list[str]) -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(talk(30))
        stage.transcript.messages.append(streaming(100, 30))
        stage.transcript.messages.feed(100, "start\n\n" * 40)
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)
        before = stage.rows()
        for number in range(200):
            stage.transcript.messages.feed(100, f"- item {number} **bold\n\n```\ncode {number}\n```\n\n")
            if number % 20 == 0:
                await settled(pilot)
                assert stage.rows() == before
        stage.transcript.messages.put(
            Message(100, 30, Role.ASSISTANT, "start\n\n" * 40 + "replaced at the end")
        )
        await settled(pilot)
        assert stage.rows()[:5] == before[:5]


async def test_end_follows_again_and_says_what_was_unseen() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(talk(30))
        stage.transcript.messages.append(streaming(100, 30))
        await settled(pilot)
        await pilot.press("pageup")
        stage.transcript.messages.feed(100, "new text\n\n" * 30)
        await settled(pilot)
        events = stage.of(FollowChanged)
        assert [(each.following, each.unseen) for each in events] == [(False, False), (False, True)]
        await pilot.press("end")
        stage.transcript.messages.feed(100, "the last line")
        await settled(pilot)
        assert any("the last line" in row for row in stage.rows())
        assert (stage.of(FollowChanged)[-1].following, stage.of(FollowChanged)[-1].unseen) == (True, False)


async def test_page_keys_go_through_every_line_and_back() -> None:
    async with (stage := Stage()).run_test(size=(60, 20)) as pilot:
        text = (
            "para {n} "
            + "of words that wrap " * 12
            + "\n\n```python\nx = {n}\n```\n\n| a | b |\n|--|--|\n| {n} | 2 |"
        )
        stage.show(talk(60, text))
        await settled(pilot)
        transcript = stage.transcript
        seen_up, seen_down = set(stage.rows()), set[str]()
        while transcript.scroll_offset.y > 0:
            before = stage.rows()
            await pilot.press("pageup")
            assert stage.rows() != before
            assert transcript.scroll_offset.y == 0 or stage.rows()[-1] == before[0]
            seen_up.update(stage.rows())
        seen_down.update(stage.rows())
        while not transcript.item_layout.at_end:
            before = stage.rows()
            await pilot.press("pagedown")
            assert stage.rows() != before
            assert transcript.item_layout.at_end or stage.rows()[0] == before[-1]
            seen_down.update(stage.rows())
        for seen in (seen_up, seen_down):
            for number in range(1, 60, 2):
                assert any(f"para {number} " in row for row in seen)
                assert any(f"x = {number}" in row for row in seen)


async def test_home_shows_the_first_line_and_wheel_moves_by_three() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(talk(100))
        await settled(pilot)
        await pilot.press("home")
        assert "You" in stage.rows()[1] and "question 0" in stage.rows()[2]
        before = stage.rows()
        await pilot._post_mouse_events([MouseScrollDown], stage.transcript)
        assert stage.rows()[:10] == before[3:13]


async def test_a_resize_keeps_the_reader_where_he_is() -> None:
    async with (stage := Stage()).run_test(size=(100, 30)) as pilot:
        stage.show(talk(200, "para {n} " + "with many words that wrap " * 20))
        await settled(pilot)
        stage.transcript.jump_to(101)
        await settled(pilot)
        top = next(row for row in stage.rows() if row.strip())
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        assert next(row for row in stage.rows() if row.strip())[:8] == top[:8]
        assert any("question 100" in row for row in stage.rows()[:4])


@pytest.mark.parametrize("width", [50, 140])
async def test_a_resize_keeps_the_words_that_are_read_in_a_long_paragraph(width: int) -> None:
    async with (stage := Stage()).run_test(size=(90, 30)) as pilot:
        words = " ".join(f"w{number}" for number in range(9_000))
        stage.show([*talk(10), Message(50, 10, Role.ASSISTANT, words), Message(51, 50, Role.USER, "And?")])
        await settled(pilot)
        stage.transcript.jump_to(50, words.index("w4321 "), above=0)
        await settled(pilot)
        assert "w4321" in stage.rows()[0]
        first = stage.rows()[0].split()[1]
        await pilot.resize_terminal(width, 30)
        await settled(pilot)
        assert first in stage.rows()[0].split()


async def test_rows_of_a_table_that_are_read_stay_while_its_columns_grow() -> None:
    async with (stage := Stage()).run_test(size=(80, 14)) as pilot:
        stage.transcript.messages.append(streaming(100))
        rows = "".join(f"| row {number} | {'some words ' * 9} |\n" for number in range(40))
        stage.transcript.messages.feed(100, "| a | b |\n|---|---|\n" + rows)
        await settled(pilot)
        await pilot.press("pageup", "pageup", *["up"] * 3)
        while "row " not in stage.rows()[0]:
            await pilot.press("up")
        top = stage.rows()[0].split()[:3]
        stage.transcript.messages.feed(100, "| a first cell that takes its room | b |\n" * 3)
        await settled(pilot)
        assert stage.rows()[0].split()[:3] == top


async def test_a_text_that_comes_late_leaves_a_reader_who_went_on_where_he_is() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        messages = talk(200)
        stage.show(messages, {message.id: message for message in messages[100:]})
        await settled(pilot)
        stage.transcript.jump_to(5)
        await settled(pilot)
        await pilot.press("end")
        for message in messages[:20]:
            stage.transcript.messages.put(message)
        await settled(pilot)
        assert stage.transcript.item_layout.following and any("Answer 199" in row for row in stage.rows())


async def test_jump_brings_a_place_in_a_long_message_into_view() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        text = "\n\n".join(f"Paragraph {n} " + "words " * 40 for n in range(300))
        stage.show([*talk(20), Message(50, 20, Role.ASSISTANT, text)])
        await settled(pilot)
        stage.transcript.jump_to(50, text.index("Paragraph 150 "))
        await settled(pilot)
        assert any("Paragraph 150 " in row for row in stage.rows()[:12])


async def test_texts_are_asked_for_once_when_they_come_into_view() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        messages = talk(1_000)
        stage.show(messages, {})
        await settled(pilot)
        await settled(pilot)
        asked = [id for event in stage.of(TextNeeded) for id in event.ids]
        assert asked and len(asked) == len(set(asked)) < 30 and 1_000 in asked
        for message in messages:
            if message.id in asked:
                stage.transcript.messages.put(message)
        await settled(pilot)
        assert any("Answer 999" in row for row in stage.rows())
        stage.transcript.jump_to(501, 3)
        await settled(pilot)
        assert 501 in [id for event in stage.of(TextNeeded) for id in event.ids]
        stage.transcript.messages.put(messages[500])
        await settled(pilot)
        assert any("question 500" in row for row in stage.rows())


async def test_dragging_the_scroll_bar_moves_the_view() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(talk(400))
        await settled(pilot)
        bar = stage.transcript.vertical_scrollbar
        await pilot.mouse_down(bar, offset=(0, bar.size.height - 1))
        await pilot.hover(bar, offset=(0, 5))
        await pilot.mouse_up(bar, offset=(0, 5))
        await settled(pilot)
        assert 0 < stage.transcript.scroll_offset.y < stage.transcript.virtual_size.height // 2
        assert not stage.transcript.item_layout.following
