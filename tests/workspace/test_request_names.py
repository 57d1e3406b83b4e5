"""A session's own names, labels and further keys: sent with each request, shown before, and there again later."""

from __future__ import annotations

import pytest

from glmchat.core.presets import Preset
from glmchat.workspace import Workspace
from glmchat.workspace.slash import request, tune
from tests.scripted import Script, reply
from tests.workspace.watching import Opener, Watch

GIVEN = {
    "session_id": "s-1",
    "user": "u-1",
    "metadata": '{"project": "sorting"}',
    "extra_body": '{"service_tier": "flex"}',
}


async def test_what_a_session_names_itself_by_is_sent_shown_and_kept(
    workspace: Workspace, script: Script, watch: Watch, reopen: Opener
) -> None:
    for name, text in GIVEN.items():
        tune.set_value(workspace, f"{name} {text}")
    script.scripts = [reply("one"), reply("two")]
    workspace.replies.send("Hello")
    await watch.replies(1)
    expected = {
        "session_id": "s-1",
        "user": "u-1",
        "metadata": {"project": "sorting"},
        "service_tier": "flex",
    }
    assert expected.items() <= script.bodies[0].items()
    page = request.report(await workspace.requests.preview(), None)
    assert all(each in page for each in ('"s-1"', '"u-1"', '"sorting"', '"flex"'))
    id = workspace.current.id
    await workspace.aclose()
    again = await reopen()
    await again.start(resume=id)
    later = Watch(again)
    again.replies.send("And now?")
    await later.replies(1)
    assert expected.items() <= script.bodies[1].items()


async def test_a_preset_neither_takes_nor_brings_the_names_of_a_session(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Preset] = []

    async def save(_: object, preset: Preset) -> str:
        kept.append(preset)
        return "config.toml"

    monkeypatch.setattr(type(workspace.shared.dependencies.config_store), "save_preset", save)
    workspace.presets.append(Preset("empty", {}))
    for name, text in GIVEN.items():
        tune.set_value(workspace, f"{name} {text}")
    tune.set_value(workspace, "temperature 0.5")
    await workspace.tuning.save_preset("mine")
    assert kept[0].values.keys() == {"temperature", "extra_body"}
    workspace.tuning.apply_preset("empty")
    assert workspace.current.values.plain().keys() == {"session_id", "user", "metadata"}
    assert workspace.current.preset == "empty"
