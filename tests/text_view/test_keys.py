"""A text that is no message: keys read it, and none of them asks for anything to be done with a message."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.message import Message as Event

from glmchat.tui.widgets.column import ColumnText
from glmchat.tui.widgets.page import Page
from glmchat.tui.widgets.text_view import CodeSaveRequested, LinkActivated, SingleTextView
from glmchat.tui.widgets.transcript.keys import ON_A_MESSAGE
from tests.themed import ThemedApp
from tests.transcript.frames import drawn

TEXT = "A [link](https://example.com/a).\n\n```python\nx = 1\n```\n\n" + "more\n\n" * 60


class Stage(ThemedApp):
    """An app that holds one view, and notes what it announces."""

    def __init__(self, view: SingleTextView) -> None:
        super().__init__()
        self.view = view
        self.announced: list[Event] = []

    def compose(self) -> ComposeResult:
        """The view alone."""
        yield self.view

    def on_mount(self) -> None:
        """The view takes the keys."""
        self.view.focus()

    def note(self, event: Event) -> None:
        """Note one announcement."""
        self.announced.append(event)

    on_code_save_requested = on_link_activated = on_message_action_requested = on_sibling_requested = note


@pytest.mark.parametrize("kind", [Page, ColumnText])
async def test_keys_read_a_text_and_act_on_no_message(kind: Any) -> None:
    view: SingleTextView = kind()
    async with (stage := Stage(view)).run_test(size=(60, 20)) as pilot:
        view.show_text(TEXT)
        await drawn(pilot, view)
        await pilot.press("home", "s", "n", "enter")
        assert [type(event) for event in stage.announced] == [CodeSaveRequested, LinkActivated]
        await pilot.press("end")
        assert view.item_layout.at_end
        bound = {key for each in type(view).BINDINGS for key in getattr(each, "key", "").split(",")}
        assert not bound & {key for each in ON_A_MESSAGE for key in each.key.split(",")}
        for each in ON_A_MESSAGE:
            await pilot.press(*each.key.split(","))
        assert len(stage.announced) == 2


@pytest.mark.parametrize("kind", [Page, ColumnText])
async def test_a_text_grows_and_ends(kind: Any) -> None:
    view: SingleTextView = kind()
    async with Stage(view).run_test(size=(60, 20)) as pilot:
        view.show_text("The be", text_id=5, growing=True)
        view.feed("ginning, ")
        view.feed("the end.")
        await drawn(pilot, view)
        assert view.text == "The beginning, the end."
        view.finish()
        item = view.text_item
        assert item is not None and item.document is not None and item.document.closed
        view.finish("Another end.")
        await drawn(pilot, view)
        assert view.text == "Another end."
        view.show_items([])
        view.feed("nothing")
        view.finish("nothing")
        assert view.text == "" and view.text_item is None
