"""A session of the history goes on where it was held, or where this run was told to, and nowhere else unasked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from glmchat.core.model import Model
from glmchat.history import Archive, Session
from glmchat.workspace import Defaults, Dependencies, Workspace
from glmchat.workspace.changes import DraftRestored, Noticed, ValuesChanged
from tests.scripted import Script, delta, finish
from tests.workspace.watching import Watch

HERE = Endpoint("here", "https://here.invalid/v1", demo=True)
THERE = Endpoint("there", "https://there.invalid/v1", demo=True)
Open = Callable[..., Awaitable[Workspace]]


@pytest.fixture
async def started(tmp_path: Path, script: Script) -> AsyncIterator[Open]:
    """Opens the history with endpoints and defaults, going on with the newest session."""
    opened: list[Workspace] = []

    async def start(*endpoints: Endpoint, newest: bool = True, **more: Any) -> Workspace:
        for each in opened:
            await each.aclose()
        by_name = {each.name: each for each in endpoints or (HERE, THERE)}
        means: dict[str, Any] = {
            "provider": next(iter(by_name)),
            "model": "first",
            "demo": lambda: script,
        } | more
        workspace = Workspace(Dependencies(await Archive.open(tmp_path / "history.db"), by_name, **means))
        opened.append(workspace)
        await workspace.start(newest=newest)
        return workspace

    yield start
    for each in opened:
        await each.aclose()


async def talk(workspace: Workspace, script: Script, text: str = "Hello.") -> None:
    script.scripts.append([delta(content="Yes."), finish()])
    watch = Watch(workspace)
    workspace.replies.send(text)
    await watch.replies(1)
    await workspace.settle()


async def held_at(started: Open, script: Script, endpoint: Endpoint, model: str = "m") -> None:
    await talk(await started(endpoint, newest=False, model=model), script)


async def record_of(workspace: Workspace) -> Session:
    await workspace.settle()
    return (await workspace.archive.load(workspace.current.id))[0]


async def test_what_is_said_for_this_run_stands_before_the_session(started: Open, script: Script) -> None:
    await held_at(started, script, THERE)
    workspace = await started(defaults=Defaults(provider="here"))
    assert (workspace.current.endpoint, workspace.current.model.id) == (HERE, "first")
    new = replace(HERE, elsewhere=True)
    workspace = await started(new, defaults=Defaults(provider="here"))
    assert (workspace.current.endpoint, workspace.current.model.id) == (new, "m")
    workspace = await started(defaults=Defaults(model="x"))
    assert (workspace.current.endpoint, workspace.current.model.id) == (THERE, "x")
    workspace = await started()
    assert (workspace.current.endpoint, workspace.current.model.id) == (THERE, "m")


async def test_what_was_said_for_this_run_is_kept_when_something_is_sent(
    started: Open, script: Script
) -> None:
    await held_at(started, script, THERE)
    workspace = await started(defaults=Defaults(provider="here", model="x", flags={"seed": 7}))
    workspace.tuning.set_value("temperature", 0.5)
    kept = await record_of(workspace)
    assert (kept.provider, kept.base_url, kept.model) == ("there", THERE.base_url, "m")
    assert kept.values == {"temperature": 0.5}
    await talk(workspace, script)
    kept = await record_of(workspace)
    assert (kept.provider, kept.base_url, kept.model) == ("here", HERE.base_url, "x")
    assert kept.values == {"temperature": 0.5, "seed": 7}


async def test_a_session_held_elsewhere_is_not_sent_on_unasked(started: Open, script: Script) -> None:
    away = Endpoint("here", "https://private.invalid/v1", demo=True)
    await held_at(started, script, away)
    bodies = len(script.bodies)
    workspace = await started()
    session = workspace.current
    watch = Watch(workspace)
    assert session.held == away.base_url
    workspace.replies.send("Go on.")
    workspace.replies.retry(session.conversation.path()[-1].id)
    workspace.tree.edit(session.conversation.path()[0].id, "Otherwise.")
    with pytest.raises(ValueError, match="held at"):
        workspace.comparisons.start(workspace.comparisons.reasoning_variants())
    await workspace.settle()
    assert len(script.bodies) == bodies
    assert [change.text for change in watch.of(DraftRestored)] == ["Go on."]
    told = watch.of(Noticed)[0].sentence
    assert away.base_url in told
    assert HERE.base_url in told
    assert (await record_of(workspace)).base_url == away.base_url
    workspace.replies.go_on_here()
    await talk(workspace, script)
    assert len(script.bodies) == bodies + 1
    assert (await record_of(workspace)).base_url == HERE.base_url


async def test_choosing_a_model_says_where_a_session_goes_on(started: Open, script: Script) -> None:
    await held_at(started, script, Endpoint("gone", "https://private.invalid/v1", demo=True))
    workspace = await started()
    assert workspace.current.held
    workspace.tuning.set_model("there", "n")
    await talk(workspace, script)
    assert (await record_of(workspace)).provider == "there"


async def test_an_address_that_can_be_reached_again_is_used_again(started: Open, script: Script) -> None:
    away = Endpoint("127.0.0.1:9", "http://127.0.0.1:9/v1", demo=True)
    await held_at(started, script, away)

    def reach(name: str, base_url: str) -> Endpoint | None:
        return Endpoint(name, base_url, demo=True)

    workspace = await started(reach=reach)
    assert (workspace.current.held, workspace.current.endpoint, workspace.current.model.id) == ("", away, "m")
    await talk(workspace, script)
    assert workspace.sessions.new_session().endpoint == away


async def test_the_address_of_a_session_that_was_imported_is_not_reached_unasked(started: Open) -> None:
    workspace = await started(newest=False)
    session = Session(provider="x", base_url="http://127.0.0.1:9/v1", origin="glmchat", origin_id="1")
    workspace.archive.create(session)
    await workspace.archive.rename(session.id, "theirs")
    workspace.dependencies.reach = Endpoint
    assert (await workspace.sessions.open(session.id)).held == "http://127.0.0.1:9/v1"


async def test_a_session_that_was_held_nowhere_known_goes_on_by_its_providers_name(started: Open) -> None:
    workspace = await started(newest=False)
    for provider, endpoint in (("there", THERE), (None, HERE)):
        session = Session(provider=provider)
        workspace.archive.create(session)
        opened = await workspace.sessions.open(session.id)
        assert (opened.endpoint, opened.held) == (endpoint, "")
    gone = Session(provider="gone")
    workspace.archive.create(gone)
    assert (await workspace.sessions.open(gone.id)).held == "gone"


async def test_the_config_holds_where_the_session_says_nothing(started: Open, script: Script) -> None:
    config = Defaults({"temperature": 0.5, "top_k": 3}, {"first": {"top_p": 0.8}})
    workspace = await started(newest=False, defaults=config)
    workspace.tuning.set_value("seed", 1)
    workspace.tuning.unset("top_k")
    await talk(workspace, script)
    workspace = await started(defaults=Defaults({"temperature": 0.7, "top_k": 4}, {"first": {"top_p": 0.9}}))
    assert workspace.current.values.plain() == {"temperature": 0.7, "top_p": 0.9, "seed": 1}
    sources = {name: setting.source.value for name, setting in workspace.current.values.settings.items()}
    assert sources == {"temperature": "config file", "top_p": "this model's defaults", "seed": "this session"}
    workspace.tuning.set_value("top_k", 9)
    await workspace.settle()
    workspace = await started(defaults=config)
    assert workspace.current.values.get("top_k") == 9


async def test_the_prices_of_one_shop_are_not_charged_in_another(started: Open) -> None:
    home = Endpoint("wcode", "https://wcode.net/api/gpt/v1")
    workspace = await started(HERE, home, newest=False, model="z-ai/glm-4.5")
    assert (workspace.current.model.price, workspace.current.model.context) == (None, 128_000)
    workspace.tuning.set_model("wcode", "z-ai/glm-4.5")
    assert workspace.current.model.price == known("z-ai/glm-4.5").price


async def test_a_list_of_models_is_that_of_one_address(started: Open) -> None:
    workspace = await started(newest=False, models={"here": [Model("first", "First", context=9)]})
    away = Endpoint("here", "https://private.invalid/v1", demo=True)
    assert workspace.models.find_model(HERE, "first").context == 9
    assert workspace.models.find_model(away, "first").context is None


async def test_what_was_learned_before_holds_from_the_start(started: Open) -> None:
    home = Endpoint("home", "https://home.invalid/v1")
    workspace = await started(home, newest=False, model="large")
    listed = [
        {"id": "large", "context_length": 9_000, "pricing": {"prompt": "0.000001", "completion": "0.000002"}}
    ]
    await workspace.archive.endpoints.save_models(home.base_url, listed)
    learned = workspace.models.learned_of(workspace.current)
    workspace.models.remember(workspace.current, replace(learned, refused={"logprobs": "It takes none."}))
    await workspace.settle()
    workspace = await started(home, newest=False, model="large")
    watch = Watch(workspace)
    await workspace.settle()
    assert "logprobs" in workspace.models.omitted()
    assert workspace.current.model.context == 9_000
    price = workspace.current.model.price
    assert price is not None and price.input is not None
    assert any(isinstance(change, ValuesChanged) for change in watch.changes)
    watch.changes.clear()
    await workspace.models.listed("home")
    assert any(isinstance(change, ValuesChanged) for change in watch.changes)
