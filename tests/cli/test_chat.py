"""What the command line hands to the chat; the screen itself is tested elsewhere."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from glmchat.api.endpoint import Secret
from glmchat.commands import demo, opening
from glmchat.commands.chat import _with_key, preferences_of
from glmchat.commands.parsing import Call, parse
from glmchat.commands.target import Target, settings_of, target_of
from glmchat.config.credentials import Credentials
from glmchat.workspace import Preset, Workspace
from tests.cli.conftest import Run

Write = Callable[[str], Path]


def chosen(*arguments: str) -> tuple[Call, Target, list[str]]:
    call = parse(arguments)
    target, notices = _with_key(target_of(call, settings_of(call)))
    return call, target, notices


async def workspace_of(*arguments: str) -> Workspace:
    call, target, _ = chosen(*arguments)
    return await opening.opened(call, target, preferences_of(target), demo.maker())


def test_without_a_key_the_chat_opens_on_the_built_in_model() -> None:
    _, target, notices = chosen()
    assert (target.provider, target.model, notices) == ("demo", "glmchat/demo", [])


def test_with_a_key_it_opens_on_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLMCHAT_API_KEY", "sk-x-1")
    _, target, _ = chosen()
    assert (target.provider, target.model, target.endpoint().key) == (
        "wcode",
        "z-ai/glm-4.5",
        Secret("sk-x-1"),
    )


def test_a_command_for_the_key_is_not_run_before_the_screen_is_there(write_config: Write, home: Path) -> None:
    write_config(f'[providers.wcode]\napi_key_command = ["touch", "{home / "was-run"}"]\n')
    _, target, notices = chosen()
    assert (target.provider, notices) == ("wcode", [])
    assert not (home / "was-run").exists()


async def test_the_workspace_gets_what_the_configuration_says(write_config: Write) -> None:
    write_config(
        """
        [chat]
        system = "Be brief."
        retries = 5
        [screen]
        theme = "dawn"
        [parameters]
        top_p = 0.5
        seed = 1
        [models."z-ai/glm-4.5"]
        top_p = 0.6
        [providers.local]
        base_url = "http://127.0.0.1:9/v1"
        api_key_command = ["glmchat-no-such-program"]
        [presets.mine]
        temperature = 0.1
        [keys]
        stop = "f9"
        """
    )
    workspace = await workspace_of("--provider", "ollama", "--model", "z-ai/glm-4.5", "--seed", "2")
    try:
        session = workspace.sessions.begin()
        assert session.endpoint.base_url == "http://127.0.0.1:11434/v1"
        assert session.values.plain() == {"top_p": 0.6, "seed": 2}
        assert session.system == "Be brief."
        assert {"wcode", "local", "demo"} <= set(workspace.endpoints)
        assert {"precise", "mine", "recommended"} <= {preset.name for preset in workspace.presets}
        preferences = workspace.preferences
        assert (preferences.retries, preferences.theme, preferences.keys) == (5, "dawn", {"stop": ("f9",)})
    finally:
        await workspace.aclose()


async def test_a_base_url_of_nobody_is_an_endpoint_of_its_own() -> None:
    workspace = await workspace_of("--base-url", "http://127.0.0.1:9/x/v1")
    try:
        assert workspace.sessions.begin().endpoint.base_url == "http://127.0.0.1:9/x/v1"
        assert workspace.sessions.begin().endpoint.dialect == "wcode"
        assert (workspace.sessions.begin().endpoint.name, workspace.sessions.begin().endpoint.title) == (
            "127.0.0.1:9",
            "127.0.0.1:9",
        )
        assert workspace.endpoints["wcode"].base_url == "https://wcode.net/api/gpt/v1"
    finally:
        await workspace.aclose()


async def test_a_session_is_reached_again_where_no_key_is_needed(
    write_config: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(
        """
        [providers.mine]
        base_url = "https://mine.example/v1"
        api_key_env = "MINE_KEY"
        api_key_command = ["glmchat-no-such-program"]
        """
    )
    monkeypatch.setenv("MINE_KEY", "sk-mine-1")
    Credentials().store("other", "https://known.example/v1", "sk-stored-1")
    with Credentials().path.open("a") as file:
        file.write('[wcode]\napi_key = "sk-hand-1"\n')  # written by hand, without a host
    workspace = await workspace_of("--provider", "mine", "--base-url", "http://127.0.0.1:9/v1")
    reach = workspace.dependencies.reach
    try:
        local = reach("mine", "http://127.0.0.1:8/v1")
        assert local is not None
        assert (local.base_url, local.key, local.title) == ("http://127.0.0.1:8/v1", None, "127.0.0.1:8")
        home = reach("mine", "https://mine.example/v1")
        assert home is not None
        assert home.key is not None
        for name in ("mine", "wcode", "x"):
            assert reach(name, "https://else.example/v1") is None
        assert reach("x", "no address") is None
        assert reach("sglang", "http://gpu.example:30000/v1").dialect == "sglang"  # type: ignore[union-attr]
        assert reach("", "https://known.example/v1").key == Secret("sk-stored-1")  # type: ignore[union-attr]
        monkeypatch.setenv("GLMCHAT_API_KEY", "sk-env-1")
        assert reach("x", "https://else.example/v1") is None
        assert reach("x", "http://127.0.0.1:8/v1").key is None  # type: ignore[union-attr]
    finally:
        await workspace.aclose()


async def test_what_is_said_for_this_run_is_handed_on() -> None:
    workspace = await workspace_of("-c", "--demo", "--model", "x")
    try:
        assert (workspace.dependencies.defaults.provider, workspace.dependencies.defaults.model) == (
            "demo",
            "x",
        )
    finally:
        await workspace.aclose()
    workspace = await workspace_of("-c")
    try:
        assert (workspace.dependencies.defaults.provider, workspace.dependencies.defaults.model) == (
            None,
            None,
        )
    finally:
        await workspace.aclose()


async def test_what_the_chat_keeps_is_found_by_the_next_start(home: Path, write_config: Write) -> None:
    path = write_config("# mine\n[screen]\ntheme = 'dusk'\n")
    workspace = await workspace_of()
    try:
        keeper = workspace.dependencies.config_store
        assert keeper.store_key is not None
        endpoint = await keeper.store_key("wcode", " sk-new-1\n")
        assert endpoint.key == Secret("sk-new-1")
        await keeper.save_setting(("screen", "theme"), "dawn")
        await keeper.save_setting(("models", "z-ai/glm-4.5", "top_p"), 0.9)
        await keeper.save_preset(Preset("brief", {"max_tokens": 50}, "Be brief."))
        with pytest.raises(ValueError, match="one of"):
            await keeper.save_setting(("screen", "language"), "xx")
    finally:
        await workspace.aclose()
    assert path.read_text().startswith("# mine\n")
    _, target, _ = chosen()
    assert (target.provider, target.endpoint().key) == ("wcode", Secret("sk-new-1"))
    assert preferences_of(target).theme == "dawn"
    assert target.values == {"top_p": 0.9}
    assert target.settings.presets["brief"].system == "Be brief."
    assert "sk-new-1" not in path.read_text()


def test_a_session_that_is_not_there_is_told_before_the_screen_opens() -> None:
    code, text = in_terminal("--resume", "zzzz")
    assert code == 2
    assert "no session 'zzzz'" in text


@pytest.mark.parametrize(
    "flags", [("-c", "--incognito"), ("--resume", "x", "--incognito"), ("-c", "--resume", "x")]
)
def test_a_session_on_disk_is_not_gone_on_with_incognito(flags: tuple[str, ...]) -> None:
    code, text = in_terminal(*flags)
    assert code == 2
    assert re.search(r"[Ll]eave .* out", text)


def test_the_chat_opens_labels_the_built_in_model_and_tells_how_to_go_on(run: Run) -> None:
    run("ask", "--demo", "--max-tokens", "5", "Remember me")
    id = run("sessions", "list", "--json").json[0]["id"]
    code, text = in_terminal("-c", leave_at="DEMO")
    assert code == 0
    assert f"glmchat --resume {id}" in text


def in_terminal(*arguments: str, leave_at: str | None = None) -> tuple[int, str]:
    """Run glmchat in a terminal, press Ctrl+Q once `leave_at` is shown; returns its status and what it wrote."""
    terminal, other = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    process = subprocess.Popen(
        [sys.executable, "-m", "glmchat", *arguments],
        stdin=other,
        stdout=other,
        stderr=other,
        env=environment,
    )
    os.close(other)
    seen, end = b"", time.monotonic() + 60
    try:
        while process.poll() is None and time.monotonic() < end:
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            seen += os.read(terminal, 65536)
            if leave_at is not None and leave_at in plain_text(seen):
                leave_at = None
                os.write(terminal, b"\x11")
        while select.select([terminal], [], [], 0)[0]:
            seen += os.read(terminal, 65536)
    except OSError:  # the terminal closes with its last process
        pass
    finally:
        if process.poll() is None:
            process.kill()
        os.close(terminal)
    return process.wait(timeout=60), plain_text(seen)


def plain_text(seen: bytes) -> str:
    return re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[^\[]", "", seen.decode("utf-8", "replace"))
