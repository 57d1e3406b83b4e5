"""Markup in outside text is text: it colours nothing, opens nothing, ends nothing, and breaks nothing."""

import json
from pathlib import Path

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.workspace import Preset
from tests.scripted import delta, reply
from tests.tui.stage import Stage, staged

MARKUPS = (
    "[red]a[/red]",
    "[/x]",
    "[@click=app.quit]a[/]",
    "[@click='app.bell()']a[/]",
    "[link=x://y]a[/]",
    "[bold $accent on",
    "$text[/]",
    "\\[b]a[/b]",
    "[[[",
)
# Each opens and closes another way; the rest is pressed through the names of things in the long form.
NAMES = [
    pytest.param(markup, marks=() if number % 2 == 0 else pytest.mark.full)
    for number, markup in enumerate(MARKUPS)
]


def joined(stage: Stage) -> str:
    """The screen without line ends and the spaces of wrapping."""
    return stage.screen_text.replace("\n", "").replace(" ", "")


async def seen(stage: Stage, text: str) -> None:
    await stage.until(lambda: text.replace(" ", "") in joined(stage))


@pytest.mark.parametrize("markup", MARKUPS)
async def test_markup_from_a_server_is_text(tmp_path: Path, markup: str) -> None:
    async with staged(tmp_path) as stage:
        arguments = json.dumps({"k": f"g{markup}"})
        call = {"index": 0, "id": markup, "function": {"name": f"f{markup}", "arguments": arguments}}
        stage.script.scripts = [
            [{"status": 400, "body": {"error": {"message": f"e{markup}", "param": f"p{markup}"}}}],
            [delta(refusal=f"r{markup}"), delta(tool_calls=[call]), delta(content="")],
            reply(f"`c{markup}`", reasoning=f"`t{markup}`", reason=f"h{markup}"),
        ]
        await stage.send(f"`q{markup}`")
        for each in (f"e{markup}", f"q{markup}"):
            await seen(stage, each)
        await stage.send("again")
        for each in (f"r{markup}", f"f{markup}", arguments):
            await seen(stage, each)
        await stage.send("and again")
        for each in (f"c{markup}", f"h{markup}"):
            await seen(stage, each)
        await stage.press("ctrl+t")
        await seen(stage, f"t{markup}")
        assert stage.app.is_running
        assert stage.notices == ""


@pytest.mark.parametrize("markup", NAMES)
async def test_markup_in_names_and_sentences_is_text(tmp_path: Path, markup: str) -> None:
    endpoints = {
        f"v{markup}": Endpoint(f"v{markup}", "http://127.0.0.1:9/v1"),
        "wcode": Endpoint("wcode", "http://x/", demo=True),
    }
    presets = [Preset(f"n{markup}", {"temperature": 0.3}, about=f"a{markup}")]
    async with staged(
        tmp_path, (160, 50), endpoints=endpoints, provider=f"v{markup}", model=f"m{markup}", presets=presets
    ) as stage:
        await seen(stage, f"m{markup}@v{markup}")
        stage.app.say(f"s{markup}")
        await seen(stage, f"s{markup}")
        stage.app.chat.notice.dismiss()
        await stage.workspace.sessions.rename(stage.workspace.current.id, f"i{markup}")
        stage.presenter.facts_changed()
        await seen(stage, f"i{markup}")
        await stage.command("/rename")
        await stage.press("escape")
        await stage.command("/preset")
        await seen(stage, f"n{markup}")
        await seen(stage, f"a{markup}")
        await stage.press("escape")
        await stage.command(f"/preset w{markup}")
        await seen(stage, f"w{markup}")
        await stage.press("ctrl+l")
        await seen(stage, f"m{markup}"[:9])
        await stage.press("escape")
        stage.workspace.tuning.set_system(f"y{markup}")
        await stage.command("/system")
        await seen(stage, f"y{markup}")
        await stage.press("escape")
        await stage.press("f4")
        await stage.press("escape")
        assert stage.app.is_running
