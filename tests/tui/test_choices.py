"""A list that is filtered by typing: the cursor's row can always be seen, below the headings of its groups."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult

from glmchat.tui.widgets.lists.choices import FEW, Choices, Row
from tests.themed import ThemedApp


class Stage(ThemedApp):
    """Shows rows, of which a few fit."""

    CSS = "Choices { max-height: 10; }"

    def __init__(self, rows: list[Row[str]]) -> None:
        super().__init__()
        self.choices = Choices(rows)
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.choices

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        assert event.row is not None
        self.chosen.append(event.row.value)


def rows(count: int, group: int = 0) -> list[Row[str]]:
    return [
        Row(str(number), f"row {number}", group=f"Group {number // group}" if group else "")
        for number in range(count)
    ]


def drawn(choices: Choices) -> list[str]:
    return [choices.render_line(y).text.rstrip() for y in range(choices.size.height)]


def at_cursor(choices: Choices) -> list[str]:
    return [line.split()[2] for line in drawn(choices) if line.startswith("▸")]


@pytest.mark.parametrize("group", [0, 1, 7, 60])
async def test_the_row_of_the_cursor_is_in_view_wherever_it_goes(group: int) -> None:
    app = Stage(rows(60, group))
    async with app.run_test(size=(40, 20)) as pilot:
        choices = app.choices
        choices.focus()
        for key in ("end", *["up"] * 12, "pageup", "pageup", "down", "home", "pagedown"):
            await pilot.press(key)
            assert choices.row is not None
            assert at_cursor(choices) == [choices.row.value], key
        await pilot.press("home")
        assert (drawn(choices)[1] == "Group 0") == bool(group)


async def test_groups_have_headings_that_no_click_chooses_and_typing_takes_away() -> None:
    app = Stage(rows(8, 3))
    async with app.run_test(size=(40, 20)) as pilot:
        choices = app.choices
        choices.focus()
        await pilot.pause()
        assert drawn(choices)[1:7] == ["Group 0", "▸ row 0", "  row 1", "  row 2", "Group 1", "  row 3"]
        await pilot.click(Choices, offset=(4, 5))
        assert app.chosen == []
        await pilot.click(Choices, offset=(4, 6))
        assert app.chosen == ["3"]
        await pilot.press("4")
        assert drawn(choices)[:3] == ["/ 4▏", "▸ row 4", ""]
        await pilot.press("backspace")
        assert drawn(choices)[1] == "Group 0"


async def test_a_few_rows_have_no_line_for_a_filter_until_one_types() -> None:
    app = Stage(rows(FEW))
    async with app.run_test(size=(40, 20)) as pilot:
        choices = app.choices
        choices.focus()
        await pilot.pause()
        assert drawn(choices)[0] == "▸ row 0"
        await pilot.click(Choices, offset=(4, 1))
        assert app.chosen == ["1"]
        await pilot.press("3")
        await pilot.pause()
        assert drawn(choices)[:2] == ["/ 3▏", "▸ row 3"]
        await pilot.press("z")
        await pilot.pause()
        assert drawn(choices)[:2] == ["/ 3z▏", "Nothing matches."]


async def test_a_title_is_cut_only_where_what_is_said_of_the_rows_needs_the_room() -> None:
    title = "Colour-blind safe, light"
    for about, whole in (
        ("light", True),
        ("a sentence that takes more cells than there are beside it", False),
    ):
        stage = Stage([Row("safe", title, about), Row("dusk", "Dusk", "dark")])
        async with stage.run_test(size=(40, 10)):
            assert any(title in line for line in drawn(stage.choices)) == whole
