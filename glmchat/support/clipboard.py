"""What is on the clipboard, text or a picture, by the tool that the system has for it."""

from __future__ import annotations

import base64
import binascii
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence

WAIT_S = 2.0
_MOST = 8 << 20
# The forms in which a picture is asked for, the one that loses nothing first.
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
FILES = "text/uri-list"
_WORDS = ("UTF8_STRING", "STRING", "text/plain")
_POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms; $i = [System.Windows.Forms.Clipboard]::GetImage(); "
    "if ($i) { $m = New-Object IO.MemoryStream; $i.Save($m, [System.Drawing.Imaging.ImageFormat]::Png); "
    "[Convert]::ToBase64String($m.ToArray()) }"
)
_APPLE = "the clipboard as \u00abclass PNGf\u00bb"


def _tools() -> list[list[str]]:
    if sys.platform == "darwin":
        return [["pbpaste"]]
    if os.name == "nt":
        return [["powershell", "-NoProfile", "-Command", "Get-Clipboard -Raw"]]
    tools = []
    if os.environ.get("WAYLAND_DISPLAY"):
        tools.append(["wl-paste", "--no-newline", "--type", "text"])
    if os.environ.get("DISPLAY"):
        xclip = ["xclip", "-selection", "clipboard", "-out"]
        tools += [xclip, [*xclip, "-target", FILES], ["xsel", "--clipboard", "--output"]]
    if os.environ.get("WSL_DISTRO_NAME"):
        tools.append(["powershell.exe", "-NoProfile", "-Command", "Get-Clipboard -Raw"])
    return [*tools, ["termux-clipboard-get"]]


def tells() -> bool:
    """Whether there is a tool that tells what is on the clipboard."""
    return any(shutil.which(tool[0]) is not None for tool in _tools())


def text() -> str | None:
    """The text on the clipboard, None where no tool tells; blocks for some seconds at most."""
    for tool in _tools():
        if (out := _said(*tool)) is not None:
            return text_of(out)
    return None


def text_of(data: bytes) -> str:
    """The text that a clipboard gives as bytes."""
    return data[:_MOST].decode("utf-8", "replace").replace("\r\n", "\n")


def picture_kind(kinds: Sequence[str]) -> str | None:
    """The kind in which a picture that was copied is taken, None where there is none.

    Cells of a spreadsheet and words of a letter come with a picture of themselves: they are no picture.
    """
    if FILES in kinds or any(each.startswith(_WORDS) for each in kinds):
        return None
    return next((each for each in _PICTURES if each in kinds), None)


def text_kind(kinds: Sequence[str]) -> str | None:
    """The kind in which files that were copied are taken, else a text; None where there is neither."""
    if FILES in kinds:
        return FILES
    return next((each for each in kinds if each.startswith("text/plain")), None)


def picture() -> bytes | None:
    """The picture on the clipboard, None where there is none or no tool tells; blocks for some seconds at most."""
    if sys.platform == "darwin":
        return _said("pngpaste", "-") or _from_apple(_said("osascript", "-e", _APPLE))
    if os.name == "nt":
        return _decoded(_said("powershell", "-NoProfile", "-STA", "-Command", _POWERSHELL))
    found = None
    if os.environ.get("WAYLAND_DISPLAY"):
        found = _offered(("wl-paste", "--list-types"), ("wl-paste", "--no-newline", "--type"))
    if found is None and os.environ.get("DISPLAY"):
        xclip = ("xclip", "-selection", "clipboard", "-out", "-target")
        found = _offered((*xclip, "TARGETS"), xclip)
    if found is None and os.environ.get("WSL_DISTRO_NAME"):
        found = _decoded(_said("powershell.exe", "-NoProfile", "-STA", "-Command", _POWERSHELL))
    return found


def _offered(types: tuple[str, ...], take: tuple[str, ...]) -> bytes | None:
    """What a tool gives in the best of the forms that it lists."""
    listed = (_said(*types) or b"").decode("ascii", "replace").split()
    kind = picture_kind(listed)
    return (_said(*take, kind) or None) if kind is not None else None


def _said(*command: str) -> bytes | None:
    """What a tool writes; None where it is not there, takes too long or fails."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a tool of the tables above
            command, capture_output=True, timeout=WAIT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _from_apple(out: bytes | None) -> bytes | None:
    """The bytes that AppleScript writes as hexadecimal digits: data of the class PNGf."""
    found = re.search(rb"PNGf([0-9A-Fa-f]+)", out or b"")
    return bytes.fromhex(found[1].decode()) if found is not None and len(found[1]) % 2 == 0 else None


def _decoded(out: bytes | None) -> bytes | None:
    try:
        return base64.b64decode((out or b"").strip(), validate=True) or None
    except binascii.Error:
        return None
