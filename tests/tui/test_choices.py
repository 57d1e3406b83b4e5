"""A list that is filtered by typing: the cursor's row can always be seen."""

from __future__ import annotations

from textual.app import ComposeResult

from glmchat.tui.widgets.lists.choices import Choices, Row
from tests.themed import ThemedApp


class Stage(ThemedApp):
    """Shows sixty rows, of which a few fit."""

    CSS = "Choices { max-height: 10; }"

    def compose(self) -> ComposeResult:
        yield Choices([Row(str(number), f"row {number}") for number in range(60)])


def at_cursor(choices: Choices) -> list[str]:
    lines = [choices.render_line(y).text for y in range(choices.size.height)]
    return [line.split()[2] for line in lines if line.startswith("▸")]


async def test_the_row_of_the_cursor_is_in_view_wherever_it_goes() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        choices = app.query_one(Choices)
        choices.focus()
        for key in ("end", *["up"] * 12, "pageup", "pageup", "down", "home", "pagedown"):
            await pilot.press(key)
            assert choices.row is not None
            assert at_cursor(choices) == [choices.row.value], key
