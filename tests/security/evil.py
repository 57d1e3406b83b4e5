"""A server whose every field is hostile, and a configuration of that kind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.security.hostile import Hostile
from tests.wire.server import Received, Reply


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
