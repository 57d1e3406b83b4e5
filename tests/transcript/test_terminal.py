"""Widths, keys and the clipboard, as a terminal sees them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.events import Key

from glmchat.tui.platform import terminal

CLUSTERS = ("👍🏽", "1️⃣", "❤️", "👨‍👩‍👧", "🇨🇳", "☺️", "नमस्ते", "✅", "e\u0301", "中", "a", " ", "─")


class Terminal:
    """One row of a terminal that measures each character by a rule of its own; a glyph covers the cells it takes."""

    def __init__(self, rule: Any) -> None:
        self.rule, self.cells, self.column = rule, [" "] * 400, 0

    def feed(self, data: str) -> None:
        for match in terminal._PARTS.finditer(data):
            if match["final"] == "H":
                self.column = int(match["args"].split(";")[1]) - 1
            elif match["final"] == "G":
                self.column = int(match["args"]) - 1
            elif match["text"]:
                for char in match["text"]:
                    self.put(char, self.rule(char))

    def put(self, char: str, width: int) -> None:
        for number in range(width):
            self.cells[self.column + number] = char if number == 0 else ""
        self.column += width


def as_rich(char: str) -> int:
    return cell_len(char)


def narrow(char: str) -> int:
    return 0 if cell_len(char) == 0 else 2 if "\u4e00" <= char <= "\u9fff" else 1


def wide(char: str) -> int:
    return 2 if ord(char) >= 0x2600 and cell_len(char) else cell_len(char)


@given(st.lists(st.sampled_from(CLUSTERS), max_size=12))
def test_what_follows_stands_in_its_column_whatever_the_terminal_measures(parts: list[str]) -> None:
    text = "".join(parts)
    data = terminal.guard_widths(f"\x1b[1;3H{text}\x1b[0m    |END")
    for rule in (as_rich, narrow, wide):
        screen = Terminal(rule)
        screen.feed(data)
        at = 2 + cell_len(text) + 4
        assert "".join(screen.cells[at : at + 4]) == "|END"


@given(st.lists(st.sampled_from(CLUSTERS), max_size=12))
def test_nothing_spills_over_what_is_not_painted_again(parts: list[str]) -> None:
    text = "".join(parts)
    data = terminal.guard_widths(f"\x1b[1;1H{text}\x1b[2;1Hx")
    for rule in (as_rich, narrow, wide):
        screen = Terminal(rule)
        screen.feed(data.split("\x1b[2;")[0])
        assert set(screen.cells[cell_len(text) :]) == {" "}


def test_plain_frames_are_written_as_they_are() -> None:
    for data in ("\x1b[1;1Hplain", "\x1b[1;1H中文 ─ ● …", "no position 👍🏽"):
        assert terminal.guard_widths(data) == data


def test_escape_enter_is_alt_enter() -> None:
    terminal._teach_keys()
    keys = [event.key for event in XTermParser().feed("\x1b\r") if isinstance(event, Key)]
    assert keys == ["alt+enter"]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with an xclip that keeps what it is given."""
    tool = tmp_path / "xclip"
    tool.write_text(f"#!/bin/sh\n/bin/cat > {tmp_path}/clipboard\n", encoding="utf-8")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    return tmp_path


async def test_a_tool_that_takes_the_text_makes_the_copy_certain(tools: Path) -> None:
    assert await terminal.copy(App(), "文本 text", "The code") == "The code is copied."
    assert (tools / "clipboard").read_text(encoding="utf-8") == "文本 text"


class Recorder:
    """A driver that keeps what is written."""

    def __init__(self) -> None:
        self.written = ""

    def write(self, data: str) -> None:
        self.written += data


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> tuple[App[None], Recorder]:
    """An app on a terminal that keeps what it gets, on a machine without a clipboard tool."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "STY", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    app, driver = App[None](), Recorder()
    monkeypatch.setattr(app, "_driver", driver)
    return app, driver


async def test_without_a_tool_nothing_certain_is_said(recorded: tuple[App[None], Recorder]) -> None:
    app, driver = recorded
    assert "sent to the terminal" in await terminal.copy(app, "x")
    assert driver.written == "\x1b]52;c;eA==\a"


async def test_screen_is_asked_to_hand_a_copy_on(
    recorded: tuple[App[None], Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, driver = recorded
    monkeypatch.setenv("STY", "1.pts")
    await terminal.copy(app, "x")
    assert driver.written == "\x1bP\x1b]52;c;eA==\x07\x1b\\" and app.clipboard == "x"
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    driver.written = ""
    await terminal.copy(app, "x")
    assert driver.written == "\x1b]52;c;eA==\a"


async def test_a_text_too_long_for_the_terminal_is_not_said_to_be_sent(
    recorded: tuple[App[None], Recorder],
) -> None:
    app, driver = recorded
    said = await terminal.copy(app, "x" * 80_000)
    assert driver.written == "" and "too long" in said and "/export" in said and "sent" not in said


async def test_a_tool_that_fails_is_no_copy(tools: Path) -> None:
    (tools / "xclip").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert "sent to the terminal" in await terminal.copy(App(), "x")
    assert os.environ["PATH"] == str(tools)
