"""A project's instructions: offered once, shown before they are used, remembered for what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from glmchat.prompts.instructions import find, remember
from glmchat.tui.commands.actions import instructions
from glmchat.tui.screens.confirm import ConfirmScreen
from tests.tui.stage import staged


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    place = tmp_path / "project"
    (place / "deep").mkdir(parents=True)
    (place / "AGENTS.md").write_text("Use tabs.")
    monkeypatch.chdir(place / "deep")
    return place


def test_the_nearest_is_found_and_what_was_said_of_it_holds_for_what_it_says(project: Path) -> None:
    found = find()
    assert found is not None and (found.text, found.wanted) == ("Use tabs.", None)
    remember(found, wanted=True)
    again = find()
    assert again is not None and again.wanted is True
    (project / "AGENTS.md").write_text("Use spaces.")
    changed = find()
    assert changed is not None and changed.wanted is None
    (project / "GLMCHAT.md").write_text("For glmchat.")
    nearest = find()
    assert nearest is not None and nearest.path.name == "GLMCHAT.md"


async def test_they_are_offered_once_and_taken_into_new_sessions_after_a_yes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        endpoint = stage.workspace.current.endpoint
        stage.workspace.current.endpoint = replace(endpoint, demo=False)
        await instructions.offer(stage.app)
        assert "/instructions shows them" in stage.notices
        assert stage.workspace.current.system == ""
        found = find()
        assert found is not None
        remember(found, wanted=False)
        stage.app.chat.notice.say("quiet")
        await instructions.offer(stage.app)
        assert stage.notices.startswith("quiet")
        remember(found, wanted=True)
        await instructions.offer(stage.app)
        assert stage.workspace.current.system.endswith("Use tabs.")


async def test_they_are_shown_and_used_after_a_yes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        assert stage.workspace.current.system == ""
        await stage.command("/instructions")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.until(lambda: "Use tabs." in stage.screen_text)
        await stage.press("enter")
        part = "Instructions of the project, from AGENTS.md:\n\nUse tabs."
        await stage.until(lambda: stage.workspace.current.system == part)
        await stage.send("hello")
        assert stage.script.bodies[-1]["messages"][0] == {"role": "system", "content": part}
        await stage.command("/instructions")
        await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        await stage.press("down", "enter")
        await stage.until(lambda: stage.workspace.current.system == "")
