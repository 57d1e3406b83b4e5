"""Commands that print what a server or the history says: no escape sequence reaches the terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.security.escapes import TEXT_ONLY, shown, violations
from tests.security.evil import Evil, prepare
from tests.security.terminal import environment
from tests.wire.server import serving_in_thread


def printed(home: Path, *arguments: str) -> bytes:
    """Run a command whose standard output and error are a terminal; returns what it wrote."""
    terminal, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "glmchat", *arguments],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=other,
        stderr=other,
    )
    os.close(other)
    data = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            data += piece
    except OSError:  # the terminal closes with its last writer
        pass
    os.close(terminal)
    process.wait(60)
    return data


def test_no_command_writes_a_sequence_that_came_from_outside(tmp_path: Path) -> None:
    evil = Evil(3, lines=30)
    told = b""
    with serving_in_thread(evil) as server:
        prepare(tmp_path, server.base_url, evil.made)
        evil.kinds = iter(
            [evil.text, evil.text, evil.tools, evil.refused, evil.page, evil.moved, evil.died, evil.garbage]
        )
        told += printed(tmp_path, "ask", "--show-reasoning", "first \x1b]0;owned\x07 \u202eprompt")
        told += printed(tmp_path, "ask", "--raw", "raw is ignored on a terminal")
        for number in range(6):
            told += printed(tmp_path, "ask", f"prompt {number}")
        evil.kinds = iter([])
        for arguments in (
            ("models",), ("check",), ("sessions", "list"), ("sessions", "search", "prompt"),
            ("config", "show"), ("config", "check"),
            ("sessions", "export", "--format", "markdown"), ("sessions", "export", "--format", "html"),
            ("sessions", "show", "no\x1b]0;such\x07"), ("help", "no\x9b2Jne"),
            ("code", "no\u202ene"), ("code", "curl", "a\x1b[2Jb"),
            ("--config", str(tmp_path / "no\x1b]0;ne\x07.toml")),
            ("ask", "--model", "\x1b[2J", "--temperature", "\x1b[2J"),
            ("ask", "--provider", "\x9b2J", "x"), ("\x1b[2Jcommand",),
        ):  # fmt: skip
            told += printed(tmp_path, *arguments)
        listed = printed(tmp_path, "sessions", "list", "--json")
        told += printed(tmp_path, "sessions", "show", *first_ids(listed))
    assert violations(told, TEXT_ONLY) == []
    text = shown(told)
    assert sum(marker in text for marker in evil.made.markers) > 80


def first_ids(listed: bytes) -> list[str]:
    import json

    return [json.loads(listed.decode())[-1]["id"]]
