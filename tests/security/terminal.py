"""The whole chat under a pseudo terminal, and the keys that are typed to it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.security.escapes import shown

COLUMNS, ROWS = 200, 120
LIMIT_S = 30.0
ESCAPE, PAGE_UP, F1, F4, CTRL_L, CTRL_P, CTRL_T, CTRL_U, CTRL_Q = (
    "\x1b", "\x1b[5~", "\x1bOP", "\x1bOS", "\x0c", "\x10", "\x14", "\x15", "\x11",
)  # fmt: skip


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
        """Wait until a text is on the screen, after something was drawn since the last look."""
        self.wait(lambda: text in self.fresh() or (self.fresh() and text in self.pty.text()), what or text)

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
