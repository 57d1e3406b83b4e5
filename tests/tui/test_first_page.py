"""An empty conversation shows a page of things to do at once; it goes with the first key typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat import manual
from glmchat.api.endpoint import Endpoint, Secret
from glmchat.core.catalogue import DEMO_MODEL_ID
from glmchat.core.conversation import Role
from glmchat.tui.app import Start
from tests.scripted import Script, delta, reply
from tests.tui.stage import Stage, build, hold_the_history, staged

TITLES = (
    "See what temperature does",
    "Look at a reply's tokens",
    "Let it think aloud",
    "Use GLM-4.5",
    "Learn by doing",
)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (160, 50)], ids=str)
async def test_an_empty_conversation_invites(size: tuple[int, int], tmp_path: Path) -> None:
    async with staged(tmp_path, size=size) as stage:
        assert all(title in stage.screen_text for title in TITLES)
        assert "Go on with" not in stage.screen_text
        await stage.send("Hello")
        assert "See what" not in stage.screen_text
        assert "Yes." in stage.screen_text
        await stage.command("/new")
        await stage.until(lambda: "Resume the last session" in stage.screen_text)


async def test_the_first_key_lands_in_the_prompt_and_the_page_goes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("down", "x")
        assert stage.prompt == "x"
        assert "See what" not in stage.screen_text
        assert stage.app.chat.prompt.has_focus
        await stage.press("backspace")
        assert "See what" in stage.screen_text


async def test_enter_in_an_empty_prompt_does_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("enter", "enter")
        assert not stage.script.bodies


async def test_arrows_walk_the_rows_and_lead_back_to_the_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        page = stage.app.chat.first_page
        await stage.press("down")
        assert "▸ See what temperature does" in stage.screen_text
        await stage.press("down", "down", "down")
        assert "▸ Use GLM-4.5" in stage.screen_text
        await stage.press("down")
        assert "▸ Learn by doing" in stage.screen_text
        await stage.press("down")
        assert not page.has_focus
        await stage.press("up")
        assert "▸ Learn by doing" in stage.screen_text
        await stage.press("home")
        assert "▸ See what temperature does" in stage.screen_text
        await stage.press("escape")
        assert stage.app.chat.prompt.has_focus


@pytest.mark.parametrize("width", [80, 120, 160])
async def test_a_last_session_with_a_long_title_is_cut_and_takes_no_words_from_the_other_rows(
    tmp_path: Path, width: int
) -> None:
    title = "A title of a session that is a good deal longer than there is any room for"
    async with staged(tmp_path) as stage:
        await stage.send("What was that?")
        await stage.command(f"/rename {title}")
    async with staged(tmp_path, size=(width, 24)) as stage:
        await stage.until(lambda: "Resume the last session     just now: A title of a" in stage.screen_text)
        assert title not in stage.screen_text
        assert "paste a key from wcode.net/get-apikey" in stage.screen_text


async def test_temperature_asks_at_once_and_without_a_question(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("down", "enter")
        await stage.until(lambda: len(stage.script.bodies) == 3)
        assert [body["temperature"] for body in stage.script.bodies] == [0, 0.8, 1.5]
        await stage.until(lambda: "temperature 1.50" in stage.screen_text)


async def test_tokens_opens_the_lens_when_the_reply_is_there(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        tops = [{"token": "Yes", "logprob": -0.1}, {"token": "No", "logprob": -2.0}]
        logprobs = {"content": [{"token": "Yes", "logprob": -0.1, "top_logprobs": tops}]}
        chunk = delta(content="Yes")
        chunk["choices"][0]["logprobs"] = logprobs
        stage.script.scripts = [[chunk, *reply()]]
        await stage.press("down", "down", "enter")
        await stage.until(lambda: "Token lens" in stage.screen_text)
        assert stage.script.bodies[0]["logprobs"] is True
        assert "logprobs" not in stage.workspace.current.values.plain()


async def test_thinking_shows_a_thought_and_an_answer(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts = [reply("Forty-two.", reasoning="Six times seven.")]
        await stage.press("down", "down", "down", "enter")
        await stage.until(lambda: "Forty-two." in stage.screen_text)
        assert stage.messages()[-1].settings == {"reasoning": True}
        assert not stage.workspace.current.values.plain()


async def test_no_row_tells_a_key_that_would_turn_thinking_off(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        row = next(line for line in stage.screen_text.split("\n") if "Let it think aloud" in line)
        assert "/try" in row and "Ctrl+R" not in row


async def test_a_click_does_what_the_row_says(tmp_path: Path) -> None:
    async with staged(tmp_path, size=(80, 24)) as stage:
        lines = stage.screen_text.split("\n")
        y = next(y for y, line in enumerate(lines) if "Use GLM-4.5" in line)
        await stage.pilot.hover(offset=(lines[y].index("Use"), y))
        assert "▸ Use GLM-4.5" in stage.screen_text
        await stage.pilot.click(offset=(lines[y].index("Use"), y))
        await stage.until(lambda: type(stage.app.screen).__name__ == "KeyScreen")


async def test_the_last_session_is_one_row_away(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("What was that?")
    async with staged(tmp_path) as stage:
        await stage.until(lambda: "Resume the last session" in stage.screen_text)
        await stage.press("down", "end", "enter")
        await stage.until(lambda: [each.role for each in stage.messages()] == [Role.USER, Role.ASSISTANT])


async def test_until_the_history_is_open_the_screen_claims_nothing_of_it(tmp_path: Path) -> None:
    app, _, _ = build(tmp_path)
    opened = hold_the_history(app)
    async with app.run_test(size=(140, 40)) as pilot:
        stage = Stage(app, pilot, Script())
        await stage.until(lambda: "Ask anything" in stage.screen_text)
        assert "Thinking" not in stage.screen_text and "No sessions" not in stage.screen_text
        opened.set()
        await stage.until(lambda: "No sessions yet." in stage.screen_text)


async def test_with_a_key_the_lessons_still_ask_the_built_in_model(tmp_path: Path) -> None:
    real = Endpoint("wcode", "https://wcode.invalid/v1", key=Secret("sk-never-sent-anywhere"))
    demo = Endpoint("demo", "http://scripted.invalid/v1", demo=True)
    async with staged(tmp_path, endpoints={"wcode": real, "demo": demo}) as stage:
        assert "Choose the model" in stage.screen_text
        stage.script.scripts = [reply("Forty-two.", reasoning="Six times seven.")]
        await stage.command("/try thinking")
        await stage.until(lambda: "Forty-two." in stage.screen_text)
        assert stage.script.bodies[0]["model"] == DEMO_MODEL_ID
        assert stage.workspace.current.endpoint is real


@pytest.mark.parametrize(("name", "thinks"), [("tokens", False), ("thinking", True)])
async def test_a_lesson_holds_to_the_thinking_that_is_off_or_says_that_it_does_not(
    tmp_path: Path, name: str, thinks: bool
) -> None:
    async with staged(tmp_path) as stage:
        stage.workspace.depths.choose("off")
        await stage.command(f"/try {name}")
        await stage.until(lambda: stage.script.bodies)
        assert stage.script.bodies[0]["reasoning"] == {"enabled": thinks}
        assert ("Thinking stays off" in stage.told) == thinks
        assert stage.workspace.depths.now == "off"


async def test_a_lesson_does_not_mix_with_a_conversation(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hello")
        before = stage.workspace.current.id
        await stage.command("/try thinking")
        await stage.until(lambda: len(stage.messages()) == 2 and not stage.workspace.current.runs)
        assert stage.workspace.current.id != before
        await stage.command("/try magic")
        assert "/try takes temperature, tokens, thinking, not 'magic'." in stage.notices


async def test_last_goes_back_and_says_where_there_is_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/last")
        await stage.until(lambda: "There is no other session yet." in stage.notices)


async def test_a_draft_is_shown_without_the_page(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("abc")
        stage.presenter.keep_draft()
    async with staged(tmp_path, start=Start()) as stage:
        assert stage.prompt == "abc"
        assert "See what" not in stage.screen_text


async def test_f1_begins_with_the_same_five_things(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("f1")
        await stage.until(lambda: "First steps" in stage.screen_text)


@pytest.mark.parametrize("language", manual.LANGUAGES)
def test_the_manual_names_the_five_things(language: str) -> None:
    text = manual.first_steps(language)
    for words in ("/try temperature", "/try tokens", "/try thinking", "/key", "/last", "glmchat -c"):
        assert words in text
