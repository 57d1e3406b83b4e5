"""Two sets of values for a model: for thinking and for not thinking; what is set by hand wins over both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from glmchat.history import Archive
from glmchat.workspace import Defaults, Dependencies, Workspace
from glmchat.workspace.values import Source
from tests.scripted import Script, reply
from tests.workspace.watching import Watch

MODEL = "z-ai/glm-4.5"
SETS = {MODEL: {"thinking_on": {"temperature": 1.0}, "thinking_off": {"temperature": 0.6, "max_tokens": 500}}}


async def opened(folder: Path, script: Script, **defaults: Any) -> Workspace:
    archive = await Archive.open(folder / "history.db")
    endpoint = Endpoint("test", "http://scripted.invalid/v1", demo=True)
    given = Defaults({"top_p": 0.9}, {MODEL: {"temperature": 0.8, "top_k": 7}}, by_thinking=SETS, **defaults)
    workspace = Workspace(
        Dependencies(
            archive,
            {"test": endpoint},
            "test",
            MODEL,
            demo=lambda: script,
            models={"test": [known(MODEL)]},
            defaults=given,
        )
    )
    await workspace.start()
    return workspace


BASE = {"top_p": 0.9, "top_k": 7}


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        ("unset", {"temperature": 0.8}),
        ("on", {"temperature": 1.0, "reasoning": True}),
        ("high", {"temperature": 1.0, "reasoning_effort": "high"}),
        ("off", {"temperature": 0.6, "max_tokens": 500, "reasoning": False}),
    ],
)
async def test_each_depth_has_its_values(tmp_path: Path, depth: str, expected: dict[str, Any]) -> None:
    workspace = await opened(tmp_path, Script())
    workspace.depths.choose("off")
    workspace.depths.choose(depth)
    assert workspace.current.values.plain() == {**BASE, **expected}
    await workspace.aclose()


async def test_switching_says_what_changes_with_it(tmp_path: Path) -> None:
    workspace = await opened(tmp_path, Script())
    said = workspace.depths.toggle()
    assert said == "With it, by this model's defaults: temperature 0.80 → 0.60, max_tokens not sent → 500."
    assert workspace.current.values.source("temperature") is Source.MODEL
    assert "temperature 0.60 → 1.00" in workspace.depths.toggle()
    await workspace.aclose()


async def test_what_is_set_by_hand_wins_and_undo_follows(tmp_path: Path) -> None:
    workspace = await opened(tmp_path, Script())
    workspace.tuning.set_value("temperature", 0.3)
    workspace.tuning.unset("max_tokens")
    workspace.depths.choose("off")
    assert workspace.current.values.plain() == {
        **BASE,
        "temperature": 0.3,
        "max_tokens": 500,
        "reasoning": False,
    }
    workspace.tuning.unset("max_tokens")
    workspace.depths.choose("on")
    workspace.depths.choose("off")
    assert "max_tokens" not in workspace.current.values.plain()
    for _ in range(5):
        workspace.tuning.undo()
    assert workspace.current.values.plain() == {**BASE, "temperature": 0.8}
    await workspace.aclose()


async def test_a_flag_of_this_run_wins_and_chooses_the_set(tmp_path: Path) -> None:
    workspace = await opened(tmp_path, Script(), flags={"reasoning": False, "temperature": 0.1})
    assert workspace.current.values.plain() == {
        **BASE,
        "temperature": 0.1,
        "max_tokens": 500,
        "reasoning": False,
    }
    await workspace.aclose()


async def test_once_is_asked_with_the_values_of_its_depth(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [reply("A"), reply("B")]
    workspace = await opened(tmp_path, script)
    watch = Watch(workspace)
    workspace.depths.once("off")
    workspace.replies.send("one")
    await watch.replies(1)
    workspace.replies.send("two")
    await watch.replies(2)
    assert [body["temperature"] for body in script.bodies] == [0.6, 0.8]
    await workspace.aclose()


async def test_a_session_comes_back_with_the_set_of_its_depth(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [reply("A")]
    workspace = await opened(tmp_path, script)
    watch = Watch(workspace)
    workspace.depths.choose("off")
    workspace.replies.send("one")
    await watch.replies(1)
    id, before = workspace.current.id, workspace.current.values.plain()
    await workspace.aclose()
    again = await opened(tmp_path, script)
    await again.sessions.open(id)
    assert again.current.values.plain() == before
    assert again.current.values.source("temperature") is Source.MODEL
    await again.aclose()
