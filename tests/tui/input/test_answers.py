"""Answers, mouse reports and pastes that come late, in pieces, or without their end."""

from __future__ import annotations

from itertools import combinations

import pytest

from glmchat.tui.platform.input import tokens
from glmchat.tui.platform.input.decoder import HOLD_S, HOLD_TYPED_S, PASTE_S, Decoder
from glmchat.tui.platform.input.tokens import Focus, Key, Keyboard, Mode, Mouse, Packet, Paste, Size
from tests.tui.input.line import ALWAYS, SLOW_S, Line, read

ST = "\x1b\\"
ANSWERS = {
    "OSC 4": f"\x1b]4;1;rgb:cdcd/0000/0000{ST}",
    "OSC 10": "\x1b]10;rgb:e5e5/e5e5/e5e5\x07",
    "OSC 11": f"\x1b]11;rgb:1e1e/1e1e/2e2e{ST}",
    "OSC 11 with alpha": f"\x1b]11;rgba:1e1e/1e1e/2e2e/ffff{ST}",
    "OSC 12": "\x1b]12;#ffffff\x07",
    "OSC 52": f"\x1b]52;c;aGVsbG8gd29ybGQ={ST}",
    "OSC 5522": f"\x1b]5522;type=read:status=DATA:id=a:mime=Lg==;aW1hZ2U={ST}",
    "OSC 99": f"\x1b]99;i=1:p=?;title,body{ST}",
    "OSC 1337": "\x1b]1337;ReportCellSize=14.0;7.0;2.0\x07",
    "DA1": "\x1b[?64;1;2;6;9;15;18;21;22;28c",
    "DA2": "\x1b[>41;390;0c",
    "DA3": f"\x1bP!|00000000{ST}",
    "DECRPM": "\x1b[?2026;2$y",
    "ANSI DECRPM": "\x1b[4;2$y",
    "XTVERSION": f"\x1bP>|XTerm(390){ST}",
    "XTGETTCAP": f"\x1bP1+r544e=787465726d{ST}",
    "DECRQSS": f"\x1bP1$r0m{ST}",
    "CPR": "\x1b[24;80R",
    "DECXCPR": "\x1b[?24;80;1R",
    "DSR": "\x1b[0n",
    "colour scheme": "\x1b[?997;1n",
    "kitty keyboard": "\x1b[?29u",
    "size in cells": "\x1b[8;24;80t",
    "size in pixels": "\x1b[4;600;800t",
    "size of a cell": "\x1b[6;18;9t",
    "size in band": "\x1b[48;24;80;432;720t",
    "kitty graphics": f"\x1b_Gi=31;OK{ST}",
    "XTSMGRAPHICS": "\x1b[?1;0;256S",
    "XTMODKEYS": "\x1b[>4;2m",
    "C1": "\x9b?64;1c",
    "C1 string": "\x9d11;rgb:1e1e/1e1e/2e2e\x9c",
}
MICE = {
    "SGR": "\x1b[<65;75;42M",
    "SGR release": "\x1b[<0;7;4m",
    "X10": "\x1b[M !!",
    "urxvt": "\x1b[97;75;42M",
}


@pytest.mark.parametrize("answer", (ANSWERS | MICE).values(), ids=(ANSWERS | MICE).keys())
def test_an_answer_is_never_typed_whole_or_in_two_or_three_pieces(answer: str) -> None:
    places = range(1, len(answer))
    for cuts in [(), *((place,) for place in places), *combinations(places, 2)]:
        pieces = [answer[a:b] for a, b in zip((0, *cuts), (*cuts, len(answer)), strict=True)]
        line = Line().send(*pieces, pause=SLOW_S).send("stillhere")
        line.rest(ALWAYS)
        assert line.text == "stillhere", pieces


@pytest.mark.parametrize("answer", (ANSWERS | MICE).values(), ids=(ANSWERS | MICE).keys())
def test_an_answer_is_never_typed_byte_by_byte(answer: str) -> None:
    for pause in (0.0, 0.02, SLOW_S):
        line = Line().send(*(bytes([each]) for each in answer.encode()), pause=pause)
        line.rest(ALWAYS)
        assert line.text == ""


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_text_after_an_answer_that_lost_its_end_is_kept(answer: str) -> None:
    for end in range(2, len(answer)):
        line = Line().send(answer[:end])
        line.rest(0.6)
        line.send(*"hello", pause=0.1)
        line.rest(ALWAYS)
        assert line.text in ("hello", "ello"), answer[:end]


@pytest.mark.parametrize(
    "answer", ["\x1b]lroot@host: ~\x1b\\", "\x1bP0;1;0q#0~-\x1b\\", "\x1b^private\x1b\\"]
)
def test_a_string_of_any_kind_is_not_typed_where_it_comes_at_once(answer: str) -> None:
    assert Line().send(answer, "x").text == "x"


def test_what_is_typed_after_the_lost_end_of_a_colour_is_shown_at_once() -> None:
    line = Line().send("\x1b]11;rgb:1e1e/1e", "stillhere", pause=0.6)
    assert line.text == "stillhere"


def test_the_longest_answers_are_held_in_bounds() -> None:
    line = Line().send("\x1b]52;c;", *["QUJD" * 10_000] * 20, "\x07x", pause=0.5)
    assert line.text == "x" and len(line.decoder._held.text) == 0


def test_a_piece_of_the_clipboard_is_never_typed_however_slow_its_line_is() -> None:
    payload = "QUJD" * 1024
    packet = f"\x1b]5522;type=read:status=DATA:mime=aW1hZ2U=;{payload}{ST}"
    for cuts in ((3000,), (40, 60, 2000), (len(packet) - 1,)):
        pieces = [packet[a:b] for a, b in zip((0, *cuts), (*cuts, len(packet)), strict=True)]
        line = Line().send(*pieces, pause=ALWAYS).send("stillhere")
        assert line.text == "stillhere"
        assert line.out[0] == Packet("type=read:status=DATA:mime=aW1hZ2U=", payload)


def test_what_is_typed_after_a_lost_piece_of_the_clipboard_is_kept() -> None:
    line = Line().send(f"\x1b]5522;type=read;{'QUJD' * 99}", "QUJD" * 99, *"hello", pause=0.5)
    line.rest(ALWAYS)
    assert line.text == "hello"


def test_answers_say_what_they_say() -> None:
    assert read("\x1b[?2004;1$y\x1b[?29u\x1b[48;24;80;432;720t\x1b[I\x1b[O") == [
        Mode(2004, 1), Keyboard(29), Size(80, 24, 720, 432), Focus(True), Focus(False),
    ]  # fmt: skip
    assert read(MICE["SGR"] + MICE["SGR release"]) == [Mouse(65, 75, 42, True), Mouse(0, 7, 4, False)]


@pytest.mark.parametrize(
    "report", ["\x1b[<0;-1;5M", "\x1b[<0;99999999999999999999;1M", "\x1b[<M", "\x1b[<0;1M"]
)
def test_a_mouse_report_that_is_absurd_is_never_typed(report: str) -> None:
    assert Line().send(report, "x").text == "x"


def test_an_old_mouse_report_may_hold_any_bytes() -> None:
    for bytes_ in (b" \xc3\xa9", b"\xff\xfe!", b"!\xe4\xbd", b"   "):
        assert Line().send(b"\x1b[M" + bytes_, b"x").text == "x"


# ---------------------------------------------------------------- Esc


def test_a_lone_esc_is_esc_when_its_delay_is_over() -> None:
    line = Line().send("\x1b")
    line.rest(0.09)
    assert line.out == []
    line.rest(0.02)
    assert line.out == [Key("escape")]


@pytest.mark.parametrize("sign", ["\x1b[?29u", "\x1b[27u", "\x1b[97;;97u"])
def test_where_esc_arrives_as_a_report_a_lone_one_is_none(sign: str) -> None:
    line = Line().send(sign)
    line.out.clear()
    line.send("\x1b")
    line.rest(ALWAYS)
    assert line.out == []
    line.send("[<65;75;42M")
    assert line.out == [Mouse(65, 75, 42, True)]
    assert line.send("\x1b", "hi", pause=1.0).text == "hi"


def test_where_the_flags_are_off_a_lone_esc_is_esc() -> None:
    line = Line().send("\x1b[?0u", "\x1b")
    line.rest(ALWAYS)
    assert line.names == ["escape"]


def test_other_keys_in_the_form_of_kitty_do_not_tell_that_esc_is_a_report() -> None:
    line = Line().send("\x1b[99;5u", "\x1b")
    line.rest(ALWAYS)
    assert line.names == ["ctrl+c", "escape"]


@pytest.mark.parametrize(
    "text", ["[", "[x", "[1] one", "[A", "]x", "Please", "OA yes", "P", "_x", "[<a", "]1x", "x", "\\"]
)
def test_what_is_typed_after_esc_is_text(text: str) -> None:
    line = Line().send("\x1b")
    line.rest(1.0)
    line.send(*text, pause=0.15)
    line.rest(HOLD_S)
    assert line.text == text and line.names[0] == "escape"


def test_a_bracket_after_esc_is_shown_soon() -> None:
    line = Line().send("\x1b", "[", pause=1.0)
    line.rest(HOLD_TYPED_S)
    assert line.text == "["


def test_an_arrow_whose_esc_came_alone_is_an_arrow() -> None:
    assert Line().send("\x1b", "[A", pause=SLOW_S).names == ["escape", "up"]


# ---------------------------------------------------------------- pastes

START, END = "\x1b[200~", "\x1b[201~"


def test_a_paste_whose_end_got_lost_ends_after_a_rest() -> None:
    line = Line().send(f"{START}abc")
    line.rest(PASTE_S - 0.01)
    assert line.out == []
    line.rest(0.02)
    assert line.out == [Paste("abc")]
    assert line.send("x").text == "abcx"


@pytest.mark.parametrize("interrupt", ["\x03", "\x1b[99;5u", "\x1b[1089::99;5:1u"])
def test_a_paste_whose_end_got_lost_ends_with_ctrl_c(interrupt: str) -> None:
    line = Line().send(f"{START}abc", interrupt, pause=0.5)
    assert line.out == [Paste("abc")]


@pytest.mark.parametrize("report", ["\x1b[<35;10;10M" * 3, "\x1b[120;;120u", "\x1b[O"])
def test_a_report_on_its_own_ends_a_paste_whose_end_got_lost(report: str) -> None:
    line = Line().send(f"{START}abc", report, pause=0.5)
    assert line.out[0] == Paste("abc") and len(line.out) > 1
    assert line.text.rstrip("x") == "abc"


@pytest.mark.parametrize(
    "text", ["a\x1b[31mred\x1b[0m", "\x1b", "a\x1b[201", "\x1b[<0;1;1M", "x\x03y", "\x9b1m", "\x1b]11;?\x07"]
)
def test_a_paste_may_hold_escape_sequences(text: str) -> None:
    assert Line().send(f"{START}{text}{END}").out == [Paste(text)]


def test_a_paste_inside_a_paste_whose_end_got_lost_is_another() -> None:
    assert Line().send(f"{START}abc{START}def{END}").out == [Paste("abc"), Paste("def")]


def test_bytes_in_a_paste_that_are_no_utf_8_are_shown_as_such() -> None:
    assert Line().send(START.encode() + b"caf\xe9\x00" + END.encode()).out == [Paste("caf\ufffd")]


# ---------------------------------------------------------------- pastes without marks


@pytest.mark.parametrize(
    "burst", ["one\rtwo", "one\rtwo\r", "one\ntwo\n", "one\r\ntwo", "\rtwo", "a\r\r\tb", "文\r字"]
)
def test_text_after_enter_in_one_read_is_pasted_where_pastes_bear_no_marks(burst: str) -> None:
    assert Line(brackets=False).send(burst).out == [Paste(burst)]


@pytest.mark.parametrize("burst", ["one\r", "\r", "one\r\r", "one\ttwo", "\x1b[13u\x1b[97;;97u"])
def test_other_bursts_are_keys(burst: str) -> None:
    assert not [token for token in Line(brackets=False).send(burst).out if isinstance(token, Paste)]


def test_the_next_read_of_such_a_paste_sends_nothing_either() -> None:
    line = Line(brackets=False).send("one\rtwo", " and\r", pause=0.01)
    assert line.out == [Paste("one\rtwo"), Paste(" and\r")]
    assert line.send("", "\r", pause=1.0).names == ["enter"]


@pytest.mark.parametrize("sign", ["\x1b[?2004;1$y", "\x1b[?2004;2$y", f"{START}x{END}"])
def test_where_pastes_bear_marks_a_burst_is_keys(sign: str) -> None:
    line = Line(brackets=False).send(sign, "a\rb")
    assert line.names == ["a", "enter", "b"]


@pytest.mark.parametrize("sign", ["\x1b[?2004;0$y", "\x1b[?2004;4$y"])
def test_a_terminal_that_knows_no_marks_says_so(sign: str) -> None:
    assert Line(brackets=False).send(sign, "a\rb").out[1:] == [Paste("a\rb")]


def test_a_burst_between_reports_is_a_paste_too() -> None:
    assert Line(brackets=False).send("\x1b[Ia\rb\x1b[<35;1;1M").out == [
        Focus(True), Paste("a\rb"), Mouse(35, 1, 1, True),
    ]  # fmt: skip


def test_what_a_terminal_can_draw_is_read_from_its_answers() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b[?64;1;4;22c\x1b[?1;0;256S", 0.0) == [
        tokens.Attributes((64, 1, 4, 22)),
        tokens.Colours(256),
    ]
    assert decoder.feed(b"\x1b[?c\x1b[?1;1;0S\x1b[?2;0;800;600S", 1.0) == [tokens.Attributes((0,))]
