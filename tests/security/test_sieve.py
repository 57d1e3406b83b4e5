"""The last sieve, and the fields in which texts of others are edited."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual._xterm_parser import XTermParser
from textual.app import ComposeResult
from textual.color import Color
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from glmchat.core.conversation import Role
from glmchat.support.text import safe
from glmchat.tui.platform.line_filter import _SUSPECT, Sieve, sieved
from tests.tui.stage import staged

EVIL = "\x1b]52;c;AAAA\x07\x9b2J\u202e[red]\U000e0041[/x][@click=app.quit]q[/]"


@given(st.text())
def test_what_passes_is_safe_and_as_wide_as_before(text: str) -> None:
    shown = sieved(text)
    assert safe(shown) == shown
    assert not set(shown) & set("\t\n")
    assert sum(map(cell_len, shown)) == sum(map(cell_len, text))


@given(st.text(), st.text())
def test_a_line_is_let_through_untouched_exactly_when_it_is_safe(first: str, second: str) -> None:
    line = [Segment(first), Segment(second)]
    passed = "".join(segment.text for segment in Sieve().apply(line, Color(0, 0, 0)))
    assert passed == sieved(first) + sieved(second)


class Careless(Screen[None]):
    """A screen whose widgets draw whatever they are given."""

    def compose(self) -> ComposeResult:
        yield Static(EVIL, markup=False)
        yield Input(EVIL)
        yield TextArea(EVIL)


async def test_what_widgets_draw_carelessly_is_sieved(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.app.push_screen(Careless())
        await stage.pilot.pause()
        drawn = "".join(strip.text for strip in stage.app.screen._compositor.render_strips())
    assert safe(drawn) == drawn
    assert drawn.count("[@click=app.quit]") == 3


async def test_a_message_with_controls_is_edited_as_symbols_and_unchanged_keeps_them(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send(EVIL)
        await stage.command("/edit")
        assert safe(EVIL) in stage.screen_text.replace("\n", "")
        await stage.press("ctrl+s")
        await stage.until(lambda: not stage.workspace.current.runs)
        mine = [message.content for message in stage.messages() if message.role is Role.USER]
        assert mine == [EVIL]


async def test_a_hostile_title_is_renamed_as_symbols(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("hello")
        await stage.workspace.sessions.rename(stage.workspace.current.id, EVIL)
        await stage.command("/rename")
        assert "␛]52;c;AAAA" in stage.screen_text
        await stage.press("enter")
        assert stage.workspace.current.title == safe(EVIL)


async def test_typed_joiners_are_kept(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        for event in XTermParser().feed("\U0001f468\u200d\U0001f469 \u0646\u0645\u06cc\u200c"):
            stage.app.post_message(event)
        await stage.until(lambda: stage.prompt == "\U0001f468\u200d\U0001f469 \u0646\u0645\u06cc\u200c")


def test_a_line_in_chinese_passes_as_it_is_and_nothing_unsafe_does() -> None:
    line = [Segment("中文，全角（括号）！１２３ｶﾅ 豈")]
    assert Sieve().apply(line, Color(0, 0, 0)) is line
    unsafe = (char for char in map(chr, range(0x110000)) if char in "\n\t" or safe(char) != char)
    assert [char for char in unsafe if not _SUSPECT.search(char)] == []
