"""Reports of keys: the kitty keyboard protocol, modifyOtherKeys, and layouts without Latin letters."""

from __future__ import annotations

import pytest

from glmchat.tui.platform.input.tokens import Key
from tests.tui.input.line import Line, names, read, typed

# Layouts: what the key types, its code point, and the key's letter on a Latin layout.
LAYOUTS = [
    ("с", "c"),
    ("й", "q"),
    ("ψ", "c"),
    ("ב", "c"),
    ("ؤ", "c"),
    ("ㅊ", "c"),
    ("ז", "z"),
    ("ё", "`"),
    ("é", "2"),
]


@pytest.mark.parametrize(("letter", "latin"), LAYOUTS)
@pytest.mark.parametrize(
    ("bits", "word"), [(5, "ctrl"), (3, "alt"), (6, "ctrl+shift"), (69, "ctrl"), (133, "ctrl")]
)
def test_a_shortcut_is_the_key_of_the_base_layout(letter: str, latin: str, bits: int, word: str) -> None:
    key = "grave_accent" if latin == "`" else latin
    for report in (
        f"{ord(letter)}::{ord(latin)};{bits}u",
        f"{ord(letter)}:{ord(letter.upper()[0])}:{ord(latin)};{bits}:1u",
    ):
        assert read(f"\x1b[{report}") == [Key(f"{word}+{key}")]


@pytest.mark.parametrize("letter", [letter for letter, _ in LAYOUTS])
@pytest.mark.parametrize("bits", [3, 5, 7, 9, 13, 33])
def test_a_shortcut_without_its_base_key_types_nothing(letter: str, bits: int) -> None:
    (token,) = read(f"\x1b[{ord(letter)};{bits}u")
    assert isinstance(token, Key) and token.character is None and "+" in token.name
    assert typed([token]) == [""]


@pytest.mark.parametrize(("letter", "latin"), LAYOUTS)
def test_without_ctrl_it_is_text(letter: str, latin: str) -> None:
    code, base = ord(letter), ord(latin)
    for report in (
        f"{code}u",
        f"{code}::{base}u",
        f"{code}::{base};1:1;{code}u",
        f"{code};;{code}u",
        f"0;;{code}u",
    ):
        assert "".join(typed(read(f"\x1b[{report}"))) == letter


@pytest.mark.parametrize(
    ("report", "name"),
    [
        ("106:74:99;5", "ctrl+j"),  # Dvorak: the letter itself, not where it stands
        ("99:67;6", "ctrl+shift+c"), ("67;6", "ctrl+shift+c"), ("45:95;6", "ctrl+underscore"),
        ("91;5", "escape"), ("105;5", "tab"), ("109;5", "enter"), ("93;5", "ctrl+right_square_bracket"),
        ("32;5", "ctrl+space"), ("13;2", "shift+enter"), ("13;3", "alt+enter"), ("13:13;5:1", "ctrl+enter"),
        ("9;2", "shift+tab"), ("127;5", "ctrl+backspace"), ("27", "escape"), ("27;129:1", "escape"),
        ("57414;1", "enter"), ("57417", "left"), ("57376", "f13"), ("57441;2:1", "shift+left_shift"),
    ],
)  # fmt: skip
def test_reports_name_their_keys(report: str, name: str) -> None:
    assert names(f"\x1b[{report}u") == [name]


@pytest.mark.parametrize("sequence", ["1;1:1A", "1;5:2C", "3;2:1~", "15;1:2~", "1;3:1P", "13;5~"])
def test_functional_keys_carry_events_too(sequence: str) -> None:
    plain = sequence.replace(":1", "").replace(":2", "")
    assert names(f"\x1b[{sequence}") == names(f"\x1b[{plain}") != []


@pytest.mark.parametrize(
    "report", ["97;1:3u", "97;1:3;97u", "1089::99;5:3u", "1;1:3A", "3;1:3~", "27;1:3u", "57441;2:3u"]
)
def test_a_key_that_is_let_go_is_no_key(report: str) -> None:
    assert read(f"\x1b[{report}") == []


@pytest.mark.parametrize(
    "report",
    ["57364u", "57500u", "63743u", "57500;5u", "1114112u", "99999999999u", "55357u", "56832;1;56832u", "u", ";5u",
     ":::u", "1;1;1;1;1u", "97;1;55357u", "999~", "99;5~", "27;5~", "27;5;~", "1;99999999999999A"],
)  # fmt: skip
def test_keys_that_nobody_knows_type_nothing(report: str) -> None:
    assert "".join(typed(read(f"\x1b[{report}"))) in ("", "a")
    assert "".join(typed(read(f"\x1b[{report}stillhere"))) in ("stillhere", "astillhere")


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("97;;97", "a"), ("97:65;2;65", "A"), ("97:65;2", "A"), ("97;2", "A"), ("97;65", "A"), ("97;66", "a"),
        ("49:33;2", "!"), ("57400", "1"), ("57400;129;49", "1"), ("57410", "/"), ("32;;32", " "), ("32;2;32", " "),
        ("0;;101:769", "e\u0301"), ("0;;20320:22909", "你好"), ("0;;55357:56832", "😀"),
        ("0;;128104:8205:128105", "👨‍👩"),
        ("97;3;229", "å"), ("113;7;64", "@"), ("97;5;97", ""), ("97;9;97", ""), ("99;5;3", ""), ("229;;229", "å"),
    ],
)  # fmt: skip
def test_reports_type_what_they_tell(report: str, text: str) -> None:
    shown = "".join(token.character or "" for token in read(f"\x1b[{report}u") if isinstance(token, Key))
    assert shown == text


def test_a_dead_key_types_nothing_where_the_terminal_tells_the_text() -> None:
    line = Line().send("\x1b[?29u\x1b[94u\x1b[101;;234u\x1b[1089::99u")
    assert line.text == "êс"


@pytest.mark.parametrize(
    ("report", "name", "text"),
    [("27;5;99~", "ctrl+c", ""), ("27;6;67~", "ctrl+shift+c", ""), ("27;2;13~", "shift+enter", ""),
     ("27;5;1089~", "ctrl+с", ""), ("27;2;65~", "A", "A"), ("27;1;27~", "escape", ""), ("27;5;9~", "ctrl+tab", "")],
)  # fmt: skip
def test_modify_other_keys(report: str, name: str, text: str) -> None:
    found = read(f"\x1b[{report}")
    assert [token.name for token in found if isinstance(token, Key)] == [name] and "".join(
        typed(found)
    ) == text


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("\x1bx", ["alt+x"]), ("\x1bX", ["alt+shift+x"]), ("\x1b\r", ["alt+enter"]), ("\x1b\n", ["alt+enter"]),
     ("\x1b\x03", ["escape", "ctrl+c"]), ("\x1b\x1b[A", ["alt+up"]), ("\x1b\x1bOD", ["alt+left"]), ("\x1bф", ["alt+ф"]),
     ("\x1bO", ["alt+shift+o"]), ("\x1b[", ["alt+left_square_bracket"]), ("\x1bO5P", ["ctrl+f1"]),
     ("\x1b\x1b[<0;1;1M", ["escape"]), ("\x1b[[A", ["f1"]), ("\x1bOM", ["enter"])],
)  # fmt: skip
def test_keys_after_escape(sent: str, expected: list[str]) -> None:
    assert names(sent) == expected
