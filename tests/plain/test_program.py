"""The line mode as a program: in a terminal, in a dumb one, and through pipes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.paced import Paced, paced

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pseudo terminal is needed")

Starter = Callable[..., PseudoTerminal]
_SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[^\[]")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GLMCHAT_") and not name.endswith("_API_KEY")
    }
    own = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {
        **kept, **own, "HOME": str(tmp_path), "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "GLMCHAT_DEMO_SPEED": "0",
    }  # fmt: skip


@pytest.fixture
def server() -> Iterator[Paced]:
    with paced() as server:
        yield server


def argv(server: Paced | None, *arguments: str) -> list[str]:
    where = ["--demo"] if server is None else ["--base-url", server.base_url, "--model", "test/model"]
    return [sys.executable, "-m", "glmchat", "--plain", *where, *arguments]


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Starter]:
    started: list[PseudoTerminal] = []

    def run(server: Paced | None, *arguments: str, **more: str) -> PseudoTerminal:
        terminal = PseudoTerminal(argv(server, *arguments), {**environment, **more})
        started.append(terminal)
        assert terminal.wait_for(b"You:", 60) is not None, written(terminal)
        return terminal

    yield run
    for each in started:
        try:
            each.close()
        except (OSError, ChildProcessError):
            continue  # it has ended already


def written(terminal: PseudoTerminal) -> bytes:
    return b"".join(data for _, data in terminal.output)


def ended(terminal: PseudoTerminal) -> int:
    """The exit status, once the program has ended."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        terminal.pump(0.02)
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
    raise AssertionError(written(terminal))


def asked(server: Paced, prompt: str, terminal: PseudoTerminal) -> None:
    assert terminal.pump(60, lambda: prompt in server.sent), (list(server.sent), written(terminal))


def test_prompts_are_edited_completed_and_recalled_in_the_scrollback(start: Starter, server: Paced) -> None:
    server.pieces = 62
    terminal = start(server)
    terminal.type("你好x".encode() + b"\x7f" + b"\\\r" + "世界\r".encode())
    asked(server, "你好\n世界", terminal)
    assert terminal.pump(60, lambda: "你好\n世界" in server.done)
    terminal.quiet()
    terminal.type(b"\x1b[200~pasted\nin two lines\x1b[201~\r")
    asked(server, "pasted\nin two lines", terminal)
    terminal.pump(60, lambda: len(server.done) == 2)
    terminal.quiet()
    terminal.type(b"/asked\t\r")
    assert terminal.wait_for_text(b"Asked with", 60), written(terminal)
    terminal.type(
        b"\x1b[A\x1b[A\x1b[A\x1b[A!\r"
    )  # over the lines of the second prompt to its first, and to the one before
    assert terminal.pump(60, lambda: len(server.sent) == 3), (list(server.sent), written(terminal))
    terminal.pump(60, lambda: len(server.done) == 3)
    terminal.quiet()
    terminal.type(b"\x04")
    assert ended(terminal) == 0
    assert b"glmchat --plain --resume" in written(terminal)
    for taken in (b"\x1b[?1049h", b"\x1b[?47h", b"\x1b[2J", b"\x1b[?1000h", b"\x1b[6n"):
        assert taken not in written(terminal)


def test_ctrl_c_stops_a_reply_and_what_was_typed_meanwhile_is_kept(start: Starter, server: Paced) -> None:
    server.pieces = 100_000
    terminal = start(server)
    terminal.type(b"count\r")
    asked(server, "count", terminal)
    assert terminal.wait_for(b"70 ", 60) is not None, written(terminal)
    terminal.type(b"typed ahead")
    terminal.pump(0.1)
    assert b"typed" not in written(terminal)
    terminal.type(b"\x03")
    assert terminal.wait_for(b"You stopped this reply.", 60) is not None, written(terminal)
    assert terminal.wait_for(b"typed ahead", 60) is not None, written(terminal)
    server.pieces = 62
    terminal.type(b"\r")
    asked(server, "typed ahead", terminal)


def test_a_draft_comes_back_after_a_hang_up(start: Starter, server: Paced) -> None:
    terminal = start(server)
    terminal.type(b"half a thou")
    assert terminal.wait_for(b"thou", 60) is not None
    terminal.pump(0.1)
    os.kill(terminal.pid, signal.SIGHUP)
    assert ended(terminal) == 130, written(terminal)
    again = start(server)
    assert again.wait_for_text(b"half a thou", 60), written(again)


def test_a_dumb_terminal_gets_lines_and_not_one_sequence(start: Starter, server: Paced) -> None:
    server.pieces = 62
    terminal = start(server, TERM="dumb")
    terminal.type(b"count\n")
    assert terminal.wait_for(b"61 ", 60) is not None, written(terminal)
    terminal.quiet()
    terminal.type(b"\x03")
    assert terminal.wait_for(b"Press Ctrl+C once more", 60) is not None, written(terminal)
    terminal.type(b"/set seed 5\n")
    assert terminal.wait_for(b"seed is 5", 60) is not None, written(terminal)
    terminal.type(b"\x04")
    assert ended(terminal) == 0
    assert b"\x1b" not in written(terminal)


def piped(
    environment: dict[str, str], text: str | bytes, *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return subprocess.run(
        [sys.executable, "-m", "glmchat", "--plain", *arguments],
        input=data,
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    )


def test_a_pipe_holds_the_whole_conversation_and_no_sequence(environment: dict[str, str]) -> None:
    done = piped(
        environment, "What is top_p?\r\nfirst line\\\nsecond line\n/set\nlast without an end", "--demo"
    )
    out = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "You: What is top_p?\n" in out
    assert "first line" in out
    assert "No parameter is sent" in out
    assert "You: last without an end\n" in out
    assert out.count("glmchat/demo:") == 3
    assert b"\x1b" not in done.stdout
    shown = piped(environment, "/show\n", "-c", "--demo").stdout.decode()
    assert "You:\nfirst line\nsecond line\n" in shown


def test_the_status_of_a_pipe_is_that_of_its_last_reply(environment: dict[str, str]) -> None:
    (Path(environment["XDG_CONFIG_HOME"]) / "glmchat").mkdir(parents=True)
    config = Path(environment["XDG_CONFIG_HOME"]) / "glmchat" / "config.toml"
    config.write_text("[chat]\nretries = 0\n")
    done = piped(environment, "hi\n", "--base-url", "http://127.0.0.1:9/v1", "--model", "x")
    assert done.returncode == 75, done.stdout
    assert b"Error: " in done.stdout


def test_nothing_to_read_is_the_end(environment: dict[str, str]) -> None:
    assert piped(environment, "").returncode == 0
    assert piped(environment, b"\xff\xfe\n", "--demo").returncode == 0


def test_a_reader_that_leaves_ends_it_quietly(environment: dict[str, str]) -> None:
    command = f"{sys.executable} -m glmchat --plain --demo | head -n 1"
    done = subprocess.run(
        ["sh", "-c", command],
        input=b"one\ntwo\n" * 50,
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.stderr == b""


def test_it_loads_no_screen_and_through_pipes_no_keys(environment: dict[str, str]) -> None:
    probe = (
        "import sys; from glmchat.cli import main; main(['--plain', '--demo']);"
        "print(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        input=b"hi\n",
        capture_output=True,
        env=environment,
        timeout=120,
        check=True,
    )
    loaded = {name.split(".")[0] for name in done.stderr.decode().split()}
    assert not loaded & {"textual", "prompt_toolkit"}
    assert "glmchat.tui" not in done.stderr.decode().split()
