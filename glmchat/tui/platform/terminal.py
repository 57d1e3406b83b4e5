"""Terminal manners: the clipboard's truth, glyphs whose width terminals disagree on, keys Textual does not know.

Textual has no public way to write a sequence to the terminal, to put a text in its own clipboard without sending it,
or to add to its table of keys. Where the private one is missing, the manner of it is left out.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache, partial
from typing import Any

from rich.cells import cell_len, split_graphemes
from textual import constants
from textual.app import App
from textual.driver import Driver

from glmchat.tui.platform import hangup, notifications, private

# ---------------------------------------------------------------- clipboard

_TOOL_S = 2.0
# Terminals refuse longer OSC 52 sequences, some silently.
_LONGEST_OSC52 = 100_000
_SAVE = "/export, or s for a block of code"
# Programs that take the clipboard's text on standard input, and what must hold for each to work.
_TOOLS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("pbcopy", ("pbcopy",), "darwin"),
    ("wl-copy", ("wl-copy",), "WAYLAND_DISPLAY"),
    ("xclip", ("xclip", "-selection", "clipboard"), "DISPLAY"),
    ("xsel", ("xsel", "--clipboard", "--input"), "DISPLAY"),
    ("clip.exe", ("clip.exe",), "WSL_DISTRO_NAME"),
    ("clip", ("clip",), "win32"),
)


def clipboard_tool(
    environ: Mapping[str, str] | None = None, platform: str | None = None
) -> Sequence[str] | None:
    """Return the command that sets this machine's clipboard; None where there is none."""
    environ = os.environ if environ is None else environ
    platform = sys.platform if platform is None else platform
    for name, command, condition in _TOOLS:
        if (platform == condition or environ.get(condition)) and shutil.which(name, path=environ.get("PATH")):
            return command
    return None


async def copy(app: App[Any], text: str, what: str = "The text") -> str:
    """Copy text by OSC 52 and by the platform's tool; returns a sentence that claims what is known, no more."""
    short = len(text.encode("utf-8", "replace")) * 4 // 3 <= _LONGEST_OSC52
    if short:
        _tell_terminal(app, text)
    elif private.has("clipboard"):
        app._clipboard = text
    command = clipboard_tool()
    if command is not None and await _run(command, text):
        return f"{what} is copied."
    if not short:
        return f"{what} is too long for the terminal's clipboard. Save it to a file instead: {_SAVE}."
    return f"{what} was sent to the terminal, which does not say whether it reached the clipboard."


def _tell_terminal(app: App[Any], text: str) -> None:
    """Give text to the terminal's clipboard; tmux takes it as it is, screen only what is for the terminal around it."""
    driver = hangup.driver_of(app)
    if not os.environ.get("STY") or os.environ.get("TMUX") or driver is None:
        app.copy_to_clipboard(text)
        return
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    driver.write(notifications.through(f"\x1b]52;c;{encoded}\x07", os.environ))
    if private.has("clipboard"):
        app._clipboard = text


async def _run(command: Sequence[str], text: str) -> bool:
    """Give text to a program; tells whether it took it. A tool that stays to serve the clipboard is left alone."""
    encoding = "utf-16-le" if command[0].startswith("clip") else "utf-8"
    nothing = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError:
        return False
    try:
        await asyncio.wait_for(process.communicate(text.encode(encoding, "replace")), _TOOL_S)
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        if process.returncode is None:
            process.kill()
            await process.wait()
        return False
    return process.returncode == 0


# ---------------------------------------------------------------- width

# Joiners, presentation marks, keycaps, emoji and flags: as one cluster each. Scripts that are shaped: as runs.
_EMOJI = "\u231a-\u231b\u23e9-\u23f3\u25fd-\u25fe\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff"
_SHAPED = (
    "\u0300-\u036f\u0590-\u10ff\u1160-\u11ff\u135d-\u135f\u1700-\u1cff\u1ab0-\u1aff\u1dc0-\u1dff"
    "\ua800-\ua8ff\uaa00-\uabff"
)
_RISKY = re.compile(rf"[\u200b-\u200d\u2060\ufe00-\ufe0f\u20d0-\u20ff{_EMOJI}{_SHAPED}\U000e0100-\U000e01ef]")
_PARTS = re.compile(
    r"\x1b\[(?P<args>[0-9;]*)(?P<final>[@-~])|\x1b\[[<=>?][0-9;]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)|\x1b.|(?P<text>[^\x00-\x1f\x7f]+)|(?P<control>[\x00-\x1f\x7f])",
    re.DOTALL,
)
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")


def is_uncertain(text: str) -> bool:
    """Tell whether a text has a glyph whose width terminals disagree on."""
    return not text.isascii() and _RISKY.search(text) is not None


def guard_widths(data: str) -> str:
    """Make what follows an uncertain glyph stand where it was meant to, whatever the terminal makes of the glyph.

    Cells of such a glyph are painted blank first, then the glyph, then the cursor is put behind it by its absolute
    column (CHA). A glyph that could spill over what is not painted again is reduced to its first character.
    """
    if data.isascii() or not _RISKY.search(data):
        return data
    out: list[str] = []
    column: int | None = None
    for match in _PARTS.finditer(data):
        text = match["text"]
        if text is not None:
            if column is None or text.isascii() or not _RISKY.search(text):
                out.append(text)
            else:
                out.append(_guard_text(text, column, _room(data, match.end())))
            column = None if column is None else column + cell_len(text)
            continue
        out.append(match[0])
        if match["final"] in ("H", "f"):
            column = int([*match["args"].split(";"), "1"][1] or 1) - 1
        elif match["final"] == "G":
            column = int(match["args"] or 1) - 1
        elif match["control"] in ("\n", "\r") or (match["final"] and match["final"] != "m"):
            column = 0 if match["control"] == "\r" else None
    return "".join(out)


def _room(data: str, at: int) -> int:
    """Count cells painted in the same row after a position, as far as four, the longest spill."""
    room = 0
    for match in _PARTS.finditer(data, at):
        if match["text"] is not None:
            room += cell_len(match["text"])
            if room >= 4:
                break
        elif match["final"] != "m":
            break
    return room


def _guard_text(text: str, column: int, room: int) -> str:
    out: list[str] = []
    total = cell_len(text)
    at = 0
    for cluster, cells in clusters(text):
        if cells and _RISKY.search(cluster):
            spills = _widest(cluster) - cells > room + total - at - cells
            shown = _narrow(cluster, cells) if spills else cluster
            start, end = column + at + 1, column + at + cells + 1
            out.append(f"{' ' * cells}\x1b[{start}G{shown}\x1b[{end}G")
        elif cells or not _RISKY.search(cluster):
            out.append(cluster)
        at += cells
    return "".join(out)


def clusters(text: str) -> list[tuple[str, int]]:
    """Split text into what terminals draw as one, with the cells that the screen counts for each.

    Two regional indicators are one flag; letters of a script that is shaped stay together.
    """
    out: list[tuple[str, int]] = []
    shaped = False
    for start, end, cells in split_graphemes(text)[0]:
        part = text[start:end]
        flag = _REGIONAL.fullmatch(part) and out and _REGIONAL.fullmatch(out[-1][0])
        is_shaped = _is_shaped(part)
        if flag or (shaped and is_shaped):
            before, width = out.pop()
            out.append((before + part, width + cells))
        else:
            out.append((part, cells))
        shaped = is_shaped
    return out


@cache
def _shaped_pattern() -> re.Pattern[str]:
    return re.compile(rf"[{_SHAPED}]")


def _is_shaped(part: str) -> bool:
    return bool(_shaped_pattern().match(part))


def _widest(cluster: str) -> int:
    """Cells that a terminal takes which draws every character of a cluster on its own."""
    return sum(
        2 if _RISKY.match(char) and ord(char) > 0x2000 else 1
        for char in cluster
        if cell_len(char) or _SKIN.match(char)
    )


def _narrow(cluster: str, cells: int) -> str:
    first = cluster[0]
    return first if cell_len(first) == cells else first + " " * (cells - cell_len(first))


# ---------------------------------------------------------------- keys


class _ExtraKeys(Enum):
    ALT_ENTER = "alt+enter"


def _teach_keys() -> None:
    """Make ESC CR and ESC LF arrive as ``alt+enter``; Textual sees Escape and Enter in them."""
    if not private.has("key table"):
        return
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

    for sequence in ("\x1b\r", "\x1b\n"):
        ANSI_SEQUENCES_KEYS[sequence] = (_ExtraKeys.ALT_ENTER,)  # type: ignore[index]  # typed as a mapping, and a dict


# ---------------------------------------------------------------- the app's terminal


def driver_class() -> type[Driver] | None:
    """The driver that reads and writes our way; None to let Textual choose, where ours does not fit."""
    if constants.DRIVER is not None:
        return None  # the person has chosen one
    if not private.has("driver"):  # on this system, or in this Textual
        return None
    from glmchat.tui.platform.driver import ChatDriver

    return ChatDriver


def prepare(app: App[Any]) -> None:
    """Teach a running app's terminal its manners; call it once, when the app is mounted."""
    driver = hangup.driver_of(app)
    if driver is not None and type(driver) is not driver_class():
        _teach_keys()
        write = partial(hangup.write, driver, driver.write)
        driver.write = lambda data: write(guard_widths(data))  # type: ignore[method-assign]  # the only way in
