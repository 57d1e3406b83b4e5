"""The settings screen: what config.toml says, changed there with its comments kept; keys, and their clashes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from glmchat.commands.config_store import config_store_of
from glmchat.config import reading
from glmchat.config.credentials import Credentials
from glmchat.tui.screens.line import LineScreen
from glmchat.tui.screens.settings import PressKeyScreen, SettingsScreen
from tests.tui.stage import Stage, staged

FILE = """\
# mine
[chat]
retries = 3  # patience
[keys]
search = "f9"
"""


@asynccontextmanager
async def settings(tmp_path: Path, text: str = FILE) -> AsyncIterator[tuple[Stage, Path]]:
    """The chat with its settings open, on a config file."""
    path = tmp_path / "config.toml"
    path.write_text(text)
    store = config_store_of(reading.load(path), {}, Credentials(tmp_path / "credentials.toml"))
    async with staged(tmp_path) as stage:
        means = stage.workspace.shared.dependencies
        means.config_store = replace(store, store_key=means.config_store.store_key)
        await stage.command("/preferences")
        await stage.until(lambda: isinstance(stage.app.screen, SettingsScreen))
        assert "It takes" in stage.screen_text, "the first row is told of at once"
        yield stage, path


async def choose(stage: Stage, name: str) -> None:
    """Go to a row by its name and choose it."""
    screen = stage.app.screen
    assert isinstance(screen, SettingsScreen)
    for _ in screen.choices.typed:
        await stage.press("backspace")
    await stage.press(
        *("full_stop" if char == "." else "underscore" if char == "_" else char for char in name)
    )
    await stage.until(lambda: screen.choices.row is not None and screen.choices.row.name == name)
    await stage.press("enter")


async def type_in(stage: Stage, text: str) -> None:
    """Put a text in place of the one that is asked about, and take it."""
    screen = stage.app.screen
    assert isinstance(screen, LineScreen)
    screen.input.value = text
    await stage.press("enter")


async def add_provider(stage: Stage, *answers: str) -> None:
    """Choose the row that adds a provider, and answer what is asked."""
    screen = stage.app.screen
    assert isinstance(screen, SettingsScreen)
    for _ in screen.choices.typed:
        await stage.press("backspace")
    await stage.press(*"Add", "enter")
    for answer in answers:
        await stage.until(
            lambda: isinstance(stage.app.screen, LineScreen) and not stage.app.screen.input.value
        )
        await type_in(stage, answer)
    await stage.until(lambda: isinstance(stage.app.screen, SettingsScreen))


async def test_every_key_of_the_table_is_there_with_what_it_takes(tmp_path: Path) -> None:
    async with settings(tmp_path) as (stage, path):
        screen = stage.app.screen
        assert isinstance(screen, SettingsScreen)
        names = [row.name for row in screen.choices.found]
        assert {"chat.retries", "chat.notify", "screen.theme", "keys.search", "keys.stop"} <= set(names)
        await stage.until(lambda: "The provider that a new session starts with." in stage.screen_text)
        assert f"kept in {path}"[:30] in stage.screen_text.replace("\n", "")


async def test_a_switch_is_turned_and_holds_and_comments_stay(tmp_path: Path) -> None:
    async with settings(tmp_path) as (stage, path):
        assert stage.app.preferences.fold_thinking
        await choose(stage, "screen.fold_thinking")
        await stage.until(lambda: not stage.app.preferences.fold_thinking)
        assert not stage.workspace.preferences.fold_thinking
        assert "fold_thinking = false" in path.read_text()
        assert path.read_text().startswith("# mine\n")
        assert "retries = 3  # patience" in path.read_text()
        await stage.press("delete")
        await stage.until(lambda: "fold_thinking" not in path.read_text())
        assert stage.app.preferences.fold_thinking


async def test_a_choice_is_offered_and_a_number_is_checked_by_the_table(tmp_path: Path) -> None:
    async with settings(tmp_path) as (stage, path):
        await choose(stage, "chat.notify")
        await stage.until(lambda: len(stage.app.screen_stack) == 3)
        await stage.press("b", "e", "l", "l", "enter")
        await stage.until(lambda: stage.app.preferences.notify == "bell")
        assert 'notify = "bell"' in path.read_text()
        await choose(stage, "chat.retries")
        await stage.until(lambda: len(stage.app.screen_stack) == 3)
        await stage.press("9", "9", "enter")
        await stage.until(
            lambda: "chat.retries takes a whole number from 0 to 20." in stage.app.notices.page()[0]
        )
        await stage.until(lambda: len(stage.app.screen_stack) == 3)
        await stage.press("home", "delete", "delete", "delete", "7", "enter")
        await stage.until(lambda: "retries = 7  # patience" in path.read_text())
        assert stage.workspace.preferences.retries == 7


async def test_a_key_is_pressed_and_a_clash_is_shown_before_it_is_taken(tmp_path: Path) -> None:
    async with settings(tmp_path) as (stage, path):
        await choose(stage, "keys.retry")
        await stage.until(lambda: isinstance(stage.app.screen, PressKeyScreen))
        await stage.press("x")
        await stage.until(lambda: "belongs to the prompt" in stage.screen_text)
        await stage.press("f9")
        await stage.until(lambda: "gives F9 to both" in " ".join(stage.screen_text.split()))
        await stage.press("down", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, SettingsScreen))
        assert "retry" not in path.read_text()
        await choose(stage, "keys.retry")
        await stage.until(lambda: isinstance(stage.app.screen, PressKeyScreen))
        await stage.press("f12")
        await stage.until(lambda: 'retry = ["f12"]' in path.read_text())
        await stage.until(lambda: "from the next start on" in stage.told)
        assert reading.load(path).keys == {"search": ("f9",), "retry": ("f12",)}


async def test_a_file_with_mistakes_is_told_and_stays_as_it_is(tmp_path: Path) -> None:
    async with settings(tmp_path) as (stage, path):
        path.write_text("[chat]\nretries = nonsense\n")
        await choose(stage, "screen.fold_thinking")
        await stage.until(lambda: "The settings cannot be shown." in stage.told)
        assert path.read_text() == "[chat]\nretries = nonsense\n"


async def test_the_old_name_goes_on_working_and_is_told_once(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hi")
        for _ in range(2):
            await stage.command("/settings")
        await stage.until(lambda: "/settings is called /asked-with now" in stage.told)
        assert stage.told.count("/settings is called") == 1


async def test_a_budget_is_typed_as_amounts_and_holds_at_once(tmp_path: Path) -> None:
    async with settings(tmp_path) as (stage, path):
        await choose(stage, "budget.session")
        await stage.until(lambda: len(stage.app.screen_stack) == 3)
        await type_in(stage, "5 cny, 1.5 USD")
        await stage.until(lambda: "session = {CNY = 5.0, USD = 1.5}" in path.read_text())
        await stage.until(lambda: stage.workspace.dependencies.budget.session == {"CNY": 5.0, "USD": 1.5})
        await stage.until(lambda: "5 CNY, 1.5 USD •" in stage.screen_text)
        await stage.press("delete")
        await stage.until(lambda: "session" not in path.read_text())
        await stage.until(lambda: not stage.workspace.dependencies.budget)
        await choose(stage, "budget.day")
        await stage.until(lambda: len(stage.app.screen_stack) == 3)
        await type_in(stage, "much")
        await stage.until(lambda: "budget.day takes amounts by currency" in stage.told)


async def test_the_keys_of_a_provider_stand_in_a_list_of_their_own_and_secrets_are_not_shown(
    tmp_path: Path,
) -> None:
    text = FILE + '[providers.zai]  # mine\nheaders = { "X-Secret" = "swordfish" }\n'
    async with settings(tmp_path, text) as (stage, path):
        await choose(stage, "providers.zai")
        await stage.until(lambda: "providers.zai.headers" in stage.screen_text)
        assert "set •" in stage.screen_text
        assert "swordfish" not in stage.screen_text
        await choose(stage, "providers.zai.headers")
        await stage.until(lambda: len(stage.app.screen_stack) == 4)
        assert "swordfish" not in stage.screen_text
        await type_in(stage, '{"X-Title": "me"}')
        await stage.until(lambda: 'headers = {X-Title = "me"}' in path.read_text())
        await stage.until(lambda: "providers.zai.headers is set from the next start on." in stage.told)
        await choose(stage, "providers.zai.needs_key")
        await stage.until(lambda: "needs_key = false" in path.read_text())
        await choose(stage, "providers.zai.dialect")
        await stage.until(lambda: len(stage.app.screen_stack) == 4)
        await stage.press(*"openai", "enter")
        await stage.until(lambda: 'dialect = "openai"' in path.read_text())
        assert "[providers.zai]  # mine" in path.read_text()
        await stage.press("escape", "delete")
        await stage.until(lambda: "The shipped values apply again." in stage.screen_text)
        await stage.press("enter")
        await stage.until(lambda: "providers" not in path.read_text())


async def test_a_provider_of_ones_own_is_added_by_name_and_address(tmp_path: Path) -> None:
    async with settings(tmp_path) as (stage, path):
        await add_provider(stage, "mine", "nonsense")
        await stage.until(lambda: "base_url takes a URL" in stage.told)
        await add_provider(stage, "zai")
        await stage.until(lambda: "There is a provider zai already." in stage.told)
        await add_provider(stage, "mine", "http://127.0.0.1:9/v1")
        await stage.until(lambda: "providers.mine.base_url" in stage.screen_text)
        assert reading.load(path).providers["mine"].base_url == "http://127.0.0.1:9/v1"
        await stage.press("delete")  # without its address it would be none
        await stage.until(lambda: "providers.mine needs a base_url" in stage.told)
        assert "127.0.0.1" in path.read_text()
