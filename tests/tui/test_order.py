"""What is typed in one packet does what it does when it is typed slowly: nothing overtakes what came before it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.scripted import Script, delta, finish
from tests.tui.stage import Stage, staged

NAMES = {" ": "space", "\n": "enter", "/": "slash", ".": "full_stop", "-": "minus", "?": "question_mark"}


def keys_of(tokens: Sequence[str]) -> list[events.Key]:
    """The keys of tokens: a text is typed, ``<ctrl+n>`` is a key."""
    found: list[events.Key] = []
    for token in tokens:
        if token.startswith("<"):
            found.append(events.Key(token[1:-1], None))
        else:
            found += [events.Key(NAMES.get(char, char), char) for char in token]
    return found


async def at_rest(stage: Stage) -> None:
    """Wait until all that was typed has had its effect."""
    await stage.until(lambda: stage.app.inputs.at_rest)


async def type_slowly(stage: Stage, tokens: Sequence[str]) -> None:
    for key in keys_of(tokens):
        stage.app.post_message(key)
        await stage.pilot.pause()
        await at_rest(stage)
        await stage.pilot.pause()


async def type_at_once(
    stage: Stage, tokens: Sequence[str], packets: Callable[[], int] = lambda: 10_000
) -> None:
    keys = keys_of(tokens)
    while keys:
        size = packets()
        for key in keys[:size]:
            stage.app.post_message(key)
        del keys[:size]
        await asyncio.sleep(0)
    await at_rest(stage)


def picture(stage: Stage) -> dict[str, Any]:
    """What there is after all that was typed."""
    workspace, app = stage.workspace, stage.app
    sessions = [
        ([m.content for m in each.conversation.loaded.values() if m.role == "user"],
         [queued.text for queued in each.queue], each.draft if each is not workspace.current else None)
        for each in workspace.open_sessions.values()
    ]  # fmt: skip
    fields = {type(widget).__name__: widget.value for widget in app.screen.query("Input")}  # type: ignore[attr-defined]
    texts = {type(widget).__name__: widget.text for widget in app.screen.query("TextArea")}  # type: ignore[attr-defined]
    return {
        "sessions": sessions, "prompt": stage.prompt, "screen": type(app.screen).__name__,
        "focus": type(app.focused).__name__, "values": workspace.current.values.plain(), "theme": app.theme,
        "fields": fields, "texts": texts, "filter": app.chat.sessions.query_text,
    }  # fmt: skip


async def played(folder: Path, how: Callable[..., Any], tokens: Sequence[str], **more: Any) -> dict[str, Any]:
    """The picture after tokens were typed in a chat of two messages whose replies never end."""
    script = Script()
    script.scripts = [[delta(content="Answer"), finish()]]
    script.scripts += [[asyncio.Event()] for _ in range(30)]
    async with staged(folder, (140, 20), script=script) as stage:
        await stage.send("A first question")
        await how(stage, tokens, **more)
        stage.presenter.keep_draft()
        return picture(stage)


CASES = {
    "editor and ctrl+s": ["/edit", "<enter>", "0123456789", "<ctrl+s>", "after it"],
    "text and a new session": ["draft 0123456789", "<ctrl+n>", "in the new one"],
    "a number on a slider": ["<tab>", "<tab>", "<down>", "<down>", "<down>", "<down>", "0.75", "<enter>"],
    "steps on a slider": ["<shift+tab>", "<shift+tab>", *["<down>"] * 4, *["<right>"] * 7],
    "send and go on": ["one", "<enter>", "two", "<enter>", "three"],
    "help and back": ["abc", "<f1>", "zzz", "<escape>", "def"],
    "the palette": ["<ctrl+p>", "new session", "<enter>", "typed in it"],
    "a theme by name": ["/theme dusk", "<enter>", "text"],
    "the theme picker": ["/theme", "<enter>", "saf", "<enter>", "text"],
    "a parameter": ["/set temperature 0.5", "<enter>", "/set top_p 0.9", "<enter>", "x"],
    "the system prompt": ["/system", "<enter>", "Be short", "<ctrl+s>", "x"],
    "find": ["<ctrl+f>", "first", "<enter>", "<escape>", "x"],
    "search": ["<f5>", "question", "<enter>", "x"],
    "the filter of the sessions": ["<shift+tab>", "first", "<enter>", "x"],
    "rename": ["/rename", "<enter>", " again", "<enter>", "x"],
    "the filter of the parameters": ["<shift+tab>", "<shift+tab>", "/", "resp", "<escape>", "<escape>", "x"],
    "stop and a new message": ["one", "<enter>", "two", "<enter>", "<escape>", " three"],
    "lines": ["a", "<ctrl+j>", "b", "<up>", "c", "<ctrl+a>", "<ctrl+k>", "d"],
    "recall": ["one", "<enter>", "<up>", "<up>", "<down>", " more"],
    "thinking": ["ab", "<ctrl+r>", "cd", "<ctrl+r>", "<ctrl+r>", "e"],
    "a tree": ["<f7>", "<escape>", "x"],
    "presets": ["/preset", "<enter>", "<escape>", "x"],
    "a key": ["/key other", "<enter>", "sk-123", "<escape>", "x"],
}  # fmt: skip


@pytest.mark.parametrize("tokens", CASES.values(), ids=CASES.keys())
async def test_a_packet_does_what_slow_typing_does(tmp_path: Path, tokens: list[str]) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "fast").mkdir()
    slow = await played(tmp_path / "slow", type_slowly, tokens)
    assert await played(tmp_path / "fast", type_at_once, tokens) == slow


TOKENS = (
    "some words", "x", " ", "7", "<enter>", "<enter>", "<ctrl+n>", "<ctrl+j>", "<f1>", "<escape>", "<escape>", "<tab>",
    "<shift+tab>", "<up>", "<down>", "<left>", "<right>", "<backspace>", "<ctrl+w>", "<ctrl+p>", "<f2>", "<f3>", "<f5>",
    "<f7>", "<ctrl+f>", "<ctrl+r>", "<ctrl+l>", "/edit", "/set top_p 0.5", "/system", "<ctrl+s>", "<delete>", "<home>",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
async def test_any_mixture_in_any_packets_does_what_slow_typing_does(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    tokens = [chance.choice(TOKENS) for _ in range(chance.randrange(6, 30))]
    (tmp_path / "slow").mkdir()
    (tmp_path / "fast").mkdir()
    slow = await played(tmp_path / "slow", type_slowly, tokens)
    fast = await played(tmp_path / "fast", type_at_once, tokens, packets=lambda: chance.randrange(1, 12))
    assert fast == slow, tokens
