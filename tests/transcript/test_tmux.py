"""Rows stay straight where widths differ from the screen's: tmux draws some glyphs 1, 1 and 4 cells wide."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLYPHS = ("👍🏽", "1️⃣", "❤️", "👨‍👩‍👧", "🇨🇳", "☺️", "नमस्ते", "✅", "中文")
PROGRAM = """
import sys
from tests.themed import ThemedApp
from textual.widgets import Static
from glmchat.core.conversation import Message, Role
from glmchat.tui.platform import terminal
from glmchat.tui.widgets.transcript import Transcript

class Stage(ThemedApp):
    CSS = "Transcript { height: 1fr; } Static { dock: right; width: 5; height: 1fr; }"

    def compose(self):
        yield Transcript()
        yield Static("\\n".join(["EDGE!"] * 30))

    def on_mount(self):
        terminal.prepare(self)
        text = "\\n\\n".join(f"{glyph}|first {glyph * 3}|last" for glyph in sys.argv[1:])
        message = Message(1, None, Role.ASSISTANT, text)
        self.query_one(Transcript).show([message.node()], {1: message})

Stage().run()
"""


def straight(rows: list[str]) -> bool:
    """Every glyph's row is whole, and every row ends with the edge."""
    drawn = [row for row in rows if "|first " in row and "|last" in row]
    return len(drawn) == len(GLYPHS) and all(row.endswith("EDGE!") for row in rows[:29])


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_uncertain_glyphs_shift_nothing_in_tmux(tmp_path: Path) -> None:
    program = tmp_path / "stage.py"
    program.write_text(PROGRAM, encoding="utf-8")
    tmux = ["tmux", "-L", f"glmchat-test-{os.getpid()}"]
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    command = [
        *tmux,
        "-f",
        "/dev/null",
        "-u",
        "new-session",
        "-d",
        "-x",
        "70",
        "-y",
        "30",
        sys.executable,
        str(program),
    ]
    try:
        subprocess.run([*command, *GLYPHS], check=True, env=environment)
        rows: list[str] = []
        end = time.monotonic() + 60
        while time.monotonic() < end and not straight(rows):
            time.sleep(0.1)
            shown = subprocess.run(
                [*tmux, "capture-pane", "-p"], capture_output=True, text=True, env=environment, check=False
            )
            rows = shown.stdout.split("\n")
        assert straight(rows), "\n".join(rows)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, env=environment)
