"""Which rows are visible, which line is whose, and what a filter finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.core.parameters import Group
from glmchat.tui.widgets.sidebar.controls import Choice, Control
from glmchat.tui.widgets.sidebar.outline import Outline
from glmchat.tui.widgets.sidebar.state import SidebarState
from tests.sidebar.stage import staged


def found(words: str) -> list[str]:
    outline = Outline()
    outline.filter = words
    outline.arrange(SidebarState())
    return [row.name for row in outline.rows if isinstance(row, Control)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("seed", ["seed"]),
        ("TEMP", ["temperature"]),
        ("prob top", ["top_logprobs"]),
        ("penal pres", ["presence_penalty"]),
        ("budget", ["reasoning_max_tokens"]),
        ("length", ["max_tokens", "seed", "stop"]),
        ("schema", ["response_format", "structured_outputs"]),
        ("nothing has this", []),
    ],
)
def test_a_filter_finds_names_first_and_groups_and_help_else(words: str, names: list[str]) -> None:
    assert found(words) == names


@given(st.data())
def test_every_line_belongs_to_one_row_whatever_is_folded_opened_or_filtered(data: st.DataObject) -> None:
    outline, state = Outline(), SidebarState()
    for heading in outline.headings:
        heading.folded = data.draw(st.booleans())
    for control in outline.controls:
        if isinstance(control, Choice):
            control.open = data.draw(st.booleans())
    outline.filter = data.draw(st.sampled_from(["", "top", "e", "length", "zz"]))
    outline.arrange(state)
    lines = [outline.at(line) for line in range(outline.height)]
    assert [pair for pair in lines if pair is not None] == [
        (row, line) for row in outline.rows for line in range(row.height(state))
    ]
    assert outline.at(-1) is None
    assert outline.at(outline.height) is None
    for row in outline.rows:
        assert lines[outline.start(row)] == (row, 0)


def open_groups(lines: int, outline: Outline | None = None) -> list[str]:
    outline = outline or Outline()
    outline.unfold(SidebarState(), lines)
    return [heading.group.value for heading in outline.headings if not heading.folded]


def test_groups_are_unfolded_as_far_as_the_height_allows() -> None:
    assert open_groups(5) == ["Sampling", "Reasoning"]
    assert open_groups(200) == [group.value for group in Group]
    for lines in range(30, 60):
        outline = Outline()
        if len(open_groups(lines, outline)) > 2:
            assert outline.height <= lines
    counts = [len(open_groups(lines)) for lines in range(5, 60)]
    assert counts[0] == 2
    assert 3 in counts
    assert counts[-1] == len(Group)


def test_what_was_folded_by_hand_stays_so_at_any_height() -> None:
    outline = Outline()
    sampling, tools = (
        outline.headings[0],
        next(each for each in outline.headings if each.group is Group.TOOLS),
    )
    sampling.turn()
    tools.turn()
    for lines in (5, 200, 5):
        shown = open_groups(lines, outline)
        assert "Sampling" not in shown
        assert "Tools" in shown


async def test_unfolding_a_group_brings_its_rows_into_view() -> None:
    async with staged(40, height=30) as (app, pilot):
        for heading in app.controls.outline.headings:
            heading.folded = True
        app.controls.rearrange()
        for name in ("group Sampling", "group Output"):
            app.controls.move_cursor(app.row(name))
            await pilot.press("enter")
            await pilot.pause()
            assert any(app.row(name).name in f"group {line.strip(' ▌▾')}" for line in app.lines())
        assert any("logit_bias" in line for line in app.lines())


async def test_a_filtered_group_stays_open() -> None:
    async with staged(40) as (app, pilot):
        app.controls.filter("top_p")
        app.controls.move_cursor(app.row("group Sampling"))
        await pilot.press("left", "enter", "space")
        assert "▾" in app.line("group Sampling")
        await pilot.press("escape")
        assert app.controls.outline.find("temperature") is not None
