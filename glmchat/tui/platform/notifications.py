"""Notices on the desktop: by the one sequence that the terminal knows, where its window is not looked at.

- OSC 9: iTerm2, "Proprietary escape codes". OSC 777: rxvt-unicode's notify, foot, Ghostty, WezTerm.
- OSC 99: kitty, "Desktop notifications". Through tmux: its manual, "allow-passthrough"; through screen: DCS.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from glmchat.support.text import safe_title
from glmchat.tui.platform import hangup

if TYPE_CHECKING:
    from textual.app import App

_LONGEST = 120
_SCREEN = 700
# What a variable begins with, and the sequence that such a terminal knows.
_BY_PROGRAM = {"iTerm": 9, "WarpTerminal": 9, "WezTerm": 777, "ghostty": 777}
_BY_TERM = {"xterm-kitty": 99, "xterm-ghostty": 777, "foot": 777, "rxvt-unicode": 777, "contour": 777}
# Set by the terminal for all that runs in it, in a multiplexer too.
_BY_PRESENCE = {
    "KITTY_WINDOW_ID": 99, "WEZTERM_PANE": 777, "GHOSTTY_RESOURCES_DIR": 777, "ITERM_SESSION_ID": 9,
}  # fmt: skip


def known(environment: Mapping[str, str]) -> int | None:
    """The sequence that the terminal knows, by its environment; None where it is not told, or knows none."""
    program = environment.get("TERM_PROGRAM", "")
    if (
        program and program != "tmux"
    ):  # what else is set may be inherited from the terminal that this one began in
        return _begun(program, _BY_PROGRAM)
    if environment.get("LC_TERMINAL") == "iTerm2":  # which ssh hands on
        return 9
    by_term = _begun(environment.get("TERM", ""), _BY_TERM)
    return by_term or next((number for name, number in _BY_PRESENCE.items() if environment.get(name)), None)


def _begun(name: str, table: Mapping[str, int]) -> int | None:
    return next((number for start, number in table.items() if name.startswith(start)), None)


def sequence(number: int, title: str, text: str) -> str:
    """The sequence that shows a title and a text, both made safe."""
    title, text = safe_title(title, _LONGEST), safe_title(text, _LONGEST)
    if number == 9:
        return f"\x1b]9;{title}: {text}\x07"
    if number == 777:  # a semicolon ends a field
        return f"\x1b]777;notify;{title.replace(';', ',')};{text.replace(';', ',')}\x07"
    return f"\x1b]99;i=glmchat:d=0;{title}\x1b\\\x1b]99;i=glmchat:d=1:p=body;{text}\x1b\\"


def through(text: str, environment: Mapping[str, str]) -> str:
    """The same for the terminal around a multiplexer, where there is one."""
    if environment.get("TMUX"):
        doubled = text.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environment.get("STY"):  # screen ends a string at its first terminator, and keeps 768 bytes of one
        parts = [f"{part}\x07" for part in text.replace("\x1b\\", "\x07").split("\x07") if part]
        pieces = [part[at : at + _SCREEN] for part in parts for at in range(0, len(part), _SCREEN)]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return text


async def _passes(environment: Mapping[str, str]) -> bool:
    """Whether a multiplexer lets sequences through; tmux before 3.3 has no option for it and always does."""
    if not environment.get("TMUX"):
        return True
    nothing, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    command = ("tmux", "show-options", "-Aqv", "allow-passthrough")
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=nothing, stdout=pipe, stderr=nothing)
        answer, _ = await asyncio.wait_for(process.communicate(), 2)
    except (OSError, TimeoutError):
        return False
    return answer.decode(errors="replace").strip() != "off"


async def notify(app: App[Any], title: str, text: str) -> None:
    """Tell the person who looks elsewhere; by the bell where that, or how, is not known."""
    driver = hangup.driver_of(app)
    focused: bool | None = getattr(driver, "focused", None)
    if focused:
        return
    number = known(os.environ)
    if focused is None or number is None or driver is None or not await _passes(os.environ):
        app.bell()
        return
    driver.write(through(sequence(number, title, text), os.environ))
