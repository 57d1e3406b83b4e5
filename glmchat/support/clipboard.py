"""The text of the clipboard, by the tool that the system has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

WAIT_S = 2.0
_MOST = 8 << 20


def _tools() -> list[list[str]]:
    if sys.platform == "darwin":
        return [["pbpaste"]]
    if os.name == "nt":
        return [["powershell", "-NoProfile", "-Command", "Get-Clipboard -Raw"]]
    tools = []
    if os.environ.get("WAYLAND_DISPLAY"):
        tools.append(["wl-paste", "--no-newline", "--type", "text"])
    if os.environ.get("DISPLAY"):
        tools += [["xclip", "-selection", "clipboard", "-out"], ["xsel", "--clipboard", "--output"]]
    if os.environ.get("WSL_DISTRO_NAME"):
        tools.append(["powershell.exe", "-NoProfile", "-Command", "Get-Clipboard -Raw"])
    return [*tools, ["termux-clipboard-get"]]


def text() -> str | None:
    """What is on the clipboard, None where no tool tells; blocks for two seconds at most."""
    for tool in _tools():
        if shutil.which(tool[0]) is None:
            continue
        try:
            done = subprocess.run(  # noqa: S603 - a tool of the table above
                tool, capture_output=True, timeout=WAIT_S, check=False, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return done.stdout[:_MOST].decode("utf-8", "replace").replace("\r\n", "\n")
    return None
