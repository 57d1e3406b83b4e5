"""The request as code, and the check of an endpoint, from within the chat."""

from __future__ import annotations

from pathlib import Path

from glmchat.api.endpoint import Endpoint
from glmchat.tui.screens.report import ReportScreen
from tests.scripted import reply
from tests.tui.stage import staged


async def test_the_request_is_shown_as_code_with_the_prompt_and_the_values(tmp_path: Path) -> None:
    async with staged(tmp_path, size=(120, 40)) as stage:
        await stage.command("/set temperature 0.3")
        await stage.command("/code curl")
        await stage.until(lambda: isinstance(stage.app.screen, ReportScreen))
        await stage.until(lambda: '"temperature": 0.3' in stage.screen_text)
        assert "curl" in stage.screen_text
        assert "$GLMCHAT_API_KEY" in stage.screen_text
        await stage.press("escape")
        assert not isinstance(stage.app.screen, ReportScreen)


async def test_a_form_is_chosen_from_the_list(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/code")
        await stage.until(lambda: "OkHttp" in stage.screen_text)
        await stage.pilot.press(*"okhttp", "enter")
        await stage.until(lambda: "OkHttpClient" in stage.screen_text)


async def test_an_unknown_form_names_the_nearest(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/code axois")
        await stage.until(lambda: "axios" in stage.notices)


async def test_a_check_says_its_price_first_and_what_it_found_greys_out_the_sidebar(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [
            reply("one two", reasoning="I count."),
            reply("one two"),
            [
                {
                    "status": 400,
                    "body": {"error": {"message": "Unsupported parameter: logprobs", "param": "logprobs"}},
                }
            ],
            reply("one"),
        ]
        await stage.command("/check")
        await stage.until(lambda: "short questions" in stage.screen_text)
        assert not stage.script.bodies
        await stage.press("enter")
        await stage.until(lambda: "greyed out" in stage.screen_text)
        assert "reasoning_on" in stage.screen_text
        assert stage.script.bodies
        assert "logprobs" in stage.workspace.models.omitted()


async def test_a_balance_is_asked_for_and_shown(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/balance")
        await stage.until(lambda: "The built-in model costs nothing." in stage.screen_text)
        assert "save" not in stage.screen_text
        await stage.press("escape")
        await stage.command("/cost")
        await stage.until(lambda: "This branch" in stage.screen_text)
        assert "save" not in stage.screen_text
        await stage.press("escape")
        stage.workspace.current.endpoint = Endpoint("local", "http://127.0.0.1:9/v1", "vllm")
        await stage.command("/balance")
        await stage.until(lambda: "local has no known way to ask for a balance." in stage.screen_text)
