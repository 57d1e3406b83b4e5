"""Whatever a server sends, a real terminal gets no sequence from it: the whole program under a pty."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from glmchat.tui.commands import BY_NAME
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.security.escapes import Rules, shown, violations
from tests.security.hostile import Hostile
from tests.wire.server import Received, Reply, serving_in_thread

COLUMNS, ROWS = 200, 120
SCREEN = Rules(COLUMNS, ROWS)
LIMIT_S = 30.0


def event(choice: dict[str, Any], **more: Any) -> bytes:
    """An event in pure ASCII, so that half a surrogate pair gets through too."""
    body = {"choices": [{"index": 0, **choice}], **more}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


class Evil:
    """A server whose every field is hostile; each request is answered by the next kind of reply."""

    def __init__(self, seed: int, lines: int) -> None:
        self.made = Hostile(seed)
        self.lines = lines
        self.kinds: Iterator[Callable[[], Reply]] = iter(())
        self.asked = 0

    def __call__(self, request: Received) -> Reply:
        if request.method == "GET":
            return self.models()
        self.asked += 1
        return next(self.kinds, self.text)()

    def models(self) -> Reply:
        """A list of models."""
        rows = [
            {
                "id": self.made.word(),
                "name": self.made.word(),
                "description": self.made.word(),
                "context_length": 1000,
            }
            for _ in range(12)
        ]
        return Reply([json.dumps({"data": rows}).encode()], headers={"content-type": "application/json"})

    def text(self) -> Reply:
        """Thought and answer, with hostile names around them."""
        word = self.made.word
        more = {"id": word(), "model": word(), "provider": word(), "created": 1}
        events = [event({"delta": {"reasoning": self.made.line()}}, **more) for _ in range(self.lines // 4)]
        events += [event({"delta": {"content": self.made.line()}}, **more) for _ in range(self.lines)]
        end = {"delta": {}, "finish_reason": word(), "native_finish_reason": word()}
        return self.stream([*events, event(end, **more)])

    def tools(self) -> Reply:
        """Calls of tools with hostile names, ids and arguments, and a refusal."""
        calls = [
            {
                "index": index,
                "id": self.made.word(),
                "type": "function",
                "function": {
                    "name": self.made.word(),
                    "arguments": json.dumps({self.made.word(): self.made.line()}),
                },
            }
            for index in range(4)
        ]
        return self.stream(
            [
                event({"delta": {"refusal": self.made.line()}}),
                event({"delta": {"tool_calls": calls}}),
                event({"delta": {}, "finish_reason": "tool_calls"}),
            ]
        )

    def refused(self) -> Reply:
        """An error before anything came, in JSON, that names a parameter."""
        error = {
            "message": self.made.line(),
            "param": self.made.word(),
            "code": self.made.word(),
            "type": "x",
        }
        return Reply([json.dumps({"error": error}).encode()], 400, {"content-type": "application/json"})

    def page(self) -> Reply:
        """A page where a stream was expected, with hostile headers."""
        text = f"<html><title>{self.made.line()}</title><body>{self.made.line()}</body></html>"
        header = {
            "content-type": "text/html; q0=\x1b[2J\x9b2J",
            "x-error": "\x9d0;owned\x9c",
            "server": "\x1b]0;x\x07",
        }
        return Reply([text.encode("utf-8", "surrogatepass")], 502, header)

    def moved(self) -> Reply:
        """A redirect to nowhere good."""
        return Reply([], 302, {"location": "http://x.invalid/\x1b]52;c;AAAA\x07\x9b2J[red]"})

    def died(self) -> Reply:
        """An error in the middle of a stream."""
        body = json.dumps({"error": {"message": self.made.line(), "code": self.made.word()}}).encode()
        return self.stream([event({"delta": {"content": self.made.line()}}), b"data: " + body + b"\n\n"])

    def garbage(self) -> Reply:
        """An event that is no JSON, and one that has the wrong shape."""
        return self.stream(
            [
                b"data: {\x1b[2J\x9b\n\n",
                b"event: \x1b]0;x\x07\ndata: 7\n\n",
                event({"delta": {"content": self.made.line()}}),
            ]
        )

    @staticmethod
    def stream(events: list[bytes]) -> Reply:
        return Reply([*events, b"data: [DONE]\n\n"])


class Terminal:
    """The chat under a pseudo terminal."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.pty = PseudoTerminal(
            [sys.executable, "-m", "glmchat", *arguments], environment(home), COLUMNS, ROWS
        )

    @property
    def output(self) -> bytes:
        return b"".join(data for _, data in self.pty.output)

    def until(self, text: str, what: str = "") -> None:
        """Wait until a text has been drawn since the last look."""
        self.wait(lambda: text in self.fresh(), what or text)

    def wait(self, found: Any, what: str) -> None:
        assert self.pty.pump(LIMIT_S, found), f"{what} never came. At the end:\n{shown(self.output)[-1500:]}"

    def fresh(self) -> str:
        return shown(b"".join(data for _, data in self.pty.output[self.seen :]))

    seen = 0

    def type(self, keys: str) -> None:
        """Type, and look only at what comes from now on."""
        self.seen = len(self.pty.output)
        self.pty.type(keys.encode("utf-8", "surrogatepass"))

    def enter(self, text: str) -> None:
        """Type a line and send it; the pause lets the list of commands close."""
        self.type(text)
        self.pty.quiet(0.08, 3)
        self.type("\r")

    def settle(self) -> None:
        self.pty.quiet(0.12, 10)


def environment(home: Path) -> dict[str, str]:
    dropped = ("COLUMNS", "LINES", "NO_COLOR")
    kept = {
        name: value for name, value in os.environ.items() if name not in dropped and "API_KEY" not in name
    }
    directories = {
        f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    kept["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    return {**kept, **directories, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


def toml(text: str) -> str:
    """A basic string of TOML; half a surrogate pair has no place in a file."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")


def prepare(home: Path, base_url: str, made: Hostile) -> None:
    """A config file in which every name is hostile, and a theme of that kind."""
    folder = home / "config" / "glmchat"
    (folder / "themes").mkdir(parents=True)
    name = made.word()
    lines = [
        "[chat]", f"provider = {toml(name)}", f"model = {toml(made.word())}", f"system = {toml(made.line())}",
        "retries = 0",
        f"[providers.{toml(name)}]", f"base_url = {toml(base_url)}", "idle_timeout_s = 5.0",
        f"[providers.{toml(made.word())}]", 'base_url = "http://127.0.0.1:9/v1"',
        f"[presets.{toml(made.word())}]", f"about = {toml(made.word())}", f"system = {toml(made.line())}",
        "temperature = 0.5",
        "[parameters]", f"stop = [{toml(made.word())}]",
    ]  # fmt: skip
    (folder / "config.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    theme = (Path(__file__).parents[2] / "themes" / "dusk.toml").read_text(encoding="utf-8")
    evil = re.sub(r"(?m)^title = .*$", f"title = {toml(made.word())}".replace("\\", "\\\\"), theme)
    (folder / "themes" / "evil.toml").write_text(evil, encoding="utf-8")
    (folder / "themes" / "br\x1b]0;owned\x07oken.toml").write_text("dark = '\x1b", encoding="utf-8")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved to a file of the person's choice lands beside the test."""
    monkeypatch.chdir(tmp_path)


@contextmanager
def chatting(home: Path, evil: Evil, *arguments: str) -> Iterator[Terminal]:
    with serving_in_thread(evil) as server:
        prepare(home, server.base_url, evil.made)
        terminal = Terminal(home, *arguments)
        try:
            terminal.until("Sampling", "the first screen")
            terminal.settle()
            yield terminal
        finally:
            terminal.pty.close()


ESCAPE, PAGE_UP, F1, F4, CTRL_L, CTRL_P, CTRL_T, CTRL_U, CTRL_Q = (
    "\x1b", "\x1b[5~", "\x1bOP", "\x1bOS", "\x0c", "\x10", "\x14", "\x15", "\x11",
)  # fmt: skip
# What opens each dialog, by its key or by its command, and what it shows once it is there.
DIALOGS = {
    F4: "The request",
    CTRL_L: "Any id may be typed",
    "theme": "Dusk",
    "preset": "precise",
    "system": "The system prompt",
    "rename": "Rename the session",
    "edit": "Ctrl+S takes it",
    "results": "The model calls",
    "code": "curl",
    F1: "Help",
}
SENTENCES = (
    "/model no\u202esuch", "/key no\u2066body", "/theme \u202enone", "/preset no\u2066ne", "/nothing\u202e",
    "/set temperature \u202e9",
    "/set stop \\x1b", "/help \u202ex", "/code \u202ex", "/find \u202ex", "/sweep \u202ex 1 2",
)  # fmt: skip


def converse(terminal: Terminal, evil: Evil, texts: int) -> None:
    """Get every kind of reply, and look at the long ones from bottom to top."""
    kinds = [evil.text] * texts + [evil.refused, evil.page, evil.moved, evil.died, evil.garbage, evil.tools]
    evil.kinds = iter(kinds)
    for number in range(len(kinds)):
        terminal.enter(f"go {number}")
        terminal.wait(lambda asked=number: evil.asked > asked, "the request")
        terminal.settle()
        if number < texts:
            terminal.type(CTRL_T)  # the thought
            terminal.settle()
            terminal.type(CTRL_T)
            for _ in range(evil.lines // 25):
                terminal.type(PAGE_UP)
                terminal.settle()


def look_into_dialogs(terminal: Terminal, dialogs: Iterable[str] = DIALOGS) -> None:
    """Open whatever shows names and texts of others."""
    for keys in dialogs:
        if keys in BY_NAME:
            terminal.type(CTRL_P)
            terminal.until("All commands")
            terminal.type(BY_NAME[keys].title)
            terminal.settle()
            terminal.type("\r")
        else:
            terminal.type(keys)
        terminal.until(DIALOGS[keys])
        terminal.settle()
        terminal.type(ESCAPE)
        terminal.until("F1 help", "the chat again")


def mistype(terminal: Terminal, sentences: Sequence[str] = SENTENCES) -> None:
    """Give commands what they will complain of, and paste what no keyboard types."""
    for text in sentences:
        terminal.type(CTRL_U)
        terminal.enter(text)
        terminal.settle()
        terminal.type(ESCAPE)  # some open a dialog
        terminal.settle()
    terminal.type(f"{CTRL_U}\x1b[200~pasted \x1b]52;c;AAAA\x07 \x9b2J \u202e[red]\x1b[201~")
    terminal.settle()


def judged(terminal: Terminal, evil: Evil) -> int:
    """Leave, and judge all that was written; returns how many of the server's strings were shown."""
    terminal.type(CTRL_U + CTRL_Q)
    terminal.until("To go on with this session")
    assert violations(terminal.output, SCREEN) == []
    text = shown(terminal.output)
    return sum(marker in text for marker in evil.made.markers)


def test_the_chat_writes_no_sequence_that_came_from_outside(tmp_path: Path) -> None:
    evil = Evil(1, lines=40)
    with chatting(tmp_path, evil) as terminal:
        converse(terminal, evil, 1)
        assert judged(terminal, evil) > 60


def test_no_dialog_writes_a_sequence_that_came_from_outside(tmp_path: Path) -> None:
    evil = Evil(2, lines=2)
    with chatting(tmp_path, evil) as terminal:
        evil.kinds = iter([evil.tools])
        terminal.enter("\u202ehostile title \u2066too")
        terminal.until("Answer")
        look_into_dialogs(terminal, (F4, CTRL_L, "rename", "edit", "results"))
        mistype(terminal, SENTENCES[:2])
        assert judged(terminal, evil) > 25


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10, 18))
def test_thousands_of_strings_reach_a_terminal_harmless(tmp_path: Path, seed: int) -> None:
    evil = Evil(seed, lines=100)
    with chatting(tmp_path, evil) as terminal:
        converse(terminal, evil, 6)
        look_into_dialogs(terminal)
        mistype(terminal)
        count = judged(terminal, evil)
    print(f"seed {seed}: {count} strings shown of {len(evil.made.markers)} sent")
    assert count > 500
