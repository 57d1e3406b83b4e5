"""Bytes that real terminals send, under a pseudo terminal: the chat goes on, and what is typed is shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest

from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import Starter, output
from tests.e2e.paced import paced
from tests.files import drawn

CTRL_Q_CYRILLIC = b"\x1b[1081::113;5u"
CTRL_U = b"\x15"
# No UTF-8, a character cut in half, reports with sub-parameters, answers, mice beside the screen, a lone ESC.
HOSTILE = (
    b"\xe9", b"\xe4\xbd", b"\xc0\xaf", b"\x1b[1089::99;5:3u", b"\x1b[1089;5u", b"\x1b[57500u", b"\x1b[1114112u",
    b"\x1b]11;rgb:1e1e/", b"1e1e/2e2e\x1b\\", b"\x1b[?64;1;2c", b"\x1bP>|XTerm(390)\x1b\\", b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[24;80R", b"\x1b[<65;75;99M", b"\x1b[<0;99999;99999M", b"\x1b[<0;99999;99999m", b"\x1b[M\xff\xff\xff",
    b"\x1b[O\x1b[I", b"\x1b", b"[<65;75;12M", b"\x1b[48;0;0;0;0t", b"\x1b[999999999999999999999~",
)  # fmt: skip


def typed(terminal: PseudoTerminal, text: bytes) -> bool:
    """Whether what is typed now comes onto the screen."""
    terminal.type(text)
    return terminal.shows(text.decode(), 60)


@pytest.fixture
def terminal(start: Starter) -> Iterator[PseudoTerminal]:
    with paced() as server:
        yield start(server)


def test_hostile_bytes_end_nothing_and_take_no_key_away(terminal: PseudoTerminal) -> None:
    for number, each in enumerate(HOSTILE):
        terminal.type(each)
        terminal.pump(0.15)
        terminal.type(CTRL_U)
        terminal.pump(0.05)
        assert typed(terminal, b"still%02d" % number), each
    terminal.type(b"\x1b[200~lost")
    assert terminal.shows("lost", 60)
    assert typed(terminal, b"-after")
    assert b"Traceback" not in b"".join(data for _, data in terminal.output)


def test_ctrl_q_of_a_cyrillic_layout_leaves(terminal: PseudoTerminal) -> None:
    terminal.type(CTRL_Q_CYRILLIC)
    assert terminal.wait_for(b"\x1b[?1049l", 60) is not None, output(terminal)


def test_the_terminal_is_asked_for_base_keys_and_for_the_marks_of_pastes(terminal: PseudoTerminal) -> None:
    said = output(terminal)
    assert "\x1b[<u\x1b[>29u\x1b[?u" in said and "\x1b[?2004$p" in said


def test_what_a_program_before_left_on_is_put_off_once_the_screen_is_taken(terminal: PseudoTerminal) -> None:
    said = output(terminal)
    for mode in ("\x0f", "\x1b(B", "\x1b[4l", "\x1b[?6l", "\x1b[r", "\x1b[?9001l"):
        assert said.index(mode) > said.index("\x1b[?1049h")


def test_a_picture_comes_from_the_clipboard_of_the_terminal_in_pieces(terminal: PseudoTerminal) -> None:
    assert "\x1b[?5522$p" in output(terminal)
    terminal.type(b"\x1b[?5522;2$y")
    terminal.type(b"\x16")
    picture = drawn.png(300, 200)
    for kind, data in ((b".", b"image/png"), (b"image/png", picture)):
        wanted = b";" + base64.b64encode(kind) + b"\x1b\\"
        assert terminal.wait_for(wanted, 60) is not None, output(terminal)
        (*_, name) = re.findall(r"\x1b\]5522;type=read:id=([\w.+-]+):", output(terminal))
        told = f"\x1b]5522;type=read:id={name}:status="
        terminal.type(f"{told}OK\x1b\\".encode())
        for at in range(0, len(data), 4096):
            piece = f"{told}DATA:mime={base64.b64encode(kind).decode()};".encode()
            piece += base64.b64encode(data[at : at + 4096]) + b"\x1b\\"
            terminal.type(piece[:1000])
            terminal.pump(0.15)
            terminal.type(piece[1000:])
        terminal.type(f"{told}DONE\x1b\\".encode())
    assert terminal.shows("clipboard.png", 60)
    assert typed(terminal, b"stillhere")
