"""Notices on the desktop, in a terminal that says whether it is looked at."""

from __future__ import annotations

import re
from pathlib import Path

from tests.e2e.conftest import Starter, output
from tests.e2e.paced import paced


def test_the_terminal_is_told_once_in_its_own_way(
    start: Starter, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["TERM"] = "xterm-kitty"
    for name in ("TERM_PROGRAM", "LC_TERMINAL", "TMUX", "STY"):
        environment.pop(name, None)
    config = tmp_path / "config" / "glmchat" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[chat]\nnotify = "desktop"\n')
    with paced(62) as server:
        terminal = start(server)
        terminal.type(b"\x1b[Ione\r")
        assert terminal.pump(60, lambda: "one" in server.done)
        terminal.quiet()
        assert "\x1b]99" not in output(terminal)
        terminal.type(b"two\r\x1b[O")
        assert terminal.wait_for(b"\x1b]99;", 60) is not None
        terminal.quiet()
        written = output(terminal)
        assert len(re.findall(r"\x1b\]99;i=glmchat:d=1", written)) == 1
        assert not re.search(r"\x1b\](9|777);", written)
