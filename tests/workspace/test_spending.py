"""A budget holds replies back before they are sent, and knows what others spent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.budget import Limits
from glmchat.core.catalogue import known_at
from glmchat.core.conversation import Cost, Message, Role, State, new_id
from glmchat.core.preferences import Preferences
from glmchat.history import Archive, Session
from glmchat.turn.request import TurnRequest
from glmchat.workspace import Dependencies, Workspace
from glmchat.workspace.changes import Noticed
from glmchat.workspace.slash import costs
from tests.scripted import Script, delta, finish, reply, usage
from tests.workspace.watching import Watch

MODEL = (
    "z-ai/glm-4.5"  # 0.0055 and 0.02 yuan for 1,000 tokens: a usual reply is expected to cost about 0.0206
)


async def opened(folder: Path, script: Script, limits: Limits, model: str = MODEL) -> Workspace:
    endpoint = Endpoint("wcode", "https://wcode.net/api/gpt/v1")
    workspace = Workspace(
        Dependencies(
            await Archive.open(folder / "history.db"), {"wcode": endpoint}, "wcode", model, budget=limits
        )
    )
    workspace.shared.client = ChatClient(script)
    await workspace.start()
    return workspace


def costing(yuan: float) -> list[Any]:
    return [delta(content="ok"), finish(), usage(0, round(yuan / 0.02 * 1000))]


def failures(workspace: Workspace) -> list[str | None]:
    loaded = workspace.current.conversation.loaded.values()
    return [
        None if each.failure is None else each.failure.kind for each in loaded if each.settings is not None
    ]


async def test_a_reply_that_would_cross_the_limit_is_not_sent_until_it_is_asked_for_all_the_same(
    tmp_path: Path,
) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(session={"CNY": 0.1}))
    watch = Watch(workspace)
    script.scripts = [costing(0.09), reply("more")]
    workspace.replies.send("one")
    await watch.replies(1)
    workspace.replies.send("two")
    await watch.replies(2)
    held = workspace.current.last_reply()
    assert held is not None
    assert held.state is State.FAILED
    assert held.failure is not None
    assert (held.failure.kind, len(script.bodies)) == ("budget", 1)
    assert "may cross the budget of ¥0.1000 for a session: ¥0.0900 spent" in held.failure.message
    workspace.replies.retry_over_budget(held.id)
    await watch.replies(3)
    assert len(script.bodies) == 2
    await workspace.aclose()


async def test_at_four_fifths_a_word_is_said_once(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(day={"CNY": 0.2}))
    watch = Watch(workspace)
    script.scripts = [costing(0.14), costing(0.005), costing(0.005)]
    for count in (1, 2, 3):
        workspace.replies.send("Go")
        await watch.replies(count)
    said = [change.sentence for change in watch.of(Noticed)]
    assert len(said) == 1
    assert said[0].startswith("This comes near the budget of ¥0.2000 for a day: ¥0.1400 spent")
    await workspace.aclose()


async def test_a_sweep_is_stopped_where_its_replies_together_would_cross_the_limit(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(day={"CNY": 0.07}))
    watch = Watch(workspace)
    gate = asyncio.Event()
    script.scripts = [[gate, *costing(0.02)] for _ in range(3)]
    workspace.comparisons.start(
        workspace.comparisons.sweep("temperature", ["0", "0.3", "0.6", "0.9", "1.2"]), "Go"
    )
    await watch.replies(2)  # those that were held back end at once
    gate.set()
    await watch.replies(5)
    assert sorted(map(str, failures(workspace))) == ["None", "None", "None", "budget", "budget"]
    assert len(script.bodies) == 3
    await workspace.aclose()


async def test_a_comparison_of_models_asks_those_that_fit(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(reply={"CNY": 0.01}))
    watch = Watch(workspace)
    script.scripts = [costing(0.002)]
    endpoint = workspace.current.endpoint
    models = [
        (endpoint, known_at(id, endpoint.base_url, endpoint.name)) for id in (MODEL, "z-ai/glm-4.7-flash")
    ]
    workspace.comparisons.start(workspace.comparisons.model_variants(models), "Go")
    await watch.replies(2)
    assert sorted(map(str, failures(workspace))) == ["None", "budget"]
    assert [body["model"] for body in script.bodies] == ["z-ai/glm-4.7-flash"]
    await workspace.aclose()


async def test_processes_share_the_day_and_a_purge_forgets_nothing_of_it(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    first = await opened(tmp_path, script, Limits(day={"CNY": 0.1}))
    watch = Watch(first)
    script.scripts = [costing(0.095)]
    first.replies.send("one")
    await watch.replies(1)
    await first.settle()
    await first.sessions.delete(first.current.id)
    await first.sessions.purge()
    (before,) = await first.archive.spending.sums("model")
    second = await opened(tmp_path, script, Limits(day={"CNY": 0.1}))
    other = Watch(second)
    second.replies.send("two")
    await other.replies(1)
    assert failures(second) == ["budget"]
    assert (before.name, before.currency, before.replies) == (MODEL, "CNY", 1)
    assert before.amount is not None
    assert abs(before.amount - 0.095) < 1e-9
    await first.aclose()
    await second.aclose()


@pytest.mark.parametrize("offset_s", [0, 5.5 * 3600, 5.75 * 3600, -3.5 * 3600])
@pytest.mark.parametrize("purged", [True, False])
async def test_a_day_begins_with_its_first_minute_in_every_time_zone(
    tmp_path: Path, offset_s: float, purged: bool
) -> None:
    archive = await Archive.open(tmp_path / "history.db")
    midnight = 1_800_000_000 // 86400 * 86400 - offset_s
    session = Session()
    archive.create(session)
    for age_s, yuan in ((-60, 0.25), (60, 0.5)):
        made = Message(
            new_id(), None, Role.ASSISTANT, "8", created_at=midnight + age_s, cost=Cost(yuan, "CNY")
        )
        if purged:
            await archive.save(session.id, made)
        else:
            await archive.spending.add(made)
    await archive.update_session(session.id, deleted_at=midnight)
    await archive.purge()
    assert await archive.spending.by_currency(midnight) == {"CNY": 0.5}
    await archive.close()


async def test_what_is_said_without_a_trace_counts_in_this_process(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(day={"CNY": 0.1}))
    watch = Watch(workspace)
    await workspace.sessions.new_incognito()
    script.scripts = [costing(0.095)]
    workspace.replies.send("one")
    await watch.replies(1)
    workspace.sessions.new_session()
    workspace.replies.send("two")
    await watch.replies(2)
    assert failures(workspace) == ["budget"]
    assert await workspace.archive.spending.by_currency(0.0) == {}
    await workspace.aclose()


async def test_an_unknown_price_is_said_once_and_holds_nothing_back(tmp_path: Path) -> None:
    script = Script()
    workspace = await opened(tmp_path, script, Limits(reply={"CNY": 0.0001}), model="nobody/knows")
    watch = Watch(workspace)
    for count in (1, 2):
        workspace.replies.send("Go")
        await watch.replies(count)
    assert failures(workspace) == [None, None]
    assert [change.sentence for change in watch.of(Noticed)] == [
        "The price of nobody/knows at wcode is unknown, so the budget does not hold for it."
    ]
    await workspace.aclose()


async def test_what_was_spent_is_told_by_branch_session_day_and_month(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits())
    watch = Watch(workspace)
    script.scripts = [costing(0.5), costing(0.25)]
    workspace.replies.send("one")
    await watch.replies(1)
    reply = workspace.current.last_reply()
    assert reply is not None
    workspace.replies.retry(reply.id)
    await watch.replies(2)
    lines = await costs.cost(workspace)
    assert lines == [
        "This branch   0.2500 CNY",
        "This session  0.7500 CNY",
        "Today         0.7500 CNY",
        "This month    0.7500 CNY",
        "",
        "This month by provider",
        f"wcode      0.7500 CNY  {'█' * 20}",
    ]
    await workspace.aclose()


def titling(workspace: Workspace) -> None:
    workspace.shared.preferences = Preferences(titles_by_model=True)


async def test_a_title_counts_in_the_costs_of_its_session_and_of_the_day(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits())
    titling(workspace)
    watch = Watch(workspace)
    title: list[Any] = [delta(content="A title"), finish(), usage(1000, 500)]  # 1,000 x 0.0055 + 500 x 0.02
    script.scripts = [costing(0.05), title]
    workspace.replies.send("one")
    await watch.until(lambda: workspace.current.title == "A title")
    await workspace.settle()
    assert workspace.current.costs == {"CNY": pytest.approx(0.0655)}
    assert await workspace.archive.spending.by_currency(0.0) == {"CNY": pytest.approx(0.0655)}
    (all_of_it,) = await workspace.archive.spending.sums("model")
    assert (all_of_it.name, all_of_it.replies) == (MODEL, 1)
    id = workspace.current.id
    await workspace.aclose()
    again = await opened(tmp_path, script, Limits())
    await again.sessions.open(id)
    assert again.current.costs == {"CNY": pytest.approx(0.0655)}
    await again.archive.delete(id)
    await again.archive.purge()
    assert await again.archive.spending.by_currency(0.0) == {"CNY": pytest.approx(0.0655)}
    await again.aclose()


async def test_a_fork_is_not_paid_for_twice(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits())
    watch = Watch(workspace)
    script.scripts = [costing(0.05), costing(0.02)]
    workspace.replies.send("one")
    await watch.replies(1)
    last = workspace.current.last_reply()
    assert last is not None
    await workspace.tree.fork(last.id)
    workspace.replies.send("two")
    await watch.replies(2)
    await workspace.settle()
    assert await workspace.archive.spending.by_currency(0.0) == {"CNY": pytest.approx(0.07)}
    (all_of_it,) = await workspace.archive.spending.sums("model")
    assert all_of_it.replies == 2
    await workspace.aclose()


async def test_a_title_that_would_cross_the_budget_is_not_asked_for(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(day={"CNY": 0.1}))
    titling(workspace)
    watch = Watch(workspace)
    script.scripts = [costing(0.0995)]
    workspace.replies.send("one")
    await watch.replies(1)
    await workspace.settle()
    assert (len(script.bodies), workspace.current.title) == (1, "one")
    await workspace.aclose()


async def test_a_title_without_a_trace_counts_in_this_process_alone(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(day={"CNY": 0.1}))
    titling(workspace)
    watch = Watch(workspace)
    await workspace.sessions.new_incognito()
    script.scripts = [costing(0.03), [delta(content="A title"), finish(), usage(0, 3000)]]
    workspace.replies.send("one")
    await watch.until(lambda: workspace.current.title == "A title")
    await workspace.settle()
    workspace.sessions.new_session()
    workspace.replies.send("two")
    await watch.replies(2)
    assert failures(workspace) == ["budget"]
    assert await workspace.archive.spending.by_currency(0.0) == {}
    await workspace.aclose()


async def test_a_title_is_asked_for_with_the_names_and_keys_of_its_session(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits())
    titling(workspace)
    watch = Watch(workspace)
    workspace.tuning.set_value("session_id", "s-1")
    workspace.tuning.set_value("extra_body", {"provider": {"only": ["a"]}})
    workspace.tuning.set_value("seed", 7)
    script.scripts = [reply("one"), reply("A title")]
    workspace.replies.send("one")
    await watch.until(lambda: workspace.current.title == "A title")
    asked = script.bodies[1]
    assert (asked["session_id"], asked["provider"], "seed" in asked) == ("s-1", {"only": ["a"]}, False)
    await workspace.aclose()


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        ("x" * 4000, 1004),
        (
            [
                {"type": "text", "text": "x" * 400},
                {"type": "image_url", "image_url": {"url": "data:" + "A" * 9000}},
            ],
            104,
        ),
        ("", 4),
    ],
)
def test_what_a_request_may_take_is_reckoned_by_its_words_alone(content: object, tokens: int) -> None:
    request = TurnRequest(Endpoint("e", ""), "m", [{"role": "user", "content": content}])
    assert request.prompt_tokens == tokens
    assert replace(request, token_ratio=2.0).prompt_tokens == 2 * tokens


def test_thought_that_goes_back_calls_and_tools_are_reckoned_with() -> None:
    called = {"id": "", "type": "function", "function": {"name": "ffff", "arguments": "x" * 40}}
    message = {"role": "assistant", "content": "", "reasoning_content": "x" * 400, "tool_calls": [called]}
    tool = {"type": "function", "function": {"name": "ffff", "description": "x" * 36}}
    request = TurnRequest(Endpoint("e", ""), "m", [message], {"tools": [tool]})
    assert request.prompt_tokens == 4 + 100 + 11 + 10


async def test_the_budget_holds_over_all_repeats_of_a_comparison(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(day={"CNY": 0.1}))
    watch = Watch(workspace)
    script.scripts = [costing(0.02) for _ in range(16)]
    comparisons = workspace.comparisons
    comparisons.start(comparisons.sweep("temperature", ["0", "1"]), "Go", repeats=8)
    await watch.replies(16)
    held = failures(workspace).count("budget")
    assert len(script.bodies) == 16 - held
    assert 0.06 < sum(workspace.current.costs.values()) <= 0.1
    await workspace.aclose()


def test_what_is_free_costs_no_zeros_of_a_currency() -> None:
    assert costs.amounts({"USD": 0.0}) == "free"
    assert costs.amounts({"USD": 0.0, "CNY": 0.5}) == "0.5000 CNY"
    assert costs.amounts({}) == "nothing"
