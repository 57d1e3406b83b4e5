"""Simple formulas on the screen: drawn as signs, shown as written by a key, copied as their source."""

from __future__ import annotations

from textual.pilot import Pilot

from glmchat.core.conversation import Message, Role
from tests.transcript.stage import Stage, settled

TEXT = "So $x^2 \\le \\alpha$ here.\n\n| $a_1$ | b |\n|---|---|\n\n$$\n\\frac{a}{b}\n$$\n"


def said(*texts: str) -> list[Message]:
    return [Message(number, number - 1 or None, Role.ASSISTANT, text) for number, text in enumerate(texts, 1)]


async def test_a_key_shows_formulas_as_they_are_written_and_as_signs_again() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(said(TEXT))
        await settled(pilot)
        assert stage.find("So x² ≤ α here.") and stage.find("a₁ ") and stage.find("a/b")
        await pilot.press("k", "m")
        await settled(pilot)
        assert (
            stage.find("So $x^2 \\le \\alpha$ here.") and stage.find("$a_1$") and stage.find("\\frac{a}{b}")
        )
        # What comes into view afterwards is written as well.
        stage.transcript.messages.append(Message(2, 1, Role.ASSISTANT, "And $n_2$."))
        await settled(pilot)
        assert stage.find("And $n_2$.")
        await pilot.press("m")
        await settled(pilot)
        assert stage.find("So x² ≤ α here.") and stage.find("And n₂.")


async def test_what_is_read_stays_where_it_is() -> None:
    async with (stage := Stage()).run_test(size=(80, 12)) as pilot:
        stage.show(said(*(f"Line {number}.\n\n$$\nx_{number}\n$$\n\n" * 3 for number in range(20))))
        await settled(pilot)
        await pilot.press("home", "pagedown", "pagedown")
        await settled(pilot)
        top = next(row for row in stage.rows() if "Line" in row)
        for _ in range(2):
            await pilot.press("m")
            await settled(pilot)
            assert top in stage.rows()[:4]


async def test_the_source_of_a_formula_is_copied() -> None:
    async with (stage := Stage()).run_test(size=(80, 24)) as pilot:
        stage.show(said(TEXT))
        await settled(pilot)
        await drag(pilot, stage.find("So x²"), stage.find("here."))
        assert stage.transcript.selection.text() == "So $x^2 \\le \\alpha$ "


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    stage = pilot.app
    assert isinstance(stage, Stage)
    await pilot.mouse_down(stage.transcript, offset=start)
    await pilot.hover(stage.transcript, offset=end)
    await pilot.mouse_up(stage.transcript, offset=end)
    await settled(pilot)
