"""Whatever keys and clicks a control gets: what it announces is valid, what it draws fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from glmchat.core.depth import EFFORT, SWITCH, values_of
from glmchat.core.parameters import BY_NAME, TABLE
from glmchat.markdown.spans import Span, width_of
from glmchat.tui.widgets.sidebar.messages import Act, Choose, Clear, Deepen, Type
from glmchat.tui.widgets.sidebar.outline import Outline
from glmchat.tui.widgets.sidebar.rows import Row, View, between, crop, fit
from glmchat.tui.widgets.sidebar.state import SidebarState
from tests.sidebar.stage import CITY, WEATHER

KEYS = [
    *("left", "right", "up", "down", "shift+left", "shift+right", "home", "end", "enter", "space", "escape"),
    *("delete", "backspace", "tab", "1", "minus", "full_stop", "r", "k", "a"),
]
CHARACTERS = {"1": "1", "minus": "-", "full_stop": ".", "r": "r", "k": "k", "a": "a", "space": " "}

wide_text = st.text(st.sampled_from("ab 中文字日本語한글ｗ\n\t\x1b\u202e\u0301😀👨‍👩‍👧❤️"), max_size=60)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "stop": st.lists(wide_text.filter(bool), min_size=1, max_size=4),
    "logit_bias": st.dictionaries(st.integers(0, 9).map(str), st.integers(-100, 100), min_size=1),
    "tools": st.just([WEATHER, CITY]),
    "session_id": st.sampled_from(["s", "会话" * 40, "a b"]),
    "user": st.sampled_from(["u", "😀 x"]),
    "metadata": st.dictionaries(wide_text, wide_text, min_size=1, max_size=3),
    "extra_body": st.dictionaries(wide_text, st.integers() | st.just({"a": [None]}), min_size=1, max_size=3),
    "tool_choice": st.sampled_from(["auto", "none", "gone", "查找城市"]).map(BY_NAME["tool_choice"].validate),
    "response_format": st.sampled_from(["text", "json_object", {"type": "object", "title": "城市"}]).map(
        BY_NAME["response_format"].validate
    ),
}


@st.composite
def states(draw: st.DrawFn) -> SidebarState:
    values: dict[str, Any] = {}
    for row in TABLE:
        if draw(st.booleans()):
            continue
        value: Any
        if row.numeric:
            wide = row.minimum is None or row.maximum is None
            value = draw(st.integers(1, 20) if wide else st.floats(row.minimum, row.maximum))
            value = round(value) if row.step == 1 else value
        elif row.choices and row.name not in VALUES:
            value = draw(st.sampled_from(row.choices))
        else:
            value = draw(VALUES.get(row.name, st.booleans()))
        values[row.name] = row.validate(value)
    return SidebarState(
        values=values,
        last=draw(st.sampled_from([None, {}, {"temperature": 0.5, "seed": 3}, values])),
        recommended=draw(st.sampled_from([{}, {"temperature": 0.6, "top_p": 0.95}])),
        disabled=draw(st.sampled_from([{}, {"top_a": "It refused."}, {row.name: "No." for row in TABLE}])),
        token_limit=draw(st.none() | st.integers(1, 1_000_000)),
        system=draw(wide_text),
        last_seed=draw(st.none() | st.integers(-(2**40), 2**40)),
        preset=draw(wide_text),
    )


def every_row() -> list[Row]:
    outline = Outline()
    return [*outline.top, *outline.headings, *outline.controls]


def done(state: SidebarState, act: Act | None) -> SidebarState:
    """The state after an act, as the chat would have it; fails where the table refuses what was announced."""
    values = dict(state.values)
    if isinstance(act, Choose):
        checked = BY_NAME[act.name].validate(act.value)
        assert checked == act.value
        assert type(checked) is type(act.value)
        assert act.name not in state.disabled
        values[act.name] = act.value
    elif isinstance(act, Clear):
        values.pop(act.name, None)
    elif isinstance(act, Deepen):
        assert act.depth in state.depths
        assert "reasoning" not in state.disabled
        values = {name: each for name, each in values.items() if name not in (SWITCH, EFFORT)}
        values |= values_of(act.depth)
    elif isinstance(act, Type):
        assert BY_NAME[act.name].numeric
    return replace(state, values=values)


deeds = st.one_of(
    st.sampled_from(KEYS),
    st.tuples(st.sampled_from(["press", "drag", "wheel"]), st.integers(-5, 130), st.integers(0, 12)),
)


def use(row: Row, state: SidebarState, width: int, todo: list[Any]) -> None:
    """Do all of it to a row, as the chat would answer, and check what is announced."""
    for deed in todo:
        view = View(state, width, focused=True)
        line = min(deed[2], row.height(state) - 1) if not isinstance(deed, str) else 0
        act: Act | None
        if isinstance(deed, str):
            act = row.key(view, deed, CHARACTERS.get(deed))
        elif deed[0] == "press":
            act = row.press(view, deed[1], line)
        elif deed[0] == "wheel":
            act = row.wheel(view, line, 1 if deed[1] % 2 else -1)
        else:
            act = row.drag(view, deed[1])
        state = done(state, act)


rows = st.integers(0, len(every_row()) - 1).map(lambda place: every_row()[place])
uses = (rows, states(), st.integers(8, 100), st.lists(deeds, max_size=25))


@given(*uses)
def test_what_a_control_announces_is_valid(
    row: Row, state: SidebarState, width: int, todo: list[Any]
) -> None:
    use(row, state, width, todo)


@pytest.mark.full
@settings(max_examples=10_000)
@given(*uses)
def test_what_a_control_announces_is_valid_in_many_cases(
    row: Row, state: SidebarState, width: int, todo: list[Any]
) -> None:
    use(row, state, width, todo)


@given(states(), st.integers(8, 100), st.booleans())
def test_every_line_fits_and_is_one_line_of_safe_text(state: SidebarState, width: int, focused: bool) -> None:
    for row in every_row():
        for opened in (False, True):
            if hasattr(row, "open"):
                row.open = opened
            for line in range(row.height(state)):
                spans = row.draw(View(state, width, focused), line)
                assert width_of(spans) <= width, (row.name, spans)
                text = "".join(span.text for span in spans)
                assert not any(ord(character) < 32 or character in "\x7f\u202e" for character in text)


@given(wide_text, st.integers(0, 40))
def test_text_is_cut_to_the_cells_there_are(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) <= width


@given(st.lists(wide_text, max_size=3), wide_text, st.integers(1, 60))
@example(["\u200da中"], "", 1)
def test_a_line_is_filled_to_its_width(left: list[str], right: str, width: int) -> None:
    spans = [Span(fit(text, 99), "label") for text in left]
    assert width_of(between(spans, [Span(fit(right, 99), "value")], width)) == width
    assert width_of(crop(spans, width)) == width
