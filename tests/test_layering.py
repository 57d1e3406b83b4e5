"""The rooms of the house know each other as designed; and what must start fast imports no more than it needs."""

import json
import os
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent

_PROBE = """
import json, sys
from glmchat.cli import main
sys.argv[0] = "glmchat"
try:
    status = main(json.loads(sys.argv[1]))
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""

_FIRST_KEYS = """
import asyncio, json, sys
from glmchat.core.preferences import Preferences
from glmchat.tui.app import GlmChat
from tests.waiting import until

async def type_before_the_history_is_open():
    app = GlmChat(asyncio.Event().wait, Preferences())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("Z", "backspace", "@", "a", "backspace", "backspace", "slash", "h")
        await until(lambda: app.chat.slash.is_open)
        print(json.dumps(sorted(sys.modules)))

asyncio.run(type_before_the_history_is_open())
"""
# What is imported beside the screen once it is there, since it takes its time.
_BESIDE = tuple(f"glmchat.{name}" for name in ("workspace", "turn", "history", "demo", "plain", "api.client"))


def loaded(*arguments: str, home: Path) -> set[str]:
    """The modules that are loaded after a run of the command line in a process of its own."""
    environment = {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, json.dumps(arguments)],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        env={**environment, "PYTHONPATH": str(ROOT), "GLMCHAT_DEMO_SPEED": "0", "HOME": str(home)},
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def rooms(modules: set[str], *roots: str) -> set[str]:
    return {
        module for module in modules if any(module == root or module.startswith(f"{root}.") for root in roots)
    }


def test_the_contracts_of_the_layers_hold() -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports for the type checker alone count as well: a reader follows them all."""
    graph = grimp.build_graph("glmchat", cache_dir=None)
    modules = {module for module in graph.modules if not rooms({module}, "glmchat.tui")}
    imports = {module: graph.find_modules_directly_imported_by(module) & modules for module in modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(error.args[1][::-1]))


def test_the_version_loads_nothing_of_the_rooms(tmp_path: Path) -> None:
    modules = loaded("--version", home=tmp_path)
    assert rooms(modules, "glmchat") == {"glmchat", "glmchat.cli"}
    assert not rooms(modules, "textual", "httpx", "rich", "argparse", "asyncio")


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "--demo", "hello"),
        ("ask", "hello"),
        ("sessions", "list"),
        ("config", "show"),
        ("--help",),
        ("completion", "bash"),
        ("completion", "offers", "fish", "--", "sessions", "show", ""),
        ("help",),
    ],
)
def test_commands_load_no_screen(arguments: tuple[str, ...], tmp_path: Path) -> None:
    modules = loaded(*arguments, home=tmp_path)
    assert not rooms(
        modules, "textual", "glmchat.tui", "glmchat.workspace", "jsonschema", "keyring", "tomlkit"
    )


def test_ask_loads_the_built_in_model_only_when_it_is_asked_for(tmp_path: Path) -> None:
    modules = loaded("ask", "--base-url", "http://127.0.0.1:9/v1", "--retries", "0", "hello", home=tmp_path)
    assert not rooms(modules, "glmchat.demo", "glmchat.analysis.sampling", "glmchat.markdown", "markdown_it")


def test_the_first_frame_needs_neither_the_workspace_nor_what_stands_below_it() -> None:
    code = "import json, sys, glmchat.tui.app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    modules = set(json.loads(done.stdout))
    below = ("workspace", "turn", "history", "api", "config", "demo", "analysis", "plain")
    assert not rooms(modules, *(f"glmchat.{name}" for name in below))
    assert rooms(modules, "glmchat.markdown") == {
        f"glmchat.markdown{part}" for part in ("", ".spans", ".sums", ".wrap")
    }
    assert not rooms(
        modules,
        "httpx",
        "sqlite3",
        "markdown_it",
        "pygments",
        "PIL",
        "pathspec",
        "charset_normalizer",
        "plotext",
    )


def test_no_key_waits_for_what_is_imported_beside_the_screen(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_KEYS],
        capture_output=True, text=True, cwd=ROOT, check=True, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert not rooms(set(json.loads(done.stdout)), *_BESIDE, "httpx", "sqlite3")


def test_a_chat_loads_what_writes_settings_with_the_first_change() -> None:
    code = "import json, sys, glmchat.commands.config_store; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not rooms(set(json.loads(done.stdout)), "tomlkit", "importlib.metadata")
