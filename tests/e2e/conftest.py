"""Whole programs: directories of their own, and an environment without keys."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.paced import Paced

DIRECTORIES = ("CONFIG", "DATA", "STATE", "CACHE")
# What the terminal around the tests says of itself is not true of the one that the program gets.
OUTER = ("COLUMNS", "LINES", "NO_COLOR")
# The last line of the first page: what is there once it can be typed to.
READY = "Or just type."
Starter = Callable[..., PseudoTerminal]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pseudo terminal is needed")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GLMCHAT_") and not name.endswith("_API_KEY") and name not in OUTER
    }
    own = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in DIRECTORIES}
    return {
        **kept, **own, "HOME": str(tmp_path), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "GLMCHAT_DEMO_SPEED": "0",
    }  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "glmchat" / "history.db"


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Starter]:
    """Start the chat in a terminal and wait until it can be typed to; what still runs at the end is ended."""
    started: list[PseudoTerminal] = []

    def run(server: Paced | None, *arguments: str) -> PseudoTerminal:
        where = [] if server is None else ["--base-url", server.base_url, "--model", "test/model"]
        terminal = PseudoTerminal([sys.executable, "-m", "glmchat", *where, *arguments], environment)
        started.append(terminal)
        assert terminal.shows(READY, 60), output(terminal)
        return terminal

    yield run
    for each in started:
        try:
            each.close()
        except OSError:
            continue  # it was killed already


def output(terminal: PseudoTerminal) -> str:
    """What the program wrote."""
    return b"".join(data for _, data in terminal.output).decode(errors="replace")
