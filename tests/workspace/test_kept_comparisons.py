"""A comparison that the program's end broke off: what came is kept, the rest is asked for, the figures are right."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from glmchat.core.conversation import Message, State
from glmchat.workspace import Workspace, kept_comparisons
from glmchat.workspace.comparison import Comparison, added_up, repeated
from tests.scripted import Piece, Script, delta, finish, usage
from tests.waiting import until
from tests.workspace.watching import Opener


def replies(count: int, first: int = 0) -> list[list[Piece]]:
    return [
        [delta(content=f"word {number}"), finish(), usage(10, 5)] for number in range(first, first + count)
    ]


def whole(workspace: Workspace, comparison: Comparison) -> list[str]:
    loaded = workspace.current.conversation.loaded.values()
    return [each.content for each in loaded if each.id in comparison.ids and each.state is State.COMPLETE]


async def broken_off(reopen: Opener, script: Script) -> tuple[Workspace, int]:
    """Ask two values eight times each; five replies come, the others never do, and the program ends."""
    workspace = await reopen()
    await workspace.start()
    workspace.tuning.set_value("seed", 5)
    held: list[list[Piece]] = [[delta(content="half"), asyncio.Event()] for _ in range(11)]
    script.scripts = [*replies(5), *held]
    variants = workspace.comparisons.sweep("temperature", ["0.3", "1.2"])
    comparison = workspace.comparisons.start(variants, "How is it?", 8)
    await until(lambda: len(whole(workspace, comparison)) == 5 and len(script.bodies) == 11)
    id = workspace.current.id
    await workspace.aclose()
    script.bodies.clear()
    again = await reopen()
    await again.start(id)
    return again, id


async def test_what_came_is_kept_and_the_rest_is_asked_for(reopen: Opener, script: Script) -> None:
    workspace, _ = await broken_off(reopen, script)
    comparison = workspace.comparisons.last()
    assert comparison is not None
    assert [(each.variant.label, len(each.repeats)) for each in comparison.columns] == [
        ("temperature 0.30", 8), ("temperature 1.20", 8),
    ]  # fmt: skip
    await workspace.journal.need(list(workspace.current.conversation.nodes))
    assert len(whole(workspace, comparison)) == 5
    assert len(workspace.comparisons.missing(comparison)) == 11
    script.scripts = replies(11, first=5)
    workspace.comparisons.ask_missing(comparison)
    await until(lambda: len(whole(workspace, comparison)) == 16 and not workspace.current.runs)
    assert len(script.bodies) == 11
    assert not workspace.comparisons.missing(comparison)
    settings = [
        sorted((message.settings or {})["seed"] for message, _ in column.replies)
        for column in repeated(comparison)
    ]
    assert settings == [list(range(5, 13))] * 2
    table = added_up(repeated(comparison))
    counts = [cells["tokens"].figure for cells in table.rows.values()]
    assert [each.count for each in counts if each is not None] == [8, 8]


async def test_after_a_second_end_it_is_whole(reopen: Opener, script: Script) -> None:
    workspace, id = await broken_off(reopen, script)
    comparison = workspace.comparisons.last()
    assert comparison is not None
    script.scripts = replies(11, first=5)
    workspace.comparisons.ask_missing(comparison)
    await until(lambda: not workspace.comparisons.missing(comparison) and not workspace.current.runs)
    await workspace.aclose()
    again = await reopen()
    await again.start(id)
    found = again.comparisons.last()
    assert found is not None
    assert found.ids == comparison.ids
    assert not again.comparisons.missing(found)


async def test_nothing_is_asked_where_the_endpoint_is_another_one_by_now(
    reopen: Opener, script: Script
) -> None:
    workspace, _ = await broken_off(reopen, script)
    found = workspace.comparisons.last()
    assert found is not None
    message = workspace.current.conversation.loaded[found.prompt_id]
    session, find = workspace.current, workspace.models.find_model

    def read(changed: Message, **other: Any) -> Comparison | None:
        endpoints = {name: replace(each, **other) for name, each in workspace.shared.endpoints.items()}
        return kept_comparisons.read(session, changed, endpoints, find)

    assert read(message) is not None
    assert read(message, base_url="http://other.invalid/v1") is None
    assert read(replace(message, compared={"columns": [{"label": 1}]})) is None
    assert read(replace(message, compared={"columns": 3})) is None
    assert message.compared is not None
    elsewhere = [{**each, "replies": [1, 2]} for each in message.compared["columns"]]
    assert read(replace(message, compared={"columns": elsewhere})) is None


async def test_one_that_is_forgotten_stays_so(reopen: Opener, script: Script) -> None:
    workspace, id = await broken_off(reopen, script)
    found = workspace.comparisons.last()
    assert found is not None
    workspace.comparisons.forget(found)
    assert workspace.comparisons.last() is None
    await workspace.aclose()
    again = await reopen()
    await again.start(id)
    assert again.comparisons.last() is None
