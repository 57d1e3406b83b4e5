"""What mypy cannot see of the commands: that each one runs, that its module waits until then, and that none lacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from textual.binding import Binding

from glmchat.tui.app import GlmChat
from glmchat.tui.commands.actions import messages
from glmchat.tui.commands.registry import TABLE
from glmchat.tui.platform import external_editor
from glmchat.tui.widgets.prompt.slash import Offer
from glmchat.tui.widgets.transcript import Act
from glmchat.tui.widgets.transcript.keys import ON_A_MESSAGE
from tests.tui.stage import Stage, staged

SIZE = (120, 40)
_LOADED = """
import sys
from glmchat.tui.commands import actions, registry
found = [name for name in sys.modules if name.startswith("glmchat.tui.commands.actions.")]
assert found == [], found
assert actions.view.page_up.__module__ in sys.modules
try:
    actions.nothing
except AttributeError as error:
    assert "nothing" in str(error)
else:
    raise AssertionError("there is no such module")
"""


async def back_to_the_chat(stage: Stage) -> None:
    """Close whatever a command has opened."""
    app = stage.app
    for _ in range(5):
        await stage.until(lambda: app.inputs.at_rest)
        if app.screen is app.chat:
            break
        await stage.press("escape")
    assert app.screen is app.chat


async def test_every_command_runs_and_every_completion_offers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []

    async def leave(app: GlmChat) -> None:
        left.append("quit")

    async def edit(app: GlmChat, text: str) -> str:
        return text

    monkeypatch.setattr(GlmChat, "leave", leave)
    monkeypatch.setattr(GlmChat, "action_suspend_process", lambda app: left.append("suspend"))
    monkeypatch.setattr(external_editor, "edit", edit)
    async with staged(tmp_path, SIZE) as stage:
        ran: list[str] = []
        for row in TABLE:
            if row.run is None:
                continue
            if not stage.workspace.current.conversation.nodes:
                await stage.send("Go")
            stage.app.run_command(row.name)
            await stage.pilot.pause()
            await back_to_the_chat(stage)
            ran.append(row.name)
            if row.completes is not None:
                offers = row.completes(stage.app, "")
                assert all(isinstance(each, Offer) for each in offers), row.name
            assert not stage.app.faults, (row.name, list(stage.app.faults))
    assert len(ran) > 60
    assert set(left) == {"quit", "suspend"}


def test_a_module_of_actions_is_loaded_when_it_is_first_used() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_whatever_can_be_done_with_a_message_is_done() -> None:
    assert set(messages.ACTS) == set(Act)
    asked = [
        each.action.removeprefix("message_action('").removesuffix("')")
        for each in ON_A_MESSAGE
        if isinstance(each, Binding) and each.action.startswith("message_action")
    ]
    assert len(asked) > 10
    assert {Act(each) for each in asked} <= set(Act)
