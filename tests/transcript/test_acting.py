"""Selecting text, and acting on links, code, buttons and messages, by mouse and by keys."""

from __future__ import annotations

from math import inf

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from glmchat.core.conversation import Message, Role, ToolCall
from glmchat.tui.widgets.text_view import (
    CodeCopyRequested,
    CodeSaveRequested,
    LinkActivated,
    SelectionChanged,
    pointer,
    selection,
)
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.transcript import (
    Act,
    Action,
    Button,
    MessageActionRequested,
    Note,
    SiblingRequested,
    Transcript,
    plain_decoration,
)
from tests.transcript.stage import Stage, settled, talk
from tests.waiting import until

SOURCE = """# A head

Some **bold words** and a [link](https://example.com/page) here.

> a quote
> goes on

- one
- two

```python
def f(x):
    return x
```

北京的天气很好。
"""

AGAIN = Action(Act.WITHOUT, ("top_a",))


def one(text: str = SOURCE) -> list[Message]:
    return [Message(1, None, Role.USER, "a question"), Message(2, 1, Role.ASSISTANT, text)]


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    transcript = pilot.app.query_one(Transcript)
    await pilot.mouse_down(transcript, offset=start)
    await pilot.hover(transcript, offset=end)
    await pilot.mouse_up(transcript, offset=end)


async def test_a_drag_selects_source_text_across_blocks_and_messages() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        x, y = stage.find("question")
        to_x, to_y = stage.find("words")
        await drag(pilot, (x, y), (to_x + 5, to_y))
        assert stage.transcript.selection.text() == "question\n\n# A head\n\nSome **bold words**"
        assert stage.of(SelectionChanged)[-1].finished


async def test_a_selection_holds_no_gutter_no_quote_bar_and_no_code_header() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        x, y = stage.find("a quote")
        to_x, to_y = stage.find("return x")
        await drag(pilot, (x, y), (to_x + 8, to_y))
        assert (
            stage.transcript.selection.text()
            == SOURCE[SOURCE.index("a quote") : SOURCE.index("return x") + 8]
        )


async def test_a_backward_drag_selects_the_same() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        x, y = stage.find("one")
        to_x, to_y = stage.find("two")
        await drag(pilot, (to_x + 3, to_y), (x, y))
        assert stage.transcript.selection.text() == "one\n- two"


@pytest.mark.parametrize(
    ("needle", "clicks", "expected"),
    [("words", 2, "words"), ("words", 3, "Some **bold words** and a [link](https://example.com/page) here."),
     ("return", 2, "return"), ("天气", 2, "北京的天气很好"), ("return", 3, "    return x")],
)  # fmt: skip
async def test_double_click_takes_a_word_and_triple_a_line(
    needle: str, clicks: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pointer, "_DOUBLE_CLICK_S", 60.0)  # however slow the machine is
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        x, y = stage.find(needle)
        x = cell_len(stage.rows()[y][:x])
        await pilot.click(stage.transcript, offset=(x + 1, y), times=clicks)
        assert stage.transcript.selection.text() == expected


async def test_a_drag_below_the_view_scrolls_and_extends() -> None:
    async with (stage := Stage()).run_test(size=(80, 20)) as pilot:
        stage.show(talk(60))
        await settled(pilot)
        await pilot.press("home")
        x, y = stage.find("question 0")
        await pilot.mouse_down(stage.transcript, offset=(x, y))
        await pilot.hover(None, offset=(20, 19))
        top = stage.transcript.scroll_offset.y
        await until(
            lambda: stage.transcript.scroll_offset.y > top + 20,
            lambda: f"It stands at {stage.transcript.scroll_offset.y} and began at {top}.",
            lambda: pilot.pause(0.01),
        )
        await pilot.mouse_up(None, offset=(20, 19))
        text = stage.transcript.selection.text()
        assert text.startswith("question 0\n\n**Answer** 1") and "**Answer** 5" in text


async def test_a_click_on_a_link_announces_it_and_a_drag_over_it_does_not() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        x, y = stage.find("link")
        await pilot.click(stage.transcript, offset=(x + 1, y))
        assert [event.url for event in stage.of(LinkActivated)] == ["https://example.com/page"]
        await drag(pilot, (x, y), (x + 3, y))
        assert len(stage.of(LinkActivated)) == 1
        assert stage.transcript.selection.text() == "lin"


async def test_links_are_text_with_their_target_and_never_terminal_links() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one("[good](https://evil.example) [red]markup[/red] ![i](https://x.example/i.png)"))
        await settled(pilot)
        rows = "\n".join(stage.rows())
        assert "https://evil.example" in rows and "[red]markup[/red]" in rows
        for y in range(stage.transcript.item_layout.rows):
            assert all(style is None or style.link is None for _, style, _ in stage.transcript.render_line(y))


async def test_code_is_copied_saved_and_folded_by_mouse() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one("```python\n" + "x = 1\n" * 20 + "```\n"))
        await settled(pilot)
        for label in ("copy", "save", "fold"):
            x, y = stage.find(f"{label}")
            await pilot.click(stage.transcript, offset=(x, y))
            await settled(pilot)
        (copied,), (saved,) = stage.of(CodeCopyRequested), stage.of(CodeSaveRequested)
        assert copied.text == saved.text == "\n".join(["x = 1"] * 20) and copied.language == "python"
        assert "20 lines" in stage.rows()[stage.find("python")[1]]
        assert not any("x = 1" in row for row in stage.rows())


async def test_code_and_links_are_reached_by_keys() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        for _ in range(12):
            await pilot.press("n", "enter")
            assert (
                stage.transcript.targets.current is not None
            )  # from the last to the first, and never elsewhere
        assert stage.of(LinkActivated) and stage.of(CodeCopyRequested) and stage.of(MessageActionRequested)
        stage.transcript.focus()
        stage.transcript.targets.current = None
        await pilot.press("f")
        await settled(pilot)
        assert any("2 lines" in row for row in stage.rows())
        assert not any("return x" in row for row in stage.rows())


async def test_keys_reach_code_whose_header_is_out_of_view() -> None:
    async with (stage := Stage()).run_test(size=(80, 20)) as pilot:
        stage.show(one("before\n\n```python\n" + "x = 1\n" * 200 + "```\n\nafter\n"))
        await settled(pilot)
        await pilot.press("home", "pagedown", "pagedown", "pagedown", "s")
        (saved,) = stage.of(CodeSaveRequested)
        assert saved.text == "\n".join(["x = 1"] * 200)
        await pilot.press("f")
        await settled(pilot)
        assert any("200 lines" in row for row in stage.rows())


async def test_shift_click_extends_the_selection_and_keeps_it() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        x, y = stage.find("Some")
        await drag(pilot, (x, y), (x + 4, y))
        await pilot.click(stage.transcript, offset=(stage.find("words")[0] + 5, y), shift=True)
        assert stage.transcript.selection.text() == "Some **bold words**"
        assert stage.of(SelectionChanged)[-1].has_text


async def test_padding_does_not_move_what_the_mouse_means() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.transcript.styles.padding = (0, 0, 0, 3)
        stage.show(one())
        await settled(pilot)
        x, y = stage.find("bold")
        await drag(pilot, (x + 3, y), (x + 7, y))
        assert stage.transcript.selection.text() == "bold"
        await pilot.click(stage.transcript, offset=(stage.find("link")[0] + 3, y))
        assert len(stage.of(LinkActivated)) == 1


def test_a_word_in_a_long_line_is_looked_for_once_and_near(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    widen = selection._widen

    def noted(text: str, offset: int, unit: str) -> tuple[int, int]:
        looked.append(offset)
        return widen(text, offset, unit)

    monkeypatch.setattr(selection, "_widen", noted)
    text = "word " * 20_000
    item = Item(Message(1, None, Role.USER, text).node(), 80)
    item.put(Message(1, None, Role.USER, text))
    assert item.advance(inf)
    chosen = selection.Selection(selection.Point(0, 50_002), "word")
    for _ in range(40):
        assert chosen.range_in([item], 0) == (50_000, 50_004)
    assert len(looked) == 2


async def test_messages_are_selected_and_acted_on_by_keys() -> None:
    async with (stage := Stage()).run_test(size=(80, 30)) as pilot:
        stage.show(talk(20))
        await settled(pilot)
        await pilot.press("k", "k", "c", "q", "r", "j")
        assert [(event.id, event.action) for event in stage.of(MessageActionRequested)] == [
            (19, Action(Act.COPY)), (19, Action(Act.QUOTE)), (19, Action(Act.REQUEST)),
        ]  # fmt: skip
        assert stage.transcript.selected == 20


async def test_the_sibling_marker_and_the_chips_are_clicked() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        await settled(pilot)
        x, y = stage.find("‹ 2/3 ›")
        await pilot.click(stage.transcript, offset=(x, y))
        await pilot.click(stage.transcript, offset=(x + 6, y))
        assert [(event.id, event.step) for event in stage.of(SiblingRequested)] == [(2, -1), (2, 1)]
        x, y = stage.find("retry")
        await pilot.click(stage.transcript, offset=(x, y))
        assert stage.of(MessageActionRequested)[-1].action == Action(Act.RETRY)


async def test_a_note_stands_under_its_message_with_its_buttons() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one())
        stage.transcript.messages.set_note(
            1, Note("It failed.\x1b[31m Try again.", "error", (Button(AGAIN, "Try again now"),))
        )
        await settled(pilot)
        x, y = stage.find("Try\u00a0again\u00a0now")
        assert "It failed.␛[31m" in stage.rows()[y - 1]
        await pilot.click(stage.transcript, offset=(x, y))
        assert stage.of(MessageActionRequested)[-1].action == AGAIN
        stage.transcript.messages.set_note(1, None)
        await settled(pilot)
        assert not any("It failed" in row for row in stage.rows())


async def test_tool_calls_show_with_their_arguments() -> None:
    message = Message(
        2, 1, Role.ASSISTANT, tool_calls=(ToolCall("a", "get_weather\x1b]0;x", '{"city": "北京"}'),)
    )
    decoration = plain_decoration(message.node(), message)
    assert decoration.calls == (("get_weather\x1b]0;x", '{"city": "北京"}'),)
    async with (stage := Stage(plain_decoration)).run_test(size=(80, 40)) as pilot:
        stage.show([one()[0], message])
        await settled(pilot)
        assert "get_weather␛]0;x" in "\n".join(stage.rows()) and '"city": "北京"' in "\n".join(stage.rows())


async def test_of_more_calls_than_anybody_reads_the_rest_is_counted() -> None:
    calls = tuple(ToolCall(f"id{number}", f"tool_{number}") for number in range(1_234))
    async with (stage := Stage(plain_decoration)).run_test(size=(80, 40)) as pilot:
        stage.show([one()[0], Message(2, 1, Role.ASSISTANT, tool_calls=calls)])
        await settled(pilot)
        shown = "\n".join(stage.rows())
        assert "tool_199" in shown and "tool_200" not in shown and "… 1,034 more tool calls" in shown


async def test_matches_are_marked_and_the_current_one_differs() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one("needle in hay, another needle"))
        await settled(pilot)
        plain = stage.transcript.render_line(stage.find("needle")[1])
        stage.transcript.hits.put({2: [(0, 6), (23, 29)]}, current=(2, 23))
        await settled(pilot)
        marked = stage.transcript.render_line(stage.find("needle")[1])
        styles = [segment.style for segment in marked if segment.text == "needle"]
        assert marked.text == plain.text and len(styles) == 2 and styles[0] != styles[1]
        stage.transcript.hits.put({})
        await settled(pilot)
        assert stage.transcript.render_line(stage.find("needle")[1]) == plain


async def test_hostile_text_reaches_the_screen_as_symbols() -> None:
    async with (stage := Stage()).run_test(size=(80, 40)) as pilot:
        stage.show(one("a\x1b[2Jb \x9b31m \u202ertl \x07 `\x1bc`\n\n```\x1b\nx\x1b]52;c;aGk=\x07\n```\n"))
        await settled(pilot)
        shown = "".join(stage.rows())
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e" for char in shown)
