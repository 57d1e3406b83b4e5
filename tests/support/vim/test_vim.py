"""Keys of vim: `cases.jsonl` holds what vim 9.0 (sw=4, et) made of them, a text and then what is done with it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.support.vim.vim import Mode, Vim

ESC = "\x1b"
CASES = Path(__file__).with_name("cases.jsonl")


class Editor:
    """A text that is typed on."""

    def __init__(self, text: str, at: int, mode: Mode = Mode.NORMAL) -> None:
        self.vim, self.text, self.at = Vim(), text, at
        self.leaves = 0
        self.vim.press("escape", text, at)
        self.vim.saw(text, at)
        self.at = at
        if mode is Mode.INSERT:
            self.vim.insert()

    def type(self, keys: str) -> "Editor":
        for key in keys:
            if self.vim.mode is Mode.INSERT and key != ESC:
                self.text, self.at = self.text[: self.at] + key + self.text[self.at :], self.at + 1
                continue
            out = self.vim.press("escape" if key == ESC else key, self.text, self.at)
            if out is None:
                continue
            for edit in out.edits:
                self.text = self.text[: edit.start] + edit.text + self.text[edit.end :]
            self.at, self.leaves = out.at, out.leaves
            self.vim.saw(self.text, self.at)
        return self

    @property
    def place(self) -> list[int]:
        before = self.text[: self.at]
        return [before.count("\n"), self.at - before.rfind("\n") - 1]


def cases() -> Iterator[tuple[str, list[int], list[str], str, list[int]]]:
    text, at = "", [0, 0]
    for line in CASES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "keys" not in row:
            text, at = row["text"], row["at"]
        else:
            yield text, at, row["keys"], row["text"], row["at"]


def place(text: str, row: int, column: int) -> int:
    return sum(len(line) + 1 for line in text.split("\n")[:row]) + column


@pytest.mark.parametrize("case", cases(), ids=lambda case: "".join(case[2]).replace(ESC, "<Esc>"))
def test_does_what_vim_does(case: tuple[str, list[int], list[str], str, list[int]]) -> None:
    text, at, keys, expected, cursor = case
    editor = Editor(text, place(text, *at))
    for each in keys:
        editor.type(each)
        while editor.vim.mode is not Mode.NORMAL or editor.vim.keys:
            editor.type(ESC)
    assert (editor.text, editor.place) == (expected, cursor)


def test_begins_in_insert_mode_where_keys_are_text() -> None:
    vim = Vim()
    assert vim.press("d", "", 0) is None
    assert vim.mode is Mode.INSERT


def test_escape_leaves_insert_mode_then_drops_keys_then_means_nothing() -> None:
    editor = Editor("one", 1, Mode.INSERT)
    assert editor.vim.press("escape", "one", 1) is not None
    editor.type("2d")
    assert editor.vim.keys == "2d"
    assert editor.vim.press("escape", "one", 0) is not None
    assert editor.vim.keys == ""
    assert editor.vim.press("escape", "one", 0) is None


def test_keys_that_mean_nothing_change_nothing() -> None:
    words = (
        "ma",
        "'a",
        "`a",
        "qa",
        "@a",
        "zo",
        "ZZ",
        "[a",
        "d'a",
        "=ap",
        "gqap",
        "!ap",
        "zfap",
        "g?w",
        ":s/a/b\r",
        '2"a:x\r',
    )
    for keys in (*words, "dz", "gz", "Q", "zz", "&", "c\x00", "/absent\r", "d?absent\r", "n", '"ap', "3g??"):
        editor = Editor("one two", 3).type(keys)
        assert (editor.text, editor.at, editor.vim.keys) == ("one two", 3, ""), keys


def test_what_is_looked_for_is_typed_on_a_line() -> None:
    editor = Editor("one two three", 0).type("d/twx")
    assert editor.vim.on_a_line and editor.vim.keys == "d/twx"
    editor.vim.press("backspace", editor.text, editor.at)
    editor.type("o\r")
    assert (editor.text, editor.vim.on_a_line) == ("two three", False)
    editor.type("/")
    editor.vim.press("backspace", editor.text, editor.at)
    assert (editor.vim.keys, editor.vim.on_a_line) == ("", False)


@pytest.mark.parametrize("keys", ["R", "gi", "gI"])
def test_what_begins_to_write_in_vim_does_so_here(keys: str) -> None:
    assert Editor("one", 0).type(f"{keys}xdd").text == "xddone"


def test_undo_takes_back_what_others_changed_and_capital_u_brings_it_again() -> None:
    editor = Editor("one", 0)
    editor.text, editor.at = "one pasted", 9
    assert editor.type("u").text == "one"
    assert editor.type("U").text == "one pasted"
    assert editor.type("x").type("uu").text == "one"
    assert editor.type("2U").text == "one paste"


def test_all_that_was_typed_in_insert_mode_is_one_change() -> None:
    editor = Editor("one", 0).type("A two" + ESC + "A three" + ESC)
    assert editor.type("u").text == "one two"
    assert editor.type("u").text == "one"
    assert editor.type("UU").text == "one two three"


def test_up_on_the_first_line_and_down_on_the_last_lead_out() -> None:
    assert Editor("one\ntwo", 0).type("k").leaves == -1
    assert Editor("one\ntwo", 5).type("j").leaves == 1
    assert Editor("one\ntwo", 0).type("j").leaves == 0
    assert Editor("one\ntwo", 5).type("dj").leaves == 0


def test_what_is_selected_is_told_with_the_cursor_at_its_end() -> None:
    editor = Editor("one two\nthree", 4)
    for keys, selected in (("v", (4, 4)), ("e", (4, 6)), ("o", (7, 4)), ("V", (7, 0)), ("j", (0, 13))):
        for key in keys:
            out = editor.vim.press(key, editor.text, editor.at)
            assert out is not None
            editor.at = out.at
        assert out is not None and out.selected == selected, keys


def test_a_cursor_that_was_put_elsewhere_ends_visual_mode() -> None:
    editor = Editor("one two three", 0).type("ve")
    editor.at = 8
    assert editor.type("x").text == "one two hree"


def test_columns_are_those_of_the_screen() -> None:
    assert Editor("北京上海\nabcdefgh", 2).type("j").place == [1, 4]


@given(
    st.text(alphabet="ab (){}\"'.北\n\t", max_size=40),
    st.integers(0, 40),
    st.text(alphabet='hjklwbeWBE0^$gG{}%;,fFtTdcyxXDCYsSpPrJ~iaIAoOuUvV.<>123"(p' + ESC, max_size=30),
)
def test_no_keys_lead_out_of_the_text(text: str, at: int, keys: str) -> None:
    editor = Editor(text, min(at, len(text)))
    for key in keys:
        editor.type(key)
        assert 0 <= editor.at <= len(editor.text)
    editor.type(ESC * 3)
    assert editor.vim.mode is Mode.NORMAL
