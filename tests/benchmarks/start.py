"""Starting: how long until there is something to see, until a key shows, and to the first token of the first turn."""

from __future__ import annotations

import contextlib
import io
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.history_bench import generate
from tests.benchmarks.measure import BARE, Server, ask, launched
from tests.benchmarks.pseudo_terminal import PseudoTerminal

_STEP_S = 0.02
# What typing a question takes at the least; a program may use it to get ready for the first request.
_TYPING_S = 1.0
_LONGEST_S = 20.0


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds from start to the screen and to a key that shows, MiB then, ms to the first token (NaN where none)."""

    screen_s: float
    ready_s: float
    rss_mib: float
    first_token_ms: float


@contextmanager
def history_of(count: int) -> Iterator[Path | None]:
    """A data directory that holds as many sessions; None for none."""
    if not count:
        yield None
        return
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "glmchat" / "history.db"
        path.parent.mkdir(mode=0o700)
        with contextlib.redirect_stdout(io.StringIO()):
            generate(path, count, 2, 300)
        yield Path(directory)


def started(program: str, server: Server, data: Path | None = None) -> Started:
    """Start a program, type until a key shows, then ask at once for a reply, where it answers."""
    with launched(program, server.base, data) as terminal:
        screen = terminal.wait_for(b"\x1b[?1049h", _LONGEST_S) or terminal.started + _LONGEST_S
        ready = _first_echo(terminal)
        terminal.pump(_TYPING_S)
        rss = terminal.usage().rss_mib
        shown = screen - terminal.started, ready - terminal.started
        if program == BARE:
            return Started(*shown, rss, math.nan)
        mark = server.new_mark()
        sent = ask(terminal, mark, 20, "prose")
        first = terminal.wait_for(f"BEGMARK-{mark}".encode(), _LONGEST_S, sent) or sent + _LONGEST_S
        terminal.wait_for(f"ENDMARK-{mark}".encode(), _LONGEST_S, sent)
        server.row(mark)
        return Started(*shown, rss, (first - sent) * 1000)


def _first_echo(terminal: PseudoTerminal) -> float:
    """When a key shows as text: the letter may stand in a sequence as well, such as one that moves the cursor."""
    since = terminal.started
    while terminal.started + _LONGEST_S > since:
        since = terminal.type(b"Z")
        if terminal.wait_for_text(b"Z", _STEP_S):
            return terminal.output[-1][0]
    return since
