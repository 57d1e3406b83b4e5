"""The key is where it must be and nowhere else: a whole day with it, then a search through all that was written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from glmchat.cli import main
from tests.benchmarks.pseudo_terminal import PseudoTerminal, _tree
from tests.security.escapes import shown
from tests.security.terminal import CTRL_Q, ESCAPE, F4, Terminal, environment
from tests.tui.stage import build
from tests.wire.server import Received, Reply, plain, serving_in_thread, stream

KEY = "sk-scenario-93b1f0aa77"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def provider(home: Path, base_url: str) -> None:
    folder = home / "config" / "glmchat"
    folder.mkdir(parents=True, mode=0o700)
    text = f'[chat]\nprovider = "mine"\nmodel = "m"\nretries = 0\n[providers.mine]\nbase_url = "{base_url}"\n'
    (folder / "config.toml").write_text(text, encoding="utf-8")
    (folder / "config.toml").chmod(0o600)
    (home / "config").chmod(0o700)


def tool(folder: Path, name: str, text: str) -> Path:
    """A program that writes down its surroundings."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nenv > {folder}/{name}.env\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def everything(*folders: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def modes(*folders: Path) -> dict[str, str]:
    """What is not its owner's alone, with its mode."""
    found = {}
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & 0o077:
                found[str(path)] = oct(mode)
    return found


def run(home: Path, *arguments: str) -> str:
    """Run a command; returns all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "glmchat", *arguments],
        env=environment(home),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


class Echo:
    """A server that shows the key to whoever looks: in errors, and in a redirect."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.keys: list[str] = []

    def __call__(self, request: Received) -> Reply:
        self.keys.append(request.headers.get("authorization", ""))
        if request.method == "GET":
            return plain(200, {"data": [{"id": "m"}]})
        return self.replies.pop(0) if self.replies else stream("fine")


def test_the_key_is_found_in_its_file_alone(tmp_path: Path) -> None:
    home, tools = tmp_path / "home", tmp_path / "tools"
    home.mkdir(mode=0o700)
    server = Echo()
    editor = tool(tools, "editor", 'echo "from the editor" > "$1"')
    tool(tools, "xclip", f"cat > {tools}/clipboard")
    log = tmp_path / "log" / "debug.log"
    with serving_in_thread(server) as served, pytest.MonkeyPatch.context() as patch:
        provider(home, served.base_url)
        patch.setenv("EDITOR", str(editor))
        patch.delenv("VISUAL", raising=False)
        patch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("DISPLAY", ":0")
        with umask(0):
            terminal = Terminal(home, "--log", str(log), "--log-content")
        try:
            seen = live(terminal, server)
            private = modes(home / "data", home / "config", log.parent)
            assert {"history.db", "history.db-wal", "history.db-shm"} <= {
                path.name for path in everything(home)
            }
            seen += leave(terminal)
        finally:
            terminal.pty.close()
        after = "".join(
            run(home, *arguments)
            for arguments in (
                ("config", "show"), ("config", "check"), ("sessions", "list", "--json"), ("check", "--json"),
                ("sessions", "export", "--format", "json"), ("sessions", "export", "--format", "markdown"),
                ("code", "curl", "hello"), ("models",), ("ask", "--json", "hello"),
            )
        )  # fmt: skip
    assert f"Bearer {KEY}" in server.keys
    assert KEY.encode() not in seen
    assert KEY not in after
    holders = [
        path.name for path, data in everything(home, tools, log.parent).items() if KEY.encode() in data
    ]
    assert holders == ["credentials.toml"]
    assert (tools / "editor.env").exists()
    assert b"from the editor" in (home / "data" / "glmchat" / "history.db").read_bytes()
    assert "glmchat" in log.read_text(encoding="utf-8")
    assert private == {}


def live(terminal: Terminal, server: Echo) -> bytes:
    """Add the key, chat, be refused, be sent elsewhere, look, copy, edit; returns all that the system tells."""
    lines = b""
    terminal.until("Sampling", "the first screen")
    terminal.enter("/key mine")
    terminal.until("API key for mine")
    terminal.type(KEY)
    terminal.settle()
    terminal.type("\r")
    terminal.until("The key works")
    refused = plain(401, {"error": {"message": f"Incorrect API key provided: {KEY}."}})
    moved = Reply([], 307, {"location": f"http://127.0.0.1:9/?key={KEY}"})
    broken = stream(f"not {KEY}"[:4])
    for number, reply in enumerate((stream("fine"), refused, moved, plain(500, f"upstream: {KEY}"), broken)):
        server.replies = [reply]
        asked = len(server.keys)
        terminal.enter(f"prompt {number}")
        terminal.wait(lambda asked=asked: len(server.keys) > asked, "the request")
        terminal.settle()
        lines += command_lines(terminal.pty)
    terminal.type(F4)
    terminal.until("The request")
    terminal.settle()
    terminal.type("c")
    terminal.settle()
    terminal.type(ESCAPE)
    terminal.settle()
    terminal.type("\x0f")  # Ctrl+O: the editor
    terminal.until("from the editor")
    terminal.type("\r")
    terminal.settle()
    return lines + command_lines(terminal.pty)


def leave(terminal: Terminal) -> bytes:
    """Leave; returns all that was written to the terminal."""
    terminal.type(CTRL_Q)
    terminal.until("To go on with this session")
    return terminal.output + shown(terminal.output).encode()


def command_lines(pty: PseudoTerminal) -> bytes:
    """The arguments and the environment of the program and its children."""
    found = b""
    for pid in _tree(pty.pid):
        for name in ("cmdline", "environ"):
            try:
                found += Path(f"/proc/{pid}/{name}").read_bytes()
            except OSError:
                continue
    return found


async def test_a_fault_of_ours_is_told_without_the_values_at_hand(tmp_path: Path) -> None:
    def breaks(key: str) -> None:
        raise ValueError("broken" + str(len(key)))

    app, _, _ = build(tmp_path)
    async with app.run_test() as pilot:
        await pilot.pause()
        try:
            breaks(KEY)
        except ValueError:
            app._fatal_error()
        told = "".join(
            segment.text
            for each in app._exit_renderables
            for segment in app.console.render(each, app.console.options)
        )
        app._exit_renderables.clear()
    assert "ValueError: broken22" in told
    assert KEY not in told


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_is_made_is_its_owners_alone_whatever_the_umask(
    tmp_path: Path, mask: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    out = home / "out"
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    with umask(mask):
        main(["config", "init"])
        main(["ask", "--demo", "--max-tokens", "5", "hello", "--log", str(home / "log" / "debug.log")])
        main(["sessions", "backup"])
        for format in ("json", "markdown", "html", "jsonl"):
            main(["sessions", "export", "--format", format, "--output", str(out / f"all.{format}")])
    files = everything(home)
    assert {"config.toml", "history.db", "debug.log", "all.json", "all.html"} <= {
        path.name for path in files
    }, capsys.readouterr().err
    assert modes(home) == {}
