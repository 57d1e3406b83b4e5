"""A session's own names, labels and further keys: sent with each request, shown before, and there again later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glmchat.api import dialects
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import format_id
from glmchat.core.preferences import Preferences
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


async def test_a_session_that_is_to_goes_by_its_own_id_and_so_does_its_fork(
    workspace: Workspace, script: Script, watch: Watch, reopen: Opener
) -> None:
    workspace.tuning.set_value("session_id", "auto")
    script.scripts = [reply(each) for each in ("one", "fork", "new", "later")]
    workspace.replies.send("Hello")
    await watch.replies(1)
    first = workspace.current
    assert (await workspace.requests.preview()).body["session_id"] == format_id(first.id)
    assert (await workspace.requests.preview()).changed == []
    last = first.last_reply()
    assert last is not None
    await workspace.tree.fork(last.id)
    workspace.replies.send("Here?")
    await watch.replies(2)
    workspace.sessions.new_session()
    workspace.tuning.set_value("session_id", "auto")
    workspace.replies.send("And here?")
    await watch.replies(3)
    other = workspace.current.id
    await workspace.aclose()
    again = await reopen()
    await again.start(resume=first.id)
    later = Watch(again)
    again.replies.send("And now?")
    await later.replies(1)
    ids = [body["session_id"] for body in script.bodies]
    assert ids == [format_id(each) for each in (first.id, first.id, other, first.id)]


async def test_side_questions_and_titles_go_by_the_same_name(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    workspace.shared.preferences = Preferences(titles_by_model=True)
    workspace.tuning.set_value("session_id", "auto")
    session = workspace.current
    session.endpoint = replace(session.endpoint, demo=False)
    workspace.shared.client = ChatClient(script)
    script.scripts = [reply("one"), reply("A title"), reply("aside")]
    workspace.replies.send("Hello")
    await watch.until(lambda: workspace.current.title == "A title")
    workspace.asides.ask("By the way?")
    await watch.until(lambda: len(script.bodies) == 3)
    assert {body["session_id"] for body in script.bodies} == {format_id(session.id)}


def test_without_a_session_no_name_is_sent() -> None:
    built = dialects.build(Endpoint("e", "https://e.example/v1"), "m", [], {"session_id": "auto"})
    assert ("session_id" in built.body, built.omitted) == (False, {})
